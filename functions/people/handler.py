"""What happened to contacts and conversations: who is who, words to find them by, their habits and labels follow."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.wiring.people import reactions
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.shared import now


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _handle))


def _handle(record: Mapping[str, Any]) -> bool:
    event = json.loads(record["body"])["detail"]
    for react in reactions():
        react(event, now())
    return True
