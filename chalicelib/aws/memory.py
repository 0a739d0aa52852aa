"""What a process remembers between events, for a while: what every message needs and what rarely changes."""

import time
from collections.abc import Callable
from typing import Any


class Memory:
    """Values by key. What is not there (`load` gave None or nothing) is remembered for a shorter time: unknown things
    asked for over and over must not cost a read each."""

    def __init__(
        self,
        seconds: float,
        *,
        unknown_seconds: float = 0.0,
        size: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._unknown_seconds = unknown_seconds
        self._size = size
        self._clock = clock
        self._known: dict[tuple[str, ...], tuple[float, Any]] = {}

    def recall(self, key: tuple[str, ...], load: Callable[[], Any]) -> Any:
        """The value of `key`, loaded where it is not known (any more)."""
        now = self._clock()
        known = self._known.get(key)
        if known is not None and known[0] > now:
            return known[1]
        value = load()
        if len(self._known) >= self._size:
            self._known.clear()
        self._known[key] = (now + (self._seconds if value else self._unknown_seconds), value)
        return value

    def forget(self, key: tuple[str, ...]) -> None:
        """Load it anew the next time."""
        self._known.pop(key, None)

    def clear(self) -> None:
        self._known.clear()
