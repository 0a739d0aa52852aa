"""How a contact is used to write: learned from the conversations they began, beside what they have said themselves.

Only the newest openings count, each once, in whatever order they are told; hours are those of the contact's own time
zone as it is known now. What was declared comes before what was learned, and both are shown.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from chalicelib.domain.contact import Contact, WeeklyHours

KEPT = 100
ENOUGH = 3  # openings; with fewer there is no habit yet
MOST_HOURS = 5
DECLARED, LEARNED = "declared", "learned"


@dataclass(frozen=True, slots=True)
class Opening:
    """The customer began a conversation, or took up a resolved one. `key` tells it from all others."""

    key: str
    at: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class BusyHour:
    """So many openings between `hour` and the next, on a `weekday` (0 is Monday; None: on any)."""

    weekday: int | None
    hour: int
    count: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What `openings` openings teach. `channel_count` of them came by `channel` (None: not enough yet); `hours` are the
    busiest first (none: not enough yet)."""

    openings: int
    channel: str | None
    channel_count: int
    hours: tuple[BusyHour, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """`channel` and `hours` as they are best used, and where each comes from (None: nothing is known)."""

    channel: str | None
    channel_source: str | None
    declared_hours: WeeklyHours
    hours_source: str | None
    learned: Habits


def with_opening(known: Iterable[Opening], opening: Opening) -> tuple[Opening, ...]:
    """The newest ones, oldest first; the same where this one is known, or older than all that are kept."""
    found = {each.key: each for each in known}
    found.setdefault(opening.key, opening)
    return tuple(sorted(found.values(), key=lambda each: (each.at, each.key))[-KEPT:])


def learned(openings: Sequence[Opening], zone: str | None) -> Habits:
    """What these openings teach, their hours in this time zone (None: UTC)."""
    channel, count = _channel(openings)
    hours = _hours(openings, ZoneInfo(zone) if zone else UTC)
    return Habits(len(openings), channel, count, hours, zone or "UTC")


def preferences(contact: Contact, openings: Sequence[Opening]) -> Preferences:
    """What the contact declared, else what was learned."""
    habits = learned(openings, contact.time_zone)
    said, used = contact.preferred_channel, habits.channel
    return Preferences(
        channel=said or used,
        channel_source=DECLARED if said else LEARNED if used else None,
        declared_hours=contact.contact_hours,
        hours_source=DECLARED if contact.contact_hours else LEARNED if habits.hours else None,
        learned=habits,
    )


def _channel(openings: Sequence[Opening]) -> tuple[str | None, int]:
    """The one used most; of several the one used last."""
    counts = Counter(each.channel for each in openings)
    last = {each.channel: each.at for each in sorted(openings, key=lambda each: each.at)}
    best = max(counts, key=lambda channel: (counts[channel], last[channel], channel), default=None)
    return (best, counts[best]) if best is not None and counts[best] >= ENOUGH else (None, 0)


def _hours(openings: Sequence[Opening], zone: tzinfo) -> tuple[BusyHour, ...]:
    """Hours of the week that stand out; where none does, hours of the day."""
    times = [each.at.astimezone(zone) for each in openings]
    of_week = Counter[tuple[int | None, int]]((at.weekday(), at.hour) for at in times)
    of_day = Counter[tuple[int | None, int]]((None, at.hour) for at in times)
    return _busiest(of_week) or _busiest(of_day)


def _busiest(counts: Counter[tuple[int | None, int]]) -> tuple[BusyHour, ...]:
    found = [BusyHour(weekday, hour, count) for (weekday, hour), count in counts.items() if count >= ENOUGH]
    return tuple(sorted(found, key=lambda each: (-each.count, each.weekday or 0, each.hour))[:MOST_HOURS])
