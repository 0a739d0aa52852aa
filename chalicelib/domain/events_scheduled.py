"""What happens to scheduled messages. `domain/events.py` has them all; the message itself is in `snapshot`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageScheduled:
    """An agent wrote now what goes out at `send_at`."""

    TYPE: ClassVar[str] = "message.scheduled"
    conversation_id: str
    send_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageScheduleChanged:
    """Its words, its time or what would cancel it."""

    TYPE: ClassVar[str] = "message.schedule_changed"
    conversation_id: str
    send_at: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageScheduleCancelled:
    """It will not be sent: `reason` is `agent`, `customer_wrote` or `resolved`; by whom is in `actor`."""

    TYPE: ClassVar[str] = "message.schedule_cancelled"
    conversation_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageScheduleFailed:
    """It was time, and it could not be sent: `code` and `detail` are those of the refusal."""

    TYPE: ClassVar[str] = "message.schedule_failed"
    conversation_id: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageScheduleSent:
    """It is an ordinary message now."""

    TYPE: ClassVar[str] = "message.schedule_sent"
    conversation_id: str
    message_id: str
