"""What a replayed day comes to: waits, load, who came back to whom, and what another policy would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.routing_values import Decision
from chalicelib.services.replay import Replayed


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon an agent first answers what they were given: this many seconds, and so many more for every conversation
    they hold already. A model, the same for whoever is compared."""

    first_seconds: float = 10.0
    each_seconds: float = 8.0

    def seconds(self, beside: int) -> float:
        return self.first_seconds + self.each_seconds * beside


@dataclass(frozen=True, slots=True)
class Measures:
    """Waits in seconds until an agent has it; shares from 0 to 1. `load_gini`: 0 where everybody has the same share of
    their shift filled. `load_min` and `load_max` are the least and the most filled. `in_response`: first answer within
    a minute, by the pace."""

    arrived: int
    given: int
    wait_p50: float
    wait_p90: float
    wait_p99: float
    within_15: float
    within_60: float
    in_response: float
    load_gini: float
    load_min: float
    load_max: float
    returned: int
    returned_to_own: int


def measures(day: Replayed, pace: Pace | None = None) -> Measures:
    pace = pace or Pace()
    waits = sorted(each.waited_seconds(day.ended_at) for each in day.served)
    answered = [
        each.waited_seconds(day.ended_at) + pace.seconds(each.beside)
        for each in day.served
        if each.given_at is not None
    ]
    load = _load(day)
    returned = [each for each in day.served if each.own_agent_id is not None]
    total = max(1, len(waits))
    return Measures(
        arrived=len(waits),
        given=len(answered),
        wait_p50=percentile(waits, 50),
        wait_p90=percentile(waits, 90),
        wait_p99=percentile(waits, 99),
        within_15=sum(wait <= 15 for wait in waits) / total,
        within_60=sum(wait <= 60 for wait in waits) / total,
        in_response=sum(seconds <= 60 for seconds in answered) / total,
        load_gini=gini(load),
        load_min=min(load, default=0.0),
        load_max=max(load, default=0.0),
        returned=len(returned),
        returned_to_own=sum(each.agent_id == each.own_agent_id for each in returned),
    )


def _load(day: Replayed) -> list[float]:
    """The share of an agent's capacity that was filled, by agent."""
    found = []
    for each in day.staff:
        seconds = sum((end - start).total_seconds() for start, end in each.shifts)
        possible = seconds * each.capacity.units
        found.append(day.held_seconds[each.agent_id] / possible if possible else 0.0)
    return found


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest rank of what is in order; 0 of nothing."""
    place = max(0, -(-len(ordered) * share // 100) - 1)
    return ordered[int(place)] if ordered else 0.0


def gini(values: Sequence[float]) -> float:
    """0: all the same; towards 1: one has it all."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


@dataclass(frozen=True, slots=True)
class Difference:
    """What would have gone another way: who got it and when, then and now (None: nobody yet)."""

    conversation_id: str
    opening: int
    then: tuple[str, datetime] | None
    now: tuple[str, datetime] | None


def differences(then: Sequence[Decision], now: Sequence[Decision]) -> list[Difference]:
    """Of two runs of the same arrivals, opening by opening."""
    before, after = _given(then), _given(now)
    found = []
    for name, opening in sorted({*before, *after}):
        pair = before.get((name, opening)), after.get((name, opening))
        if pair[0] != pair[1]:
            found.append(Difference(name, opening, *pair))
    return found


def _given(decisions: Sequence[Decision]) -> dict[tuple[str, int], tuple[str, datetime]]:
    openings: dict[str, int] = {}
    found = {}
    for decision in decisions:
        if decision.agent_id is not None:
            name = decision.conversation_id
            openings[name] = openings.get(name, 0) + 1
            found[name, openings[name]] = decision.agent_id, decision.at
    return found
