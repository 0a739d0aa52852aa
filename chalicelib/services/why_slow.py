"""Why answers are slow, asked of the roll-ups: for all, and by team, topic or channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import Ask, Where
from chalicelib.domain.report_asks import check_period, check_where
from chalicelib.domain.rollup import Cells, Group
from chalicelib.domain.why_slow import KINDS, Why, why
from chalicelib.services.reports import Basis, Counted, Reports

# As long as a report may be.
LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """`by`: one dimension, or None for all together. With `compare`, against the period before."""

    first: date
    last: date
    by: Dimension | None = None
    where: Where | None = None
    compare: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """`groups`: the group whose customers waited longest in all comes first."""

    total: Why
    groups: Sequence[tuple[str, Why]]
    basis: Basis


@dataclass(frozen=True, slots=True)
class WhySlow:
    reports: Reports

    def explain(self, asked: Asked, now: datetime) -> Explained:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        ask = Ask(KINDS, asked.first, asked.last, _by(asked), asked.where or {}, compare=asked.compare)
        check_period(ask.first, ask.last, LONGEST_DAYS, self.reports.calendar().day(now))
        check_where(ask.where)
        basis, counted = self.reports.count(ask)
        then = counted[1] if asked.compare else None
        total = why(counted[0].totals, then.totals if then else None)
        if asked.by is None:
            return Explained(total, (), basis)
        before = _groups(then) if then else {}
        groups = [
            (group[0], why(cells, before.get(group, {}) if then else None))
            for group, cells in _groups(counted[0]).items()
        ]
        return Explained(total, sorted(groups, key=_waited, reverse=True), basis)


def _by(asked: Asked) -> tuple[Dimension, ...]:
    return (asked.by,) if asked.by is not None else ()


def _groups(counted: Counted) -> Mapping[Group, Cells]:
    """A period as a whole is one bucket: its rows are told apart by their groups."""
    return {group: cells for (group, _), cells in counted.rows.items()}


def _waited(named: tuple[str, Why]) -> float:
    return (named[1].mean or 0.0) * named[1].n
