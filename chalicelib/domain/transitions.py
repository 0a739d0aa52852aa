"""How conversations change: pure transitions, each giving the new state.

Folding messages into a conversation does not depend on the order in which they arrive.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Leg, Status, WakeOn, summary
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.message import SILENT, Direction, Message, MessageKind

# A list row may stand this much behind its conversation's last message before it is moved up: keeping every
# view's order exact would re-key its indexes on every message (docs/decisions/0004-views.md).
VIEW_SLACK = timedelta(seconds=120)
ASIDE = frozenset({Status.SNOOZED, Status.RESOLVED})


def is_stale(view_at: datetime, activity: datetime) -> bool:
    """Whether a list row has fallen so far behind `activity` that its place must be rewritten."""
    return activity - view_at > VIEW_SLACK


def with_message(conversation: Conversation, message: Message) -> Conversation:
    """`conversation` after `message`, in whatever order messages arrive: folding a set of inbound messages gives the
    same state for each of their orders (versions aside). Wakes a snoozed conversation, unless that waits for its time;
    reopens a resolved one."""
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
        opened_at=_opened_at(state, message),
    )
    return _with_inbound(state, message) if inbound else _with_outbound(state, message)


def _opened_at(state: Conversation, message: Message) -> datetime:
    """The first episode opens with its first message; a later one with the first that reopens, in whatever order
    they arrive."""
    reopens = message.direction is Direction.INBOUND and message.kind not in SILENT
    return min(state.opened_at, message.occurred_at) if state.episode == 1 or reopens else state.opened_at


def _opened(conversation: Conversation, message: Message) -> Conversation:
    if conversation.status is Status.RESOLVED:
        return reopened(conversation, message.occurred_at)
    if conversation.status is Status.SNOOZED and conversation.wake_on is WakeOn.ANY_INBOUND:
        return _moved(conversation, Status.OPEN, message.occurred_at)
    return conversation


def _leg_with(leg: Leg, message: Message) -> Leg:
    leg = replace(
        leg,
        first_message_id=min(leg.first_message_id, message.id),
        last_message_id=max(leg.last_message_id, message.id),
        own_first_message_id=min(leg.own_first_message_id, message.id),
    )
    if message.direction is not Direction.INBOUND or _last_inbound_id(leg) > message.id:
        return leg
    return replace(leg, last_inbound_at=message.occurred_at, last_inbound_external_id=message.external_id)


def _last_inbound_id(leg: Leg) -> str:
    """Ids decide between messages of one moment, so that the last is the last in whatever order they arrive."""
    if leg.last_inbound_at is None:
        return ""
    return ids.message_id(leg.last_inbound_at, leg.id, leg.last_inbound_external_id or "")


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
    """Whether the business answered with this message: a person or their app did, no bot and no rule. Somebody's
    taking a call answers too."""
    human = message.author.kind in ("agent", "api")
    took_call = message.kind is MessageKind.CALL_UPDATE and message.content.get("answered") is True
    return message.direction is Direction.OUTBOUND and human and (took_call or message.kind not in SILENT)


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
    wake_on: WakeOn | None = None,
) -> Conversation:
    """The agent's own change. Raises TransitionRefused where it changes nothing or has no wake time."""
    if status is Status.SNOOZED and (snoozed_until is None or snoozed_until <= at):
        raise TransitionRefused("A snooze needs a time in the future.", field="snoozed_until")
    if status is not Status.SNOOZED and snoozed_until is not None:
        raise TransitionRefused("Only a snoozed conversation has a wake time.", field="snoozed_until")
    if status is not Status.SNOOZED and wake_on is not None:
        raise TransitionRefused("Only a snoozed conversation is woken by something.", field="wake_on")
    if status is conversation.status and status is not Status.SNOOZED:
        raise TransitionRefused(f"The conversation is {status.value} already.", field="status")
    if conversation.status is Status.RESOLVED and status is Status.OPEN:
        return reopened(conversation, at)
    moved = _moved(conversation, status, at)
    return replace(moved, snoozed_until=snoozed_until, wake_on=wake_on or WakeOn.ANY_INBOUND)


def vip_woken(conversation: Conversation, written_at: datetime, at: datetime) -> Conversation | None:
    """Open at `at`, for a customer who may not wait wrote at `written_at` (as it was stored); None where the snooze is
    over, waits for something else, or is younger than that message."""
    waits = conversation.status is Status.SNOOZED and conversation.wake_on is WakeOn.VIP_INBOUND
    if not waits or conversation.waiting_since is None or written_at < conversation.status_changed_at:
        return None
    return _moved(conversation, Status.OPEN, at)


def hibernated(conversation: Conversation, at: datetime) -> Conversation:
    """Put aside until the customer writes again, at no time of its own: for one who has gone silent."""
    if conversation.status is not Status.OPEN:
        raise TransitionRefused(f"The conversation is {conversation.status.value}.", field="status")
    return _moved(conversation, Status.SNOOZED, at)


def is_hibernating(conversation: Conversation) -> bool:
    """Put aside for silence alone, at no time of its own."""
    return conversation.status is Status.SNOOZED and conversation.snoozed_until is None


def _moved(conversation: Conversation, status: Status, at: datetime) -> Conversation:
    resolved = status is Status.RESOLVED
    return replace(
        conversation,
        status=status,
        status_changed_at=at,
        resolved_at=at if resolved else None,
        snoozed_until=None,
        wake_on=WakeOn.ANY_INBOUND,
        waiting_since=None if resolved else conversation.waiting_since,
        # Put aside, it gives its agent's units back; they are asked for anew when it is taken up again.
        weight=0 if status in ASIDE else conversation.weight,
    )


def assign(conversation: Conversation, *, assignee_id: str | None, team_id: str | None) -> Conversation:
    """The same conversation with another owner. Raises TransitionRefused where nothing would change."""
    if (assignee_id, team_id) == (conversation.assignee_id, conversation.team_id):
        raise TransitionRefused("The conversation is assigned so already.", field="assignee_id")
    return replace(conversation, assignee_id=assignee_id, team_id=team_id)


def mark_read(conversation: Conversation) -> Conversation:
    return replace(conversation, unread=0)
