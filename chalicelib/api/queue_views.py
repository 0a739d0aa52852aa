"""How what waits, and what was decided, is answered."""

from datetime import datetime
from typing import Any

from chalicelib.api.schemas import AgentId, Json, View
from chalicelib.domain.expected_wait import Expected
from chalicelib.domain.queue import QueueEntry, declined_at, work_of
from chalicelib.domain.routing_values import Decision, Outcome, Reason
from chalicelib.services.gauges import SPANS, Gauged


class ContributionView(View, frozen=True, kw_only=True):
    name: str
    points: int


class ExpectedView(View, frozen=True, kw_only=True):
    """Half of the like before waited no longer than `low_seconds`, four of five no longer than `high_seconds`; from so
    many `samples` of the last seven days."""

    low_seconds: int
    high_seconds: int
    samples: int


class ArrivalsView(View, frozen=True, kw_only=True):
    """Conversations that joined the queue, a minute: over the last 1, 5, 15 and 60 whole minutes."""

    last_1: float
    last_5: float
    last_15: float
    last_60: float


class EntryView(View, frozen=True, kw_only=True):
    """What waits. The order is that of `effective_at`: `waiting_since` moved back by a minute for each point.
    `required` and `team_ids` are what it asks for now, `step` how many times it has relaxed, `relaxed` the skills it
    asks less of, `relaxes_at` when it asks for less again."""

    conversation_id: str
    team_id: str
    channel: str
    waiting_since: datetime
    queued_at: datetime
    effective_at: datetime
    points: int
    contributions: list[ContributionView]
    required: dict[str, int]
    team_ids: list[str]
    step: int
    relaxed: list[str]
    relaxes_at: datetime | None
    sticky_id: AgentId | None
    sticky_until: datetime | None
    declined: list[str]
    offered_to: AgentId | None
    offer_until: datetime | None
    reason: str


class WeighedView(View, frozen=True, kw_only=True):
    agent_id: AgentId
    free_percent: int
    idle_seconds: int


class SkippedView(View, frozen=True, kw_only=True):
    agent_id: AgentId
    reason: Reason
    detail: str


class DecisionView(View, frozen=True, kw_only=True):
    """`sentence` says it all; the rest is what it says. `weighed`: who could take it, the best first; `skipped`: who
    was passed over (the first 20 of `skipped_count`); `rules_version`: which rules held. `facts`: what the sentence
    tells beside these, as data: its `kind` (returning, free, own_busy, nobody, no_agents, manual, accepted, declined,
    expired), `name`, `percent`, `able`, `passed` (how many by reason), `seconds`, `reason`; {} of decisions of
    before."""

    at: datetime
    outcome: Outcome
    agent_id: AgentId | None
    sentence: str
    facts: Json
    weighed: list[WeighedView]
    skipped: list[SkippedView]
    skipped_count: int
    step: int
    relaxed: list[str]
    sticky: bool
    next_at: datetime | None
    rules_version: int


def expected_view(expected: Expected | None) -> ExpectedView | None:
    if expected is None:
        return None
    return ExpectedView(low_seconds=expected.low_seconds, high_seconds=expected.high_seconds, samples=expected.samples)


def gauge_fields(gauged: Gauged) -> dict[str, Any]:
    rates = {f"last_{span}": round(gauged.arrivals.get(span, 0.0), 2) for span in SPANS}
    return {
        "arrivals_per_minute": ArrivalsView(**rates),
        "expected_wait": expected_view(gauged.expected),
        "left_today": gauged.left_today,
    }


def entry_view(entry: QueueEntry, now: datetime) -> EntryView:
    return EntryView(**entry_fields(entry, now))


def entry_fields(entry: QueueEntry, now: datetime) -> dict[str, Any]:
    asked = work_of(entry, now).asked
    return {
        "conversation_id": entry.conversation_id,
        "team_id": entry.team_id,
        "channel": entry.channel,
        "waiting_since": entry.waiting_since,
        "queued_at": entry.queued_at,
        "effective_at": entry.effective_at,
        "points": entry.points,
        "contributions": [ContributionView(name=part.name, points=part.points) for part in entry.contributions],
        "required": dict(asked.required),
        "team_ids": list(asked.team_ids),
        "step": asked.step,
        "relaxed": list(asked.relaxed),
        "relaxes_at": asked.next_at,
        "sticky_id": entry.sticky_id,
        "sticky_until": entry.sticky_until,
        "declined": list(declined_at(entry, now)),
        "offered_to": entry.offer.agent_id if entry.offer else None,
        "offer_until": entry.offer.until if entry.offer else None,
        "reason": entry.reason,
    }


def decision_view(decision: Decision) -> DecisionView:
    return DecisionView(
        at=decision.at,
        outcome=decision.outcome,
        agent_id=decision.agent_id,
        sentence=decision.sentence,
        facts=dict(decision.facts),
        weighed=[
            WeighedView(agent_id=one.agent_id, free_percent=one.free_share // 10, idle_seconds=one.idle_seconds)
            for one in decision.weighed
        ],
        skipped=[SkippedView(agent_id=one.agent_id, reason=one.reason, detail=one.detail) for one in decision.skipped],
        skipped_count=decision.skipped_count,
        step=decision.step,
        relaxed=list(decision.relaxed),
        sticky=decision.sticky,
        next_at=decision.next_at,
        rules_version=decision.rules_version,
    )
