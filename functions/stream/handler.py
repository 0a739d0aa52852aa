"""The desk table's stream: events to the bus, queued messages to the sender's queue."""

from typing import Any

from chalicelib.services.announce import announce
from chalicelib.wiring.records import failures
from chalicelib.wiring.stream import announcements, bus, outbox


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    records = event["Records"]
    first_failed = announce(bus(), outbox(), [announcements(record) for record in records])
    if first_failed is None:
        return failures([])
    return failures([records[first_failed]["dynamodb"]["SequenceNumber"]])
