"""Custom attributes of contacts: what administrators have defined, and whether values fit it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.errors import InvalidInput

MAX_TEXT = 1000
MAX_URL = 2000
LARGEST = 2**53
MAX_CHOSEN = 50
MAX_ATTRIBUTES = 50
# All of them, with what each source says of them, stand in one item of the store.
MAX_BYTES = 64_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMALS = 9


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Attribute:
    """`choices` are those of choice and multi_choice. `is_required`: no contact's attributes are written without it."""

    key: str
    name: str
    type: AttributeType
    choices: tuple[str, ...] = ()
    is_required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """All attributes there are, by key. `allow_others`: keys that nobody defined are taken too, with a text, a whole
    number or a truth value. While nothing is defined, they are."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    allow_others: bool = True
    version: int = 0

    def checked(self, given: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The attributes in the form they are stored in. What stays as it is `known` is not looked at: it was written
        when other definitions held. Raises InvalidInput, naming the field."""
        if not isinstance(given, Mapping) or len(given) > MAX_ATTRIBUTES:
            raise InvalidInput(f"Give an object of at most {MAX_ATTRIBUTES} attributes.", field="attributes")
        old = known or {}
        found = {
            key: value if key in old and is_same(value, old[key]) else self.value(key, value)
            for key, value in given.items()
        }
        if len(json.dumps(found).encode()) > MAX_BYTES:
            raise InvalidInput(f"All attributes together have at most {MAX_BYTES // 1000} KB.", field="attributes")
        for attribute in self.attributes.values():
            if attribute.is_required and attribute.key not in found:
                raise InvalidInput("This attribute is required.", field=f"attributes.{attribute.key}")
        return found

    def value(self, key: Any, value: Any) -> Any:
        """One value in its stored form. Raises InvalidInput, naming the field."""
        at = f"attributes.{str(key)[:60]}"
        attribute = self.attributes.get(key) if isinstance(key, str) else None
        if attribute is not None:
            return fitted(attribute, value, at)
        if not self.allow_others:
            raise InvalidInput("There is no such attribute: ask an administrator to define it.", field=at)
        if not isinstance(value, bool | int | str) or not _is_storable(value):
            raise InvalidInput("Give a text, a whole number, true or false.", field=at)
        return value


NOTHING_DEFINED = Definitions()


def is_same(value: Any, known: Any) -> bool:
    """Whether it is this very value: 1 is not true."""
    return type(value) is type(known) and bool(value == known)


def fitted(attribute: Attribute, value: Any, at: str) -> Any:
    """The value in its stored form: a date as `2026-03-01`, several choices as a list in the order of the definition.
    Raises InvalidInput."""
    check, says = _TYPES[attribute.type]
    found = check(value, attribute)
    if found is None:
        raise InvalidInput(says.format(choices=", ".join(attribute.choices)[:300]), field=at)
    return found


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    return isinstance(value, bool) or abs(value) <= LARGEST


def _text(value: Any, _: Attribute) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= MAX_TEXT else None


def _integer(value: Any, _: Attribute) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and abs(value) <= LARGEST else None


def _number(value: Any, attribute: Attribute) -> int | float | None:
    """Fractions to nine decimal places; a whole one is stored as such."""
    if not isinstance(value, float):
        return _integer(value, attribute)
    if not isfinite(value) or abs(value) > LARGEST:
        return None
    rounded = round(value, _DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


def _boolean(value: Any, _: Attribute) -> bool | None:
    return value if isinstance(value, bool) else None


def _date(value: Any, _: Attribute) -> str | None:
    try:
        fits = isinstance(value, str) and bool(_DAY.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return None
    return value if fits else None


def _choice(value: Any, attribute: Attribute) -> str | None:
    return value if isinstance(value, str) and value in attribute.choices else None


def _choices(value: Any, attribute: Attribute) -> list[str] | None:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MAX_CHOSEN:
        return None
    if any(_choice(each, attribute) is None for each in value):
        return None
    return [each for each in attribute.choices if each in value]


def _url(value: Any, _: Attribute) -> str | None:
    """Nothing but the web's own: what agents click runs no script."""
    if not isinstance(value, str) or len(value) > MAX_URL or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.hostname else None


_TYPES: Mapping[AttributeType, tuple[Callable[[Any, Attribute], Any], str]] = {
    AttributeType.TEXT: (_text, f"Give a text of 1 to {MAX_TEXT} characters."),
    AttributeType.NUMBER: (_number, "Give a number."),
    AttributeType.INTEGER: (_integer, "Give a whole number."),
    AttributeType.BOOLEAN: (_boolean, "Give true or false."),
    AttributeType.DATE: (_date, "Give a day, such as 2026-03-01."),
    AttributeType.CHOICE: (_choice, "Give one of: {choices}."),
    AttributeType.MULTI_CHOICE: (_choices, "Give a list of some of: {choices}."),
    AttributeType.URL: (_url, "Give a web address that begins with https:// or http://."),
}
