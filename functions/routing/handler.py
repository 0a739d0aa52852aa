"""Routing: what happened to conversations and agents, and timers that are due."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring import escalation, floor_watch, live_gauges, waits
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.routing import reactions
from chalicelib.wiring.shared import now
from chalicelib.wiring.timer_calls import timer_calls


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    """Events come from the bus as `detail`; anything else is a timer's."""
    body = json.loads(record["body"])
    if "detail" in body:
        reactions().react(body["detail"], now())
        waits.keeping().react(body["detail"])
        waits.pressing().react(body["detail"])
        escalation.react(body["detail"], now())
        live_gauges.react(body["detail"], now())
        floor_watch.happened(now())
    else:
        timer_calls().call(body, now())
    return True
