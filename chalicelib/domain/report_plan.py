"""Which roll-ups hold the answer to a question: with few readings, as many for a month as for a year.

What no roll-up holds (three dimensions, an agent's labels, any of several labels) is counted from the slices.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import DAY, Calendar, bucket_of, hour_text, month_of, months_before
from chalicelib.domain.report import Ask, Period, Step, Where
from chalicelib.domain.rollup import GROUPINGS, Cell, Cells, Grain, Group, Grouping, together

# What a report counts: cells by row (group and bucket) and kind.
Counts = Mapping[tuple[Group, str], Cells]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the roll-ups. `group` None: all groups."""

    grain: Grain
    grouping: Grouping
    group: Group | None
    first: date
    last: date


def grouping_for(by: Grouping, where: Where) -> Grouping | None:
    """By what the roll-ups hold it; None: they do not."""
    if len(where.get(Dimension.LABEL, ())) > 1:
        return None  # what has two of them would count twice
    needed = {*by, *where}
    return next((grouping for grouping in GROUPINGS if len(grouping) == len(needed) and set(grouping) == needed), None)


def total_by(ask: Ask) -> Grouping:
    """The dimensions over which rows add up to the total: all but labels, unless it is about one of them alone."""
    overlaps = len(ask.where.get(Dimension.LABEL, ())) != 1
    return tuple(each for each in ask.by if not (overlaps and each is Dimension.LABEL))


def readings(ask: Ask, by: Grouping, periods: Iterable[Period]) -> list[Reading]:
    """For a period and the one before it, which lie side by side, no more than for one. None where no roll-up holds
    it (`grouping_for`)."""
    grouping = grouping_for(by, ask.where)
    if grouping is None:
        return []
    spans = [span for period in sorted(periods, key=lambda each: each.first) for span in _spans(period, ask.step)]
    group = one_group(grouping, ask.where) if set(by) <= set(ask.where) else None
    return [Reading(grain, grouping, group, first, last) for grain, first, last in _joined(spans)]


def one_group(grouping: Grouping, where: Where) -> Group | None:
    """The only one that is asked for; None: there are several."""
    values = [where[dimension] for dimension in grouping]
    return tuple(each[0] for each in values) if all(len(each) == 1 for each in values) else None


Span = tuple[Grain, date, date]


def _spans(period: Period, step: Step) -> list[Span]:
    """Months where a whole one is within, days at the edges."""
    if step is Step.HOUR:
        return [(Grain.HOUR, period.first, period.last)]
    if step in (Step.DAY, Step.WEEK):
        return [(Grain.DAY, period.first, period.last)]
    first = month_of(period.first) if period.first.day == 1 else months_before(month_of(period.first), -1)
    end = month_of(period.last + DAY)
    if first >= end:
        return [(Grain.DAY, period.first, period.last)]
    found: list[Span] = [(Grain.MONTH, first, end - DAY)]
    if period.first < first:
        found.insert(0, (Grain.DAY, period.first, first - DAY))
    if end <= period.last:
        found.append((Grain.DAY, end, period.last))
    return found


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Those of one grain that lie side by side as one."""
    found: list[Span] = []
    for grain in Grain:
        for _, first, last in (span for span in spans if span[0] is grain):
            if found and found[-1][0] is grain and found[-1][2] + timedelta(days=1) == first:
                found[-1] = (grain, found[-1][1], last)
            else:
                found.append((grain, first, last))
    return found


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a group and a bucket of the roll-ups belong in a report of this period."""

    ask: Ask
    by: Grouping
    period: Period
    calendar: Calendar

    def counts(
        self, read: Iterable[tuple[Reading, Mapping[tuple[str, Group], Cells]]]
    ) -> dict[tuple[Group, str], dict[str, Cell]]:
        """Of what was read, the rows; without those where nothing was measured."""
        found: dict[tuple[Group, str], dict[str, list[Cell]]] = {}
        for reading, held in read:
            for (bucket, group), cells in held.items():
                row = self._row(reading, bucket, group)
                if row is not None:
                    kept = found.setdefault(row, {})
                    for kind in self.ask.metrics:
                        if kind in cells:
                            kept.setdefault(kind, []).append(cells[kind])
        return {row: {kind: together(held) for kind, held in kinds.items()} for row, kinds in found.items() if kinds}

    def _row(self, reading: Reading, bucket: str, group: Group) -> tuple[Group, str] | None:
        if reading.grain is Grain.HOUR:
            hour = datetime.fromisoformat(bucket)
            day, bucket = self.calendar.day(hour), hour_text(hour)
        else:
            day = date.fromisoformat(bucket)
        if not self.period.first <= day <= self.period.last:
            return None
        values = dict(zip(reading.grouping, group, strict=True))
        if any(values[dimension] not in wanted for dimension, wanted in self.ask.where.items()):
            return None
        shown = tuple(values[dimension] for dimension in self.by)
        if self.ask.step is not Step.HOUR:
            bucket = bucket_of(day, self.ask.step, self.period, self.calendar.first_weekday)
        return shown, bucket
