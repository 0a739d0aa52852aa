"""Whether an agent is there: three facts that never overwrite each other, and what follows from them.

What the agent chose (`intent`), whether one of their clients is connected, and whether the schedule has them on shift.
"""

from dataclasses import dataclass, replace
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
    shift (None: always on shift). `left_at`: when they were gone, for those who are (see `left`)."""

    intent: Intent = Intent.OFFLINE
    reason: str = ""
    chosen_at: datetime | None = None
    connected_until: datetime | None = None
    hours_id: str | None = None
    left_at: datetime | None = None

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


def is_here(presence: Presence, now: datetime) -> bool:
    """Whether the agent keeps what they hold: nobody has to sit at the desk all the time to finish their work."""
    return presence.intent in (Intent.ONLINE, Intent.BUSY) and presence.is_connected(now)


def left(before: Presence, after: Presence, now: datetime) -> Presence:
    """`after`, knowing since when the agent is gone."""
    if is_here(after, now):
        return replace(after, left_at=None)
    ran_out = before.connected_until
    since = ran_out if ran_out is not None and ran_out < now else now
    return replace(after, left_at=before.left_at or since)


def gone_since(presence: Presence, now: datetime, *, enabled: bool = True) -> datetime | None:
    """Since when the agent is gone; None while they are here."""
    if enabled and is_here(presence, now):
        return None
    return presence.left_at or presence.connected_until or presence.chosen_at or now
