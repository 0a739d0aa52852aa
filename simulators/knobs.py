"""Faults on order: what a provider does wrong, set per provider over HTTP or from Python."""

from dataclasses import asdict, dataclass, field, fields
from random import Random
from threading import Event, Lock
from typing import Any

from simulators.wire import Json

SCOPES = ("messages", "receipts", "media", "all")
STATUS_ORDERS = ("normal", "reversed", "shuffled")
MAX_WAIT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Knobs:
    """One provider's settings. `*_next` count down to zero with each call they spoil."""

    rate_limit_next: int = 0
    retry_after_seconds: int = 1
    server_error_next: int = 0
    server_error_status: int = 500
    provider_error_next: int = 0
    provider_error_code: int = 131000
    drop_answer_next: int = 0
    hang_seconds: float = 0.0
    latency_seconds: float = 0.0
    fault_scope: str = "messages"
    duplicates: int = 1
    bad_signature_next: int = 0
    batch_size: int = 1
    batch_wait_seconds: float = 1.0
    status_order: str = "normal"
    status_delay_seconds: float = 0.0
    statuses_before_answer: bool = False
    withhold_statuses: tuple[str, ...] = field(default=())
    errors_by_status: bool = False
    pair_rate_seconds: float = 0.0


# Inclusive bounds, so that a slip of the pen in a demonstration cannot flood or freeze anything.
_BOUNDS: dict[str, tuple[float, float]] = {
    "retry_after_seconds": (0, 86_400),
    "server_error_status": (500, 599),
    "provider_error_code": (0, 999_999),
    "hang_seconds": (0, MAX_WAIT_SECONDS),
    "latency_seconds": (0, MAX_WAIT_SECONDS),
    "duplicates": (1, 20),
    "batch_size": (1, 100),
    "batch_wait_seconds": (0, MAX_WAIT_SECONDS),
    "status_delay_seconds": (0, MAX_WAIT_SECONDS),
    "pair_rate_seconds": (0, 3_600),
}
_CHOICES = {"fault_scope": SCOPES, "status_order": STATUS_ORDERS}
_DEFAULTS = asdict(Knobs())


def _checked_number(name: str, value: Any) -> float | int:
    whole = isinstance(_DEFAULTS[name], int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ValueError(f"{name} must be a {'whole number' if whole else 'number'}")
    low, high = _BOUNDS.get(name, (0, 10_000))
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}")
    number: float | int = value
    return number


def _checked(name: str, value: Any) -> Any:
    if name not in _DEFAULTS:
        raise ValueError(f"unknown knob {name}")
    default = _DEFAULTS[name]
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false")
        return value
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(_CHOICES[name])}")
        return value
    if isinstance(default, tuple):
        if not isinstance(value, (list, tuple)) or not all(isinstance(v, str) for v in value):
            raise ValueError(f"{name} must be a list of status names")
        return tuple(value)
    return _checked_number(name, value)


class KnobBoard:
    """The knobs of one provider, safe to read and turn from several threads."""

    def __init__(self, seed: int = 7) -> None:
        self._knobs = Knobs()
        self._lock = Lock()
        self._random = Random(seed)
        self._stopping = Event()

    @property
    def now(self) -> Knobs:
        """The present settings."""
        with self._lock:
            return self._knobs

    def turn(self, **changes: Any) -> Knobs:
        """Set some knobs, leave the others; ValueError names the first that cannot be."""
        checked = {name: _checked(name, value) for name, value in changes.items()}
        with self._lock:
            merged = {f.name: getattr(self._knobs, f.name) for f in fields(Knobs)} | checked
            self._knobs = Knobs(**merged)
            return self._knobs

    def reset(self) -> None:
        """No faults."""
        with self._lock:
            self._knobs = Knobs()

    def spend(self, counter: str) -> bool:
        """Use up one of a `*_next` counter; False when none was left."""
        with self._lock:
            left = getattr(self._knobs, counter)
            if left <= 0:
                return False
            values = {f.name: getattr(self._knobs, f.name) for f in fields(Knobs)}
            self._knobs = Knobs(**(values | {counter: left - 1}))
            return True

    def concerns(self, scope: str) -> bool:
        """Whether faults are set for this kind of call."""
        return self.now.fault_scope in (scope, "all")

    def in_order(self, statuses: list[str]) -> list[str]:
        """The statuses to post, in the order the knobs want, without the withheld ones."""
        knobs = self.now
        kept = [s for s in statuses if not {s, "all"} & set(knobs.withhold_statuses)]
        if knobs.status_order == "reversed":
            kept.reverse()
        elif knobs.status_order == "shuffled":
            self._random.shuffle(kept)
        return kept

    def wait(self, seconds: float) -> None:
        """Sleep, but wake at once when the server stops."""
        if seconds > 0:
            self._stopping.wait(seconds)

    def stop(self) -> None:
        """Wake every waiting call."""
        self._stopping.set()

    def view(self) -> Json:
        """The settings as JSON."""
        return asdict(self.now)
