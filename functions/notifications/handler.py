"""What agents are told of, and customers who are back. Three kinds of records: events of the bus, notices to be looked
at again, and e-mails that are due."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.observability import logger
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.returning import watch_customers
from chalicelib.wiring.shared import now
from chalicelib.wiring.telling import digests, telling


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    body = json.loads(record["body"])
    if "look" in body:
        telling().look_again(body["look"]["agent_id"], body["look"]["notice_id"], now())
    elif "digest" in body:
        digests().due(body["digest"]["agent_id"], now())
    else:
        return _react(body["detail"], body.get("after"))
    return True


def _react(event: Mapping[str, Any], after: Mapping[str, Any] | None) -> bool:
    """Each has its turn, whatever became of the other; where one failed, the record comes back for both."""
    done = _tried(event, lambda: watch_customers(event, now()))
    return _tried(event, lambda: telling().react(event, now(), after)) and done


def _tried(event: Mapping[str, Any], react: Callable[[], object]) -> bool:
    try:
        react()
    except Exception as error:  # one's fault must not keep the other from its work
        logger().exception("a reaction failed", extra={"event": event["id"], "fault": type(error).__name__})
        return False
    return True
