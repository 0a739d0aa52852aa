"""What colleagues do together: side threads are sent, and the files of their answers fetched."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.observability import logger
from chalicelib.services.side_sending import NotNow
from chalicelib.wiring.collaboration import reactions
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    """Each reaction has its turn, whatever became of the others; where one failed, the record comes back for all."""
    event, done = json.loads(record["body"])["detail"], True
    for react in reactions():
        try:
            react(event, now())
        except NotNow as later:
            logger().info("a side thread waits", extra={"event": event["id"], "why": str(later)})
            done = False
        except Exception as error:  # one reaction's fault must not keep the others from theirs
            logger().exception("a reaction failed", extra={"event": event["id"], "fault": type(error).__name__})
            done = False
    return done
