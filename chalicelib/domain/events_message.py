"""What happens to messages and their files. `domain/events.py` has them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCreated:
    """A message was stored, inbound or outbound; its whole content is in the envelope's `snapshot`."""

    TYPE: ClassVar[str] = "message.created"
    conversation_id: str
    leg_id: str
    direction: str
    kind: str
    pending_attachments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQueued:
    """An outbound message waits for its (next) attempt."""

    TYPE: ClassVar[str] = "message.queued"
    leg_id: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStateChanged:
    """Sent, delivered, read, failed or uncertain."""

    TYPE: ClassVar[str] = "message.state_changed"
    leg_id: str
    state: str
    attempt: int
    failure: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentStored:
    """An inbound file is in our own store, or could not be had (`state` failed, with the reason)."""

    TYPE: ClassVar[str] = "attachment.stored"
    leg_id: str
    index: int
    state: str
    mime: str
    size_bytes: int | None
    reason: str | None = None
