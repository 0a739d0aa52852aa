"""What reports are asked by."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.schemas import AgentId, Body, Cursor, Moment, Query
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import Calendar, PeriodWord, named, period_of_bucket
from chalicelib.domain.report import Ask, Period, Step, Where
from chalicelib.domain.report_asks import check_period, dimension_from
from chalicelib.domain.rollup import Grouping
from chalicelib.services.report_lists import LONGEST, ListAsk
from chalicelib.services.report_scope import narrowed

Values = Annotated[
    str, Meta(min_length=1, max_length=2000, description="One value, or several with commas between; `-`: none")
]
Day = Annotated[date, Meta(description="Of the workspace's zone: 2026-03-29")]
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


class ReportListQuery(PeriodQuery, frozen=True, kw_only=True):
    """The question of an answer, and which number of it: `bucket` as its row has it, `as_of` as the answer has it.
    `hit` leaves out what is so, or is not. `weekday` (0: Monday) and `hour` are those of a heat map's cell."""

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


def ask_of(query: AnswerQuery, today: date, calendar: Calendar, limits: Where) -> Ask:
    """Within what the caller may see. Raises InvalidInput, NotPermitted."""
    period = period_of(query, today, calendar)
    return Ask(
        metrics=tuple(query.metrics.split(",")),
        first=period.first,
        last=period.last,
        by=by_of(query.by),
        where=narrowed(where_of(query), limits),
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


def list_ask_of(query: ReportListQuery, today: date, calendar: Calendar) -> ListAsk:
    """Raises InvalidInput."""
    period, hour = period_of(query, today, calendar), None
    if query.bucket is not None and query.step is Step.HOUR:
        hour = _hour(query.bucket)
    elif query.bucket is not None:
        check_period(period.first, period.last, LONGEST, today)
        period = period_of_bucket(query.bucket, query.step, period, calendar)
    return ListAsk(
        metric=query.metric,
        first=period.first,
        last=period.last,
        where=where_of(query),
        hit=query.hit,
        business=query.business,
        bucket=hour,
        weekday=query.weekday,
        hour=query.hour,
    )


def _hour(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidInput("An hour is written as its row has it: 2026-03-29T01:00Z.", field="bucket") from error
