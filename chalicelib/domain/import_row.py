"""A row of an import: what its cells say, field by field, or why that cannot even be read.

Whether a value fits its field is asked later, and only of what is news (`services/import_values`)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.ids import is_id
from chalicelib.domain.profile import ATTRIBUTE

ID, EXTERNAL_ID, NOTES, EMAIL, PHONE = "id", "external_id", "notes", "email", "phone"
# All attributes in one column, as a JSON object; or one of them in each.
ATTRIBUTE_COLUMN = "attributes"
ATTRIBUTES = "attributes."
MAX_LINE = 200
MAX_NOTES = 10_000
MAX_VALUE = 1000
MAX_ATTRIBUTES = 50
MAX_LIST = 100
# What a spreadsheet might take for a formula; an export puts `'` before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class CellInvalid(Exception):
    """What is wrong with a cell, as a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of a contact. `said` is by field of `profile`; e-mail and phone as they were written."""

    number: int
    contact_id: str | None = None
    external_id: str | None = None
    notes: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was not taken."""

    row: int
    field: str
    error: str


def wanted_of(number: int, values: Mapping[str, Any], mapping: Mapping[str, str], *, cells: bool) -> Wanted | RowFault:
    """`mapping`: the field of each column that counts. An empty cell says nothing. `cells`: the values are those of a
    CSV file, which may be `escaped`."""
    found: dict[str, Any] = {}
    for column, name in mapping.items():
        value = values.get(column)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            found[name] = _reader(name)(unescaped(value) if cells and isinstance(value, str) else value)
        except CellInvalid as invalid:
            return RowFault(number, name, str(invalid))
    found |= found.pop(ATTRIBUTE_COLUMN, {})
    contact_id, external_id, notes = found.pop(ID, None), found.pop(EXTERNAL_ID, None), found.pop(NOTES, "")
    return Wanted(number, contact_id, external_id, notes, found)


def escaped(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unescaped` takes it back."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def unescaped(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def profile_name(name: str) -> str:
    """The name that `profile` has for a field of the API: `attributes.size` is `attribute.size` there."""
    return ATTRIBUTE + name.removeprefix(ATTRIBUTES) if name.startswith(ATTRIBUTES) else name


def _reader(name: str) -> Callable[[Any], Any]:
    if name.startswith(ATTRIBUTE):
        return _attribute
    return READERS[name]


def is_field(name: str) -> bool:
    """Whether a column can be mapped to it (as `profile` names it)."""
    key = name.removeprefix(ATTRIBUTE)
    return name in READERS or (name.startswith(ATTRIBUTE) and 0 < len(key) <= 60 and key.isprintable())


def _text(value: Any, limit: int = MAX_VALUE) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise CellInvalid("Give a text.")
    text = str(value).strip()
    if len(text) > limit or not _is_storable(text):
        raise CellInvalid(f"Give a text of at most {limit} characters.")
    return text


def _is_storable(text: str) -> bool:
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def _external_id(value: Any) -> str:
    text = _text(value, MAX_LINE)
    if not text.isprintable():
        raise CellInvalid(f"Give one line of at most {MAX_LINE} characters.")
    return text


def _contact_id(value: Any) -> str:
    text = _text(value)
    if not is_id("con", text):
        raise CellInvalid("This is no contact's id.")
    return text


def _notes(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_NOTES or not _is_storable(value):
        raise CellInvalid(f"Give a text of at most {MAX_NOTES} characters.")
    return value


def _list(value: Any) -> tuple[str, ...]:
    parts = _parts(value) if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > MAX_LIST:
        raise CellInvalid("Give a list of texts; in a CSV file, with ; between them.")
    return tuple(text for part in parts if (text := _text(part)))


def _parts(cell: str) -> Any:
    """`a;b`, or a JSON list where a part has a semicolon of its own."""
    if not cell.lstrip().startswith("["):
        return cell.split(";")
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise CellInvalid("Give texts with ; between them, or a JSON list.") from error


def _attribute(value: Any) -> Any:
    if isinstance(value, str):
        fits = len(value) <= 2 * MAX_VALUE and _is_storable(value)
    elif isinstance(value, list):
        fits = len(value) <= MAX_LIST and all(isinstance(each, str) and _is_storable(each) for each in value)
    else:
        fits = isinstance(value, bool | int | float)
    if not fits:
        raise CellInvalid("Give a text, a number, true or false, or a list of texts.")
    return value


def _attributes(value: Any) -> Mapping[str, Any]:
    """By field of `profile`."""
    try:
        given = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError) as error:
        raise CellInvalid("Give a JSON object.") from error
    if not isinstance(given, Mapping) or len(given) > MAX_ATTRIBUTES:
        raise CellInvalid(f"Give a JSON object of at most {MAX_ATTRIBUTES} attributes.")
    if not all(is_field(ATTRIBUTE + key) for key in given):
        raise CellInvalid("An attribute's name has 1 to 60 characters.")
    return {ATTRIBUTE + key: _attribute(each) for key, each in given.items() if each is not None}


LISTS = ("interests", "goals")
TEXTS = (
    "name",
    "username",
    EMAIL,
    PHONE,
    "locale",
    "language",
    "dialect",
    "time_zone",
    "tier",
    "customer_since",
    "preferred_channel",
)
READERS: Mapping[str, Callable[[Any], Any]] = {
    ID: _contact_id,
    EXTERNAL_ID: _external_id,
    NOTES: _notes,
    ATTRIBUTE_COLUMN: _attributes,
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(LISTS, _list),
}
