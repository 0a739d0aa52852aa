"""What no roll-up holds, counted from the slices of a long time: as long work, some days a portion.

What was counted so far is kept in a file of its own for each portion. So a portion that is done twice writes the same
file twice, and memory holds some days at most.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.errors_common import StoreUnavailable
from chalicelib.domain.errors_job import JobNotFound
from chalicelib.domain.errors_reports import ReportGone
from chalicelib.domain.job import Job, JobState
from chalicelib.domain.periods import Calendar
from chalicelib.domain.report import Ask, Period, Report
from chalicelib.domain.report_asks import as_json, check, from_json
from chalicelib.domain.report_plan import Counts
from chalicelib.domain.report_tally import overall
from chalicelib.domain.rollup import Cell, Group, all_together
from chalicelib.services.jobs import Jobs
from chalicelib.services.numbers_ports import Standing
from chalicelib.services.reports import Basis, Counted, Reports, periods_of, tallies_of

COUNT = "reports.count"
DAYS_A_PORTION = 3
MAX_BYTES = 64 * 1024 * 1024

Rows = dict[tuple[Group, str], Mapping[str, Cell]]


class CountFiles(Protocol):
    def read(self, key: str, *, limit_bytes: int) -> bytes | None: ...

    def put(self, key: str, body: bytes, mime: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ReportCounting:
    """Asks for it, carries it out (a step of a job of the kind `reports.count`), and gives what came of it."""

    reports: Reports
    files: CountFiles

    def ask(self, jobs: Jobs, ask: Ask, asked_by: str, client_id: str, now: datetime) -> Job:
        """Begin; all of it is as of the roll-ups that hold now. Raises InvalidInput, StoreUnavailable."""
        basis = self.reports.basis()
        check(ask, self.reports.definitions, basis.calendar.day(now))
        params = {
            "ask": as_json(ask),
            "as_of": basis.as_of.isoformat() if basis.as_of else None,
            "zone": basis.calendar.zone.key,
            "first_weekday": basis.calendar.first_weekday,
        }
        return jobs.ask(COUNT, asked_by, params, now, f"{client_id}:{json.dumps(params['ask'], sort_keys=True)}")

    def __call__(self, job: Job, now: datetime) -> Job:
        """Raises StoreUnavailable."""
        ask, basis = _asked(job)
        periods, as_of = periods_of(ask), basis.as_of
        days = [(nth, day) for nth, period in enumerate(periods) for day in _days(period)]
        place = job.cursor.get("place", 0)
        kept = self._kept(job.id, place, len(periods)) if as_of else _nothing(len(periods))
        for nth, portion in groupby(days[place : place + DAYS_A_PORTION], key=lambda each: each[0]):
            if as_of is not None:
                span = [day for _, day in portion]
                found = self._counted(ask, periods[nth], span, as_of, basis.calendar)
                kept[nth] = [_added(old, new) for old, new in zip(kept[nth], found, strict=True)]
        done = min(place + DAYS_A_PORTION, len(days))
        self.files.put(_key(job.id, done), _text(kept), "application/json")
        after = replace(job, cursor={"place": done}, done=done, total=len(days))
        rows = sum(len(rows) for rows, _ in kept)
        return after.ended(now, {"rows": rows, "as_of": job.params["as_of"]}) if done == len(days) else after

    def result(self, job: Job, asked_by: str) -> Report | None:
        """None: it is not done. Raises JobNotFound where it is another's or other work, ReportGone, ReportTooLarge,
        StoreUnavailable."""
        if job.kind != COUNT or job.asked_by != asked_by:
            raise JobNotFound("There is no such job.")
        if job.state is not JobState.DONE:
            return None
        ask, basis = _asked(job)
        kept = self.files.read(_key(job.id, job.done), limit_bytes=MAX_BYTES)
        if kept is None:
            raise ReportGone("What was counted is not kept any more: ask for it again.")
        found = [Counted(rows, overall(totals)) for rows, totals in _from_text(kept)]
        return self.reports.report(ask, basis, found)

    def _kept(self, job_id: str, place: int, count: int) -> list[list[Rows]]:
        if place == 0:
            return _nothing(count)
        kept = self.files.read(_key(job_id, place), limit_bytes=MAX_BYTES)
        if kept is None:
            raise StoreUnavailable("what was counted so far is gone")
        return _from_text(kept)

    def _counted(
        self, ask: Ask, period: Period, span: Sequence[date], as_of: datetime, calendar: Calendar
    ) -> tuple[Counts, Counts]:
        """The rows, and the total apart, for labels overlap."""
        tallies = tallies_of(ask, period, calendar)
        begun = self.reports.hours_counted(Period(span[0], span[-1]), as_of, calendar)
        for _, slices in groupby(self.reports.slices.of_hours(begun, as_of), attrgetter("hour")):
            held = tuple(slices)
            for tally in tallies:
                tally.add(held)
        rows = tallies[0].counts()
        return rows, {((), period.first.isoformat()): overall(tallies[-1].counts())}


def _asked(job: Job) -> tuple[Ask, Basis]:
    params = job.params
    calendar = Calendar(ZoneInfo(params["zone"]), params["first_weekday"])
    as_of = params["as_of"]
    standing = Standing(datetime.fromisoformat(as_of), params["zone"]) if as_of else None
    return from_json(params["ask"]), Basis(standing, calendar)


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=nth) for nth in range(period.days)]


def _nothing(count: int) -> list[list[Rows]]:
    return [[{}, {}] for _ in range(count)]


def _added(old: Counts, new: Counts) -> Rows:
    return {row: all_together([old.get(row, {}), new.get(row, {})]) for row in {**old, **new}}


def _key(job_id: str, place: int) -> str:
    return f"jobs/{job_id}/counted-{place}.json"


def _text(kept: Sequence[Sequence[Counts]]) -> bytes:
    body = [
        [
            [
                [list(group), bucket, {kind: _row(cell) for kind, cell in cells.items()}]
                for (group, bucket), cells in rows
            ]
            for rows in (sorted(each.items()) for each in pair)
        ]
        for pair in kept
    ]
    return json.dumps(body, separators=(",", ":")).encode()


def _from_text(text: bytes) -> list[list[Rows]]:
    return [
        [
            {(tuple(group), bucket): {kind: _cell(row) for kind, row in cells.items()} for group, bucket, cells in rows}
            for rows in pair
        ]
        for pair in json.loads(text)
    ]


def _row(cell: Cell) -> list[Any]:
    spreads = (sorted(cell.spread.items()), sorted(cell.business_spread.items()))
    return [cell.n, cell.hits, cell.total, cell.business_total, *spreads]


def _cell(row: Sequence[Any]) -> Cell:
    return Cell(*row[:4], *({place: count for place, count in pairs} for pairs in row[4:]))
