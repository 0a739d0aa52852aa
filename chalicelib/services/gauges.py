"""What a queue's past minutes and days tell: who joins how fast, what wait to expect, who left without an answer. All
of it is kept as it happens; nothing is gone through to read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.domain.expected_wait import Expected
from chalicelib.services.waits import Arrivals, Forecasts, Measured

# Minutes over which the rate of arrivals is told.
SPANS = (1, 5, 15, 60)


@dataclass(frozen=True, slots=True)
class Gauged:
    """`arrivals`: how many joined a minute, by the number of whole minutes before this one. `left_today`: resolved
    while they waited, since midnight UTC."""

    arrivals: Mapping[int, float] = field(default_factory=dict)
    expected: Expected | None = None
    left_today: int = 0


@dataclass(frozen=True, slots=True)
class Gauges:
    measured: Measured
    arrivals: Arrivals
    forecasts: Forecasts

    def of(self, team_id: str, place: int, now: datetime) -> Gauged:
        """For who would join a queue at this place. Two reads and, once a minute, a third. Raises StoreUnavailable."""
        joined = self.arrivals.of(team_id, now)
        return Gauged(
            {span: sum(count for ago, count in joined.items() if ago <= span) / span for span in SPANS},
            self.forecasts.expected(team_id, place, now),
            self.measured.left(team_id, now.astimezone(UTC).date()),
        )
