"""Answers to any question about the numbers: from roll-ups where they hold it, else counted from the slices. Both are
as of the last complete run and give the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.errors_common import StoreUnavailable
from chalicelib.domain.errors_reports import ReportTooLarge
from chalicelib.domain.figures import figures
from chalicelib.domain.periods import DAY, Calendar, before, buckets, first_hour, hours
from chalicelib.domain.report import Ask, Figures, Period, Report, Row, Step
from chalicelib.domain.report_asks import check
from chalicelib.domain.report_plan import Counts, Rows, grouping_for, readings, total_by
from chalicelib.domain.report_tally import ReportTally, overall
from chalicelib.domain.rollup import Cells, Group, Grouping
from chalicelib.services.numbers_ports import RollupStore, SliceStore, Standing

if TYPE_CHECKING:
    from chalicelib.domain.metrics import Definition

# What one answer may hold, so that it stays within what a call may answer.
MAX_FIGURES = 4000
# What is counted from slices while somebody waits: above, it is long work.
MAX_COUNTED_DAYS = 31
MAX_SLICES = 50_000
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """What a period came to: cells by row, and of all."""

    rows: Counts
    totals: Cells


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer stands on: what roll-ups hold, by the days of their zone."""

    standing: Standing | None
    calendar: Calendar

    @property
    def as_of(self) -> datetime | None:
        return self.standing.as_of if self.standing else None

    def is_settling(self, last: date) -> bool:
        """Whether days up to this one have yet to come, or are being counted anew."""
        held = self.standing
        return held is None or held.settling or held.as_of < first_hour(last + DAY, self.calendar.zone)


@dataclass(frozen=True, slots=True)
class Reports:
    """`definitions` are by name of the metric."""

    rollups: RollupStore
    slices: SliceStore
    calendar: Callable[[], Calendar]
    definitions: Mapping[str, "Definition"]

    def basis(self) -> Basis:
        """Raises StoreUnavailable."""
        standing, calendar = self.rollups.standing(), self.calendar()
        if standing is not None and standing.zone != calendar.zone.key:
            calendar = replace(calendar, zone=ZoneInfo(standing.zone))
        return Basis(standing, calendar)

    def answer(self, ask: Ask, now: datetime) -> Report:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        check(ask, self.definitions, self.calendar().day(now))
        basis, found = self.count(ask)
        return self.report(ask, basis, found)

    def count(self, ask: Ask) -> tuple[Basis, Sequence[Counted]]:
        """What an ask that was checked comes to: of its period and, where it is compared, of the one before; and on
        what it stands. Raises ReportTooLarge, StoreUnavailable."""
        for _ in range(ATTEMPTS):
            with suppress(StoreUnavailable):  # a run may end while it is read: begun again, all is of that one
                return self._counted_once(ask, self.basis())
        return self._counted_once(ask, self.basis())

    def _counted_once(self, ask: Ask, basis: Basis) -> tuple[Basis, Sequence[Counted]]:
        if basis.standing is None:
            return basis, [Counted({}, {}) for _ in periods_of(ask)]
        if grouping_for(ask.by, ask.where) is None:
            return basis, self._from_slices(ask, basis.standing.as_of, basis.calendar)
        return basis, self._from_rollups(ask, basis)

    def report(self, ask: Ask, basis: Basis, found: Sequence[Counted]) -> Report:
        """From what was counted: of the period and, where it is compared, of the one before. Raises ReportTooLarge."""
        periods, calendar = periods_of(ask), basis.calendar
        wanted = {name: self.definitions[name] for name in ask.metrics}

        def made(cells: Cells) -> Figures:
            return figures(wanted, cells, business=ask.business)

        then = _aligned(ask, calendar, periods, found[1].rows) if ask.compare else {}
        keys = _row_keys(ask, calendar, periods[0], {*found[0].rows, *then})
        if len(keys) * len(wanted) > MAX_FIGURES:
            raise ReportTooLarge(
                f"This has {len(keys)} rows: ask in longer steps, by less, or for fewer metrics.", field="step"
            )
        rows = [
            Row(*key, made(found[0].rows.get(key, {})), made(then.get(key, {})) if ask.compare else None)
            for key in keys
        ]
        totals = [made(each.totals) for each in found]
        return Report(
            ask=ask,
            zone=calendar.zone.key,
            as_of=basis.as_of,
            settling=basis.is_settling(ask.last),
            rows=tuple(rows),
            totals=Row((), ask.first.isoformat(), totals[0], totals[1] if ask.compare else None),
            definitions=tuple(wanted.values()),
            before=periods[1] if ask.compare else None,
        )

    def _from_rollups(self, ask: Ask, basis: Basis) -> list[Counted]:
        rows = self._read(ask, ask.by, basis)
        if total_by(ask) == ask.by:
            return [Counted(each, overall(each)) for each in rows]
        whole = replace(ask, by=(), step=Step.WHOLE)
        return [Counted(each, overall(total)) for each, total in zip(rows, self._read(whole, (), basis), strict=True)]

    def _read(self, ask: Ask, by: Grouping, basis: Basis) -> list[Counts]:
        periods = periods_of(ask)
        read = [
            (
                each,
                self.rollups.read(
                    each.grain, each.grouping, each.group, each.first, each.last, ask.metrics, basis.standing
                ),
            )
            for each in readings(ask, by, periods)
        ]
        return [Rows(ask, by, period, basis.calendar).counts(read) for period in periods]

    def _from_slices(self, ask: Ask, as_of: datetime, calendar: Calendar) -> list[Counted]:
        periods = periods_of(ask)
        if sum(period.days for period in periods) > MAX_COUNTED_DAYS:
            raise ReportTooLarge(
                f"No roll-up holds this, and more than {MAX_COUNTED_DAYS} days are not counted at once (a comparison "
                "has twice as many): ask for it as long work (POST /report-counts).",
                field="last",
            )
        return [self._counted(ask, period, as_of, calendar) for period in periods]

    def hours_counted(self, period: Period, as_of: datetime, calendar: Calendar) -> Iterator[datetime]:
        """The hours of a period in which there ever was something, up to a moment. Raises StoreUnavailable."""
        days = self.slices.days(period.first - DAY, period.last + DAY)  # a local day may lie on three of UTC
        return (hour for hour in hours(period, calendar.zone) if hour <= as_of and hour.date() in days)

    def _counted(self, ask: Ask, period: Period, as_of: datetime, calendar: Calendar) -> Counted:
        tallies = tallies_of(ask, period, calendar)
        begun = self.hours_counted(period, as_of, calendar)
        read = 0
        for _, slices in groupby(self.slices.of_hours(begun, as_of), attrgetter("hour")):
            held = tuple(slices)
            read += len(held)
            if read > MAX_SLICES:
                raise ReportTooLarge(
                    "This is too much to be counted at once: ask for it as long work (POST /report-counts).",
                    field="last",
                )
            for tally in tallies:
                tally.add(held)
        return Counted(tallies[0].counts(), overall(tallies[-1].counts()))


def periods_of(ask: Ask) -> list[Period]:
    """The period, and where it is compared the one before it."""
    period = Period(ask.first, ask.last)
    return [period, before(period)] if ask.compare else [period]


def tallies_of(ask: Ask, period: Period, calendar: Calendar) -> list[ReportTally]:
    """Of the rows, and last of the total: another one where labels overlap."""
    rows = ReportTally(ask, ask.by, period, calendar)
    return [rows] if total_by(ask) == ask.by else [rows, ReportTally(ask, (), period, calendar)]


def _aligned(ask: Ask, calendar: Calendar, periods: Sequence[Period], rows: Counts) -> Counts:
    """Rows of the period before, under the buckets of this one that have the same place."""
    names = dict(zip(buckets(periods[1], ask.step, calendar), buckets(periods[0], ask.step, calendar), strict=False))
    return {(group, names[bucket]): cells for (group, bucket), cells in rows.items() if bucket in names}


def _row_keys(
    ask: Ask, calendar: Calendar, period: Period, found: Iterable[tuple[Group, str]]
) -> list[tuple[Group, str]]:
    if not ask.by:
        return [((), bucket) for bucket in buckets(period, ask.step, calendar)]
    return sorted(set(found))
