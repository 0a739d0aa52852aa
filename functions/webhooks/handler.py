"""Outbound webhooks: events that integrators are told of, attempts to tell them, and what has come due."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.webhook_delivery import DeliveryKey
from chalicelib.domain.webhook_turns import Sweep, Turn
from chalicelib.observability import logger
from chalicelib.services.webhook_attempts import DeliveryIsHeld
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import now
from chalicelib.wiring.webhooks import attempts, outbound, timer_calls


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    body = json.loads(record["body"])
    if "detail" in body:
        outbound().react(body["detail"], now())
        return True
    if "event_id" in body:
        return _attempt(Turn(DeliveryKey(body["owner"], body["event_id"], body["endpoint_id"]), body["turn"]))
    if "sweep" in body:
        attempts().sweep(_sweep(body["sweep"]))
        return True
    if not timer_calls().call(body, now()):
        logger().error("a timer of no known kind", extra={"kind": body["kind"]})
    return True


def _attempt(turn: Turn) -> bool:
    try:
        attempts().attempt(turn)
    except DeliveryIsHeld:
        return False
    return True


def _sweep(body: Mapping[str, Any]) -> Sweep:
    until = datetime.fromisoformat(body["until"]) if body["until"] else None
    return Sweep(body["endpoint_id"], until, body["start"])
