"""Periods of reports: local days of the workspace's zone, and the hours, weeks and months they hold.

An hour of the numbers is an hour of UTC and belongs to the local day on which it begins. So a day has as many hours as
the clocks showed: 23 and 25 where they were put forward or back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.report import Period, Step

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# No clock is further ahead of UTC.
_FARTHEST_EAST = timedelta(hours=14)
# Periods that have a name, as reports that come by themselves ask for them.
PeriodWord = Literal[
    "today",
    "yesterday",
    "last_7_days",
    "last_28_days",
    "last_90_days",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
    "last_12_months",
]
WORDS: tuple[str, ...] = get_args(PeriodWord)
_LAST_DAYS = {"last_7_days": 7, "last_28_days": 28, "last_90_days": 90}


def named(word: str, today: date, first_weekday: int = 0) -> Period:
    """A period by its word. `last_…_days` and `last_12_months` end with yesterday and the last full month, `this_…`
    with today. `first_weekday`: 0 is Monday. Raises InvalidInput."""
    yesterday = today - DAY
    if word in _LAST_DAYS:
        return Period(today - timedelta(days=_LAST_DAYS[word]), yesterday)
    week, month = week_of(today, first_weekday), today.replace(day=1)
    found = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "this_week": (week, today),
        "last_week": (week - 7 * DAY, week - DAY),
        "this_month": (month, today),
        "last_month": (month_of(month - DAY), month - DAY),
        "this_year": (date(today.year, 1, 1), today),
        "last_12_months": (months_before(month, 12), month - DAY),
    }.get(word)
    if found is None:
        raise InvalidInput(f"A period is one of {', '.join(WORDS)}.", field="period")
    return Period(*found)


def before(period: Period) -> Period:
    """The one to compare with: of full months as many full months before, else as many days right before."""
    first, last = period.first, period.last
    if first.day == 1 and (last + DAY).day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        return Period(months_before(first, months), first - DAY)
    return Period(first - timedelta(days=period.days), first - DAY)


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """The first of the month so many months before (or, negative, after)."""
    years, place = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, place + 1, 1)


def week_of(day: date, first_weekday: int) -> date:
    """The day on which its week begins."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Of the workspace. `first_weekday`: 0 is Monday."""

    zone: ZoneInfo
    first_weekday: int = 0

    def day(self, at: datetime) -> date:
        """The local day to which a moment's hour belongs."""
        return local_day(at, self.zone)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day to which a moment's hour belongs."""
    return hour_of(at).astimezone(zone).date()


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@lru_cache(maxsize=4096)
def first_hour(day: date, zone: ZoneInfo) -> datetime:
    """The first hour that begins on a local day. Where clocks are no full hours from UTC it begins after midnight, and
    where midnight does not exist, when the day does."""
    at = datetime.combine(day, time(), UTC) - _FARTHEST_EAST
    while at.astimezone(zone).date() < day:
        at += HOUR
    return at


def hours(period: Period, zone: ZoneInfo) -> Iterator[datetime]:
    """Every hour that begins on these days, in order."""
    at, end = first_hour(period.first, zone), first_hour(period.last + DAY, zone)
    while at < end:
        yield at
        at += HOUR


def hour_text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}"


def bucket_of(day: date, step: Step, period: Period, first_weekday: int) -> str:
    """In which bucket of a report a day (not an hour) is counted; the first one begins with the period."""
    if step is Step.DAY:
        start = day
    elif step is Step.WEEK:
        start = week_of(day, first_weekday)
    elif step is Step.MONTH:
        start = month_of(day)
    else:
        start = period.first
    return max(start, period.first).isoformat()


def buckets(period: Period, step: Step, calendar: Calendar) -> list[str]:
    """Every bucket of a period, in order."""
    if step is Step.HOUR:
        return [hour_text(at) for at in hours(period, calendar.zone)]
    days = (period.first + timedelta(days=place) for place in range(period.days))
    return list(dict.fromkeys(bucket_of(day, step, period, calendar.first_weekday) for day in days))


def period_of_bucket(bucket: str, step: Step, period: Period, calendar: Calendar) -> Period:
    """The days of one bucket of a report, hours' excepted. Raises InvalidInput."""
    days = [period.first + timedelta(days=place) for place in range(period.days)]
    held = [day for day in days if bucket_of(day, step, period, calendar.first_weekday) == bucket]
    if not held:
        raise InvalidInput("The period has no such bucket at this step.", field="bucket")
    return Period(held[0], held[-1])
