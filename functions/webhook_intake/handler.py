"""Providers' webhooks: `ANY /webhooks/{channel}/{inbox_id}` and `POST /v1/custom/{inbox_id}/events`."""

from typing import Any

from chalicelib.channels.base import Reply
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.observability import count
from chalicelib.wiring.http_event import answer_of, request_of
from chalicelib.wiring.intake import intake
from chalicelib.wiring.shared import now

# Every message is counted by the events it makes; here only what needs somebody's eye.
WATCHED = frozenset({"quarantined", "spilled", "foreign", "refused_signature", "notices"})


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    channel, inbox_id = _route(event.get("rawPath", ""))
    try:
        reply, tally = intake().take(channel, inbox_id, request_of(event, now()))
    except StoreUnavailable:
        count({"not_kept": 1})
        return answer_of(Reply(503), {"retry-after": "5"})
    watched = {name: number for name, number in tally.counts.items() if name in WATCHED}
    if watched:
        count(watched)
    return answer_of(reply)


def _route(path: str) -> tuple[str, str]:
    """(channel, inbox id); empty where the path is none of ours."""
    match path.strip("/").split("/"):
        case ["webhooks", channel, inbox_id]:
            return channel, inbox_id
        case ["v1", "custom", inbox_id, "events"]:
            return "custom", inbox_id
        case _:
            return "", ""
