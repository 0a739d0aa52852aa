"""Pacing: no more messages in a time than a provider lets through, whoever sends them.

A bucket is one number, the time at which its next message is due if messages came evenly (a "generic cell rate"): a
message may go while that time is at most `burst - 1` intervals ahead, and moves it one interval further.
"""

from dataclasses import dataclass
from math import ceil

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` in the long run, `burst` at once. Times are whole microseconds."""

    per_second: float
    burst: int = 1

    @property
    def interval(self) -> int:
        return ceil(SECOND / self.per_second)

    @property
    def tolerance(self) -> int:
        """How far ahead of now the next even time may be."""
        return (self.burst - 1) * self.interval


def within(limit: float) -> Rate:
    """The rate, with a burst, that lets no more than `limit` through in any second."""
    burst = max(1, int(limit / 5))
    return Rate(limit - burst, burst) if limit >= 5 else Rate(limit)


def due(next_at: int | None, now: int, rate: Rate) -> int:
    """How long a message has to wait in a bucket whose next even time is `next_at`; 0: it may go."""
    return 0 if next_at is None else max(0, next_at - rate.tolerance - now)


def moved(next_at: int | None, now: int, rate: Rate) -> int:
    """The bucket's next even time after a message that may go."""
    return max(next_at or 0, now) + rate.interval
