"""Comparisons: who is faster, like with like, and how sure that is."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.benchmarks import BenchmarkView, benchmark_view
from chalicelib.api.report_queries import Day
from chalicelib.api.report_schemas import MetricView, metric_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.comparison import Comparison, Side
from chalicelib.domain.comparison_words import Names, sentence
from chalicelib.domain.errors import InvalidInput, NotPermitted, ReportTooLarge
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import Calendar, PeriodWord, named
from chalicelib.domain.report import Period
from chalicelib.services.benchmarks import benchmarks as known_benchmarks
from chalicelib.services.benchmarks import beside
from chalicelib.services.comparisons import CompareAsk, Compared
from chalicelib.wiring import comparisons as wiring
from chalicelib.wiring import reports

resource = Resource("comparisons")

Value = Annotated[str, Meta(min_length=1, max_length=200)]
REST = "the rest"


class CompareQuery(Query, frozen=True, kw_only=True):
    """`metrics` and `topics`: names with commas between. `of` alone: it against the rest; with `against`: the two; none
    of them: each against the rest, or with `pairs` each against each. The last 28 days if no period is given, 31 at
    most. `topics`: where channels are compared, the labels of which a conversation has one at most; each is held
    against itself."""

    metrics: Annotated[str, Meta(min_length=1, max_length=300, examples=["first_response"])]
    by: Dimension
    period: PeriodWord | None = None
    first: Day | None = None
    last: Day | None = None
    of: Value | None = None
    against: Value | None = None
    pairs: bool = False
    business: bool = False
    topics: Annotated[str, Meta(min_length=1, max_length=4000)] | None = None


class SideView(View, frozen=True, kw_only=True):
    """`value` null: all others. `n` and `middle` (of a duration the median in ms, of a rate the share) are as reports
    have them, nothing made equal; `compared`: how many are alike enough to those of the other side."""

    value: str | None
    name: str
    n: int
    middle: float | None
    compared: int


class ComparisonView(View, frozen=True, kw_only=True):
    """`verdict`, of `a`: faster or slower, higher or lower, or no_difference_shown; with `too_few` nothing can be said.
    `size`: like by like, of a duration the factor (1.2: a fifth longer), of a rate the difference of shares; with the
    95 % interval of this one alone. `longer`: how often one of `a` takes longer than a like one of `b`. `chance`: of
    so large a difference where there is none; `corrected`: held to all `asked` together (Holm), different below 0.05.
    `seen`: the size that would have been found four times of five. `strata`: in how many groups of like conversations,
    `alike`: what part of the week is one. `sentence`: the same in words."""

    metric: str
    a: SideView
    b: SideView
    verdict: str
    too_few: bool
    size: float | None
    low: float | None
    high: float | None
    longer: float | None
    chance: float | None
    corrected: float | None
    asked: int
    seen: float | None
    strata: int
    alike: str
    sentence: str


class ComparisonsView(View, frozen=True, kw_only=True):
    """`made_equal`: by what conversations are alike. `as_of`: when all of it was so, null before anything was counted.
    `benchmarks`: what others are said to reach."""

    by: str
    made_equal: list[str]
    first: date
    last: date
    zone: str
    business: bool
    as_of: datetime | None
    items: list[ComparisonView]
    definitions: list[MetricView]
    benchmarks: list[BenchmarkView]


@resource.route(
    "GET",
    "/reports/comparisons",
    role=Role.SUPERVISOR,
    query=CompareQuery,
    gives=ComparisonsView,
    refuses=(InvalidInput, NotPermitted, ReportTooLarge),
)
def get_comparisons(caller: Caller, query: CompareQuery) -> ComparisonsView:
    """Durations and rates of two channels, agents, teams or labels beside each other: is the difference real? Like is
    compared with like: the same topic (of anything but channels: the same channel) at the same time of the week.
    Supervisors of teams compare those, and the agents in them."""
    calendar = reports.calendar()
    period = _period(query, calendar.day(caller.now), calendar)
    ask = CompareAsk(
        tuple(query.metrics.split(",")),
        query.by,
        period.first,
        period.last,
        query.of,
        query.against,
        query.pairs,
        query.business,
        tuple(query.topics.split(",")) if query.topics else (),
    )
    within = wiring.within(caller.principal, query.by)
    return _view(wiring.comparisons().answer(ask, caller.now, within))


def _period(query: CompareQuery, today: date, calendar: Calendar) -> Period:
    """Raises InvalidInput."""
    if query.first is not None and query.last is not None and query.period is None:
        return Period(query.first, query.last)
    if query.first is not None or query.last is not None:
        raise InvalidInput("Give a period, or its first and last day.", field="last" if query.first else "first")
    return named(query.period or "last_28_days", today, calendar.first_weekday)


def _view(found: Compared) -> ComparisonsView:
    ask = found.ask
    values = [value for each in found.found for value in (each.sides.of, each.sides.against) if value]
    names = reports.names().names(ask.by, sorted(set(values)))
    known, _version = known_benchmarks(wiring.benchmarks())
    return ComparisonsView(
        by=ask.by.value,
        made_equal=["label" if ask.by is Dimension.CHANNEL else "channel", "hour"],
        first=ask.first,
        last=ask.last,
        zone=found.zone,
        business=ask.business,
        as_of=found.as_of,
        items=[_comparison_view(each, names) for each in found.found],
        definitions=[metric_view(each) for each in found.definitions.values()],
        benchmarks=[benchmark_view(each) for metric in ask.metrics for each in beside(known, metric)],
    )


def _comparison_view(found: Comparison, names: Mapping[str, str]) -> ComparisonView:
    a = _side_view(found.sides.of, found.a, found.compared_a, names)
    b = _side_view(found.sides.against, found.b, found.compared_b, names)
    metric = found.metric.replace("_", " ").capitalize()
    return ComparisonView(
        metric=found.metric,
        a=a,
        b=b,
        verdict=found.verdict.value,
        too_few=found.too_few,
        size=found.size,
        low=found.low,
        high=found.high,
        longer=found.longer,
        chance=found.chance,
        corrected=found.corrected,
        asked=found.asked,
        seen=found.seen,
        strata=found.strata,
        alike=found.alike.value,
        sentence=sentence(found, Names(metric, a.name, b.name)),
    )


def _side_view(value: str | None, side: Side, compared: int, names: Mapping[str, str]) -> SideView:
    name = names.get(value, value) if value else REST
    return SideView(value=value, name=name, n=side.n, middle=side.middle, compared=compared)
