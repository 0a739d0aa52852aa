"""Why answers are slow, asked of the roll-ups: for all, and by team, topic or channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.why_slow import KINDS, Why, why
from chalicelib.services.asked_period import Asked, counted, groups
from chalicelib.services.reports import Basis, Reports


@dataclass(frozen=True, slots=True)
class Explained:
    """`groups`: the one whose customers waited longest, all together, comes first."""

    total: Why
    groups: Sequence[tuple[str, Why]]
    basis: Basis


@dataclass(frozen=True, slots=True)
class WhySlow:
    reports: Reports

    def explain(self, asked: Asked, now: datetime) -> Explained:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        basis, found = counted(self.reports, asked, KINDS, asked.grouping, now)
        then = found[1] if asked.compare else None
        total = why(found[0].totals, then.totals if then else None)
        if asked.by is None:
            return Explained(total, (), basis)
        before = groups(then) if then else {}
        explained = [
            (group[0], why(cells, before.get(group, {}) if then else None)) for group, cells in groups(found[0]).items()
        ]
        return Explained(total, sorted(explained, key=_waited, reverse=True), basis)


def _waited(named: tuple[str, Why]) -> float:
    return (named[1].mean or 0.0) * named[1].n
