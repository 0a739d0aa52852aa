"""What a store is asked to write of service levels."""

from dataclasses import dataclass

from chalicelib.domain.sla import Clock
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class ClockWrite:
    """A clock as it is now, written with the ledger it follows from."""

    conversation_id: str
    name: str
    clock: Clock
    version: int
    recorded: Recorded
