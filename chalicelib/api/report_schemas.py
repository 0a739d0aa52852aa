"""What reports are asked by, and what they answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from chalicelib.api.jobs import JobView
from chalicelib.api.schemas import AgentId, Body, Cursor, Moment, Query, View
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import Calendar, named
from chalicelib.domain.report import Ask, Figure, Period, Step, Where
from chalicelib.domain.report_asks import dimension_from
from chalicelib.domain.rollup import Grouping

Values = Annotated[
    str, Meta(min_length=1, max_length=2000, description="One value, or several with commas between; `-`: none")
]
Day = Annotated[date, Meta(description="Of the workspace's zone: 2026-03-29")]
PeriodWord = Literal[
    "today",
    "yesterday",
    "last_7_days",
    "last_28_days",
    "last_90_days",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
    "last_12_months",
]
Form = Literal["json", "csv"]
MetricName = Annotated[str, Meta(min_length=1, max_length=60)]


class PeriodQuery(Query, frozen=True, kw_only=True):
    """A period by its word, or by its first and last day, both included. Only what has one of the values counts,
    dimension by dimension."""

    period: PeriodWord | None = None
    first: Day | None = None
    last: Day | None = None
    channel: Values | None = None
    inbox: Values | None = None
    team: Values | None = None
    agent: Values | None = None
    label: Values | None = None
    tier: Values | None = None
    language: Values | None = None


class AnswerQuery(PeriodQuery, frozen=True, kw_only=True):
    """`metrics` and `by`: names with commas between. `business`: durations within business hours. `compare`: with the
    period before."""

    metrics: Annotated[str, Meta(min_length=1, max_length=500, examples=["first_response,arrivals"])]
    by: Annotated[str, Meta(max_length=40, examples=["channel"])] = ""
    step: Step = Step.WHOLE
    business: bool = False
    compare: bool = False
    format: Form = "json"


class HeatQuery(PeriodQuery, frozen=True, kw_only=True):
    metric: MetricName
    business: bool = False


class CohortQuery(PeriodQuery, frozen=True, kw_only=True):
    metric: MetricName = "resolution"
    step: Literal["day", "week", "month"] = "week"


class TrendQuery(Query, frozen=True, kw_only=True):
    """`agent`: whose; the caller's own if left out."""

    metric: MetricName
    period: PeriodWord | None = None
    first: Day | None = None
    last: Day | None = None
    agent: AgentId | None = None
    step: Literal["day", "week", "month"] = "week"


class ListQuery(PeriodQuery, frozen=True, kw_only=True):
    """The question of an answer, and which number of it: `bucket` as its row has it, `as_of` as the answer has it. `hit`
    leaves out what is so, or is not. `weekday` (0: Monday) and `hour` are those of a heat map's cell."""

    metric: MetricName
    step: Step = Step.WHOLE
    bucket: Annotated[str, Meta(max_length=20)] | None = None
    business: bool = False
    hit: bool | None = None
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    as_of: Moment | None = None
    format: Form = "json"
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    cursor: Cursor | None = None


class CountBody(Body, frozen=True, kw_only=True):
    """The question of an answer (`GET /reports/answers`), as a body."""

    client_id: Annotated[str, Meta(min_length=1, max_length=100, description="Your own id for it")]
    metrics: Annotated[list[MetricName], Meta(min_length=1, max_length=12)]
    first: Day
    last: Day
    by: Annotated[list[Dimension], Meta(max_length=2)] = []
    where: Annotated[
        dict[Dimension, Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=50)]],
        Meta(max_length=7),
    ] = {}
    step: Step = Step.WHOLE
    business: bool = False
    compare: bool = False


class MetricView(View, frozen=True, kw_only=True):
    """`unit` of its value: durations are milliseconds, rates shares from 0 to 1, amounts millionths of the account's
    currency. `better`: lower, higher or none."""

    name: str
    shape: str
    unit: str
    formula: str
    events: list[str]
    exclusions: str
    better: str


class MetricList(View, frozen=True, kw_only=True):
    """What may be asked. `counted_at_once`: by these dimensions (any of them with any filter on them) whatever the
    period; by others up to 31 days at once, and more as long work."""

    items: list[MetricView]
    dimensions: list[str]
    steps: list[str]
    periods: list[str]
    counted_at_once: list[list[str]]


class QuantileView(View, frozen=True, kw_only=True):
    value: float
    low: float | None
    high: float | None


class FigureView(View, frozen=True, kw_only=True):
    """`n` measures made it. `value`: of a count `n`, of a duration its mean, of a rate the share, of an amount the sum.
    `low`, `high`: the 95 % interval. `hits`: of a rate, those that are so. `total`: the sum."""

    n: int
    value: float | None
    low: float | None
    high: float | None
    hits: int | None
    total: int | None
    p50: QuantileView | None
    p90: QuantileView | None
    p99: QuantileView | None


class GroupView(View, frozen=True, kw_only=True):
    """`name`: as people call it, null where it has none any more."""

    dimension: str
    value: str
    name: str | None


class RowView(View, frozen=True, kw_only=True):
    """`figures` and `before` (the same of the period before) by metric. `list`: the address of the conversations behind
    its numbers; add `&metric=` and one of them."""

    group: list[GroupView]
    bucket: str
    figures: dict[str, FigureView]
    before: dict[str, FigureView] | None
    list: str


class DaysView(View, frozen=True, kw_only=True):
    first: date
    last: date


class ReportView(View, frozen=True, kw_only=True):
    """`as_of`: when all of it was so, null before anything was counted. `settling`: some of the period has yet to come,
    or is being counted anew. `where` is what the caller may see of what was asked. `content`: the rows as CSV, where
    that was asked for; `rows` are empty then."""

    metrics: list[str]
    first: date
    last: date
    by: list[str]
    where: dict[str, list[str]]
    step: str
    business: bool
    zone: str
    as_of: datetime | None
    settling: bool
    before: DaysView | None
    rows: list[RowView]
    totals: RowView
    definitions: list[MetricView]
    media_type: str
    content: str | None


class HeatCellView(View, frozen=True, kw_only=True):
    """`weekday` 0 is Monday, `hour` the local one; `hours`: how many such hours the period has had so far."""

    weekday: int
    hour: int
    hours: int
    figure: FigureView


class HeatMapView(View, frozen=True, kw_only=True):
    zone: str
    as_of: datetime | None
    definition: MetricView
    cells: list[HeatCellView]


class CohortView(View, frozen=True, kw_only=True):
    """Episodes that began from `bucket` on: `n`; `done` within each of `ages_ms`, `done_later` after the last of them.
    The rest is not done yet."""

    bucket: str
    n: int
    done: list[int]
    done_later: int


class CohortsView(View, frozen=True, kw_only=True):
    zone: str
    as_of: datetime | None
    definition: MetricView
    ages_ms: list[int]
    rows: list[CohortView]


class TrendPointView(View, frozen=True, kw_only=True):
    """`low` and `high`: between which the middle half of `peers` colleagues lies, null where too few were measured
    enough to tell. `everybody`: the whole floor's."""

    bucket: str
    figure: FigureView
    peers: int
    low: float | None
    high: float | None
    everybody: FigureView


class TrendView(View, frozen=True, kw_only=True):
    agent: str
    zone: str
    as_of: datetime | None
    definition: MetricView
    points: list[TrendPointView]


class ListedView(View, frozen=True, kw_only=True):
    """One measure. `value` and `business_value` are in the metric's unit, `hit` is a rate's; what it is counted under is
    as it was then, labels as they are."""

    conversation_id: str
    path: str
    at: datetime
    episode: int
    value: int | None
    business_value: int | None
    hit: bool | None
    channel: str
    inbox: str
    team: str
    agent: str
    labels: list[str]
    tier: str
    language: str


class ListedPage(View, frozen=True, kw_only=True):
    """`as_of`: what the whole list holds as of; the next pages are of the same. `names` of ids, by dimension. A page may
    be shorter than its limit though there is more. `content`: the page as CSV, where that was asked for."""

    metric: str
    zone: str
    as_of: datetime | None
    items: list[ListedView]
    names: dict[str, dict[str, str]]
    next_cursor: str | None
    media_type: str
    content: str | None


class CountView(View, frozen=True, kw_only=True):
    """`report`: once the job is done."""

    job: JobView
    report: ReportView | None


def period_of(query: PeriodQuery | TrendQuery, today: date, calendar: Calendar) -> Period:
    """Raises InvalidInput."""
    if query.period is not None:
        if query.first is not None or query.last is not None:
            raise InvalidInput("Give a period, or its first and last day.", field="period")
        return named(query.period, today, calendar.first_weekday)
    if query.first is None or query.last is None:
        raise InvalidInput("Give a period, or its first and last day.", field="last" if query.first else "first")
    return Period(query.first, query.last)


def where_of(query: PeriodQuery) -> Where:
    found: dict[Dimension, tuple[str, ...]] = {}
    for dimension in Dimension:
        given: str | None = getattr(query, dimension.value)
        if given is not None:
            found[dimension] = tuple(given.split(","))
    return found


def by_of(text: str) -> Grouping:
    """Raises InvalidInput."""
    return tuple(dimension_from(name, "by") for name in text.split(",")) if text else ()


def ask_of(query: AnswerQuery, today: date, calendar: Calendar) -> Ask:
    """Raises InvalidInput."""
    period = period_of(query, today, calendar)
    return Ask(
        metrics=tuple(query.metrics.split(",")),
        first=period.first,
        last=period.last,
        by=by_of(query.by),
        where=where_of(query),
        step=query.step,
        business=query.business,
        compare=query.compare,
    )


def ask_of_body(body: CountBody) -> Ask:
    return Ask(
        metrics=tuple(body.metrics),
        first=body.first,
        last=body.last,
        by=tuple(body.by),
        where={dimension: tuple(values) for dimension, values in body.where.items()},
        step=body.step,
        business=body.business,
        compare=body.compare,
    )


def figure_view(figure: Figure) -> FigureView:
    values: dict[str, Any] = {name: getattr(figure, name) for name in FigureView.__struct_fields__}
    for name in ("p50", "p90", "p99"):
        held = values[name]
        values[name] = QuantileView(value=held.value, low=held.low, high=held.high) if held else None
    return FigureView(**values)


def figure_views(figures: Mapping[str, Figure]) -> dict[str, FigureView]:
    return {name: figure_view(figure) for name, figure in figures.items()}


def metric_view(definition: Any) -> MetricView:
    values = {name: getattr(definition, name) for name in MetricView.__struct_fields__}
    return MetricView(**values | {"events": list(definition.events)})
