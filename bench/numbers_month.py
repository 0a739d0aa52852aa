"""A simulated month with known effects: are they found, and nothing else?

A hundred agents, 200,000 conversations, six channels. Who writes when, about what and on which channel is uneven on
purpose: channels differ in topics and in hours, agents in channels and shifts, and both in themselves make no
difference once like is compared with like. What does is planted: one channel answers slower, one agent solves less at
the first answer, one handles longer. All figures are made up, and the same for one seed.
"""

import random
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import log
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from bench.budgets import Figure, figure
from chalicelib.aws.codec_numbers import table_from, table_text
from chalicelib.domain.comparison import Comparison, Verdict
from chalicelib.domain.measure import Dimension, Dims, Measure
from chalicelib.domain.periods import first_hour, hour_text, local_day
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping, counted
from chalicelib.services.comparisons import CompareAsk, Comparisons
from chalicelib.services.numbers_ports import Standing

ZONE = ZoneInfo("Europe/Berlin")
# With the Sunday on which the clocks are put back.
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BEGIN = first_hour(FIRST, ZONE)
HOURS = 31 * 24 + 1
NOW = datetime(2026, 11, 2, tzinfo=UTC)
# By local hour, of working days and of weekends: chat is of the day, mail of any hour.
DAYTIME = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 18, 14, 16, 18, 17, 15, 12, 10, 8, 6, 4, 3, 2)
EVENING = (3, 2, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 9, 9, 8, 8, 9, 12, 16, 20, 22, 18, 12, 6)
FLAT = (7, 6, 6, 6, 6, 6, 7, 8, 9, 10, 10, 10, 9, 9, 10, 10, 9, 9, 8, 8, 8, 8, 7, 7)
WEEKEND = 0.4
# Channel: share of all, when it is written on, the first of the four topics it is mostly about.
CHANNELS: Mapping[str, tuple[int, tuple[int, ...], int]] = {
    "email": (20, FLAT, 0),
    "web_chat": (25, DAYTIME, 3),
    "whatsapp": (25, EVENING, 5),
    "messenger": (12, EVENING, 7),
    "telegram": (10, FLAT, 8),
    "sms": (8, DAYTIME, 10),
}
TOPICS = tuple(f"topic_{number:02d}" for number in range(12))
NO_TOPIC, TAGGED, MOSTLY = 0.1, 0.2, 0.6
SHIFTS = ((6, 14), (9, 17), (14, 22), (22, 6))
SHIFT_SHARES = (3, 4, 3, 1)
TEAMS = 5
SPREAD = 1.1  # of the logarithms of durations
METRICS = {
    name: SimpleNamespace(name=name, shape=shape)
    for name, shape in (("first_response", "duration"), ("handling", "duration"), ("one_touch", "rate"))
}


@dataclass(frozen=True, slots=True)
class Planted:
    """Value: factor of its durations, or what is added to its rate."""

    first_response: Mapping[str, float] = field(default_factory=dict)  # by channel
    one_touch: Mapping[str, float] = field(default_factory=dict)  # by agent
    handling: Mapping[str, float] = field(default_factory=dict)  # by agent


FULL = Planted({"messenger": 1.08}, {"agt_017": -0.1}, {"agt_042": 1.15})


@dataclass(frozen=True, slots=True)
class Agent:
    name: str
    team: str
    channels: tuple[str, ...]
    shift: tuple[int, int]
    free: int  # one working day of the week, and the weekend but for a third

    def there(self, local: datetime) -> bool:
        start, end = self.shift
        inside = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
        return inside and local.weekday() != self.free


def staff(chance: random.Random, count: int) -> list[Agent]:
    """One of each shift and channel is there at any hour, however few they are."""
    return [
        Agent(
            f"agt_{number:03d}",
            f"team_{number % TEAMS}",
            tuple(chance.sample(list(CHANNELS), 3)),
            chance.choices(SHIFTS, SHIFT_SHARES)[0],
            chance.randrange(7),
        )
        for number in range(count)
    ]


def month(
    seed: int, agents: int, conversations: int, planted: Planted, days: int = 31
) -> Iterator[tuple[datetime, list[Measure]]]:
    """The measures of each hour; of fewer days, where a smaller desk will do."""
    chance = random.Random(f"{seed}/{agents}/{conversations}")
    people = staff(chance, agents)
    hours = [BEGIN + timedelta(hours=place) for place in range(min(HOURS, days * 24))]
    arrivals: dict[datetime, list[str]] = {hour: [] for hour in hours}
    for channel, (share, profile, _) in CHANNELS.items():
        weights = [_weight(hour.astimezone(ZONE), profile) for hour in hours]
        for hour in chance.choices(hours, weights, k=conversations * share // 100):
            arrivals[hour].append(channel)
    for hour in hours:
        local = hour.astimezone(ZONE)
        there = [each for each in people if each.there(local)] or people
        able = {name: [each for each in there if name in each.channels] or there for name in CHANNELS}
        yield (
            hour,
            [one for name in arrivals[hour] for one in _conversation(chance, hour, local, name, able[name], planted)],
        )


def _weight(local: datetime, profile: Sequence[int]) -> float:
    return profile[local.hour] * (WEEKEND if local.weekday() >= 5 else 1.0 + 0.2 * (local.weekday() == 0))


def _conversation(
    chance: random.Random, hour: datetime, local: datetime, channel: str, able: Sequence[Agent], planted: Planted
) -> Iterator[Measure]:
    agent = chance.choice(able)
    topic = (CHANNELS[channel][2] + chance.randrange(4 if chance.random() < MOSTLY else 12)) % 12
    labels: tuple[str, ...] = () if chance.random() < NO_TOPIC else (TOPICS[topic],)
    # Busy hours and hard topics take longer, whoever works; what has no label is alike on all channels.
    hard = 1 + 0.25 * topic if labels else 2.0
    labels += ("vip",) if chance.random() < TAGGED else ()
    dims = Dims(channel, team=agent.team, agent=agent.name, labels=labels)
    busy = 1 + DAYTIME[local.hour] / 10
    at = hour + timedelta(seconds=chance.randrange(3600))
    waited = chance.lognormvariate(log(45_000 * hard * busy * planted.first_response.get(channel, 1.0)), SPREAD)
    longer = 1.6 if channel == "email" else 1.0
    handled = chance.lognormvariate(log(200_000 * hard * longer * planted.handling.get(agent.name, 1.0)), SPREAD)
    solved = 0.75 - 0.04 * min(hard, 6) * 2 + planted.one_touch.get(agent.name, 0.0)
    yield Measure("arrivals", at, 1, dims=dims)
    yield Measure("first_response", at, 1, value=round(waited), business=round(waited), dims=dims)
    yield Measure("handling", at, 1, value=round(handled), business=round(handled), dims=dims)
    yield Measure("one_touch", at, 1, hit=chance.random() < solved, dims=dims)


GROUPINGS: tuple[Grouping, ...] = (
    (Dimension.CHANNEL,),
    (Dimension.CHANNEL, Dimension.LABEL),
    (Dimension.CHANNEL, Dimension.AGENT),
    (Dimension.CHANNEL, Dimension.TEAM),
)


class Month:
    """Its roll-ups, in the packed form in which they are kept: reading them costs what it costs."""

    def __init__(self, hours: Iterator[tuple[datetime, list[Measure]]]) -> None:
        self._hours: dict[tuple[Grouping, datetime], str] = {}
        for hour, measures in hours:
            for grouping in GROUPINGS:
                self._hours[grouping, hour] = table_text(counted(measures, grouping))

    def standing(self) -> Standing:
        return Standing(NOW, ZONE.key)

    def settled(self) -> datetime:
        return NOW

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Collection[str] | None = None,
        standing: Standing | None = None,
    ) -> Mapping[tuple[str, Group], Cells]:
        return {
            (hour_text(hour), each): cells
            for (kept, hour), text in self._hours.items()
            if kept == grouping and first <= local_day(hour, ZONE) <= last
            for each, cells in table_from(text).items()
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a month's comparisons said: those asked, those different, and how long it took."""

    asked: int
    different: tuple[Comparison, ...]
    seconds: float

    def missed(self, planted: Planted) -> list[str]:
        """Planted effects that were not found, or not with every other channel."""
        seen = {(each.metric, side) for each in self.different for side in (each.sides.of, each.sides.against)}
        wanted = [("first_response", name) for name in planted.first_response]
        wanted += [("one_touch", name) for name in planted.one_touch]
        wanted += [("handling", name) for name in planted.handling]
        others = len(CHANNELS) - 1
        pairs = sum(1 for each in self.different if _of(each, planted.first_response))
        missed = [f"{metric} of {name}" for metric, name in wanted if (metric, name) not in seen]
        return missed or (["a pair of channels"] if planted.first_response and pairs < others else [])

    def false(self, planted: Planted) -> list[Comparison]:
        """Differences that nobody planted, or the wrong way round."""
        return [each for each in self.different if not _right(each, planted)]


def _of(each: Comparison, channels: Collection[str]) -> bool:
    return each.metric == "first_response" and bool({each.sides.of, each.sides.against} & set(channels))


def _right(each: Comparison, planted: Planted) -> bool:
    if each.sides.of.startswith("team_"):
        return False
    if each.metric == "one_touch":
        change = planted.one_touch.get(each.sides.of, 0.0)
        return change != 0 and (each.verdict is Verdict.HIGHER) == (change > 0)
    factors = planted.first_response if each.metric == "first_response" else planted.handling
    of, against = factors.get(each.sides.of, 1.0), factors.get(each.sides.against or "", 1.0)
    return of != against and (each.verdict is Verdict.SLOWER) == (of > against)


ASKS = (
    CompareAsk(("first_response",), Dimension.CHANNEL, FIRST, LAST, pairs=True, topics=TOPICS),
    CompareAsk(("one_touch", "handling"), Dimension.AGENT, FIRST, LAST),
    CompareAsk(("first_response",), Dimension.TEAM, FIRST, LAST, pairs=True),
)


def look(made: Month) -> Found:
    service = Comparisons(made, lambda: ZONE, METRICS)  # type: ignore[arg-type]
    started = time.process_time()
    found = [each for ask in ASKS for each in service.answer(ask, NOW).found]
    different = tuple(each for each in found if each.verdict is not Verdict.NO_DIFFERENCE_SHOWN)
    return Found(sum(not each.too_few for each in found), different, time.process_time() - started)


def families_wrong(seed: int, agents: int, conversations: int, days: int = 31) -> int:
    """Of a month with nothing planted: in how many of the three answers something is called different."""
    made = Month(month(seed, agents, conversations, Planted(), days))
    service = Comparisons(made, lambda: ZONE, METRICS)  # type: ignore[arg-type]
    return sum(
        any(each.verdict is not Verdict.NO_DIFFERENCE_SHOWN for each in service.answer(ask, NOW).found) for ask in ASKS
    )


AGENTS, CONVERSATIONS = 100, 200_000
# Weeks of a smaller desk, with nothing planted.
WEEKS, WEEK_CONVERSATIONS, WEEK_AGENTS = 60, 2_000, 10


def measure(*, quick: bool) -> Iterator[Figure]:
    started = time.process_time()
    made = Month(month(1, AGENTS, CONVERSATIONS, FULL))
    built = time.process_time() - started
    found = look(made)
    missed, false = found.missed(FULL), found.false(FULL)
    size = f"{CONVERSATIONS:,} conversations, {found.asked} comparisons, made in {built:.0f} s"
    said = "; ".join(f"{each.metric} {each.sides.of}/{each.sides.against or 'rest'}" for each in false)
    yield figure("numbers.simulated_month_missed", len(missed), ", ".join(missed) or size)
    yield figure(
        "numbers.simulated_month_false", len(false), said or f"{len(found.different)} differences, all planted"
    )
    yield figure("numbers.simulated_month_seconds", found.seconds, "CPU of all three answers")
    wrong = sum(families_wrong(seed, WEEK_AGENTS, WEEK_CONVERSATIONS, days=7) for seed in range(WEEKS))
    rate = wrong / (WEEKS * len(ASKS))
    yield figure("numbers.simulated_null_rate", rate, f"{wrong} of {WEEKS * len(ASKS)} answers, nothing planted")
