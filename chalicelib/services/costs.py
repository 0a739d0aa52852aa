"""What conversations cost, beside how many there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.rollup import Cell, Cells
from chalicelib.services.asked_period import Asked, counted, groups
from chalicelib.services.reports import Basis, Reports

PROVIDER, AWS = "cost_provider", "cost_aws"
KINDS = (PROVIDER, AWS, "arrivals", "resolution", "messages_in", "messages_out")


@dataclass(frozen=True, slots=True)
class Cost:
    """Amounts in millionths of the account's currency. Conversations are the episodes that began in the period, whose
    costs may lie in another: over short periods what one costs is a mean of what is at hand."""

    provider: int
    aws: int
    conversations: int
    resolutions: int
    messages: int

    @property
    def total(self) -> int:
        return self.provider + self.aws

    @property
    def a_conversation(self) -> float | None:
        return self.total / self.conversations if self.conversations else None

    @property
    def a_resolution(self) -> float | None:
        return self.total / self.resolutions if self.resolutions else None

    @property
    def a_message(self) -> float | None:
        return self.total / self.messages if self.messages else None


@dataclass(frozen=True, slots=True)
class Costed:
    """`groups`: the dearest first. `before`: of all, in the period before."""

    total: Cost
    groups: Sequence[tuple[str, Cost]]
    before: Cost | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Costs:
    reports: Reports

    def of(self, asked: Asked, now: datetime) -> Costed:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        basis, found = counted(self.reports, asked, KINDS, asked.grouping, now)
        by_group = [(group[0], cost(cells)) for group, cells in groups(found[0]).items()] if asked.by else []
        dearest = sorted(by_group, key=lambda named: (-named[1].total, named[0]))
        return Costed(cost(found[0].totals), dearest, cost(found[1].totals) if asked.compare else None, basis)


def cost(cells: Cells) -> Cost:
    held = {kind: cells.get(kind, Cell()) for kind in KINDS}
    messages = held["messages_in"].n + held["messages_out"].n
    return Cost(held[PROVIDER].total, held[AWS].total, held["arrivals"].n, held["resolution"].n, messages)
