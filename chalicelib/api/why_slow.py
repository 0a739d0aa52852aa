"""What managers ask next: why answers are slow, what cases cost, which way they go."""

from datetime import date, datetime
from typing import Any, Literal

from chalicelib.api.report_queries import PeriodQuery, period_of, where_of
from chalicelib.api.report_schemas import DaysView
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, NotPermitted, ReportTooLarge
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import before
from chalicelib.domain.report import Period
from chalicelib.domain.why_slow import Why
from chalicelib.services.asked_period import Asked
from chalicelib.services.costs import Cost
from chalicelib.services.report_scope import narrowed
from chalicelib.services.reports import Basis
from chalicelib.services.why_words import sentence
from chalicelib.wiring import reports, why

resource = Resource("why")
REFUSES = (InvalidInput, NotPermitted, ReportTooLarge)


class WhyQuery(PeriodQuery, frozen=True, kw_only=True):
    """`compare`: with the period before; without it the findings say what makes the wait, not what made it grow."""

    by: Literal["channel", "team", "label"] | None = None
    compare: bool = True


class CostQuery(PeriodQuery, frozen=True, kw_only=True):
    by: Dimension | None = None
    compare: bool = False


class WaitPartView(View, frozen=True, kw_only=True):
    """Milliseconds of a mean wait; `before` in the period before. All parts add up to the wait."""

    kind: str
    mean_ms: float
    before_ms: float | None


class FindingView(View, frozen=True, kw_only=True):
    """`share`: of the slowdown (of the wait, where nothing is compared). `facts` are the figures it stands on:
    milliseconds (`…_ms`), changes as shares (`…_change`), counts."""

    cause: str
    share: float
    facts: dict[str, float]
    sentence: str


class WhyView(View, frozen=True, kw_only=True):
    """`n` answers. `value` is the group's, null for all; `name` as people call it."""

    value: str | None
    name: str | None
    n: int
    mean_ms: float | None
    n_before: int
    before_ms: float | None
    chance: float | None
    parts: list[WaitPartView]
    findings: list[FindingView]


class WhySlowView(View, frozen=True, kw_only=True):
    first: date
    last: date
    before: DaysView | None
    zone: str
    as_of: datetime | None
    settling: bool
    by: str | None
    total: WhyView
    groups: list[WhyView]


class CostView(View, frozen=True, kw_only=True):
    """Amounts in millionths of the currency."""

    value: str | None
    name: str | None
    provider: int
    aws: int
    conversations: int
    resolutions: int
    messages: int
    a_conversation: float | None
    a_resolution: float | None
    a_message: float | None


class CostsView(View, frozen=True, kw_only=True):
    first: date
    last: date
    zone: str
    as_of: datetime | None
    settling: bool
    by: str | None
    currency: str
    total: CostView
    before: CostView | None
    groups: list[CostView]


class FlowView(View, frozen=True, kw_only=True):
    """`n` episodes of a topic that ended on a channel so: `ended_unanswered`, `ended_came_back`, `ended_one_touch`,
    `ended_resolved`."""

    label: str
    label_name: str | None
    channel: str
    outcome: str
    n: int


class JourneysView(View, frozen=True, kw_only=True):
    first: date
    last: date
    zone: str
    as_of: datetime | None
    settling: bool
    flows: list[FlowView]


@resource.route("GET", "/reports/why-slow", role=Role.SUPERVISOR, query=WhyQuery, gives=WhySlowView, refuses=REFUSES)
def why_slow(caller: Caller, query: WhyQuery) -> WhySlowView:
    """The time customers waited for answers, by who held it, against the period before; and what the figures say of the
    cause."""
    asked = _asked(caller, query, query.by and Dimension(query.by), compare=query.compare)
    found = why.why_slow().explain(asked, caller.now)
    names = _names(asked.by, [value for value, _ in found.groups])
    earlier = before(Period(asked.first, asked.last)) if asked.compare else None
    return WhySlowView(
        first=asked.first,
        last=asked.last,
        before=DaysView(first=earlier.first, last=earlier.last) if earlier else None,
        by=query.by,
        total=_why_view(None, None, found.total),
        groups=[_why_view(value, names.get(value), each) for value, each in found.groups],
        **_standing(found.basis, asked),
    )


@resource.route("GET", "/reports/costs", role=Role.SUPERVISOR, query=CostQuery, gives=CostsView, refuses=REFUSES)
def costs(caller: Caller, query: CostQuery) -> CostsView:
    """What cases cost at the channels' providers and at AWS, beside how many there were."""
    asked = _asked(caller, query, query.by, compare=query.compare)
    found = why.costs().of(asked, caller.now)
    names = _names(asked.by, [value for value, _ in found.groups])
    return CostsView(
        first=asked.first,
        last=asked.last,
        by=query.by.value if query.by else None,
        currency=why.currency(),
        total=_cost_view(None, None, found.total),
        before=_cost_view(None, None, found.before) if found.before else None,
        groups=[_cost_view(value, names.get(value), each) for value, each in found.groups],
        **_standing(found.basis, asked),
    )


@resource.route(
    "GET", "/reports/journeys", role=Role.SUPERVISOR, query=PeriodQuery, gives=JourneysView, refuses=REFUSES
)
def journeys(caller: Caller, query: PeriodQuery) -> JourneysView:
    """Which topics end on which channel, and how. A case of several topics counts for each."""
    asked = _asked(caller, query, None, compare=False)
    flows, basis = why.journeys().of(asked, caller.now)
    names = _names(Dimension.LABEL, sorted({flow.label for flow in flows}))
    shown = [
        FlowView(
            label=each.label, label_name=names.get(each.label), channel=each.channel, outcome=each.outcome, n=each.n
        )
        for each in flows
    ]
    return JourneysView(first=asked.first, last=asked.last, flows=shown, **_standing(basis, asked))


def _asked(caller: Caller, query: PeriodQuery, by: Dimension | None, *, compare: bool) -> Asked:
    calendar = reports.calendar()
    period = period_of(query, calendar.day(caller.now), calendar)
    where = narrowed(where_of(query), reports.limits(caller.principal))
    return Asked(period.first, period.last, by, where, compare)


def _names(by: Dimension | None, values: list[str]) -> dict[str, str]:
    return dict(reports.names().names(by, values)) if by else {}


def _standing(basis: Basis, asked: Asked) -> dict[str, Any]:
    settling = basis.is_settling(asked.last)
    return {"zone": basis.calendar.zone.key, "as_of": basis.as_of, "settling": settling}


def _why_view(value: str | None, name: str | None, found: Why) -> WhyView:
    return WhyView(
        value=value,
        name=name,
        n=found.n,
        mean_ms=found.mean,
        n_before=found.n_before,
        before_ms=found.mean_before,
        chance=found.chance,
        parts=[WaitPartView(kind=part.kind, mean_ms=part.mean, before_ms=part.before) for part in found.parts],
        findings=[
            FindingView(cause=each.cause, share=each.share, facts=dict(each.facts), sentence=sentence(each))
            for each in found.findings
        ],
    )


def _cost_view(value: str | None, name: str | None, found: Cost) -> CostView:
    held = {field: getattr(found, field) for field in CostView.__struct_fields__ if field not in ("value", "name")}
    return CostView(value=value, name=name, **held)
