"""Conversations as they are answered."""

from datetime import datetime
from typing import Any

from chalicelib.api.schemas import View
from chalicelib.channels import registry
from chalicelib.domain.conversation import Conversation, LastMessage, Leg, Priority, Status, WakeOn
from chalicelib.domain.window import window_closes_at, window_is_open


class LegView(View, frozen=True, kw_only=True):
    """One inbox and address of a conversation. `window_open`: whether free text can be sent on it now."""

    id: str
    inbox_id: str
    channel: str
    address: str
    last_inbound_at: datetime | None
    window_open: bool
    window_closes_at: datetime | None


class LastMessageView(View, frozen=True, kw_only=True):
    id: str
    leg_id: str
    direction: str
    kind: str
    preview: str
    author_kind: str
    occurred_at: datetime


class TierView(View, frozen=True, kw_only=True):
    """The tier of an escalation path that it was escalated to in this episode; `place` counts from 0."""

    path: str
    tier: str
    place: int
    ticket: bool
    at: datetime


class TakenView(View, frozen=True, kw_only=True):
    """A supervisor (`by`) has taken it over, from `previous` (None: it was nobody's)."""

    by: str
    previous: str | None
    at: datetime


class ConversationRow(View, frozen=True, kw_only=True):
    """A conversation as lists show it."""

    id: str
    status: Status
    contact_id: str
    contact_name: str
    channel: str
    inbox_id: str
    active_leg_id: str
    assignee_id: str | None
    team_id: str | None
    priority: Priority
    labels: list[str]
    unread: int
    waiting_since: datetime | None
    last_activity_at: datetime
    opened_at: datetime
    snoozed_until: datetime | None
    wake_on: WakeOn
    episode: int
    last_message: LastMessageView | None
    tier: TierView | None
    taken_over: TakenView | None
    version: int


class ConversationView(ConversationRow, frozen=True, kw_only=True):
    """A whole conversation: with its legs and clocks. `merged_into`: the one that it is part of now, where it goes on;
    `absorbed`: those that are part of this one."""

    legs: list[LegView]
    status_changed_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    created_at: datetime
    merged_into: str | None
    absorbed: list[str]


class ConversationPage(View, frozen=True, kw_only=True):
    items: list[ConversationRow]
    next_cursor: str | None


class Counts(View, frozen=True, kw_only=True):
    """How many conversations; `unassigned` counts the open ones that are nobody's."""

    open: int
    pending: int
    snoozed: int
    resolved: int
    unassigned: int


class CountsView(View, frozen=True, kw_only=True):
    desk: Counts
    mine: Counts
    inboxes: dict[str, Counts]
    teams: dict[str, Counts]


def row_view(conversation: Conversation) -> ConversationRow:
    return ConversationRow(**_row(conversation))


def view(conversation: Conversation, now: datetime) -> ConversationView:
    return ConversationView(
        **_row(conversation),
        legs=[leg_view(leg, now) for leg in conversation.legs.values()],
        status_changed_at=conversation.status_changed_at,
        first_response_at=conversation.first_response_at,
        resolved_at=conversation.resolved_at,
        created_at=conversation.created_at,
        merged_into=conversation.merged_into,
        absorbed=list(conversation.absorbed),
    )


# What a row does not take from the conversation as it is.
_MADE = frozenset({"labels", "last_message", "tier", "taken_over"})


def _row(conversation: Conversation) -> dict[str, Any]:
    names = (name for name in ConversationRow.__struct_fields__ if name not in _MADE)
    newest = conversation.last_message
    return {
        **{name: getattr(conversation, name) for name in names},
        "labels": list(conversation.labels),
        "last_message": _last_message(newest) if newest else None,
        "tier": tier_view(conversation),
        "taken_over": _taken_view(conversation),
    }


def tier_view(conversation: Conversation) -> TierView | None:
    tier = conversation.standing
    if tier is None:
        return None
    return TierView(path=tier.path, tier=tier.tier, place=tier.place, ticket=tier.ticket, at=tier.at)


def _taken_view(conversation: Conversation) -> TakenView | None:
    taken = conversation.taken_over
    if taken is None:
        return None
    return TakenView(by=taken.by, previous=taken.previous, at=taken.at)


def _last_message(newest: LastMessage) -> LastMessageView:
    return LastMessageView(
        id=newest.id,
        leg_id=newest.leg_id,
        direction=newest.direction.value,
        kind=newest.kind,
        preview=newest.preview,
        author_kind=newest.author_kind,
        occurred_at=newest.at,
    )


def leg_view(leg: Leg, now: datetime) -> LegView:
    window = registry.load(leg.channel).CAPABILITIES.window_seconds
    return LegView(
        id=leg.id,
        inbox_id=leg.inbox_id,
        channel=leg.channel,
        address=leg.address,
        last_inbound_at=leg.last_inbound_at,
        window_open=window_is_open(leg, window, now),
        window_closes_at=window_closes_at(leg, window),
    )
