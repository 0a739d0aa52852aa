"""Times are milliseconds since 1970, as the places of the protocol have them. Waits are told by a source of chance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Chance = Callable[[], float]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(text: str) -> int:
    """Of an RFC 3339 time. Raises ValueError."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def back_off(attempt: int, chance: Chance, base: int = 500, cap: int = 30_000) -> int:
    """How long to wait before an attempt (the first one again is 0): exponential, with full jitter, so that many
    clients that were cut off together do not come back together."""
    return int(chance() * min(cap, base * 2 ** min(attempt, 20)))
