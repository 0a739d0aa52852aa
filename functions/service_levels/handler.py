"""Service levels: what happened to conversations, for the clocks that follow from it. Their timers come to routing."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.service_levels import service_levels
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    service_levels().react(json.loads(record["body"])["detail"], now())
    return True
