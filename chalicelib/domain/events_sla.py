"""What happens to the clocks of service levels. `domain/events.py` has them all; the clock itself is in `snapshot`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStarted:
    """A promise to a customer began to run."""

    TYPE: ClassVar[str] = "sla.started"
    conversation_id: str
    clock: str
    started_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPaused:
    """The clock stands still, for the conversation waits for somebody else."""

    TYPE: ClassVar[str] = "sla.paused"
    conversation_id: str
    clock: str
    paused_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaResumed:
    """The clock runs again."""

    TYPE: ClassVar[str] = "sla.resumed"
    conversation_id: str
    clock: str
    resumed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarned:
    """The share of its time at which the policy warns has run."""

    TYPE: ClassVar[str] = "sla.warned"
    conversation_id: str
    clock: str
    warned_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaMet:
    """The promise was kept."""

    TYPE: ClassVar[str] = "sla.met"
    conversation_id: str
    clock: str
    met_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached:
    """The clock's time was up at `breached_at`, whenever that was noticed."""

    TYPE: ClassVar[str] = "sla.breached"
    conversation_id: str
    clock: str
    breached_at: str
