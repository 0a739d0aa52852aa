"""What happens to conversations. `domain/events.py` has them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


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
    """Opened, set pending, snoozed, resolved; `episode` counts the openings. `wake_on`: what ends the snooze."""

    TYPE: ClassVar[str] = "conversation.status_changed"
    previous: str
    status: str
    episode: int
    reason: str
    snoozed_until: str | None = None
    wake_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned:
    """Another owner (or none): who had it and who has it."""

    TYPE: ClassVar[str] = "conversation.assigned"
    previous_assignee_id: str | None
    assignee_id: str | None
    previous_team_id: str | None
    team_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPriorityChanged:
    """People gave it another priority: where it waits, it moves in its queue."""

    TYPE: ClassVar[str] = "conversation.priority_changed"
    previous: str
    priority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead:
    """An agent has seen everything up to `message_id`; relayed to the customer where the channel has read marks."""

    TYPE: ClassVar[str] = "conversation.read"
    leg_id: str
    message_id: str
    external_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCreated:
    """A colleague's note: of the conversation, never of a leg. With an `audience` it is for these agents, its author
    and supervisors only: whoever passes this on has to keep to that. `mentions`: the agents it means, those of teams
    among them. `attachments`: `{mime, name, size_bytes}` of its files, in order."""

    TYPE: ClassVar[str] = "note.created"
    note_id: str
    author_id: str
    text: str
    audience: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()
