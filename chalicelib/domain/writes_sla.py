"""What a store is asked to write of service levels."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.sla import Clock
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class ClockWrite:
    """A clock as it is now, written with the ledger it follows from. `due_at`: when its time is (or was) up, while it
    runs."""

    conversation_id: str
    name: str
    clock: Clock
    version: int
    recorded: Recorded
    due_at: datetime | None = None
