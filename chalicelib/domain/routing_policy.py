"""The administrators' rules of routing: which queue a conversation joins, what it asks for, how much it presses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.priority import PriorityRule, score
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.skills import Requirements, Skills, Step

# The facts that rules may ask for (services/facts.py fills them in).
FACTS = frozenset(
    {
        "channel",
        "inbox_id",
        "team_id",
        "priority",
        "labels",
        "text",
        "contact.tier",
        "contact.locale",
        "contact.language",
        "contact.country",
        "attribute.*",
        "episode",
        "is_returning",
        "sla_at_risk",
    }
)


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
    """`sticky_seconds`: how long a returning customer waits for their own agent. `offer_seconds`: to accept.
    `reply_seconds`: without an answer for so long a conversation goes back. `hibernate_seconds`: without a word from
    the customer for so long it gives its units back. 0 switches each of them off."""

    routes: tuple[RouteRule, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    mode: Mode = Mode.DIRECT
    sticky_seconds: int = 60
    offer_seconds: int = 30
    reply_seconds: int = 0
    hibernate_seconds: int = 0
    version: int = 0


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
    rules = [rule for rule in policy.routes if holds(rule.condition, facts)]
    wanted = next((rule.team_id for rule in rules if rule.team_id), None) or conversation.team_id
    total = score(policy.priorities, facts, conversation.priority)
    return QueueEntry(
        conversation_id=conversation.id,
        team_id=wanted if wanted in teams else FALLBACK,
        channel=conversation.channel,
        queued_at=now,
        waiting_since=conversation.waiting_since or conversation.status_changed_at,
        epoch=before.epoch + 1 if before else 1,
        points=total.points,
        contributions=total.contributions,
        requirements=requirements(rules),
        sticky_id=own_agent,
        sticky_until=now + timedelta(seconds=policy.sticky_seconds) if own_agent and policy.sticky_seconds else None,
        reason=reason or (f"unknown team {wanted[:60]}" if wanted and wanted not in teams else ""),
        facts=facts,
    )


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
