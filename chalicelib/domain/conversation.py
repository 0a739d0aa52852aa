"""A conversation: one case of one contact, whatever the channels. Pure state and its transitions.

Every transition returns the new state; `version` grows by one per stored write and each version carries its
events (see `events.py`). `episode` counts openings: a reopened conversation starts a new one, with its own clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.message import SILENT, Direction, Message, preview

# A list row may stand this much behind its conversation's last message before it is moved up: keeping every
# view's order exact would re-key its indexes on every message (docs/decisions/0004-views.md).
VIEW_SLACK = timedelta(seconds=120)


class Status(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Leg:
    """One inbox + identity of a conversation. `first_message_id` and `last_message_id` bound its part of the leg's
    messages; `last_inbound_at` opens the channel's messaging window."""

    id: str
    inbox_id: str
    channel: str
    address: str
    first_message_id: str
    last_message_id: str
    last_inbound_at: datetime | None = None
    last_inbound_external_id: str | None = None


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
    version: int = 1


@dataclass(frozen=True, slots=True)
class LegHead:
    """A leg's own head, read first by every inbound message: who it belongs to and its current conversation.
    `status`, `resolved_at` and `view_at` copy the conversation's, written with them."""

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


def summary(message: Message) -> LastMessage:
    return LastMessage(
        id=message.id,
        leg_id=message.leg_id,
        direction=message.direction,
        kind=message.kind.value,
        preview=preview(message.kind, message.text),
        at=message.occurred_at,
        author_kind=message.author.kind,
    )


def is_stale(view_at: datetime, activity: datetime) -> bool:
    """Whether a list row has fallen so far behind `activity` that its place must be rewritten."""
    return activity - view_at > VIEW_SLACK


def with_message(conversation: Conversation, message: Message) -> Conversation:
    """`conversation` after `message`, in whatever order messages arrive: folding a set of inbound messages gives the
    same state for each of their orders (versions aside). Wakes a snoozed conversation, reopens a resolved one."""
    inbound = message.direction is Direction.INBOUND
    state = _opened(conversation, message) if inbound and message.kind not in SILENT else conversation
    legs = {**state.legs, message.leg_id: _leg_with(state.legs[message.leg_id], message)}
    newest = state.last_message
    is_newest = newest is None or (message.occurred_at, message.id) > (newest.at, newest.id)
    activity = max(state.last_activity_at, message.occurred_at)
    state = replace(
        state,
        legs=legs,
        active_leg_id=message.leg_id if is_newest else state.active_leg_id,
        last_message=summary(message) if is_newest else newest,
        last_activity_at=activity,
        view_at=activity if is_stale(state.view_at, activity) else state.view_at,
        opened_at=min(state.opened_at, message.occurred_at) if state.episode == 1 else state.opened_at,
    )
    return _with_inbound(state, message) if inbound else _with_outbound(state, message)


def _opened(conversation: Conversation, message: Message) -> Conversation:
    if conversation.status is Status.RESOLVED:
        return reopened(conversation, message.occurred_at)
    if conversation.status is Status.SNOOZED:
        return _moved(conversation, Status.OPEN, message.occurred_at)
    return conversation


def _leg_with(leg: Leg, message: Message) -> Leg:
    leg = replace(
        leg,
        first_message_id=min(leg.first_message_id, message.id),
        last_message_id=max(leg.last_message_id, message.id),
    )
    if message.direction is not Direction.INBOUND:
        return leg
    if leg.last_inbound_at is not None and leg.last_inbound_at > message.occurred_at:
        return leg
    return replace(leg, last_inbound_at=message.occurred_at, last_inbound_external_id=message.external_id)


def _with_inbound(conversation: Conversation, message: Message) -> Conversation:
    if message.kind in SILENT:
        return conversation
    since = conversation.waiting_since
    waiting = message.occurred_at if since is None else min(since, message.occurred_at)
    return replace(conversation, unread=conversation.unread + 1, waiting_since=waiting)


def _with_outbound(conversation: Conversation, message: Message) -> Conversation:
    newest = conversation.last_message
    if not answers(message) or (newest is not None and newest.id != message.id):
        return conversation
    at = message.occurred_at
    first = min(conversation.first_response_at or at, at)
    return replace(conversation, unread=0, waiting_since=None, first_response_at=first)


def answers(message: Message) -> bool:
    """Whether the business answered with this message: a person or their app did, no bot and no rule."""
    human = message.author.kind in ("agent", "api")
    return message.direction is Direction.OUTBOUND and human and message.kind not in SILENT


def reopened(conversation: Conversation, at: datetime) -> Conversation:
    """A new episode: its clocks start at `at`."""
    return replace(
        _moved(conversation, Status.OPEN, at),
        episode=conversation.episode + 1,
        opened_at=at,
        first_response_at=None,
        waiting_since=None,
    )


def may_reopen(resolved_at: datetime | None, at: datetime, reopen_seconds: int) -> bool:
    """Whether a message at `at` still belongs to a case resolved at `resolved_at`."""
    return resolved_at is not None and at - resolved_at <= timedelta(seconds=reopen_seconds)


def change_status(
    conversation: Conversation,
    status: Status,
    at: datetime,
    *,
    snoozed_until: datetime | None = None,
) -> Conversation:
    """The agent's own change. Raises TransitionRefused where it changes nothing or has no wake time."""
    if status is Status.SNOOZED and (snoozed_until is None or snoozed_until <= at):
        raise TransitionRefused("A snooze needs a time in the future.", field="snoozed_until")
    if status is not Status.SNOOZED and snoozed_until is not None:
        raise TransitionRefused("Only a snoozed conversation has a wake time.", field="snoozed_until")
    if status is conversation.status and status is not Status.SNOOZED:
        raise TransitionRefused(f"The conversation is {status.value} already.", field="status")
    if conversation.status is Status.RESOLVED and status is Status.OPEN:
        return reopened(conversation, at)
    moved = _moved(conversation, status, at)
    return replace(moved, snoozed_until=snoozed_until)


def _moved(conversation: Conversation, status: Status, at: datetime) -> Conversation:
    resolved = status is Status.RESOLVED
    return replace(
        conversation,
        status=status,
        status_changed_at=at,
        resolved_at=at if resolved else None,
        snoozed_until=None,
        waiting_since=None if resolved else conversation.waiting_since,
    )


def assign(conversation: Conversation, *, assignee_id: str | None, team_id: str | None) -> Conversation:
    """The same conversation with another owner. Raises TransitionRefused where nothing would change."""
    if (assignee_id, team_id) == (conversation.assignee_id, conversation.team_id):
        raise TransitionRefused("The conversation is assigned so already.", field="assignee_id")
    return replace(conversation, assignee_id=assignee_id, team_id=team_id)


def mark_read(conversation: Conversation) -> Conversation:
    return replace(conversation, unread=0)


def window_closes_at(leg: Leg, window_seconds: int | None) -> datetime | None:
    """When free text stops being allowed on this leg; None where the channel has no window or the customer has
    never written (then `window_is_open` tells which)."""
    if window_seconds is None or leg.last_inbound_at is None:
        return None
    return leg.last_inbound_at + timedelta(seconds=window_seconds)


def window_is_open(leg: Leg, window_seconds: int | None, now: datetime) -> bool:
    """Whether the channel takes free text on this leg now."""
    if window_seconds is None:
        return True
    closes_at = window_closes_at(leg, window_seconds)
    return closes_at is not None and now < closes_at
