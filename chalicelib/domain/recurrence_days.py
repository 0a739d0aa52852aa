"""A recurrence rule, and the days that it names: by periods (days, weeks, months, years), as RFC 5545, section 3.3.10
expands and limits them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Rule:
    """`weekdays`: (ordinal or 0, weekday with Monday 0); `month_days`, `places`: from the end where negative.
    `until`: an instant, or the last local day. `hours` are in order. Empty or None: the rule says nothing of it."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minute: int | None = None
    week_start: int = 0


Period = list[date]


def periods(rule: Rule, start: date, last: date) -> Iterator[Period]:
    """The days of each period that counts, from the one that `start` is in on, while they begin by `last`."""
    first: date | None = _beginning(rule, start)
    while first is not None and first <= last:
        after = _later(rule.frequency, first, 1)
        end = after or date(MAXYEAR, 12, 31)
        yield [first + DAY * place for place in range((end - first).days)]
        first = _later(rule.frequency, first, rule.interval)


def days_of(rule: Rule, period: Period, start: date) -> list[date]:
    """The days of a period that the rule names, in order; what it leaves open is as at `start`."""
    weekdays, month_days, months = _defaults(rule, start)
    found = [
        day
        for day in period
        if (not months or day.month in months) and (not month_days or _is_month_day(day, month_days))
    ]
    if not weekdays:
        return found
    spans = _spans(rule, months)
    return [day for day in found if any(_is_weekday(day, each, spans) for each in weekdays)]


def _defaults(rule: Rule, start: date) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...]]:
    weekdays, month_days, months = rule.weekdays, rule.month_days, rule.months
    if rule.frequency is Frequency.DAILY or weekdays or month_days:
        return weekdays, month_days, months
    if rule.frequency is Frequency.WEEKLY:
        return ((0, start.weekday()),), (), months
    if rule.frequency is Frequency.YEARLY and not months:
        months = (start.month,)
    return (), (start.day,), months


def _spans(rule: Rule, months: tuple[int, ...]) -> str:
    """Within what an ordinal weekday is counted."""
    return "year" if rule.frequency is Frequency.YEARLY and not months else "month"


def _is_month_day(day: date, month_days: tuple[int, ...]) -> bool:
    return day.day in month_days or day.day - month_length(day.year, day.month) - 1 in month_days


def _is_weekday(day: date, wanted: tuple[int, int], spans: str) -> bool:
    ordinal, weekday = wanted
    if day.weekday() != weekday:
        return False
    if ordinal == 0:
        return True
    place, size = _place(day, spans)
    return ordinal == (place // 7 + 1 if ordinal > 0 else -((size - 1 - place) // 7 + 1))


def _place(day: date, spans: str) -> tuple[int, int]:
    """The day's place in its month or year, from 0, and how many days that has."""
    if spans == "month":
        return day.day - 1, month_length(day.year, day.month)
    first = date(day.year, 1, 1)
    return (day - first).days, (date(day.year, 12, 31) - first).days + 1


def month_length(year: int, month: int) -> int:
    return 31 if month == 12 else (date(year, month + 1, 1) - date(year, month, 1)).days


def _beginning(rule: Rule, start: date) -> date:
    if rule.frequency is Frequency.DAILY:
        return start
    if rule.frequency is Frequency.WEEKLY:
        return start - DAY * ((start.weekday() - rule.week_start) % 7)
    return start.replace(day=1, month=1 if rule.frequency is Frequency.YEARLY else start.month)


def _later(frequency: Frequency, first: date, times: int) -> date | None:
    """The beginning of a later period; None beyond the calendar's end."""
    try:
        if frequency is Frequency.DAILY:
            return first + DAY * times
        if frequency is Frequency.WEEKLY:
            return first + DAY * 7 * times
        if frequency is Frequency.YEARLY:
            return first.replace(year=first.year + times)
        months = first.month - 1 + times
        return first.replace(year=first.year + months // 12, month=months % 12 + 1)
    except (OverflowError, ValueError):
        return None
