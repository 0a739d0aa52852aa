"""A queue: conversations that wait for somebody, one entry each, in order of their effective time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.capacity import ChannelClass
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.priority import Contribution, effective_at
from chalicelib.domain.routing_offer import ASK_AGAIN, Offer
from chalicelib.domain.routing_values import Decision, Work
from chalicelib.domain.skills import Requirements, asked_at

# Whoever becomes free while a conversation is being queued may see neither of both: it is looked at once more.
LOOK_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """Why and since when a conversation waits. `team_id` is whose queue it is (`FALLBACK` where no team is named).
    `epoch` counts the times it was queued: a timer of an earlier time does nothing. `kind`: what it weighs as (None:
    as its channel does). `declined` are those who would not or did not take it, passed over until `declined_until`
    (None: for as long as it waits). While an `offer` stands it keeps its place and nobody else gets it; `attempts`
    counts the offers made."""

    conversation_id: str
    team_id: str
    channel: str
    queued_at: datetime
    waiting_since: datetime
    epoch: int = 1
    points: int = 0
    contributions: tuple[Contribution, ...] = ()
    requirements: Requirements = field(default_factory=Requirements)
    sticky_id: str | None = None
    sticky_until: datetime | None = None
    declined: tuple[str, ...] = ()
    declined_until: datetime | None = None
    offer: Offer | None = None
    attempts: int = 0
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind: ChannelClass | None = None
    waits: bool = True

    @property
    def effective_at(self) -> datetime:
        return effective_at(self.waiting_since, self.points)


def may_wait(conversation: Conversation) -> bool:
    """Whether a conversation belongs into a queue: it is open, and nobody's."""
    return conversation.status is Status.OPEN and conversation.assignee_id is None


def work_of(entry: QueueEntry, now: datetime) -> Work:
    """What the entry asks for at a moment."""
    declined = declined_at(entry, now)
    return Work(
        conversation_id=entry.conversation_id,
        channel=entry.channel,
        asked=asked_at(entry.requirements, entry.team_id, entry.queued_at, now),
        waiting_since=entry.waiting_since,
        points=entry.points,
        sticky_id=entry.sticky_id,
        sticky_until=entry.sticky_until,
        declined=frozenset(declined),
        ask_again_at=entry.declined_until if declined else None,
        kind=entry.kind,
    )


def declined_at(entry: QueueEntry, now: datetime) -> tuple[str, ...]:
    """Who is passed over at a moment because they did not take it."""
    is_over = entry.declined_until is not None and now >= entry.declined_until
    return () if is_over else entry.declined


def refused(entry: QueueEntry, agent_id: str, now: datetime) -> QueueEntry:
    """The entry once its offer was declined or not answered: that agent is passed over for a while."""
    declined = dict.fromkeys((*declined_at(entry, now), agent_id))
    return replace(entry, offer=None, declined=tuple(declined), declined_until=now + ASK_AGAIN)


def look_at(entry: QueueEntry, decision: Decision) -> datetime | None:
    """When what has to wait is looked at next, whatever happens: soon after it was queued, then as it asks for less."""
    again = entry.queued_at + LOOK_AGAIN if decision.at == entry.queued_at else None
    return min((at for at in (again, decision.next_at) if at is not None), default=None)
