"""One event of the generic contract (docs/channels/events.md) as an item, or `Ignored` with what is wrong with it: a
sentence that begins with the field's name."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import Ignored, Inbound, Profile, TimelineEvent
from chalicelib.channels.untrusted import iso_time, optional
from chalicelib.domain.external_fact import NAME, TOLD, is_storable

CHANNEL = "events"
MAX_FUTURE = timedelta(minutes=5)
MAX_ID = 200
MAX_TITLE = 300
MAX_DATA_BYTES = 16 * 1024
MAX_FACTS = 50

FIELDS = frozenset({"id", "type", "occurred_at", "contact", "subject", "title", "data", "partial"})
CONTACT_FIELDS = frozenset({"external_id", "email", "phone", "name", "locale", "country"})
_TYPE = re.compile(r"(?=.{1,60}\Z)[a-z0-9_]+(\.[a-z0-9_]+)*")
_SUBJECT = re.compile(r"[a-z0-9_]{1,40}:[^\x00-\x1f\x7f]{1,200}")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")
_PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){6})[0-9+()./ -]{6,40}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Invalid(Exception):
    """What is wrong, the field's name first."""


def item_of(given: Any, account_id: str, now: datetime) -> Inbound:
    """The one item that an event makes."""
    event_id = given.get("id") if isinstance(given, Mapping) else None
    try:
        return _event(given, account_id, now)
    except _Invalid as invalid:
        named = event_id if isinstance(event_id, str) else None
        return Ignored("invalid.event", item_id=named, detail=str(invalid))


def _event(given: Any, account_id: str, now: datetime) -> TimelineEvent:
    if not isinstance(given, Mapping):
        raise _Invalid("events holds objects")
    _only(given, FIELDS, "")
    contact = _object(given, "contact")
    _only(contact, CONTACT_FIELDS, "contact.")
    subject = _matching(given, "subject", _SUBJECT, "is a type and an id, such as order:1001")
    known_as = _known_as(contact, account_id)
    if not known_as and subject is None:
        raise _Invalid("contact needs external_id, email or phone, where there is no subject that tells whose it is")
    kind, data = _kind(given), _data(given)
    if kind == TOLD:
        _check_facts(data)
    return TimelineEvent(
        account_id=account_id,
        external_id=_line(given, "id", MAX_ID),
        kind=kind,
        title=_line(given, "title", MAX_TITLE),
        occurred_at=_time(given, now),
        known_as=known_as,
        subject=subject,
        profile=Profile(
            name=_optional_line(contact, "contact.name", MAX_TITLE),
            email=optional(contact.get("email")),
            phone=optional(contact.get("phone")),
            locale=_optional_line(contact, "contact.locale", 40),
        ),
        data=data,
        partial=_truth(given, "partial"),
        region=_matching(contact, "contact.country", _COUNTRY, "is two capital letters, such as DE"),
    )


def _kind(given: Mapping[str, Any]) -> str:
    return _needed(_matching(given, "type", _TYPE, "is words in small letters, such as order.paid"), "type")


def _check_facts(data: Mapping[str, Any]) -> None:
    """What an event of the type `fact` says, by name; null takes a fact back."""
    facts = data.get("facts")
    if not isinstance(facts, Mapping) or not 0 < len(facts) <= MAX_FACTS:
        raise _Invalid(f"data.facts is an object of 1 to {MAX_FACTS} facts by their names")
    for name, value in facts.items():
        at = f"data.facts.{str(name)[:60].replace(' ', '_')}"
        if not NAME.fullmatch(name):
            raise _Invalid(f"{at} is no name of a fact: <system>.<fact> in small letters, such as crm.plan")
        if value is not None and not is_storable(value):
            raise _Invalid(f"{at} is a text, a number, true, false, a list of texts, or null")


def _known_as(contact: Mapping[str, Any], account_id: str) -> tuple[tuple[str, str], ...]:
    """The other system's own id counts for that system alone: two of them may each have a customer 42."""
    external = _optional_line(contact, "contact.external_id", MAX_ID)
    email = _matching(contact, "contact.email", _EMAIL, "is no e-mail address")
    phone = _matching(contact, "contact.phone", _PHONE, "is no phone number")
    pairs = ((CHANNEL, f"{account_id}:{external}" if external else None), ("email", email), ("phone", phone))
    return tuple((kind, value) for kind, value in pairs if value)


def _only(given: Mapping[str, Any], fields: frozenset[str], within: str) -> None:
    """A field that was misspelt would be lost without a word."""
    for name in given:
        if name not in fields:
            raise _Invalid(f"{within}{str(name)[:60].replace(' ', '_')} is not known; what is your own goes into data")


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise _Invalid(f"{name} is an object")
    return found


def _value(given: Mapping[str, Any], path: str) -> Any:
    return given.get(path.rpartition(".")[2])


def _matching(given: Mapping[str, Any], path: str, form: re.Pattern[str], meant: str) -> str | None:
    found = _value(given, path)
    if found is None:
        return None
    if not isinstance(found, str) or not form.fullmatch(found):
        raise _Invalid(f"{path} {meant}")
    return found


def _optional_line(given: Mapping[str, Any], path: str, limit: int) -> str | None:
    found = _value(given, path)
    if found is None:
        return None
    if not isinstance(found, str) or not found.strip() or len(found) > limit or _CONTROL.search(found):
        raise _Invalid(f"{path} is a line of 1 to {limit} characters")
    return found


def _needed(found: str | None, path: str) -> str:
    if found is None:
        raise _Invalid(f"{path} is missing")
    return found


def _line(given: Mapping[str, Any], path: str, limit: int) -> str:
    return _needed(_optional_line(given, path, limit), path)


def _time(given: Mapping[str, Any], now: datetime) -> datetime:
    at = iso_time(given.get("occurred_at"))
    if at is None:
        raise _Invalid("occurred_at is no ISO 8601 time with a zone")
    if at > now + MAX_FUTURE:
        raise _Invalid("occurred_at is in the future")
    return at


def _data(given: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _object(given, "data")
    if len(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")) > MAX_DATA_BYTES:
        raise _Invalid(f"data has more than {MAX_DATA_BYTES} bytes")
    return found


def _truth(given: Mapping[str, Any], name: str) -> bool:
    found = given.get(name, False)
    if not isinstance(found, bool):
        raise _Invalid(f"{name} is true or false")
    return found
