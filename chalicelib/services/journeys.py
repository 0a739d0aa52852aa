"""Which way cases went in a period: topic, channel, outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.journey import OUTCOMES, Flow, flows
from chalicelib.domain.measure import Dimension
from chalicelib.services.asked_period import Asked, counted, groups
from chalicelib.services.reports import Basis, Reports

# As roll-ups keep it.
BY = (Dimension.CHANNEL, Dimension.LABEL)


@dataclass(frozen=True, slots=True)
class Journeys:
    reports: Reports

    def of(self, asked: Asked, now: datetime) -> tuple[Sequence[Flow], Basis]:
        """Raises InvalidInput, naming the field; ReportTooLarge, StoreUnavailable."""
        basis, found = counted(self.reports, asked, OUTCOMES, BY, now)
        return tuple(flows(groups(found[0]))), basis
