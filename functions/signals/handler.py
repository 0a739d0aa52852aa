"""Read marks and typing to customers: best effort, never repeated."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.sender import relay
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _relay))


def _relay(record: Mapping[str, Any]) -> bool:
    body = json.loads(record["body"])
    relay().relay(body.get("detail", body), now())
    return True
