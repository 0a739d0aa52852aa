"""The time the simulators live in: the machine's, or moved by a test or a demonstration."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock


def machine_time() -> datetime:
    """The machine's own time, aware, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Two times: `wall` signs requests (the other side checks it against its own clock), `now`
    stamps events and decides reply windows, and may be moved forward to see a window close.
    """

    def __init__(self, wall: Callable[[], datetime] = machine_time) -> None:
        self._wall = wall
        self._offset = timedelta()
        self._lock = Lock()

    def wall(self) -> datetime:
        """The unmoved time."""
        return self._wall()

    def now(self) -> datetime:
        """The simulated time."""
        with self._lock:
            return self._wall() + self._offset

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; the clock keeps running from there."""
        if moment.tzinfo is None:
            raise ValueError("the clock takes aware datetimes only")
        with self._lock:
            self._offset = moment - self._wall()

    def advance(self, seconds: float) -> None:
        """Move the simulated time forward (or, negative, back)."""
        with self._lock:
            self._offset += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Back to the unmoved time."""
        with self._lock:
            self._offset = timedelta()


def unix_seconds(moment: datetime) -> str:
    """Seconds since 1970 as a string, the form of WhatsApp's timestamps and of our headers."""
    return str(int(moment.timestamp()))


def iso_text(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds and Z, or None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
