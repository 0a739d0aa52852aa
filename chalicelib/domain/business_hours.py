"""Business hours: weekly intervals of wall-clock time in an IANA zone, with dated exceptions; exact across every
daylight-saving edge.

Intervals are half-open, several a day, and may end on the next day (an end above 24:00, in minutes since the day's
midnight). A wall-clock time that does not exist is the moment at which the clocks jump; one that exists twice is the
earlier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
# An interval begins on its day and ends on the next at the latest.
MAX_END = 2 * DAY
# So many days without an opening are a calendar that never opens.
HORIZON = timedelta(days=800)
LOOK_BACK = timedelta(days=14)

Minutes = tuple[int, int]
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """`weekly` holds (start, end) in minutes by weekday (0 is Monday); `exceptions` replaces those of a date (empty:
    closed), with its reason in `names`."""

    id: str
    name: str
    zone: str
    weekly: Mapping[int, tuple[Minutes, ...]] = field(default_factory=dict)
    exceptions: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    version: int = 1

    def of(self, day: date) -> tuple[Minutes, ...]:
        """The intervals that begin on a date."""
        return self.exceptions.get(day, self.weekly.get(day.weekday(), ()))


def always(identifier: str = "always") -> BusinessHours:
    """Open at every moment."""
    return BusinessHours(identifier, "Always open", "UTC", dict.fromkeys(range(7), ((0, DAY),)))


def problems(hours: BusinessHours) -> Iterator[tuple[str, str]]:
    """What is wrong with a calendar: (field, sentence)."""
    if not _is_zone(hours.zone):
        yield "zone", f"There is no time zone “{hours.zone[:60]}”: use an IANA name such as Europe/Berlin."
    for weekday in hours.weekly:
        if not 0 <= weekday <= 6:
            yield f"weekly.{weekday}", "A weekday is a number from 0 (Monday) to 6 (Sunday)."
    days = [(f"weekly.{day}", spans) for day, spans in hours.weekly.items()]
    days += [(f"exceptions.{day.isoformat()}", spans) for day, spans in hours.exceptions.items()]
    for named, spans in days:
        for place, (start, end) in enumerate(spans):
            if not (0 <= start < DAY and start < end <= MAX_END):
                yield f"{named}[{place}]", "An interval starts before 24:00 and ends later, by the next day's end."


def zone_of(hours: BusinessHours) -> ZoneInfo:
    return ZoneInfo(hours.zone)


def is_open(hours: BusinessHours, at: datetime) -> bool:
    return any(start <= at < end for start, end in spans(hours, at, at + timedelta(microseconds=1)))


def next_opening(hours: BusinessHours, at: datetime) -> datetime | None:
    """`at` itself where it is open then; None where it never opens again."""
    first = next(spans(hours, at, at + HORIZON), None)
    return max(first[0], at) if first else None


def next_change(hours: BusinessHours, at: datetime) -> datetime | None:
    """When they open or close next, after `at`; None where they never open again."""
    first = next(spans(hours, at, at + HORIZON), None)
    if first is None:
        return None
    return first[0] if first[0] > at else first[1]


def last_closing(hours: BusinessHours, at: datetime) -> datetime:
    """When they closed last before `at`, at which they are closed; as far back as it matters."""
    closed = [end for _, end in spans(hours, at - LOOK_BACK, at) if end <= at]
    return closed[-1] if closed else at - LOOK_BACK


def add(hours: BusinessHours, start: datetime, amount: timedelta) -> datetime | None:
    """The moment at which so much open time has passed since `start`; None where it never has. No time at all is up
    at once."""
    if amount <= timedelta(0):
        return start
    left, cursor, opened = amount, start.astimezone(UTC), True
    while opened:
        limit, opened = cursor + HORIZON, False
        for begin, end in spans(hours, cursor, limit):
            opened = True
            first, last = max(begin, cursor), min(end, limit)
            if last - first >= left:
                return first + left
            left -= last - first
        cursor = limit
    return None


def between(hours: BusinessHours, start: datetime, end: datetime) -> timedelta:
    """How much open time lies between two moments."""
    total = timedelta(0)
    for begin, finish in spans(hours, start, end):
        total += min(finish, end) - max(begin, start)
    return total


def spans(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[Span]:
    """The open spans that touch [start, end), in UTC, in order, merged where they meet. The first and the last may
    reach beyond."""
    pending: Span | None = None
    for span in _raw(hours, start.astimezone(UTC), end.astimezone(UTC)):
        if pending is not None and span[0] <= pending[1]:
            pending = (pending[0], max(pending[1], span[1]))
            continue
        if pending is not None and pending[1] > start:
            yield pending
        pending = span
    if pending is not None and pending[1] > start and pending[0] < end:
        yield pending


def _raw(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[Span]:
    """Spans by day, from those that may still be open at the start, each day's in order."""
    zone = ZoneInfo(hours.zone)
    day = start.astimezone(zone).date() - timedelta(days=2)
    last = end.astimezone(zone).date() + timedelta(days=1)
    found: list[Span] = []
    while day <= last:
        for begin, finish in hours.of(day):
            span = (instant(hours.zone, day, begin), instant(hours.zone, day, finish))
            if span[0] < span[1] and span[0] < end:
                found.append(span)
        # What begins on this day ends two days later at most: earlier ones can be given out.
        found.sort()
        while found and found[0][0] < instant(hours.zone, day, 0):
            yield found.pop(0)
        day += timedelta(days=1)
    yield from found


@lru_cache(maxsize=50_000)
def instant(zone_name: str, day: date, minutes: int) -> datetime:
    """The moment, in UTC, of a wall-clock time given in minutes since a date's midnight."""
    zone = ZoneInfo(zone_name)
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 (made aware below)
    early = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _jump(zone, min(early, late), max(early, late))


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment between two at which the zone's offset changes."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after.replace(microsecond=0)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
