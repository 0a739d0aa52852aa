"""Inbound items as JSON and back, for the spill queue: what is spilled is already verified and normalised."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from chalicelib.channels.base import InboundMessage, Peer, Profile, ProviderError, StatusUpdate, TimelineEvent
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import Attachment, AttachmentState, MessageKind

Spillable = InboundMessage | StatusUpdate | TimelineEvent
_NAMES = {InboundMessage: "message", StatusUpdate: "status", TimelineEvent: "event"}


def to_wire(item: Spillable) -> dict[str, Any]:
    """A JSON value that `from_wire` turns back into an equal item."""
    return {"item": _NAMES[type(item)], **_plain(item)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(part) for name, part in named if part is not None}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def from_wire(value: Mapping[str, Any]) -> Spillable:
    """Raises KeyError or ValueError on anything `to_wire` did not write."""
    return _BUILDERS[value["item"]]({name: part for name, part in value.items() if name != "item"})


def _message(value: dict[str, Any]) -> InboundMessage:
    attachments = tuple(
        Attachment(**{**part, "state": AttachmentState(part["state"])}) for part in value.pop("attachments")
    )
    return InboundMessage(
        peer=_peer(value.pop("peer")),
        occurred_at=datetime.fromisoformat(value.pop("occurred_at")),
        kind=MessageKind(value.pop("kind")),
        attachments=attachments,
        **value,
    )


def _status(value: dict[str, Any]) -> StatusUpdate:
    peer = value.pop("peer", None)
    error = value.pop("error", None)
    return StatusUpdate(
        state=DeliveryState(value.pop("state")),
        occurred_at=datetime.fromisoformat(value.pop("occurred_at")),
        peer=_peer(peer) if peer else None,
        error=ProviderError(error["code"], FailureClass(error["failure"]), error["detail"]) if error else None,
        **value,
    )


def _event(value: dict[str, Any]) -> TimelineEvent:
    return TimelineEvent(
        occurred_at=datetime.fromisoformat(value.pop("occurred_at")),
        known_as=tuple((kind, name) for kind, name in value.pop("known_as")),
        profile=Profile(**value.pop("profile")),
        **value,
    )


def _peer(value: Mapping[str, Any]) -> Peer:
    return Peer(tuple(value["addresses"]), Profile(**value["profile"]), value.get("facts", {}), value.get("identity"))


_BUILDERS: Mapping[str, Callable[[dict[str, Any]], Spillable]] = {
    "message": _message,
    "status": _status,
    "event": _event,
}


def dumps(inbox_id: str, item: Spillable) -> str:
    return json.dumps({"inbox_id": inbox_id, **to_wire(item)}, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> tuple[str, Spillable]:
    value = json.loads(text)
    return value.pop("inbox_id"), from_wire(value)
