"""Who is faster: two channels, agents, teams or labels beside each other, like with like, from the roll-ups' hours."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from chalicelib.domain.agent import Agent
from chalicelib.domain.comparison import Comparison, Question, compared
from chalicelib.domain.comparison_rows import EPISODES, Strata, TopicsOverlap, grouping_by
from chalicelib.domain.comparison_strata import Sides
from chalicelib.domain.errors import InvalidInput, NotPermitted
from chalicelib.domain.errors_reports import ReportTooLarge
from chalicelib.domain.measure import NONE, Dimension
from chalicelib.domain.metrics import Definition
from chalicelib.domain.periods import local_day
from chalicelib.domain.report import Where
from chalicelib.domain.report_asks import MAX_VALUE, check_metric, check_period
from chalicelib.domain.rollup import Grain
from chalicelib.services.numbers_ports import RollupStore, Standing

MAX_METRICS = 4
MAX_DAYS = 31
# All that is asked together is held to one correction: more would find less, and take longer.
MAX_ASKED = 300
# What is read at once, so that memory does not grow with the period.
_PORTION = timedelta(days=7)
_COMPARABLE = ("duration", "rate")
MAX_TOPICS = 100
# Where conversations have so many labels on average, a label's own differences in what else its conversations are about
# would be taken for the channels'.
_OVERLAP = 1.02


@dataclass(frozen=True, slots=True)
class CompareAsk:
    """`first` and `last` are local days, both included. `of` alone: it against the rest; with `against`: the two. None
    of them: each that was seen against the rest, or with `pairs` each against each. `business`: durations are those
    within business hours. `topics`: where channels are compared, the labels of which a conversation has one at most;
    none: all labels are, which is refused where conversations have several."""

    metrics: tuple[str, ...]
    by: Dimension
    first: date
    last: date
    of: str | None = None
    against: str | None = None
    pairs: bool = False
    business: bool = False
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """`as_of`: when all of it was so; None: nothing has been counted yet."""

    ask: CompareAsk
    zone: str
    as_of: datetime | None
    found: tuple[Comparison, ...]
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Comparisons:
    """`definitions` are by name of the metric. `zone`: the workspace's."""

    rollups: RollupStore
    zone: Callable[[], ZoneInfo]
    definitions: Mapping[str, Definition]

    def answer(self, ask: CompareAsk, now: datetime, within: Collection[str] | None = None) -> Compared:
        """`within`: only these may be compared; all others are of the rest. None: whatever there is. Raises
        InvalidInput, NotPermitted, naming the field; ReportTooLarge, StoreUnavailable."""
        zone = self.zone()
        self._check(ask, local_day(now, zone))
        _check_permitted(ask, within)
        wanted = {name: self.definitions[name] for name in ask.metrics}
        standing = self.rollups.standing()
        if standing is None:
            return Compared(ask, zone.key, None, (), wanted)
        strata = self._strata(ask, zone, standing)
        sides = _sides(ask, strata.values(), within)
        if len(sides) * len(wanted) > MAX_ASKED:
            raise ReportTooLarge(
                f"These are {len(sides)} comparisons of {len(wanted)} metrics, and {MAX_ASKED} are made at once: name "
                "a side, or fewer metrics.",
                field="by",
            )
        questions = [Question(name, wanted[name].shape, each, ask.business) for name in ask.metrics for each in sides]
        return Compared(ask, zone.key, standing.as_of, tuple(compared(questions, strata.observed())), wanted)

    def _check(self, ask: CompareAsk, today: date) -> None:
        if not 0 < len(ask.metrics) <= MAX_METRICS or len(set(ask.metrics)) != len(ask.metrics):
            raise InvalidInput(f"Ask for 1 to {MAX_METRICS} metrics, each once.", field="metrics")
        for name in ask.metrics:
            check_metric(name, self.definitions, "metrics")
            if self.definitions[name].shape not in _COMPARABLE:
                raise InvalidInput(f"“{name}” is neither a duration nor a rate.", field="metrics")
        check_period(ask.first, ask.last, MAX_DAYS, today)
        _check_sides(ask)
        _check_topics(ask)

    def _strata(self, ask: CompareAsk, zone: ZoneInfo, standing: Standing) -> Strata:
        """Two readings for each week. Raises InvalidInput."""
        found = Strata(ask.by, ask.metrics, zone, frozenset(ask.topics))
        kinds = {*ask.metrics, EPISODES}
        for first, last in _portions(ask.first, ask.last):
            rows = self.rollups.read(Grain.HOUR, grouping_by(ask.by), None, first, last, ask.metrics, standing)
            channels = self.rollups.read(Grain.HOUR, (Dimension.CHANNEL,), None, first, last, kinds, standing)
            try:
                found.add(rows, channels)
            except TopicsOverlap as overlap:
                raise InvalidInput("There are conversations with two of these labels.", field="topics") from overlap
        if found.overlap() > _OVERLAP:
            raise InvalidInput(
                f"Conversations have {found.overlap():.2f} labels each: name those of which each has one at most.",
                field="topics",
            )
        return found


def _check_topics(ask: CompareAsk) -> None:
    if not ask.topics:
        return
    if ask.by is not Dimension.CHANNEL:
        raise InvalidInput("Topics are made equal where channels are compared.", field="topics")
    if len(ask.topics) > MAX_TOPICS or len(set(ask.topics)) != len(ask.topics):
        raise InvalidInput(f"Name at most {MAX_TOPICS}, each once.", field="topics")
    if any(not 0 < len(topic) <= MAX_VALUE or topic == NONE for topic in ask.topics):
        raise InvalidInput(f"A label has 1 to {MAX_VALUE} characters.", field="topics")


def _check_sides(ask: CompareAsk) -> None:
    for field, value in (("of", ask.of), ("against", ask.against)):
        if value is not None and not 0 < len(value) <= MAX_VALUE:
            raise InvalidInput(f"A value has 1 to {MAX_VALUE} characters.", field=field)
    if ask.against is not None and ask.of is None:
        raise InvalidInput("Say what is held against it.", field="of")
    if ask.against is not None and ask.against == ask.of:
        raise InvalidInput("This is the same side twice.", field="against")
    if ask.pairs and ask.of is not None:
        raise InvalidInput("Each against each names no side.", field="pairs")


def _portions(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        until = min(first + _PORTION - timedelta(days=1), last)
        yield first, until
        first = until + timedelta(days=1)


def _check_permitted(ask: CompareAsk, within: Collection[str] | None) -> None:
    for field, value in (("of", ask.of), ("against", ask.against)):
        if value is not None and within is not None and value not in within:
            raise NotPermitted(f"You may not see the numbers of this {ask.by.value}.", field=field)


def _sides(ask: CompareAsk, seen: list[str], within: Collection[str] | None) -> list[Sides]:
    """ "None" (no team, no label) is nobody to be called slow; it is part of the rest."""
    if ask.of is not None:
        return [Sides(ask.of, ask.against)]
    values = [value for value in seen if value != NONE and (within is None or value in within)]
    if ask.pairs:
        return [Sides(*each) for each in combinations(values, 2)]
    return [Sides(value) for value in values] if len(seen) > 1 else []


def allowed(by: Dimension | None, limits: Where, agents: Callable[[], Iterable[Agent]]) -> Collection[str] | None:
    """Within what a caller may see: a supervisor of some teams compares those, and the agents in them. None: all.
    Raises NotPermitted where numbers of the whole floor are asked for."""
    teams = limits.get(Dimension.TEAM)
    if teams is None:
        return None
    if by is Dimension.TEAM:
        return teams
    if by is Dimension.AGENT:
        return {agent.id for agent in agents() if not set(agent.team_ids).isdisjoint(teams)}
    raise NotPermitted("These are numbers of the whole floor; you may ask by team or by agent.", field="by")
