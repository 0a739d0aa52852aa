"""What happens to contacts, inboxes and agents. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCreated:
    """Somebody wrote (or was identified) for the first time; `leg_id` is where, if they wrote."""

    TYPE: ClassVar[str] = "contact.created"
    channel: str
    identity_id: str
    leg_id: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPresenceChanged:
    """What an agent chose, or that the last of their clients is gone (or one is back)."""

    TYPE: ClassVar[str] = "agent.presence_changed"
    previous: str
    intent: str
    connected: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCapacityChanged:
    """How much an agent can hold, what they can do or whom they help has changed; how, is in `snapshot`."""

    TYPE: ClassVar[str] = "agent.capacity_changed"
    fields: tuple[str, ...]
