"""Events of the bus, some hundred at once: archived as lines, folded into what is measured of each conversation."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.observability import logger
from chalicelib.wiring.measures import measuring
from chalicelib.wiring.records import failures
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    read: list[tuple[str, Mapping[str, Any]]] = []
    failed: list[str] = []
    for record in event["Records"]:
        try:
            read.append((record["messageId"], json.loads(record["body"])["detail"]))
        except (ValueError, KeyError, TypeError):  # what cannot be read must not hold the others
            logger().exception("record failed", extra={"record_id": record["messageId"]})
            failed.append(record["messageId"])
    again = measuring().take([detail for _, detail in read], now())
    return failures([*failed, *(read[place][0] for place in sorted(again))])
