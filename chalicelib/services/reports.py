"""Answers to any question about the numbers: from roll-ups where they hold it, else counted from the slices. Both are
as of the last complete run and give the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from chalicelib.domain.errors_reports import ReportTooLarge
from chalicelib.domain.figures import figures
from chalicelib.domain.periods import Calendar, before, buckets, first_hour, hours
from chalicelib.domain.report import Ask, Figures, Period, Report, Row
from chalicelib.domain.report_asks import check
from chalicelib.domain.report_plan import Counts, Rows, grouping_for, readings, total_by
from chalicelib.domain.rollup import Cells, Group, Grouping
from chalicelib.domain.tally import Tally, overall
from chalicelib.services.numbers_ports import RollupStore, SliceStore

if TYPE_CHECKING:
    from chalicelib.domain.metrics import Definition

# What one answer may hold, so that it stays within what a call may answer.
MAX_FIGURES = 6000
# What is counted from slices while somebody waits: above, it is long work.
MAX_COUNTED_DAYS = 31
MAX_SLICES = 50_000


@dataclass(frozen=True, slots=True)
class Counted:
    """What a period came to: cells by row, and of all."""

    rows: Counts
    totals: Cells


@dataclass(frozen=True, slots=True)
class Reports:
    """`definitions` are by name of the metric."""

    rollups: RollupStore
    slices: SliceStore
    calendar: Callable[[], Calendar]
    definitions: Mapping[str, "Definition"]

    def answer(self, ask: Ask, now: datetime) -> Report:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        calendar = self.calendar()
        check(ask, self.definitions, calendar.day(now))
        as_of, found = self.count(ask, calendar)
        return self.report(ask, as_of, calendar, found)

    def count(self, ask: Ask, calendar: Calendar) -> tuple[datetime | None, Sequence[Counted]]:
        """What an ask that was checked comes to: of its period and, where it is compared, of the one before; and as of
        when. Raises ReportTooLarge, StoreUnavailable."""
        as_of = self.rollups.settled()
        if as_of is None:
            return None, [Counted({}, {}) for _ in periods_of(ask)]
        if grouping_for(ask.by, ask.where) is None:
            return as_of, self._from_slices(ask, as_of, calendar)
        return as_of, self._from_rollups(ask, calendar)

    def report(self, ask: Ask, as_of: datetime | None, calendar: Calendar, found: Sequence[Counted]) -> Report:
        """From what was counted: of the period and, where it is compared, of the one before. Raises ReportTooLarge."""
        periods = periods_of(ask)
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
            as_of=as_of,
            settling=as_of is None or as_of < first_hour(_after(ask.last), calendar.zone),
            rows=tuple(rows),
            totals=Row((), ask.first.isoformat(), totals[0], totals[1] if ask.compare else None),
            definitions=tuple(wanted.values()),
            before=periods[1] if ask.compare else None,
        )

    def _from_rollups(self, ask: Ask, calendar: Calendar) -> list[Counted]:
        periods = periods_of(ask)
        rows = self._read(ask, ask.by, calendar, periods)
        if total_by(ask) == ask.by:
            return [Counted(each, overall(each)) for each in rows]
        whole = Ask(ask.metrics, ask.first, ask.last, (), ask.where)
        totals = self._read(whole, (), calendar, periods)
        return [Counted(each, overall(total)) for each, total in zip(rows, totals, strict=True)]

    def _read(self, ask: Ask, by: Grouping, calendar: Calendar, periods: Sequence[Period]) -> list[Counts]:
        grouping = grouping_for(by, ask.where)
        if grouping is None:  # pragma: no cover  `answer` asks for what there is
            raise ReportTooLarge("No roll-up holds this.")
        read = [
            (each, self.rollups.read(each.grain, each.grouping, each.group, each.first, each.last))
            for each in readings(grouping, ask, by, periods)
        ]
        return [Rows(ask, by, period, calendar).counts(read) for period in periods]

    def _from_slices(self, ask: Ask, as_of: datetime, calendar: Calendar) -> list[Counted]:
        periods = periods_of(ask)
        if sum(period.days for period in periods) > MAX_COUNTED_DAYS:
            raise ReportTooLarge(
                f"No roll-up holds this, and more than {MAX_COUNTED_DAYS} days are not counted at once (a comparison "
                "has twice as many): ask for it as long work (POST /report-counts).",
                field="last",
            )
        return [self._counted(ask, period, as_of, calendar) for period in periods]

    def _counted(self, ask: Ask, period: Period, as_of: datetime, calendar: Calendar) -> Counted:
        tallies = tallies_of(ask, period, calendar)
        begun = takewhile(lambda hour: hour <= as_of, hours(period, calendar.zone))
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


def tallies_of(ask: Ask, period: Period, calendar: Calendar) -> list[Tally]:
    """Of the rows, and last of the total: another one where labels overlap."""
    rows = Tally(ask, ask.by, period, calendar)
    return [rows] if total_by(ask) == ask.by else [rows, Tally(ask, (), period, calendar)]


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


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
