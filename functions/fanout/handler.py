"""The desk table's stream, once more: what changed, to the live views that show it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.api.live_views import change_of
from chalicelib.domain.live import Change
from chalicelib.domain.live_topics import topics_of
from chalicelib.observability import logger
from chalicelib.wiring.fanout import Changed, changed, fan_out, let_go, told_aside
from chalicelib.wiring.records import failures
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    records, at = event["Records"], now()
    seen = [found for found in (_seen(record, at) for record in records) if found is not None]
    things = [thing for thing, _ in seen]
    try:
        aside = [told for one in things for told in told_aside(one)]
        fan_out().publish([change for _, change in seen], at, aside)
    except Exception as error:  # it comes back, which does no harm: clients know a thing by its version
        logger().exception("not fanned out", extra={"fault": type(error).__name__, "records": len(records)})
        # Raised, and not answered as failed from its first record on: so the batch is halved, until what fails stands
        # alone, and is not given up with a hundred others.
        raise
    let_go(things, at)
    return failures([])


def _seen(record: Mapping[str, Any], at: datetime) -> tuple[Changed, Change] | None:
    """What a record made of a thing; None where that is nobody's to see. What cannot be shown is logged and left out:
    it would fail as often as it came again, and hold up all that is behind it in its shard."""
    try:
        one = changed(record)
        if one is None:
            return None
        change = change_of(one.kind, one.id, one.version, one.thing, one.events, at)
        topics_of(change)
    except Exception as error:  # the record's own fault: nothing was called for it yet
        logger().exception("not to be shown", extra={"fault": type(error).__name__, "record": _number(record)})
        return None
    return one, change


def _number(record: Mapping[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number
