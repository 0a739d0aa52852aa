"""A conversation: one case of one contact, whatever the channels. What it is; how it changes is in `transitions`.

`version` grows by one per stored write and each version carries its events (see `events.py`). `episode` counts
openings: a reopened conversation starts a new one, with its own clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.message import Direction, Message, preview, said_in
from chalicelib.domain.standing import Standing, Taken


class Status(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class WakeOn(StrEnum):
    """What ends a snooze before its time: any message of the customer's, none, or only one that meets the policy's
    condition for those who may not wait."""

    ANY_INBOUND = "any_inbound"
    TIME = "time"
    VIP_INBOUND = "vip_inbound"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a leg's messages: those said in one part of one conversation, from the first to the last."""

    conversation_id: str
    part: int
    first_message_id: str
    last_message_id: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One inbox + identity of a conversation. `first_message_id` and `last_message_id` bound its part of the leg's
    messages; `last_inbound_at` opens the channel's messaging window. Merging and splitting leave `earlier`: stretches
    that were said elsewhere, or before a split; what is said here now is not before `own_first_message_id` ("": the
    leg's first). See `merging`."""

    id: str
    inbox_id: str
    channel: str
    address: str
    first_message_id: str
    last_message_id: str
    last_inbound_at: datetime | None = None
    last_inbound_external_id: str | None = None
    own_first_message_id: str = ""
    earlier: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class LastMessage:
    """What a list row shows of the newest message."""

    id: str
    leg_id: str
    direction: Direction
    kind: str
    preview: str
    at: datetime
    author_kind: str


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    contact_id: str
    contact_name: str
    inbox_id: str
    channel: str
    active_leg_id: str
    opened_at: datetime
    status_changed_at: datetime
    last_activity_at: datetime
    view_at: datetime
    created_at: datetime
    status: Status = Status.OPEN
    episode: int = 1
    assignee_id: str | None = None
    team_id: str | None = None
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    legs: Mapping[str, Leg] = field(default_factory=dict)
    last_message: LastMessage | None = None
    unread: int = 0
    waiting_since: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    snoozed_until: datetime | None = None
    wake_on: WakeOn = WakeOn.ANY_INBOUND
    weight: int = 0
    tier: Standing | None = None
    taken: Taken | None = None
    # Which it is part of now (then nothing of it changes any more), and which are part of it, the newest last.
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    # Grows whenever messages leave it: those said after are another part.
    part: int = 0
    version: int = 1

    @property
    def standing(self) -> Standing | None:
        """The tier it was escalated to in this episode."""
        return self.tier if self.tier is not None and self.tier.episode == self.episode else None

    @property
    def taken_over(self) -> Taken | None:
        """Who has taken it over and still has it."""
        return self.taken if self.taken is not None and self.taken.by == self.assignee_id else None


# What a customer takes back by writing again. An opt-out or a dead mailbox is not taken back so.
LIFTED_BY_WRITING = frozenset({"closed", "blocked"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether an address can be written to, as the provider last told: `reason` is a stable word (opted_out, blocked,
    closed, bounced, complained), `detail` a sentence. Where nobody has told anything, it can."""

    reachable: bool
    reason: str
    at: datetime
    detail: str = ""

    def is_lifted_by(self, written_at: datetime) -> bool:
        """Whether a message of the customer's at that time shows that it no longer holds."""
        return not self.reachable and self.reason in LIFTED_BY_WRITING and written_at > self.at


@dataclass(frozen=True, slots=True)
class LegHead:
    """A leg's own head, read first by every inbound message: who it belongs to and its current conversation.
    `status`, `resolved_at` and `view_at` copy the conversation's, written with them; `view_at` may be behind where the
    conversation has several legs."""

    id: str
    inbox_id: str
    channel: str
    address: str
    identity_id: str
    contact_id: str
    conversation_id: str
    ordinal: int
    status: Status
    view_at: datetime
    resolved_at: datetime | None = None
    contact_name: str = ""
    reach: Reach | None = None
    # What was said until then was erased, and never comes back. Until somebody writes again, the leg is nobody's
    # (no `contact_id`) and `was` tells whose it was.
    cut: datetime | None = None
    was: str | None = None


def summary(message: Message) -> LastMessage:
    return LastMessage(
        id=message.id,
        leg_id=message.leg_id,
        direction=message.direction,
        kind=message.kind.value,
        preview=preview(message.kind, said_in(message)),
        at=message.occurred_at,
        author_kind=message.author.kind,
    )
