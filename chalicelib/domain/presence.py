"""Whether an agent is there: three facts that never overwrite each other, and what follows from them.

What the agent chose (`intent`), whether one of their clients is connected, and whether the schedule has them on shift.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Intent(StrEnum):
    """What the agent chose. Only `online` takes new work; `busy` keeps what there is, the others may lose it."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Presence:
    """`connected_until`: when the last heartbeat runs out. `hours_id` names the business hours that are the agent's
    shift (None: always on shift)."""

    intent: Intent = Intent.OFFLINE
    reason: str = ""
    chosen_at: datetime | None = None
    connected_until: datetime | None = None
    hours_id: str | None = None

    def is_connected(self, now: datetime) -> bool:
        return self.connected_until is not None and self.connected_until > now


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether new work may come, and the one word that says why not: the agent's own choice first."""

    available: bool
    because: str


def availability(presence: Presence, now: datetime, *, on_shift: bool, enabled: bool = True) -> Availability:
    """`on_shift` is what the schedule says of `now`."""
    if not enabled:
        return Availability(False, "disabled")
    if presence.intent is not Intent.ONLINE:
        return Availability(False, presence.intent.value)
    if not presence.is_connected(now):
        return Availability(False, "disconnected")
    if not on_shift:
        return Availability(False, "off_shift")
    return Availability(True, "online")
