"""When something comes again: the part of RFC 5545's recurrence rules that reports need, in a zone's local time.

Monday 08:00 stays Monday 08:00 when the clocks change. A local time that does not exist is read with the offset before
the gap; one that is there twice is the first of both (RFC 5545, section 3.3.5). Whatever a rule says, the work that it
makes is bounded: days are gone through one period after the other, up to a horizon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from chalicelib.domain.recurrence_days import Rule, days_of, periods

# What does not come within this time never does.
HORIZON = timedelta(days=3660)
# What comes before the first time that is asked for may still be on the day before, in local time.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`start`: from when on, in local time without an offset; what the rule leaves open (weekday, day, hour, minute) is
    as it is there. `zone`: an IANA name."""

    rule: Rule
    start: datetime
    zone: str


def next_after(recurrence: Recurrence, instant: datetime) -> datetime | None:
    """The first time later than an instant, in UTC; None where there is none within ten years of it."""
    return next(_after(recurrence, instant), None)


def next_times(recurrence: Recurrence, instant: datetime, count: int) -> list[datetime]:
    """At most so many times later than an instant, in UTC, in order, each once."""
    return list(islice(_after(recurrence, instant), count))


def _after(recurrence: Recurrence, instant: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(recurrence.zone)
    local = instant.astimezone(zone).replace(tzinfo=None)
    until = recurrence.rule.until
    last = instant
    for naive in _naive(recurrence, local - MARGIN, max(local, recurrence.start) + HORIZON):
        at = naive.replace(tzinfo=zone).astimezone(UTC)
        if until is not None and (at > until if isinstance(until, datetime) else naive.date() > until):
            return
        if at > last:
            last = at
            yield at


def _naive(recurrence: Recurrence, wanted: datetime, horizon: datetime) -> Iterator[datetime]:
    """Local times in order: from `wanted` on where they need not be counted, else all; up to the horizon."""
    rule, start = recurrence.rule, recurrence.start
    hours = rule.hours or (start.hour,)
    minute = start.minute if rule.minute is None else rule.minute
    left = rule.count
    for period in periods(rule, start.date(), horizon.date()):
        if left is None and period[-1] < wanted.date():
            continue
        found = [
            datetime.combine(day, time(hour, minute)) for day in days_of(rule, period, start.date()) for hour in hours
        ]
        for at in _placed(found, rule.places):
            if at < start:
                continue
            if left == 0:
                return
            left = None if left is None else left - 1
            yield at


def _placed(found: list[datetime], places: tuple[int, ...]) -> list[datetime]:
    """Those at the places of BYSETPOS, counted from either end; all where it says nothing."""
    if not places:
        return found
    size = len(found)
    chosen = {place - 1 if place > 0 else size + place for place in places}
    return [found[index] for index in sorted(chosen) if 0 <= index < size]


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
