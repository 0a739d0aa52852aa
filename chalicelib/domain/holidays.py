"""Holidays out of an iCalendar text (RFC 5545): whole days, single ones and those that come back every year.

Only what public holiday calendars are made of is understood; anything else is named, never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

YEARS = 2
MAX_EVENTS = 2000
MAX_DAYS = 31
MAX_NAME = 120
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Event = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Closed days with their names, and the entries that were not understood."""

    days: Mapping[date, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()


def closed_days(text: str, today: date) -> Holidays:
    """The whole days from `today` for two years. Never raises: what is broken is skipped."""
    last = today + timedelta(days=365 * YEARS)
    days: dict[date, str] = {}
    skipped: list[str] = []
    for number, event in enumerate(_events(text)):
        name = _plain(event.get("SUMMARY", ("", ""))[1]) or "Closed"
        if number >= MAX_EVENTS:
            skipped.append(f"everything after the first {MAX_EVENTS} entries")
            break
        found = _days_of(event, today, last)
        if found is None:
            skipped.append(name)
            continue
        for day in found:
            if today <= day <= last:
                days.setdefault(day, name)
    return Holidays(dict(sorted(days.items())), tuple(skipped))


def _events(text: str) -> Iterator[Event]:
    """Each VEVENT's properties: name to (parameters, value). Nested parts (alarms) are left out."""
    inside: list[str] = []
    event: Event = {}
    for line in _lines(text):
        head, _, value = line.partition(":")
        name, _, parameters = head.upper().partition(";")
        if name == "BEGIN":
            inside.append(value.strip().upper())
            event = {} if inside[-1] == "VEVENT" else event
        elif name == "END":
            if inside and inside[-1] == "VEVENT":
                yield event
            inside = inside[:-1]
        elif inside and inside[-1] == "VEVENT":
            event.setdefault(name, (parameters, value))


def _lines(text: str) -> Iterator[str]:
    """A line that begins with a blank goes on with the one before."""
    whole = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t"):
            whole += line[1:]
            continue
        if whole:
            yield whole
        whole = line
    if whole:
        yield whole


def _days_of(event: Event, today: date, last: date) -> list[date] | None:
    """None where it is no whole day, is cancelled, or repeats in another way than yearly."""
    if event.get("STATUS", ("", ""))[1].strip().upper() == "CANCELLED":
        return []
    first = _date(event.get("DTSTART"))
    if first is None or "RDATE" in event:
        return None
    length = _length(event, first)
    starts = _starts(event, first, last) if length else None
    if length is None or starts is None:
        return None
    left_out = _dates(event.get("EXDATE", ("", ""))[1])
    begin = today - timedelta(days=MAX_DAYS)
    kept = (start for start in starts if start >= begin and start not in left_out)
    return [start + timedelta(days=number) for start in kept for number in range(length)]


def _length(event: Event, first: date) -> int | None:
    if "DTEND" not in event:
        return 1 if "DURATION" not in event else None
    end = _date(event["DTEND"])
    if end is None or not timedelta(0) <= end - first <= timedelta(days=MAX_DAYS):
        return None
    return max(1, (end - first).days)


def _starts(event: Event, first: date, last: date) -> list[date] | None:
    if "RRULE" not in event:
        return [first]
    rule = dict(part.partition("=")[::2] for part in event["RRULE"][1].strip().upper().split(";"))
    if rule.get("FREQ") != "YEARLY" or not set(rule) <= {"FREQ", "INTERVAL", "COUNT", "UNTIL", *_PLACES, "WKST"}:
        return None
    interval, count = rule.get("INTERVAL", "1"), rule.get("COUNT", "9999")
    if not (_is_number(interval) and _is_number(count)) or int(interval) == 0:
        return None
    until = _day(rule["UNTIL"][:8]) if "UNTIL" in rule else last
    if until is None:
        return None
    found: list[date] = []
    for year in range(first.year, min(until, last).year + 1, int(interval)):
        day = _in_year(rule, first, year)
        if day == _UNKNOWN:
            return None
        if isinstance(day, date) and first <= day <= until:
            found.append(day)
    return found[: int(count)]


_PLACES = ("BYMONTH", "BYMONTHDAY", "BYDAY")
_UNKNOWN = "unknown"


def _in_year(rule: Mapping[str, str], first: date, year: int) -> date | str | None:
    """The rule's day in a year; None where there is none (29 February), `_UNKNOWN` where it cannot be told."""
    month, day = rule.get("BYMONTH", str(first.month)), rule.get("BYMONTHDAY", str(first.day))
    if not _is_number(month) or not _is_number(day) or not 1 <= int(month) <= 12:
        return _UNKNOWN
    if "BYDAY" not in rule:
        return _made(year, int(month), int(day))
    place, weekday = rule["BYDAY"][:-2], rule["BYDAY"][-2:]
    if "BYMONTHDAY" in rule or "BYMONTH" not in rule or weekday not in _WEEKDAYS:
        return _UNKNOWN
    return _nth(year, int(month), place, _WEEKDAYS.index(weekday))


def _nth(year: int, month: int, place: str, weekday: int) -> date | str | None:
    """The first to fifth such weekday of a month, or the last."""
    days = [day for day in (_made(year, month, number) for number in range(1, 32)) if day and day.weekday() == weekday]
    if place == "-1":
        return days[-1]
    number = place.removeprefix("+")
    if not _is_number(number) or not 1 <= int(number) <= 5:
        return _UNKNOWN
    return days[int(number) - 1] if int(number) <= len(days) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _date(given: tuple[str, str] | None) -> date | None:
    """A whole day; a time of day is none."""
    return _day(given[1].strip()) if given is not None else None


def _day(text: str) -> date | None:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    return _made(int(text[:4]), int(text[4:6]), int(text[6:]))


def _dates(text: str) -> frozenset[date]:
    return frozenset(day for part in text.split(",") if (day := _day(part.strip())) is not None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A text without its escapes, as one line."""
    for escaped, plain in (("\\n", " "), ("\\N", " "), ("\\,", ","), ("\\;", ";"), ("\\\\", "\\")):
        text = text.replace(escaped, plain)
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())[:MAX_NAME]
