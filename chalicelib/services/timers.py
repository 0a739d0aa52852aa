"""Timers: what is to be looked at when a time has come. A timer that comes late, twice or too early does no harm:
whoever is called looks at what is, and an epoch that has passed makes it void."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.services.routing_ports import Timers

# Called with the timer's subject, its epoch, and the time.
Due = Callable[[str, int, datetime], object]


@dataclass(frozen=True, slots=True)
class TimerCalls:
    """Who is called for which kind of timer."""

    timers: Timers
    calls: Mapping[str, Due]

    def call(self, body: Mapping[str, Any], now: datetime) -> bool:
        """Carry out one timer; False where nobody knows its kind. Raises StoreUnavailable."""
        due_at = datetime.fromisoformat(body["due_at"])
        if now < due_at:
            self.timers.set(body["kind"], body["subject"], body["epoch"], due_at)
            return True
        called = self.calls.get(body["kind"])
        if called is None:
            return False
        called(body["subject"], body["epoch"], now)
        return True
