"""SQS batches: each record stands alone, except that a FIFO group stops at its first failure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.observability import logger

Record = Mapping[str, Any]


def groups(records: Sequence[Record], handle: Callable[[Record], bool]) -> list[str]:
    """Handle each record in order; gives the ids of those that must come back. `handle` returns False (or raises)
    for those; what is behind one in its group comes back too, untouched, so that nothing overtakes it."""
    stopped: set[str] = set()
    failed: list[str] = []
    for record in records:
        group = record.get("attributes", {}).get("MessageGroupId")
        if group in stopped or not _handled(record, handle):
            failed.append(record["messageId"])
            if group is not None:
                stopped.add(group)
    return failed


def _handled(record: Record, handle: Callable[[Record], bool]) -> bool:
    try:
        return handle(record)
    except Exception as error:  # one record's fault must not fail its neighbours; it is logged and comes back
        logger().exception("record failed", extra={"record_id": record["messageId"], "fault": type(error).__name__})
        return False


def failures(identifiers: Sequence[str]) -> dict[str, Any]:
    """The partial batch answer of Lambda's event source mappings."""
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}
