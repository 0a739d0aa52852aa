"""Every number against a count by hand of all measures there are, from roll-ups and from slices, at any moment."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput, ReportGone, ReportTooLarge
from chalicelib.domain.measure import Dimension, Measure
from chalicelib.domain.periods import Calendar, local_day
from chalicelib.domain.report import Ask, Figure, Report, Step
from chalicelib.domain.rollup import GROUPINGS
from chalicelib.services.report_lists import ListAsk, ReportLists
from chalicelib.services.reports import Reports
from tests.services.numbers_forms import KNOWN, MemoryRollups, MemorySlices, changed, generated, utc

ZONE = ZoneInfo("Europe/Berlin")
BEGIN = utc(2026, 3, 20)
RUN = utc(2026, 4, 20)
NOW = RUN + timedelta(minutes=2)
FIRST, LAST = date(2026, 3, 25), date(2026, 4, 10)
METRICS = tuple(KNOWN)
D = Dimension


def _desk(seed: int = 1, count: int = 150, zone: ZoneInfo = ZONE) -> Reports:
    slices = MemorySlices()
    slices.put(*generated(seed, BEGIN, 24, count))
    rollups = MemoryRollups(slices, zone)
    rollups.run(RUN)
    return Reports(rollups, slices, lambda: Calendar(zone), KNOWN)  # type: ignore[arg-type]


DESK = _desk()


def _all(reports: Reports, as_of: datetime) -> list[tuple[str, Measure]]:
    """Every measure as it was known then, with its conversation: without any of what is tested."""
    newest = {}
    for each in reports.slices.kept:  # type: ignore[attr-defined]
        if each.recorded_at <= as_of:
            key = (each.conversation_id, each.hour)
            if key not in newest or newest[key].version < each.version:
                newest[key] = each
    return [(each.conversation_id, one) for each in newest.values() for one in each.measures]


def _by_hand(measures: Iterable[Measure], metric: str, business: bool) -> tuple[int, int, int]:
    """n, hits and total of those of a metric."""
    held = [one for one in measures if one.kind == metric]
    lasts = KNOWN[metric].shape == "duration"
    values = [one.business if business and lasts else one.value for one in held]
    if lasts:
        held = [one for one, value in zip(held, values, strict=True) if value is not None]
    return len(held), sum(one.hit is True for one in held), sum(value or 0 for value in values)


def _told(figure: Figure) -> tuple[int, int, int]:
    return figure.n, figure.hits or 0, figure.total or 0


def _expected(ask: Ask, measures: Iterable[Measure], group: tuple[str, ...], zone: ZoneInfo) -> list[Measure]:
    wanted = {**{each: (value,) for each, value in zip(ask.by, group, strict=True)}}
    return [
        one
        for one in measures
        if ask.first <= local_day(one.at, zone) <= ask.last
        and all(set(one.dims.values(dimension)) & set(values) for dimension, values in ask.where.items())
        and all(values[0] in one.dims.values(dimension) for dimension, values in wanted.items())
    ]


def _check_whole(report: Report, reports: Reports) -> None:
    assert report.as_of is not None
    measures = [one for _, one in _all(reports, report.as_of)]
    zone = ZoneInfo(report.zone)
    for row in report.rows:
        held = _expected(report.ask, measures, row.group, zone)
        for metric, figure in row.figures.items():
            assert _told(figure) == _by_hand(held, metric, report.ask.business), (row.group, metric)
    held = _expected(replace(report.ask, by=()), measures, (), zone)
    for metric, figure in report.totals.figures.items():
        assert _told(figure) == _by_hand(held, metric, report.ask.business), metric


WHERES = (
    {},
    {D.CHANNEL: ("whatsapp",)},
    {D.CHANNEL: ("whatsapp", "email")},
    {D.LABEL: ("vip",)},
    {D.LABEL: ("vip", "refund")},
    {D.AGENT: ("agt_1",), D.TEAM: ("team_1",)},
)
BYS = ((), (D.CHANNEL,), (D.LABEL,), (D.LABEL, D.CHANNEL), (D.AGENT, D.TEAM), (D.TEAM, D.LABEL))


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("where", WHERES)
def test_numbers_are_those_counted_by_hand_whatever_is_asked(by: tuple[D, ...], where: dict[D, tuple[str, ...]]) -> None:
    business = len(by) == 1
    report = DESK.answer(Ask(METRICS, FIRST, LAST, by, where, business=business), NOW)
    assert report.rows
    _check_whole(report, DESK)
