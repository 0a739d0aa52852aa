"""What happens to the clocks of service levels. `domain/events.py` has them all; the clock itself is in `snapshot`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfClock:
    conversation_id: str
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStarted(_OfClock):
    """A promise to a customer began to run."""

    TYPE: ClassVar[str] = "sla.started"
    started_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPaused(_OfClock):
    """The clock stands still, for the conversation waits for somebody else."""

    TYPE: ClassVar[str] = "sla.paused"
    paused_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaResumed(_OfClock):
    """The clock runs again."""

    TYPE: ClassVar[str] = "sla.resumed"
    resumed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarned(_OfClock):
    """The share of its time at which the policy warns has run."""

    TYPE: ClassVar[str] = "sla.warned"
    warned_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaMet(_OfClock):
    """The promise was kept."""

    TYPE: ClassVar[str] = "sla.met"
    met_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached(_OfClock):
    """The clock's time was up at `breached_at`, whenever that was noticed."""

    TYPE: ClassVar[str] = "sla.breached"
    breached_at: str
