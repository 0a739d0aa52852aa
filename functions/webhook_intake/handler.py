"""Providers' webhooks: `ANY /webhooks/{channel}/{inbox_id}`, and our own contracts: `POST /v1/custom/{inbox_id}/events`
and `POST /v1/events/{inbox_id}`."""

from typing import Any

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.observability import count
from chalicelib.services.intake import unavailable
from chalicelib.wiring.http_event import answer_of, request_of
from chalicelib.wiring.intake import intake
from chalicelib.wiring.shared import now

# Every message is counted by the events it makes; here only what needs somebody's eye.
WATCHED = frozenset({"not_kept", "quarantined", "spilled", "foreign", "refused_signature", "notices"})


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    channel, inbox_id = _route(event.get("rawPath", ""))
    request = request_of(event, now())
    try:
        reply, tally = intake().take(channel, inbox_id, request)
    except StoreUnavailable:
        count({"not_kept": 1})
        return answer_of(unavailable(channel, request), {"retry-after": "5"})
    watched = {name: number for name, number in tally.counts.items() if name in WATCHED}
    if watched:
        count(watched)
    return answer_of(reply)


def _route(path: str) -> tuple[str, str]:
    """(channel, inbox id); empty where the path is none of ours."""
    match path.strip("/").split("/"):
        case ["webhooks", channel, inbox_id]:
            return channel, inbox_id
        case ["webhooks", "apple", inbox_id, "message"]:  # Apple appends it to the address it is given
            return "apple", inbox_id
        case ["v1", "custom", inbox_id, "events"]:
            return "custom", inbox_id
        case ["v1", "events", inbox_id]:
            return "events", inbox_id
        case _:
            return "", ""
