"""Inbound files: fetched from the provider, sniffed, kept as our own."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.services.attachments import TryAgain
from chalicelib.wiring.records import failures, groups
from chalicelib.wiring.sender import fetching

# The queue gives a record up after five receives (infra): the last one settles the attachment as failed.
LAST_RECEIVE = 4


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return failures(groups(event["Records"], _fetch))


def _fetch(record: Mapping[str, Any]) -> bool:
    envelope = json.loads(record["body"])["detail"]
    last_try = int(record["attributes"]["ApproximateReceiveCount"]) >= LAST_RECEIVE
    try:
        fetching().fetch_all(envelope["data"]["leg_id"], envelope["aggregate"]["id"], last_try=last_try)
    except TryAgain:
        return False
    return True
