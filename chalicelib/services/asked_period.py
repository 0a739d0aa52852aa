"""What several questions about a period have in common: which days, of whom, by what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import Ask, Where
from chalicelib.domain.report_asks import check_period, check_where
from chalicelib.domain.rollup import Cells, Group, Grouping
from chalicelib.services.reports import Basis, Counted, Reports

# As long as a report of days may be.
LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """`first` and `last`: local days, both included. `by`: one dimension, or None for all together. `compare`: with the
    period before."""

    first: date
    last: date
    by: Dimension | None = None
    where: Where = field(default_factory=dict)
    compare: bool = False

    @property
    def grouping(self) -> Grouping:
        return (self.by,) if self.by is not None else ()


def counted(
    reports: Reports, asked: Asked, kinds: tuple[str, ...], by: Grouping, now: datetime
) -> tuple[Basis, list[Counted]]:
    """Of the period and, where it is compared, of the one before. Raises InvalidInput, naming the field;
    ReportTooLarge, StoreUnavailable."""
    check_period(asked.first, asked.last, LONGEST_DAYS, reports.calendar().day(now))
    check_where(asked.where)
    ask = Ask(kinds, asked.first, asked.last, by, asked.where, compare=asked.compare)
    basis, found = reports.count(ask)
    return basis, list(found)


def groups(found: Counted) -> Mapping[Group, Cells]:
    """A period as a whole is one bucket: its rows are told apart by their groups."""
    return {group: cells for (group, _), cells in found.rows.items()}
