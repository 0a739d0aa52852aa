"""Counting measures one slice after the other, in little memory: the same cells as roll-ups have."""

from collections.abc import Iterable, Mapping

from chalicelib.domain.measure import Measure, Slice
from chalicelib.domain.periods import Calendar, bucket_of, hour_text
from chalicelib.domain.report import Ask, Period, Step, Where
from chalicelib.domain.rollup import Cell, Cells, Group, Grouping, counted, together

# So many cells of one row wait to be put together.
_WAITING = 256


def fits(measure: Measure, where: Where) -> bool:
    """Whether a measure is among what is asked for: of its labels one is enough."""
    return all(not set(measure.dims.values(dimension)).isdisjoint(wanted) for dimension, wanted in where.items())


class ReportTally:
    """Counts what an ask is about, of one period, by some dimensions."""

    def __init__(self, ask: Ask, by: Grouping, period: Period, calendar: Calendar) -> None:
        self._ask, self._by, self._period, self._calendar = ask, by, period, calendar
        self._metrics = frozenset(ask.metrics)
        self._found: dict[tuple[Group, str], dict[str, list[Cell]]] = {}

    def add(self, slices: Iterable[Slice]) -> None:
        """Those of some hours; few at a time."""
        measures: dict[str, list[Measure]] = {}
        for each in slices:
            fitting = [one for one in each.measures if one.kind in self._metrics and fits(one, self._ask.where)]
            if fitting and (bucket := self._bucket(each)) is not None:
                measures.setdefault(bucket, []).extend(fitting)
        for bucket, held in measures.items():
            for group, cells in counted(held, self._by).items():
                if self._is_shown(group):
                    self._keep((group, bucket), cells)

    def counts(self) -> dict[tuple[Group, str], dict[str, Cell]]:
        return {row: {kind: together(held) for kind, held in kinds.items()} for row, kinds in self._found.items()}

    def _bucket(self, held: Slice) -> str | None:
        day = self._calendar.day(held.hour)
        if not self._period.first <= day <= self._period.last:
            return None
        if self._ask.step is Step.HOUR:
            return hour_text(held.hour)
        return bucket_of(day, self._ask.step, self._period, self._calendar.first_weekday)

    def _is_shown(self, group: Group) -> bool:
        shown = zip(self._by, group, strict=True)
        return all(value in self._ask.where.get(dimension, (value,)) for dimension, value in shown)

    def _keep(self, row: tuple[Group, str], cells: Cells) -> None:
        kinds = self._found.setdefault(row, {})
        for kind, cell in cells.items():
            held = kinds.setdefault(kind, [])
            held.append(cell)
            if len(held) >= _WAITING:
                kinds[kind] = [together(held)]


def overall(rows: Mapping[tuple[Group, str], Cells]) -> dict[str, Cell]:
    """All rows as one."""
    found: dict[str, list[Cell]] = {}
    for cells in rows.values():
        for kind, cell in cells.items():
            found.setdefault(kind, []).append(cell)
    return {kind: together(held) for kind, held in found.items()}
