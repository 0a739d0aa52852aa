"""What agents are told of, and customers who are back. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCreated:
    """An agent has a new notice in their list, of a fact that other events tell; its words are asked for where it is
    shown. `agent_ids` holds the one it is for; the conversation is in `snapshot`, for it is nobody else's news."""

    TYPE: ClassVar[str] = "notice.created"
    agent_ids: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactReturned:
    """A customer who had left is back: `by` is the first sign of it (message, typing, visit, read), `unread` how many
    of our messages they are not known to have read, `topic` what it was about. Told once for each absence, of a
    conversation that somebody has: `agent_ids` is its owner."""

    TYPE: ClassVar[str] = "contact.returned"
    conversation_id: str
    agent_ids: tuple[str, ...]
    idle_seconds: int
    by: str
    unread: int
    topic: str


NoticeEvent = NoticeCreated | ContactReturned
