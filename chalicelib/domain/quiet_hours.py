"""Quiet hours: when an agent does not want to be disturbed, by the wall clock of their own time zone.

They are intervals of the same calendar as business hours, so they are exact across every daylight-saving edge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.business_hours import DAY, BusinessHours, is_open, next_change, problems

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end`, in minutes since midnight, on each of `days` (0 is Monday) on which they begin; an `end`
    that is earlier is on the next day."""

    zone: str
    start: int
    end: int
    days: tuple[int, ...] = EVERY_DAY

    @property
    def calendar(self) -> BusinessHours:
        end = self.end if self.end > self.start else self.end + DAY
        spans: Mapping[int, tuple[tuple[int, int], ...]] = {day: ((self.start, end),) for day in self.days}
        return BusinessHours("quiet", "Quiet hours", self.zone, spans)


def is_quiet(hours: QuietHours | None, at: datetime) -> bool:
    return hours is not None and is_open(hours.calendar, at)


def quiet_until(hours: QuietHours | None, at: datetime) -> datetime:
    """When they are over; `at` itself where they are not on."""
    if hours is None or not is_open(hours.calendar, at):
        return at
    return next_change(hours.calendar, at) or at


def wrong_with(hours: QuietHours) -> Iterator[tuple[str, str]]:
    """What is wrong with them: (field, sentence)."""
    yield from problems(BusinessHours("quiet", "", hours.zone))
    for name in ("start", "end"):
        if not 0 <= getattr(hours, name) < DAY:
            yield name, "A time of the day, from 00:00 to 23:59."
    if hours.start == hours.end:
        yield "end", "They have to end. To hear nothing at all, take the ways away from every kind."
    if not hours.days or len(set(hours.days)) != len(hours.days) or not set(hours.days) <= set(EVERY_DAY):
        yield "days", "Weekdays from 0 (Monday) to 6 (Sunday), each once."
