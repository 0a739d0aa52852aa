"""Webhooks of our own contracts: a signed list of events, and an answer that tells what became of each."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels.base import (
    Credentials,
    Ignored,
    Inbound,
    PayloadNotUnderstood,
    Reply,
    WebhookRequest,
)
from chalicelib.channels.signing import valid, verify_timed
from chalicelib.channels.untrusted import identifier, json_object, mapping


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """X-Signature over X-Timestamp and the raw bytes, five minutes around the time of arrival."""
    verify_timed(request, valid(credentials, "secret"))


def events_of(request: WebhookRequest, most: int) -> list[Any]:
    events = json_object(request.body).get("events")
    if not isinstance(events, list) or len(events) > most:
        raise PayloadNotUnderstood(f"events is a list of at most {most}", field="events")
    return events


def results(
    events: Sequence[Any],
    items: Sequence[Inbound],
    repeats: frozenset[int],
    mistake: Callable[[Ignored], Mapping[str, str]],
) -> Reply:
    """202, and for each event what became of it: a mistake in one does not refuse the others."""
    told = [
        _result(event, item, mistake, repeated=place in repeats)
        for place, (event, item) in enumerate(zip(events, items, strict=True))
    ]
    return Reply(202, json.dumps({"results": told}), "application/json")


def _result(
    event: Any, item: Inbound, mistake: Callable[[Ignored], Mapping[str, str]], *, repeated: bool
) -> dict[str, Any]:
    event_id = identifier(mapping(event).get("id"))
    if isinstance(item, Ignored):
        return {"id": event_id, "status": "invalid", **mistake(item)}
    return {"id": event_id, "status": "duplicate" if repeated else "accepted"}
