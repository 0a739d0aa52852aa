"""Days that never were, drawn from a seed: for rules that are to hold on a floor that is busier, larger or new.

The mix of channels, the lengths and who comes back are round figures; what rules ask for (languages, tiers) is drawn
from the shares that are given.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.capacity import Capacity
from chalicelib.domain.ids import encode
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.skills import MAX_LEVEL
from chalicelib.services.recording import Recording
from chalicelib.services.replay import Arrival, Staff

CHANNELS: Mapping[str, int] = {"web_chat": 30, "whatsapp": 35, "messenger": 15, "email": 20}
# Of the logarithm of a handling time: most are about as long as the median, a few much longer.
SPREAD = 0.6
LONGEST_SECONDS = 7200
# Of a hundred customers so many wrote before on the same day, at least so long ago.
RETURNING = 22
AWAY = timedelta(minutes=40)
# Of a hundred agents so many have a skill that the rules ask for.
SKILLED = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """`agents`: so many made-up ones; None: the desk's own. `shares`: by fact, how often each value comes up."""

    seed: int
    hours: int
    arrivals_per_hour: int
    agents: int | None = None
    handling_seconds: int = 600
    shares: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def generated(
    wanted: Wanted, start: datetime, own: Sequence[Staff], teams: Sequence[str], rules: Sequence[RoutingPolicy]
) -> Recording:
    """The same wishes give the same day. `own` are the desk's agents, there all day long."""
    chance = random.Random(f"{wanted.seed}/{wanted.hours}/{wanted.arrivals_per_hour}")  # noqa: S311 - no secret
    end = start + timedelta(hours=wanted.hours)
    staff = tuple(_staff(chance, wanted.agents, teams, rules)) if wanted.agents is not None else tuple(own)
    there = tuple(_there(each, start, end) for each in staff)
    return Recording(there, tuple(_arrivals(chance, wanted, start, end, teams)))


def _there(staff: Staff, start: datetime, end: datetime) -> Staff:
    return Staff(staff.agent_id, staff.name, staff.team_ids, ((start, end),), staff.capacity, staff.skills)


def _staff(chance: random.Random, count: int, teams: Sequence[str], rules: Sequence[RoutingPolicy]) -> Iterator[Staff]:
    asked = sorted({skill for policy in rules for rule in policy.routes for skill in rule.skills})
    for number in range(count):
        skills = {skill: chance.randint(2, MAX_LEVEL) for skill in asked if chance.randrange(100) < SKILLED}
        team_ids = (teams[number % len(teams)],) if teams else ()
        capacity = Capacity(chance.choice((8, 10, 10, 12)), 1)
        yield Staff(f"agt_{encode(number, 20)}", f"Agent {number + 1}", team_ids, (), capacity, skills)


def _arrivals(
    chance: random.Random, wanted: Wanted, start: datetime, end: datetime, teams: Sequence[str]
) -> Iterator[Arrival]:
    count = wanted.hours * wanted.arrivals_per_hour
    milliseconds = (end - start) // timedelta(milliseconds=1)
    times = sorted(start + timedelta(milliseconds=chance.randrange(milliseconds)) for _ in range(count))
    shares = {"channel": CHANNELS, **({"team_id": dict.fromkeys(teams, 1)} if teams else {}), **wanted.shares}
    made: list[Arrival] = []
    for number, at in enumerate(times):
        earlier = [each for each in made[-400:] if at - each.at > AWAY]
        if earlier and chance.randrange(100) < RETURNING:
            before = chance.choice(earlier)
            facts = {**before.facts, "episode": before.facts["episode"] + 1, "is_returning": True}
            name = before.conversation_id
        else:
            facts = {fact: _drawn(chance, values) for fact, values in sorted(shares.items()) if values}
            facts |= {"episode": 1, "is_returning": False}
            name = f"cnv_{encode(number, 20)}"
        seconds = min(LONGEST_SECONDS, max(10, round(wanted.handling_seconds * chance.lognormvariate(0, SPREAD))))
        made.append(Arrival(name, at, facts, seconds))
    yield from made


def _drawn(chance: random.Random, shares: Mapping[str, int]) -> str:
    return chance.choices(list(shares), weights=list(shares.values()))[0]
