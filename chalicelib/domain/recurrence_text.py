"""Recurrence rules as text (RFC 5545, section 3.3.10), strictly: what is not understood is refused, never left out."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.recurrence_days import Frequency, Rule

MAX_TEXT = 300
MAX_COUNT = 1000
MAX_INTERVAL = 366
MAX_ZONE = 60
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TOO_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
FIELD = "recurrence.rule"


def rule_from(text: str) -> Rule:
    """A rule such as `FREQ=WEEKLY;BYDAY=MO;BYHOUR=8`. Raises InvalidInput, which names the part."""
    if not 0 < len(text) <= MAX_TEXT or not text.isascii():
        _refuse(f"Give a recurrence rule of at most {MAX_TEXT} ASCII characters.")
    parts = _parts(text.upper().removeprefix("RRULE:"))
    frequency = _frequency(parts.pop("FREQ", ""))
    given: dict[str, Any] = {}
    for name, value in parts.items():
        if name not in _PARTS:
            _refuse(f"{name[:20]} is not understood: there are FREQ, {', '.join(_PARTS)}.")
        field, read = _PARTS[name]
        given[field] = read(name, value)
    given.pop("seconds", None)
    rule = Rule(frequency, **given)
    _check(rule)
    return rule


def rule_text(rule: Rule) -> str:
    """The same rule in one form."""
    said: list[str] = [f"FREQ={rule.frequency}"]
    said += [f"INTERVAL={rule.interval}"] if rule.interval > 1 else []
    said += [f"COUNT={rule.count}"] if rule.count is not None else []
    if rule.until is not None:
        said.append(
            f"UNTIL={rule.until:%Y%m%dT%H%M%SZ}" if isinstance(rule.until, datetime) else f"UNTIL={rule.until:%Y%m%d}"
        )
    for name, values in (("BYMONTH", rule.months), ("BYMONTHDAY", rule.month_days)):
        said += [f"{name}={_list(values)}"] if values else []
    if rule.weekdays:
        said.append("BYDAY=" + ",".join(f"{place or ''}{WEEKDAYS[day]}" for place, day in rule.weekdays))
    said += [f"BYHOUR={_list(rule.hours)}"] if rule.hours else []
    said += [f"BYMINUTE={rule.minute}"] if rule.minute is not None else []
    said += [f"BYSETPOS={_list(rule.places)}"] if rule.places else []
    said += [f"WKST={WEEKDAYS[rule.week_start]}"] if rule.week_start else []
    return ";".join(said)


def checked_zone(name: str) -> str:
    """An IANA zone's name. Raises InvalidInput."""
    try:
        if len(name) > MAX_ZONE:
            raise ValueError(name)
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise InvalidInput("Give an IANA time zone, such as Europe/Madrid.", field="recurrence.zone") from error
    return name


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not (equals and name and value) or name in found:
            _refuse("A rule is parts such as FREQ=WEEKLY;BYDAY=MO;BYHOUR=8, each once.")
        found[name] = value
    return found


def _frequency(text: str) -> Frequency:
    if text in TOO_OFTEN:
        _refuse("A report comes at most once an hour: take FREQ=DAILY with the hours in BYHOUR.")
    if text not in set(Frequency):
        _refuse(f"Give FREQ: {', '.join(Frequency)}.")
    return Frequency(text)


def _check(rule: Rule) -> None:
    if rule.count is not None and rule.until is not None:
        _refuse("Give COUNT or UNTIL, not both.")
    if rule.month_days and rule.frequency is Frequency.WEEKLY:
        _refuse("BYMONTHDAY does not go with FREQ=WEEKLY.")
    has_ordinals = any(place for place, _day in rule.weekdays)
    if has_ordinals and rule.frequency not in (Frequency.MONTHLY, Frequency.YEARLY):
        _refuse("Weekdays are counted (such as 1MO) in months and years alone.")
    if rule.places and not (rule.weekdays or rule.month_days or rule.months or rule.hours):
        _refuse("BYSETPOS chooses among what another part names: give one.")


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        return _number(name, value, low, high)

    return read


def _number(name: str, value: str, low: int, high: int) -> int:
    digits = value.removeprefix("-").removeprefix("+")
    number = int(value) if digits.isdigit() and len(digits) <= 6 else None
    if number is None or not low <= number <= high or (number == 0 and low < 0):
        _refuse(f"{name} is a whole number from {low} to {high}{', not 0' if low < 0 else ''}.")
    return number


def _wholes(low: int, high: int) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        return tuple(sorted({_number(name, each, low, high) for each in value.split(",")}))

    return read


def _weekdays(name: str, value: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({_weekday(name, each) for each in value.split(",")}))


def _weekday(name: str, value: str) -> tuple[int, int]:
    place, day = value[:-2], value[-2:]
    if day not in WEEKDAYS:
        _refuse(f"{name} is weekdays such as MO,FR, or counted ones such as 1MO or -1FR.")
    return _number(name, place, -53, 53) if place else 0, WEEKDAYS.index(day)


def _week_start(name: str, value: str) -> int:
    if value not in WEEKDAYS:
        _refuse(f"{name} is a weekday such as MO.")
    return WEEKDAYS.index(value)


def _until(name: str, value: str) -> datetime | date:
    try:
        if len(value) == 8:
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007  a local day
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        _refuse(f"{name} is a day such as 20271231, or a time in UTC such as 20271231T230000Z.")


def _list(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


def _refuse(detail: str) -> NoReturn:
    raise InvalidInput(detail, field=FIELD)


_PARTS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "INTERVAL": ("interval", _whole(1, MAX_INTERVAL)),
    "COUNT": ("count", _whole(1, MAX_COUNT)),
    "UNTIL": ("until", _until),
    "BYMONTH": ("months", _wholes(1, 12)),
    "BYMONTHDAY": ("month_days", _wholes(-31, 31)),
    "BYDAY": ("weekdays", _weekdays),
    "BYHOUR": ("hours", _wholes(0, 23)),
    "BYMINUTE": ("minute", _whole(0, 59)),
    "BYSECOND": ("seconds", _whole(0, 0)),
    "BYSETPOS": ("places", _wholes(-366, 366)),
    "WKST": ("week_start", _week_start),
}
