"""What happened to conversations: their clocks follow from it, it sets their timers (which come to routing), cancels
what was scheduled and wakes what waited for it."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring import escalation
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.scheduled import cancelling
from chalicelib.wiring.service_levels import plans, service_levels, waking
from chalicelib.wiring.shared import now
from chalicelib.wiring.together import task_plans
from chalicelib.wiring.waits import promises


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    event = json.loads(record["body"])["detail"]
    service_levels().react(event, now())
    promises().react(event, now())
    plans().react(event)
    cancelling().react(event, now())
    waking().react(event, now())
    escalation.watching().react(event)
    task_plans().react(event)
    return True
