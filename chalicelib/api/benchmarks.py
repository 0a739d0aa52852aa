"""What to hold numbers against: benchmarks that administrators keep, and targets that were reached before."""

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, to_builtins

from chalicelib.api.report_schemas import MetricView, metric_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, NotPermitted, VersionConflict
from chalicelib.domain.measure import NONE, Dimension
from chalicelib.domain.targets import Proposal
from chalicelib.services import benchmarks
from chalicelib.services.benchmarks import MAX_BENCHMARKS, MAX_NOTE, MAX_SOURCE, MAX_URL, Benchmark
from chalicelib.services.targets import LEAST_SHARE, MOST_SHARE, TargetAsk
from chalicelib.wiring import comparisons as wiring
from chalicelib.wiring import reports

resource = Resource("benchmarks")

Short = Annotated[str, Meta(max_length=60)]


class BenchmarkBody(Body, frozen=True, kw_only=True):
    """`value` in the metric's unit: milliseconds, or a share from 0 to 1. `percentile`: which of a duration it is (0.5:
    the median; left out: its mean). `channel`, `industry`: of which alone it is. `doubt`: what speaks against comparing
    with it."""

    id: Annotated[str, Meta(min_length=1, max_length=40)]
    metric: Annotated[str, Meta(min_length=1, max_length=60)]
    value: Annotated[float, Meta(ge=0)]
    percentile: Annotated[float, Meta(gt=0, lt=1)] | None = None
    channel: Short = ""
    industry: Short = ""
    source: Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE)]
    source_date: date
    url: Annotated[str, Meta(max_length=MAX_URL)] = ""
    doubt: Annotated[str, Meta(max_length=MAX_NOTE)] = ""


class BenchmarksBody(Body, frozen=True, kw_only=True):
    version: ReadVersion
    benchmarks: Annotated[list[BenchmarkBody], Meta(max_length=MAX_BENCHMARKS)]


class BenchmarkView(View, frozen=True, kw_only=True):
    id: str
    metric: str
    value: float
    percentile: float | None
    channel: str
    industry: str
    source: str
    source_date: date
    url: str
    doubt: str


class BenchmarksView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has made any yet."""

    version: int
    benchmarks: list[BenchmarkView]


class TargetQuery(Query, frozen=True, kw_only=True):
    """`by`: a target for each value of it. `share`: of a duration, how many of a day's conversations it is about."""

    metric: Annotated[str, Meta(min_length=1, max_length=60)]
    by: Dimension | None = None
    share: Annotated[float, Meta(ge=LEAST_SHARE, le=MOST_SHARE)] = 0.8
    business: bool = False


class ProposalView(View, frozen=True, kw_only=True):
    """`word`: steady (nine days of ten came up to it), reachable (the better half did), demanding (the best quarter).
    `target`: of a duration the ms within which `share` of a day's conversations lay, of a rate the share. `days_kept`
    of `days` would have kept it. `within`: of a duration, what share of all conversations lay within it."""

    word: str
    target: float
    days_kept: int
    days: int
    within: float | None


class TargetView(View, frozen=True, kw_only=True):
    """`value` null: all together. Without proposals: too few days had enough to say anything."""

    value: str | None
    name: str | None
    proposals: list[ProposalView]


class TargetsView(View, frozen=True, kw_only=True):
    """`first` to `last`: the days looked at."""

    definition: MetricView
    by: str | None
    share: float
    business: bool
    first: date
    last: date
    as_of: datetime | None
    items: list[TargetView]
    benchmarks: list[BenchmarkView]


@resource.route("GET", "/reports/benchmarks", role=Role.AGENT, gives=BenchmarksView)
def get_benchmarks(caller: Caller) -> BenchmarksView:
    """What others are said to reach, each with its source; none but those that your administrators put here."""
    known, version = benchmarks.benchmarks(wiring.benchmarks())
    return BenchmarksView(version=version, benchmarks=[benchmark_view(each) for each in known])


@resource.route(
    "PUT",
    "/reports/benchmarks",
    role=Role.ADMIN,
    body=BenchmarksBody,
    gives=BenchmarksView,
    refuses=(VersionConflict, InvalidInput),
    example={"version": 0, "benchmarks": []},
)
def put_benchmarks(caller: Caller, body: BenchmarksBody) -> BenchmarksView:
    """Replace them all."""
    given: dict[str, Any] = to_builtins(body)
    known = benchmarks.put(wiring.benchmarks(), given, body.version)
    return BenchmarksView(version=body.version + 1, benchmarks=[benchmark_view(each) for each in known])


@resource.route(
    "GET",
    "/reports/targets",
    role=Role.SUPERVISOR,
    query=TargetQuery,
    gives=TargetsView,
    refuses=(InvalidInput, NotPermitted),
)
def get_targets(caller: Caller, query: TargetQuery) -> TargetsView:
    """Targets from your own last eight weeks: what days came to, and how many would have kept them. Supervisors of
    teams ask for those, and the agents in them."""
    within = wiring.within(caller.principal, query.by)
    ask = TargetAsk(query.metric, query.by, query.share, query.business)
    found = wiring.targets().propose(ask, caller.now, within)
    names = reports.names().names(query.by, list(found.values)) if query.by else {}
    known, _version = benchmarks.benchmarks(wiring.benchmarks())
    return TargetsView(
        definition=metric_view(found.definition),
        by=query.by.value if query.by else None,
        share=query.share,
        business=query.business,
        first=found.first,
        last=found.last,
        as_of=found.as_of,
        items=[
            TargetView(
                value=None if value == NONE else value,
                name=names.get(value),
                proposals=[_proposal_view(each) for each in held],
            )
            for value, held in found.values.items()
        ],
        benchmarks=[benchmark_view(each) for each in benchmarks.beside(known, query.metric)],
    )


def benchmark_view(found: Benchmark) -> BenchmarkView:
    return BenchmarkView(
        id=found.id,
        metric=found.metric,
        value=found.value,
        percentile=found.percentile,
        channel=found.channel,
        industry=found.industry,
        source=found.source,
        source_date=found.source_date,
        url=found.url,
        doubt=found.doubt,
    )


def _proposal_view(found: Proposal) -> ProposalView:
    return ProposalView(
        word=found.word, target=found.target, days_kept=found.days_kept, days=found.days, within=found.within
    )
