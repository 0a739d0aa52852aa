"""Reports: any metric, by any dimension, for any period; every number opens the list of conversations behind it."""

from datetime import date, datetime

from chalicelib.api.report_queries import AnswerQuery, CohortQuery, HeatQuery, TrendQuery, ask_of, period_of, where_of
from chalicelib.api.report_schemas import (
    CohortsView,
    CohortView,
    HeatCellView,
    HeatMapView,
    MetricList,
    ReportView,
    TrendPointView,
    TrendView,
    figure_view,
    metric_view,
)
from chalicelib.api.report_views import report_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput, NotPermitted, ReportTooLarge
from chalicelib.domain.measure import Dimension
from chalicelib.domain.metrics import DEFINITIONS
from chalicelib.domain.periods import WORDS, Calendar
from chalicelib.domain.report import Step
from chalicelib.domain.rollup import GROUPINGS
from chalicelib.services.report_patterns import AGES, TrendPoint
from chalicelib.services.report_scope import narrowed
from chalicelib.wiring import reports as wiring

resource = Resource("reports")


@resource.route("GET", "/reports/metrics", role=Role.AGENT, gives=MetricList)
def list_metrics(caller: Caller) -> MetricList:
    """Every metric, with what exactly it counts, and what it may be asked by."""
    return MetricList(
        items=[metric_view(each) for each in DEFINITIONS.values()],
        dimensions=[each.value for each in Dimension],
        steps=[each.value for each in Step],
        periods=list(WORDS),
        counted_at_once=[[each.value for each in grouping] for grouping in GROUPINGS],
    )


@resource.route(
    "GET",
    "/reports/answers",
    role=Role.AGENT,
    query=AnswerQuery,
    gives=ReportView,
    refuses=(InvalidInput, NotPermitted, ReportTooLarge),
)
def get_report(caller: Caller, query: AnswerQuery) -> ReportView:
    """Numbers as of the last complete run. Agents see their own, supervisors those of the teams they are in."""
    calendar, limits = wiring.calendar(), wiring.limits(caller.principal)
    ask = ask_of(query, calendar.day(caller.now), calendar, limits)
    answer = wiring.reports().answer(ask, caller.now)
    return report_view(answer, wiring.names(), as_csv=query.format == "csv")


@resource.route(
    "GET",
    "/reports/heat-map",
    role=Role.AGENT,
    query=HeatQuery,
    gives=HeatMapView,
    refuses=(InvalidInput, NotPermitted, ReportTooLarge),
)
def get_heat_map(caller: Caller, query: HeatQuery) -> HeatMapView:
    """One metric by hour of the day and day of the week, in the workspace's zone; at most 92 days."""
    period = period_of(query, *_today(caller.now))
    where = narrowed(where_of(query), wiring.limits(caller.principal))
    found = wiring.patterns().heat_map(query.metric, period, where, caller.now, business=query.business)
    cells = [
        HeatCellView(weekday=each.weekday, hour=each.hour, hours=each.hours, figure=figure_view(each.figure))
        for each in found.cells
    ]
    definition = metric_view(DEFINITIONS[query.metric])
    return HeatMapView(zone=found.zone, as_of=found.as_of, definition=definition, cells=cells)


@resource.route(
    "GET",
    "/reports/cohorts",
    role=Role.AGENT,
    query=CohortQuery,
    gives=CohortsView,
    refuses=(InvalidInput, NotPermitted, ReportTooLarge),
)
def get_cohorts(caller: Caller, query: CohortQuery) -> CohortsView:
    """Cases by when they came, and how soon they were answered or resolved; at most 31 days of arrivals, each followed
    for 28 more."""
    period = period_of(query, *_today(caller.now))
    where = narrowed(where_of(query), wiring.limits(caller.principal))
    found = wiring.patterns().cohorts(query.metric, period, where, Step(query.step), caller.now)
    rows = [
        CohortView(bucket=each.bucket, n=each.n, done=list(each.done), done_later=each.done_later)
        for each in found.rows
    ]
    definition = metric_view(DEFINITIONS[query.metric])
    return CohortsView(zone=found.zone, as_of=found.as_of, definition=definition, ages_ms=list(AGES), rows=rows)


@resource.route(
    "GET",
    "/reports/trend",
    role=Role.AGENT,
    query=TrendQuery,
    gives=TrendView,
    refuses=(InvalidInput, NotPermitted, ReportTooLarge),
)
def get_trend(caller: Caller, query: TrendQuery) -> TrendView:
    """An agent's numbers over time, beside the middle half of their colleagues, who are not named."""
    agent_id = _agent(caller.principal, query.agent)
    period = period_of(query, *_today(caller.now))
    found = wiring.patterns().trend(query.metric, agent_id, period, Step(query.step), caller.now)
    return TrendView(
        agent=agent_id,
        zone=found.zone,
        as_of=found.as_of,
        definition=metric_view(DEFINITIONS[query.metric]),
        points=[_point_view(each) for each in found.points],
    )


def _today(now: datetime) -> tuple[date, Calendar]:
    calendar = wiring.calendar()
    return calendar.day(now), calendar


def _agent(principal: Principal, asked: str | None) -> str:
    """Raises InvalidInput, NotPermitted."""
    agent_id = asked or (principal.id if principal.kind == "agent" else None)
    if agent_id is None:
        raise InvalidInput("Say whose.", field="agent")
    limits = wiring.limits(principal)
    if Dimension.TEAM in limits and agent_id != principal.id:
        if set(wiring.team_ids(agent_id)).isdisjoint(limits[Dimension.TEAM]):
            raise NotPermitted("They are in none of your teams.", field="agent")
    elif agent_id not in limits.get(Dimension.AGENT, (agent_id,)):
        raise NotPermitted("You may not see the numbers of this agent.", field="agent")
    return agent_id


def _point_view(point: TrendPoint) -> TrendPointView:
    return TrendPointView(
        bucket=point.bucket,
        figure=figure_view(point.mine),
        peers=point.peers,
        low=point.low,
        high=point.high,
        everybody=figure_view(point.everybody),
    )
