"""Every domain event, and its wire form.

Events are facts written with the state change they describe, in the same item: an aggregate's `events` are those of
its newest version. An event's id is aggregate + version + place, so whoever has seen it can drop it.
Wire form (golden files in tests/golden/events): {id, type, version, occurred_at, aggregate: {kind, id, version},
actor: {kind, id}, data: {...}, snapshot: {...}}. `snapshot` is the aggregate as it was at that version, taken from the
same write, so that no consumer ever needs to load "the latest".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chalicelib.domain.call_events import CallEnded, CallStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationCreated:
    """A case began with its first message; whose and where is in the envelope's `snapshot`."""

    TYPE: ClassVar[str] = "conversation.created"
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationUpdated:
    """The conversation has a new message; one event per version, whatever else changed with it."""

    TYPE: ClassVar[str] = "conversation.updated"
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStatusChanged:
    """Opened, set pending, snoozed, resolved; `episode` counts the openings."""

    TYPE: ClassVar[str] = "conversation.status_changed"
    previous: str
    status: str
    episode: int
    reason: str
    snoozed_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned:
    """Another owner (or none): who had it and who has it."""

    TYPE: ClassVar[str] = "conversation.assigned"
    previous_assignee_id: str | None
    assignee_id: str | None
    previous_team_id: str | None
    team_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead:
    """An agent has seen everything up to `message_id`; relayed to the customer where the channel has read marks."""

    TYPE: ClassVar[str] = "conversation.read"
    leg_id: str
    message_id: str
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCreated:
    """A colleague's note: of the conversation, never of a leg."""

    TYPE: ClassVar[str] = "note.created"
    note_id: str
    author_id: str
    text: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCreated:
    """Somebody wrote (or was identified) for the first time."""

    TYPE: ClassVar[str] = "contact.created"
    channel: str
    identity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdated:
    """Which fields changed (not their values: they are personal)."""

    TYPE: ClassVar[str] = "contact.updated"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEventAdded:
    """Something that happened elsewhere (an order, a refund) is on a contact's timeline; what, is in `snapshot`."""

    TYPE: ClassVar[str] = "timeline.event_added"
    contact_id: str
    inbox_id: str
    kind: str
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanged:
    """The provider's word on a message template: approved, paused, rejected, other parts; `fields` names what differs
    from before."""

    TYPE: ClassVar[str] = "template.changed"
    inbox_id: str
    previous_status: str | None
    status: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxHealthChanged:
    """The provider no longer takes an inbox's credentials (`state` dead), or takes them again (ok)."""

    TYPE: ClassVar[str] = "inbox.health_changed"
    inbox_id: str
    previous: str
    state: str
    reason: str | None = None


Event = (
    ConversationCreated
    | ConversationUpdated
    | ConversationStatusChanged
    | ConversationAssigned
    | ConversationRead
    | NoteCreated
    | MessageCreated
    | MessageQueued
    | MessageStateChanged
    | CallStarted
    | CallEnded
    | AttachmentStored
    | ContactCreated
    | ContactUpdated
    | TimelineEventAdded
    | TemplateChanged
    | InboxHealthChanged
)

EVENTS: Mapping[str, type[Event]] = {
    event.TYPE: event
    for event in (
        ConversationCreated,
        ConversationUpdated,
        ConversationStatusChanged,
        ConversationAssigned,
        ConversationRead,
        NoteCreated,
        MessageCreated,
        MessageQueued,
        MessageStateChanged,
        CallStarted,
        CallEnded,
        AttachmentStored,
        ContactCreated,
        ContactUpdated,
        TimelineEventAdded,
        TemplateChanged,
        InboxHealthChanged,
    )
}
