"""One day of a calendar as its people live it: what is open, what comes next, when a target is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain import business_hours
from chalicelib.domain.business_hours import BusinessHours, Span


@dataclass(frozen=True, slots=True)
class Day:
    """`spans` are those that touch the day, whole: the first may begin, the last may end on another one. `shift`: by
    how much the clocks were put on (or, below nothing, back) within it."""

    starts_at: datetime
    ends_at: datetime
    spans: tuple[Span, ...]
    open_for: timedelta
    shift: timedelta


def day_of(hours: BusinessHours, day: date) -> Day:
    start = business_hours.instant(hours.zone, day, 0)
    end = business_hours.instant(hours.zone, day + timedelta(days=1), 0)
    return Day(
        start,
        end,
        tuple(business_hours.spans(hours, start, end)),
        business_hours.between(hours, start, end),
        timedelta(days=1) - (end - start),
    )


def state_at(hours: BusinessHours, at: datetime) -> tuple[bool, datetime | None]:
    """Whether it is open then, and when it opens next: after the closing where it is, None where never again."""
    if not business_hours.is_open(hours, at):
        return False, business_hours.next_opening(hours, at)
    closing = business_hours.next_change(hours, at)
    return True, business_hours.next_opening(hours, closing) if closing else None
