"""Priority: points from rules, each worth a minute of waiting.

A queue is in order of `effective_at`, the time a conversation began to wait moved back by its points. So a wait makes
up for any points in time (nobody starves), the order never has to be reckoned anew, and it is explained by a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.conversation import Priority

POINT = timedelta(minutes=1)
MAX_POINTS = 10_000
OWN_POINTS: Mapping[Priority, int] = {
    Priority.LOW: -30,
    Priority.NORMAL: 0,
    Priority.HIGH: 30,
    Priority.URGENT: 120,
}


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """So many points where the condition holds."""

    name: str
    points: int
    condition: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contribution:
    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    contributions: tuple[Contribution, ...]


def score(rules: Sequence[PriorityRule], facts: Facts, own: Priority = Priority.NORMAL) -> Score:
    """The sum of what holds, with each part. `own` is the priority that people gave the conversation."""
    parts = [Contribution(f"priority {own.value}", OWN_POINTS[own])] if OWN_POINTS[own] else []
    parts += [Contribution(rule.name, rule.points) for rule in rules if holds(rule.condition, facts)]
    total = sum(part.points for part in parts)
    return Score(max(-MAX_POINTS, min(total, MAX_POINTS)), tuple(parts))


def effective_at(waiting_since: datetime, points: int) -> datetime:
    """A queue's order: the earliest comes first."""
    return waiting_since - points * POINT
