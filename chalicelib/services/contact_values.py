"""The fields of a contact as agents and lists give them, checked and brought to their one form.

Raises InvalidInput, naming the field."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.channels.registry import CHANNELS
from chalicelib.domain.consent import ANY_CHANNEL
from chalicelib.domain.contact import WeeklyHours
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.evidence import EMAIL
from chalicelib.services.documents import hours_from

MAX_LISTED = 20
MAX_WORDS = 100
MAX_LINE = 200
FIRST_DAY = date(1900, 1, 1)
# RFC 5646: language, script, region, variants, extensions; well-formed, whether or not it is registered.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r'[^\s@,;:<>()"\x00-\x20\x7f]{1,64}@(?:[^\s@.,;:<>()"\x00-\x20\x7f]{1,63}\.)+[^\s@.,;:<>()"]{2,63}')
# What breaks a line or cannot be stored; joiners stay, for names are written with them.
_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAX_EMAIL = 254
_MAX_PHONE = 40
_SCRIPT, _REGION = 4, 2


def checked(changes: Mapping[str, Any], today: date) -> dict[str, Any]:
    """These fields in their one form; None stays None (it takes a value away), and so do fields without rules."""
    forms: dict[str, Callable[[Any, str], Any]] = {
        **_FORMS,
        "customer_since": lambda value, field: _day(value, field, today),
    }
    return {
        name: value if value is None or name not in forms else forms[name](value, name)
        for name, value in changes.items()
    }


def email(value: Any, field: str) -> str:
    """`Ada@Shop.Example` becomes `Ada@shop.example`: the host's case says nothing, the name's may."""
    given = value.strip() if isinstance(value, str) else ""
    if len(given) > _MAX_EMAIL or not _EMAIL.fullmatch(given):
        raise InvalidInput("Give an e-mail address, such as ada@shop.example.", field=field)
    name, _, host = given.rpartition("@")
    return f"{name}@{host.casefold()}"


def phone(value: Any, field: str) -> str:
    """E.164, from any notation that tells its country."""
    import phonenumbers  # noqa: PLC0415 - for few calls only, and never at a cold start

    given = value.strip() if isinstance(value, str) else ""
    try:
        parsed = phonenumbers.parse(given[: _MAX_PHONE + 1])
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or len(given) > _MAX_PHONE or not phonenumbers.is_possible_number(parsed):
        raise InvalidInput("Give a phone number with its country code, such as +49 30 1234567.", field=field)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def point_value(kind: str, value: Any, field: str) -> str:
    return email(value, field) if kind == EMAIL else phone(value, field)


def language(value: Any, field: str) -> str:
    """A BCP 47 tag in its usual case: `PT-br` becomes `pt-BR`."""
    given = value.strip().replace("_", "-") if isinstance(value, str) else ""
    if len(given) > MAX_WORDS or not _LANGUAGE.fullmatch(given):
        raise InvalidInput("Give a language tag (BCP 47), such as de, pt-BR or zh-Hant.", field=field)
    first, *rest = given.lower().split("-")
    return "-".join([first, *_cased(rest)])


def _cased(parts: Sequence[str]) -> Sequence[str]:
    """Scripts begin with a capital, regions are capitals; after a single letter all is small."""
    found: list[str] = []
    for place, part in enumerate(parts):
        if len(part) == 1:
            return [*found, *parts[place:]]
        script = len(part) == _SCRIPT and part.isalpha()
        found.append(part.title() if script else part.upper() if len(part) == _REGION else part)
    return found


def time_zone(value: Any, field: str) -> str:
    given = value if isinstance(value, str) else ""
    try:
        if len(given) <= MAX_WORDS and given:
            return ZoneInfo(given).key
    except (ValueError, OSError, KeyError):
        pass
    raise InvalidInput("There is no such time zone: use an IANA name such as Europe/Berlin.", field=field)


def channel(value: Any, field: str) -> str:
    if not isinstance(value, str) or value not in CHANNELS:
        raise InvalidInput(f"There are the channels {', '.join(sorted(CHANNELS))}.", field=field)
    return value


def consent_channel(value: Any, field: str) -> str:
    return ANY_CHANNEL if value == ANY_CHANNEL else channel(value, field)


def line(value: Any, field: str) -> str:
    """One line of text, not blank."""
    given = value.strip() if isinstance(value, str) else ""
    if not 0 < len(given) <= MAX_LINE or _BREAKING.search(given):
        raise InvalidInput(f"Give a line of at most {MAX_LINE} characters.", field=field)
    return given


def _listed(value: Any, field: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_LISTED:
        raise InvalidInput(f"Give a list of at most {MAX_LISTED}.", field=field)
    found = tuple(line(each, f"{field}[{place}]") for place, each in enumerate(value))
    for place, each in enumerate(found):
        if len(each) > MAX_WORDS:
            raise InvalidInput(f"Give at most {MAX_WORDS} characters.", field=f"{field}[{place}]")
    return tuple(dict.fromkeys(found))


def _hours(value: Any, field: str) -> WeeklyHours:
    """{weekday: [["09:00", "12:00"], ...]}, as in business hours."""
    try:
        weekly = hours_from(field, {"name": field, "zone": "UTC", "weekly": value}, 1).weekly
    except InvalidInput as wrong:
        raise InvalidInput(wrong.detail, field=(wrong.field or "").replace("weekly", field, 1)) from wrong
    return {day: spans for day, spans in weekly.items() if spans}


def _day(value: Any, field: str, today: date) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        day = date.min
    if not FIRST_DAY <= day <= today:
        raise InvalidInput("Give a day up to today, such as 2021-05-17.", field=field)
    return day


_FORMS: Mapping[str, Callable[[Any, str], Any]] = {
    "name": line,
    "username": line,
    "locale": line,
    "tier": line,
    "email": email,
    "phone": phone,
    "language": language,
    "dialect": language,
    "time_zone": time_zone,
    "preferred_channel": channel,
    "contact_hours": _hours,
    "interests": _listed,
    "goals": _listed,
}
