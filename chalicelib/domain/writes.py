"""What a store is asked to write: values, each carried out as one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import Event
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.message import Failure, Message
from chalicelib.domain.note import Note

if TYPE_CHECKING:
    from chalicelib.domain.writes_together import Beside


class Written(Enum):
    """How a conditional write ended. CONFLICT: something changed since it was read; read again and repeat."""

    DONE = auto()
    DUPLICATE = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The events of one new version of an aggregate, and whose doing it was."""

    events: tuple[Event, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Once:
    """A client's own id for what it sends: the second time finds the first."""

    conversation_id: str
    client_id: str
    message_id: str
    leg_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Join:
    """A message for the open conversation its leg already knows: blind, without reading the conversation.
    `move_view`: the list row is stale and gets its new place (the leg's copy of it too)."""

    head: LegHead
    message: Message
    message_recorded: Recorded
    recorded: Recorded
    move_view: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """A message with the whole new state of its conversation. `before` None: the conversation is new.
    `head` is the leg's new head; `head_is_new` puts it (and `aliases`), else it replaces the one with `ordinal_read`.
    """

    message: Message
    before: Conversation | None
    after: Conversation
    head: LegHead | None
    message_recorded: Recorded
    conversation_recorded: Recorded
    ordinal_read: int = 0
    head_is_new: bool = False
    aliases: tuple[str, ...] = ()
    contact: Contact | None = None
    contact_recorded: Recorded | None = None
    identities: tuple[ContactIdentity, ...] = ()
    once: Once | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An outbound message on a leg of an open conversation whose window is open, as far as the caller knows:
    the write itself checks. `window_from`: the customer must have written after it (None: no window); `fresh_from`:
    the list row must not be older (else its place is rewritten, which needs the whole state); `seen_version`: the
    conversation must not have changed since."""

    message: Message
    once: Once
    message_recorded: Recorded
    conversation_recorded: Recorded
    window_from: datetime | None
    fresh_from: datetime
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of a stored outbound message's state, applied only where the machine allows it."""

    leg_id: str
    message_id: str
    state: DeliveryState
    at: datetime
    recorded: Recorded
    attempt: int | None = None
    external_id: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ParkedMark:
    """A mark whose message is not known yet."""

    state: DeliveryState
    at: datetime
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ConversationChange:
    """A change of a conversation's own state: written where its version is still `before.version`, with the line
    that tells of it in the thread, and what is handed over with it. `limits`: so many units of an agent may be in use
    before, at most; else it is a CONFLICT. `beside`: what is written with it, or not at all."""

    before: Conversation
    after: Conversation
    recorded: Recorded
    note: Note | None = None
    once: Once | None = None
    handover: Note | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
