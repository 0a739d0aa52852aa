"""Every number against a count by hand of all measures there are, from roll-ups and from slices, at any moment."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput, JobNotFound, ReportGone, ReportTooLarge
from chalicelib.domain.job import Job
from chalicelib.domain.measure import Dimension, Measure, Slice
from chalicelib.domain.periods import Calendar, local_day
from chalicelib.domain.report import Ask, Figure, Report, Step, Where
from chalicelib.domain.rollup import GROUPINGS
from chalicelib.services.report_counting import ReportCounting
from chalicelib.services.report_lists import Entry, ListAsk, ReportLists
from chalicelib.services.reports import Reports, periods_of
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
    newest: dict[tuple[str, datetime], Slice] = {}
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


WHERES: tuple[Where, ...] = (
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
def test_numbers_are_those_counted_by_hand_whatever_is_asked(by: tuple[D, ...], where: Where) -> None:
    business = len(by) == 1
    report = DESK.answer(Ask(METRICS, FIRST, LAST, by, where, business=business), NOW)
    assert report.rows
    _check_whole(report, DESK)


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("step", [Step.DAY, Step.WEEK, Step.MONTH, Step.WHOLE])
def test_slices_give_what_roll_ups_give_when_both_hold_it(by: tuple[D, ...], step: Step) -> None:
    ask = Ask(("first_response", "one_touch"), FIRST, LAST, by, step=step, compare=len(by) < 2)
    basis = DESK.basis()
    assert basis.as_of is not None
    counted = [DESK._counted(ask, each, basis.as_of, basis.calendar) for each in periods_of(ask)]
    _, rolled = DESK.count(ask)
    assert [dict(each.rows) for each in counted] == [dict(each.rows) for each in rolled]
    assert [each.totals for each in counted] == [each.totals for each in rolled]


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("by", [(), (D.CHANNEL,), (D.CHANNEL, D.AGENT)])
def test_buckets_and_groups_sum_to_the_total_when_no_label_overlaps(step: Step, by: tuple[D, ...]) -> None:
    report = DESK.answer(Ask(("arrivals", "resolution"), FIRST, LAST, by, step=step), NOW)
    for metric, total in report.totals.figures.items():
        assert sum(row.figures[metric].n for row in report.rows) == total.n > 0
        assert sum(row.figures[metric].total or 0 for row in report.rows) == (total.total or 0)


def test_the_total_is_of_cases_when_each_counts_for_several_labels() -> None:
    report = DESK.answer(Ask(("arrivals",), FIRST, LAST, (D.LABEL,)), NOW)
    plain = DESK.answer(Ask(("arrivals",), FIRST, LAST), NOW)
    assert report.totals.figures == plain.totals.figures
    assert sum(row.figures["arrivals"].n for row in report.rows) > plain.totals.figures["arrivals"].n


@pytest.mark.parametrize(
    ("first", "last", "then"),
    [
        (date(2026, 4, 1), date(2026, 4, 12), (date(2026, 3, 20), date(2026, 3, 31))),
        (date(2026, 4, 1), date(2026, 4, 30), (date(2026, 3, 1), date(2026, 3, 31))),
    ],
)
def test_a_comparison_is_the_answer_of_the_period_before_when_asked_alone(
    first: date, last: date, then: tuple[date, date]
) -> None:
    report = DESK.answer(Ask(METRICS, first, last, (D.CHANNEL,), compare=True), NOW)
    alone = DESK.answer(Ask(METRICS, *then, (D.CHANNEL,)), NOW)
    assert report.before is not None
    assert (report.before.first, report.before.last) == then
    assert report.totals.before == alone.totals.figures
    rows = {row.group: row.figures for row in alone.rows}
    assert {row.group: row.before for row in report.rows if row.group in rows} == rows


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin", "UTC"])
def test_weeks_and_months_begin_where_the_calendar_does_in_every_zone(zone: str) -> None:
    there = ZoneInfo(zone)
    reports = _desk(seed=3, count=40, zone=there)
    by_hand: dict[tuple[Step, str], int] = {}
    for _, one in _all(reports, RUN):
        if one.kind == "arrivals" and FIRST <= (day := local_day(one.at, there)) <= LAST:
            week = max(day - timedelta(days=day.weekday()), FIRST)
            for place in ((Step.WEEK, str(week)), (Step.MONTH, str(max(day.replace(day=1), FIRST)))):
                by_hand[place] = by_hand.get(place, 0) + 1
    for step in (Step.WEEK, Step.MONTH):
        report = reports.answer(Ask(("arrivals",), FIRST, LAST, step=step), NOW)
        found = {(step, row.bucket): row.figures["arrivals"].n for row in report.rows}
        assert found == {place: n for place, n in by_hand.items() if place[0] is step}


def test_readings_are_as_many_when_a_year_is_asked_for_as_for_a_month() -> None:
    rollups = DESK.rollups
    calls: dict[int, int] = {}
    for months, last in ((1, date(2026, 1, 31)), (12, date(2026, 12, 31))):
        for step in (Step.DAY, Step.WEEK, Step.MONTH, Step.WHOLE):
            rollups.calls = 0  # type: ignore[attr-defined]
            DESK.answer(Ask(METRICS, date(2026, 1, 1), last, step=step, compare=True), NOW)
            calls[months] = max(calls.get(months, 0), rollups.calls)  # type: ignore[attr-defined]
    assert calls[1] == calls[12] == 1


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None, derandomize=True)
def test_a_list_counted_by_hand_is_its_number_whatever_comes_later(seed: int) -> None:
    chance = random.Random(seed)
    reports = _desk(seed, count=40)
    metric, by, where = chance.choice(METRICS), chance.choice(BYS), chance.choice(WHERES)
    business = chance.random() < 0.3
    report = reports.answer(Ask((metric,), FIRST, LAST, by, where, business=business), NOW)
    held: MemorySlices = reports.slices  # type: ignore[assignment]
    if chance.random() < 0.7:
        held.put(*changed(seed, held.kept, RUN + timedelta(minutes=1)))
        reports.rollups.run(RUN + timedelta(minutes=5))  # type: ignore[attr-defined]
    lists, now = ReportLists(reports), NOW + timedelta(minutes=9)
    for row in (report.totals, *chance.sample(report.rows, min(3, len(report.rows)))):
        asked = dict(where) | {each: (value,) for each, value in zip(by, row.group, strict=False)}
        if D.LABEL in where and D.LABEL in by and row.group:
            continue  # two labels at once: no list is of both
        entries = list(lists.entries(ListAsk(metric, FIRST, LAST, asked, business=business), RUN, now))
        assert _told(row.figures[metric]) == _by_hand([each.measure for each in entries], metric, business)
        assert _paged(lists, ListAsk(metric, FIRST, LAST, asked, business=business), report.as_of, now) == entries


def _paged(lists: ReportLists, ask: ListAsk, as_of: datetime | None, now: datetime) -> list[Entry]:
    found: list[Entry] = []
    start = None
    while True:
        page = lists.page(ask, as_of, 7, start, now).page
        found += page.items
        start = page.next
        if start is None:
            return found


def test_lists_of_buckets_share_out_the_list_of_the_period_when_opened_one_by_one() -> None:
    report = DESK.answer(Ask(("arrivals",), FIRST, FIRST, step=Step.HOUR), NOW)
    lists = ReportLists(DESK)
    for row in report.rows:
        ask = ListAsk("arrivals", FIRST, FIRST, bucket=datetime.fromisoformat(row.bucket))
        assert len(list(lists.entries(ask, RUN, NOW))) == row.figures["arrivals"].n


def test_a_list_is_refused_when_its_moment_is_not_counted_yet_or_not_kept_any_more() -> None:
    lists, ask = ReportLists(DESK), ListAsk("arrivals", FIRST, LAST)
    with pytest.raises(InvalidInput) as refused:
        lists.page(ask, RUN + timedelta(seconds=1), 10, None, NOW)
    assert refused.value.field == "as_of"
    with pytest.raises(ReportGone):
        lists.page(ask, RUN, 10, None, NOW + timedelta(days=401))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metrics": ("smiles",)}, "metrics"),
        ({"metrics": ()}, "metrics"),
        ({"metrics": ("arrivals", "arrivals")}, "metrics"),
        ({"last": FIRST - timedelta(days=1)}, "last"),
        ({"step": Step.HOUR, "last": FIRST + timedelta(days=31)}, "last"),
        ({"first": date(1969, 1, 1)}, "first"),
        ({"by": (D.CHANNEL, D.CHANNEL)}, "by"),
        ({"by": (D.CHANNEL, D.TEAM, D.AGENT)}, "by"),
        ({"where": {D.TEAM: ()}}, "team"),
        ({"where": {D.TEAM: ("x" * 201,)}}, "team"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_the_name_of_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        DESK.answer(replace(Ask(METRICS, FIRST, LAST), **change), NOW)
    assert refused.value.field == field


def test_long_counts_are_left_to_long_work_and_come_to_the_same() -> None:
    ask = Ask(("arrivals", "resolution"), FIRST, LAST, (D.AGENT, D.LABEL), compare=True)
    with pytest.raises(ReportTooLarge):
        DESK.answer(ask, NOW)
    counting = ReportCounting(DESK, Files())
    job = _asked(counting, ask)
    steps = 0
    while not job.is_over:
        again = counting(job, NOW)
        job = counting(job, NOW)
        assert again == job
        steps += 1
    assert steps > 2
    report = counting.result(job, "agt_9")
    assert report is not None
    parts = {row.group: row for row in report.rows}
    for before in (False, True):
        period = periods_of(ask)[before]
        alone = DESK.answer(Ask(ask.metrics, period.first, period.last, ask.by), NOW)
        for row in alone.rows:
            held = parts[row.group]
            assert (held.before if before else held.figures) == row.figures
        assert (report.totals.before if before else report.totals.figures) == alone.totals.figures
    with pytest.raises(JobNotFound):
        counting.result(job, "agt_8")


@dataclass
class Files:
    kept: dict[str, bytes] = field(default_factory=dict)

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, body: bytes, mime: str) -> None:
        assert self.kept.setdefault(key, body) == body, "a portion done twice is the same"


@dataclass
class JobsOnce:
    """Jobs that are written down and never carried out."""

    def ask(self, kind: str, asked_by: str, params: dict[str, Any], now: datetime, seed: str = "") -> Job:
        return Job("job_1", kind, asked_by, now, json.loads(json.dumps(params)))


def _asked(counting: ReportCounting, ask: Ask) -> Job:
    return counting.ask(JobsOnce(), ask, "agt_9", "mine", NOW)  # type: ignore[arg-type]
