"""The desk table's stream, once more: what changed, to the live views that show it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.live_views import change_of
from chalicelib.observability import logger
from chalicelib.wiring.fanout import changed, fan_out, let_go, told_aside
from chalicelib.wiring.records import failures
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    records, at = event["Records"], now()
    things = [thing for thing in map(changed, records) if thing is not None]
    changes = [change_of(one.kind, one.id, one.version, one.thing, one.events, at) for one in things]
    aside = [told for one in things for told in told_aside(one)]
    try:
        fan_out().publish(changes, at, aside)
    except Exception as error:  # logged, and the batch comes back: clients know a thing by its version
        logger().exception("not fanned out", extra={"fault": type(error).__name__, "records": len(records)})
        return failures([_number(records[0])])
    let_go(things, at)
    return failures([])


def _number(record: Mapping[str, Any]) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number
