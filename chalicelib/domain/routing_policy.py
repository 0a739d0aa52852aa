"""The administrators' rules of routing: which queue a conversation joins, what it asks for, how much it presses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import entitlements
from chalicelib.domain.capacity import class_now
from chalicelib.domain.closing import Closing
from chalicelib.domain.conditions import Facts, asked_of, holds
from chalicelib.domain.conversation import Conversation, Priority
from chalicelib.domain.priority import PriorityRule, Score, score
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.skills import Requirements, Skills, Step
from chalicelib.domain.waits import TellWait

# The facts that rules may ask for (services/facts.py fills them in).
FACTS = frozenset(
    {
        "channel",
        "inbox_id",
        "team_id",
        "priority",
        "labels",
        "text",
        *entitlements.FACTS,
        "entitlement.*",
        "external.*",
        "episode",
        "escalation.tier",
        "is_returning",
        "sla_at_risk",
        "promise_broken",
    }
)


# What begins so is a fact of the customer.
EXTERNAL = "external."
OF_CONTACT = ("contact.", "attribute.", "entitlement.", EXTERNAL)
# That the customer still waits though they were told they would not.
BROKEN = "promise_broken"
# That a promise of service has little time left, or none.
AT_RISK = "sla_at_risk"
BROKEN_RULE = PriorityRule("broken promise", 30, {"field": BROKEN, "is": True})


class Mode(StrEnum):
    """How an agent gets work: given, offered to accept or decline, or taken by themselves."""

    DIRECT = "direct"
    OFFER = "offer"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class RouteRule:
    """Where the condition holds: this queue (where it names one), and these skills on top of those of other rules."""

    name: str
    condition: Mapping[str, Any] = field(default_factory=dict)
    team_id: str | None = None
    skills: Skills = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """`modes`: of single queues, by team; `mode` is that of all others. `sticky_seconds`: how long a returning customer
    waits for their own agent. `reply_seconds`: without an answer for so long a conversation goes back.
    `hibernate_seconds`: without a word from the customer for so long it gives its units back.
    `gone_seconds`: so long after an agent is gone or off shift they let go of what customers wait for. `missed_offers`:
    after so many in a row without an answer the agent is set to away. 0 switches each of them off. `offer_seconds`: to
    accept or decline in. `closings`: what is resolved by itself. `vip`: whose messages end a snooze for them alone
    (None: nobody's). `tell_wait`: whether customers are told how long they will wait (None: not)."""

    routes: tuple[RouteRule, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    mode: Mode = Mode.DIRECT
    modes: Mapping[str, Mode] = field(default_factory=dict)
    sticky_seconds: int = 60
    offer_seconds: int = 30
    missed_offers: int = 2
    reply_seconds: int = 0
    hibernate_seconds: int = 0
    gone_seconds: int = 300
    closings: tuple[Closing, ...] = ()
    vip: Mapping[str, Any] | None = None
    tell_wait: TellWait | None = None
    version: int = 0

    def mode_of(self, team_id: str) -> Mode:
        """How agents get what waits in this queue."""
        return self.modes.get(team_id, self.mode)


def asks_contact(policy: RoutingPolicy) -> bool:
    """Whether any rule asks who the customer is."""
    return is_asked(OF_CONTACT, conditions_of(policy))


def conditions_of(policy: RoutingPolicy) -> Sequence[Mapping[str, Any]]:
    """Of what decides on queues and order."""
    return [rule.condition for rule in policy.routes] + [rule.condition for rule in policy.priorities]


def is_asked(prefix: str | tuple[str, ...], conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a condition asks for a fact whose name begins so."""
    return any(name.startswith(prefix) for condition in conditions for name in asked_of(condition))


def queued(
    policy: RoutingPolicy,
    conversation: Conversation,
    facts: Facts,
    now: datetime,
    *,
    teams: frozenset[str],
    own_agent: str | None = None,
    before: QueueEntry | None = None,
    reason: str = "",
) -> QueueEntry:
    """The entry of a conversation that begins to wait. `teams` are those there are: any other is the fallback's.
    `own_agent` is who its customer comes back to; `before` an earlier entry of the conversation."""
    since = conversation.waiting_since or conversation.status_changed_at
    if before is not None and before.waiting_since == since:
        facts = {**facts, **{name: before.facts[name] for name in (BROKEN, AT_RISK) if name in before.facts}}
    tier = _tier_rule(conversation)
    rules = [*tier, *(rule for rule in policy.routes if holds(rule.condition, facts))]
    wanted = next((rule.team_id for rule in rules if rule.team_id), None) or conversation.team_id
    total = scored(policy, facts, conversation.priority)
    return QueueEntry(
        conversation_id=conversation.id,
        team_id=wanted if wanted in teams else FALLBACK,
        channel=conversation.channel,
        queued_at=now,
        waiting_since=since,
        epoch=before.epoch + 1 if before else 1,
        points=total.points,
        contributions=total.contributions,
        requirements=requirements(rules),
        sticky_id=own_agent,
        sticky_until=now + timedelta(seconds=policy.sticky_seconds) if own_agent and policy.sticky_seconds else None,
        reason=reason or (f"unknown team {wanted[:60]}" if wanted and wanted not in teams else ""),
        facts=facts,
        kind=class_now(conversation),
    )


def scored(policy: RoutingPolicy, facts: Facts, own: Priority) -> Score:
    """By the administrators' rules, and the one that is always there: who was promised too much comes sooner."""
    return score((*policy.priorities, BROKEN_RULE), facts, own)


def _tier_rule(conversation: Conversation) -> Sequence[RouteRule]:
    """What the tier that it was escalated to asks for, as a rule before all others: while it is that team's."""
    tier = conversation.standing
    if tier is None or tier.team_id != conversation.team_id:
        return ()
    return (RouteRule(tier.tier, team_id=tier.team_id, skills=tier.skills),)


def served(policy: RoutingPolicy, own: Sequence[str], teams: frozenset[str]) -> Sequence[str]:
    """The queues in which there may be something for who works for `own` teams: those, and the ones that overflow to
    them in time."""
    found = dict.fromkeys(own)
    for rule in policy.routes:
        if any(step.overflow_team_id in found for step in rule.steps):
            found.update(dict.fromkeys((rule.team_id,) if rule.team_id else sorted(teams)))
    return tuple(found)


def requirements(rules: Sequence[RouteRule]) -> Requirements:
    """What several rules ask for together: the highest level of each skill, every step in its time."""
    required: dict[str, int] = {}
    for rule in rules:
        for skill, level in rule.skills.items():
            required[skill] = max(level, required.get(skill, 0))
    steps = sorted((step for rule in rules for step in rule.steps), key=lambda step: step.after_seconds)
    return Requirements(required, tuple(steps))
