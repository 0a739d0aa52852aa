"""What integrators are told of: the public events, and the body each is sent with.

The body is made once, of the event's own snapshot, and never changes: whatever happens later, a retry says the same.
"""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.ids import inbox_of, is_id
from chalicelib.domain.redaction import RAW

# What a body may have (Standard Webhooks recommends less than 20 KB); what is larger is to be read from the API.
MAX_BODY_BYTES = 20_000
TEST = "webhook.test"
NOTES = ("note.created", "note.redacted")
REDACTED = ("message.redacted", "note.redacted")

# Every event that leaves, by the area it is listed under. What is not here stays inside: offers, presence and capacity
# (they are about the staff), suggestions, briefs, side threads, what colleagues tell each other.
_AREAS: Mapping[str, tuple[str, ...]] = {
    "conversation": (
        "created",
        "status_changed",
        "assigned",
        "priority_changed",
        "labelled",
        "merged",
        "unmerged",
        "split",
        "escalated",
        "leg_switched",
        "window_closing",
        "window_closed",
    ),
    "note": ("created", "redacted"),
    "message": ("created", "state_changed", "redacted"),
    "call": ("started", "ended"),
    "attachment": ("stored",),
    "contact": ("created", "updated", "erased", "linked", "unlinked", "verified"),
    "consent": ("changed",),
    "timeline": ("event_added",),
    "template": ("changed",),
    "inbox": ("health_changed",),
    "promise": ("made", "kept", "broken", "cancelled"),
    "sla": ("warned", "met", "breached"),
    "question": ("answered",),
}
PUBLIC_EVENTS: tuple[str, ...] = tuple(f"{area}.{name}" for area, names in _AREAS.items() for name in names)
# Whole areas, as an endpoint may ask for them: events that are made public later are among them.
PATTERNS: tuple[str, ...] = ("*", *(f"{area}.*" for area in _AREAS))

# Fields of a snapshot, and of an event's data, that are somebody's own words or names.
_WORDS = frozenset({"text", "preview", "content", "attachments", "title", "data", "detail", "reason", "name"})


def is_public(event: Mapping[str, Any]) -> bool:
    """Whether an event, in its wire form, may leave. A whisper is for its audience: nobody else learns that it is."""
    if event["type"] in NOTES and event["data"].get("audience"):
        return False
    return event["type"] in PUBLIC_EVENTS


def conversation_of(event: Mapping[str, Any]) -> str | None:
    """The conversation that an event is of, where it is of one."""
    aggregate = event["aggregate"]
    if aggregate["kind"] == "conversation":
        return str(aggregate["id"])
    found = event["data"].get("conversation_id") or event["snapshot"].get("conversation_id")
    return found if isinstance(found, str) and is_id("cnv", found) else None


def owner_of(event: Mapping[str, Any]) -> str:
    """Whose what is told is: a conversation's, else a contact's, else the aggregate's own. With it, it is erased."""
    found = conversation_of(event) or event["data"].get("contact_id") or event["snapshot"].get("contact_id")
    return str(found or event["aggregate"]["id"])


def inbox_in(event: Mapping[str, Any]) -> str | None:
    """The inbox that an event itself names."""
    for part in (event["snapshot"], event["data"]):
        if part.get("inbox_id"):
            return str(part["inbox_id"])
        if is_id("leg", str(part.get("leg_id") or "")):
            try:
                return inbox_of(part["leg_id"])
            except ValueError:
                return None
    return None


def body_of(event: Mapping[str, Any], *, content: bool) -> bytes:
    """The body of a public event in its wire form; without `content`, nobody's words are in it. UTF-8 JSON:
    {type, timestamp, data: {id, aggregate, actor, event, snapshot}}, at most MAX_BODY_BYTES."""
    told, snapshot = _public(event["data"], content), _public(event["snapshot"], content)
    body = _form(event, told, snapshot)
    if len(body) > MAX_BODY_BYTES:
        body = _form(event, told, _cut(snapshot))
    if len(body) > MAX_BODY_BYTES:  # a note's text is in its data
        body = _form(event, _cut(told), _cut(snapshot))
    return body


def _form(event: Mapping[str, Any], told: Mapping[str, Any], snapshot: Mapping[str, Any]) -> bytes:
    body = {
        "type": event["type"],
        "timestamp": event["occurred_at"],
        "data": {
            "id": event["id"],
            "aggregate": event["aggregate"],
            "actor": event["actor"],
            "event": told,
            "snapshot": snapshot,
        },
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair, which a customer may send, is no UTF-8


def _public(part: Mapping[str, Any], content: bool) -> dict[str, Any]:
    shown = {name: value for name, value in part.items() if content or name not in _WORDS}
    if isinstance(shown.get("content"), Mapping):
        shown["content"] = {name: value for name, value in shown["content"].items() if name not in RAW}
    return shown


def _cut(part: Mapping[str, Any]) -> dict[str, Any]:
    """Ids, states and times alone: the rest is to be read from the API."""
    short = {name: value for name, value in part.items() if name not in _WORDS and len(str(value)) <= 200}
    return {**short, "too_large": True}
