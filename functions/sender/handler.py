"""Queued messages to their providers: FIFO, one leg at a time."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.sender import delivery, outbound_queue


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _deliver))


def _deliver(record: Mapping[str, Any]) -> bool:
    """False: the record comes back after the delay, and the leg's later messages wait behind it."""
    body = json.loads(record["body"])
    tries = int(record["attributes"]["ApproximateReceiveCount"]) - 1
    retry = delivery().deliver(body["leg_id"], body["message_id"], tries)
    if retry is None:
        return True
    outbound_queue().delay(record["receiptHandle"], retry.delay_seconds)
    return False
