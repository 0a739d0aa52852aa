"""Events of the generic custom channel, as a foreign system would post them to the desk.

Source: the custom channel contract (`{"events": [{id, type, occurred_at, contact, conversation,
...}]}`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from simulators.clock import iso_text
from simulators.wire import Json

KINDS = ("text", "media", "location", "contact", "postback", "reaction", "unsupported")
_MESSAGE_KEYS = ("text", "attachments", "reply_to", "postback", "location", "contacts", "raw")


def event(kind: str, now: datetime, contact: Json, conversation: str, **parts: Any) -> Json:
    """One event with a fresh id."""
    return {
        "id": f"evt_{uuid4().hex}",
        "type": kind,
        "occurred_at": iso_text(now),
        "contact": contact,
        "conversation": {"external_id": conversation},
        **parts,
    }


def message_part(spec: Json) -> Json:
    """The `message` of a message event; ValueError if the kind is not in the contract."""
    kind = spec.get("kind", "text")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    part: Json = {"external_id": spec.get("external_id") or f"m_{uuid4().hex[:16]}"}
    part |= {"direction": spec.get("direction", "in"), "kind": kind}
    return part | {key: spec[key] for key in _MESSAGE_KEYS if key in spec}


def _needed(spec: Json, key: str) -> Any:
    if key not in spec:
        raise ValueError(f"{key} is needed")
    return spec[key]


def _edited(spec: Json) -> Json:
    target, text = _needed(spec, "message_external_id"), _needed(spec, "text")
    return {"message": {"external_id": target, "kind": "text", "text": text}}


def _deleted(spec: Json) -> Json:
    return {"message": {"external_id": _needed(spec, "message_external_id")}}


def _reaction(spec: Json) -> Json:
    target = _needed(spec, "message_external_id")
    return {"reaction": {"message_external_id": target, "emoji": spec.get("emoji", "")}}


def _typing(spec: Json) -> Json:
    return {"typing": {"active": bool(spec.get("active", True))}}


def _status(spec: Json) -> Json:
    status: Json = {
        "message_external_id": _needed(spec, "message_external_id"),
        "state": _needed(spec, "state"),
    }
    if "error" in spec:
        status["error"] = spec["error"]
    return {"status": status}


# type of event: what it carries beside contact and conversation
PARTS: dict[str, Callable[[Json], Json]] = {
    "message": lambda spec: {"message": message_part(spec)},
    "message.edited": _edited,
    "message.deleted": _deleted,
    "reaction": _reaction,
    "typing": _typing,
    "status": _status,
}
