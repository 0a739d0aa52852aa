"""Read marks and typing to customers, typing of customers to agents, and who a new customer is: best effort, asked of
the provider once."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.sender import introductions, relay
from chalicelib.wiring.shared import now
from chalicelib.wiring.viewing import typing_relay


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _relay))


def _relay(record: Mapping[str, Any]) -> bool:
    body = json.loads(record["body"])
    event = body.get("detail", body)
    if event["type"] == introductions().EVENT:
        introductions().introduce(event, now())
    else:
        typing_relay().relay(event, now())
        relay().relay(event, now())
    return True
