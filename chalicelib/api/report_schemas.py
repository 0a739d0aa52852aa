"""What reports answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.api.jobs import JobView
from chalicelib.api.schemas import View
from chalicelib.domain.metrics import Definition
from chalicelib.domain.report import Figure


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


class ReportRowView(View, frozen=True, kw_only=True):
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
    rows: list[ReportRowView]
    totals: ReportRowView
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
    """One measure. `value` and `business_value` are in the metric's unit, `hit` is a rate's; what it is counted under
    is as it was then, labels as they are."""

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
    """`as_of`: what the whole list holds as of; the next pages are of the same. `names` of ids, by dimension. A page
    may be shorter than its limit though there is more. `content`: the page as CSV, where that was asked for."""

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


def figure_view(figure: Figure) -> FigureView:
    values: dict[str, Any] = {name: getattr(figure, name) for name in FigureView.__struct_fields__}
    for name in ("p50", "p90", "p99"):
        held = values[name]
        values[name] = QuantileView(value=held.value, low=held.low, high=held.high) if held else None
    return FigureView(**values)


def figure_views(figures: Mapping[str, Figure]) -> dict[str, FigureView]:
    return {name: figure_view(figure) for name, figure in figures.items()}


def metric_view(definition: Definition) -> MetricView:
    values = {name: getattr(definition, name) for name in MetricView.__struct_fields__}
    return MetricView(**values | {"events": list(definition.events)})
