"""Item forms: domain values to DynamoDB attributes and back.

Attribute names are short on the items of the message path: a conversation with its events must stay under 1 KB, or
each message costs twice the write units. Times are epoch milliseconds, absent values are absent attributes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.domain.envelope import entry
from chalicelib.domain.writes import Recorded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Item = dict[str, Any]


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values to DynamoDB's typed form; None, empty tuples and empty mappings are left out."""
    return {name: to_attribute(value) for name, value in item.items() if not _absent(value)}


def to_attribute(value: Any) -> dict[str, Any]:
    """One value: text, numbers, truth, times (as epoch milliseconds), lists and mappings of these.

    The SDK's own serialiser costs eight times as much here, and brings in the part of the SDK that a cold start
    can do without."""
    for kind, form in _FORMS:
        if isinstance(value, kind):
            return form(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")


def _mapping(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"M": to_attributes(value)}


def _sequence(value: Sequence[Any]) -> dict[str, Any]:
    return {"L": [to_attribute(part) for part in value]}


# In this order: a truth value is a number to Python.
_FORMS: tuple[tuple[Any, Callable[[Any], dict[str, Any]]], ...] = (
    (str, lambda value: {"S": value}),
    (bool, lambda value: {"BOOL": value}),
    (int, lambda value: {"N": str(value)}),
    (float, lambda value: {"N": repr(value)}),
    (datetime, lambda value: {"N": str(milliseconds(value))}),
    (Mapping, _mapping),
    ((list, tuple), _sequence),
)


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    return {name: _from_attribute(value) for name, value in attributes.items()}


def _from_attribute(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    if kind in ("S", "BOOL"):
        return value
    return _PARSERS[kind](value)


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "N": lambda text: int(text) if text.lstrip("-").isdigit() else float(text),
    "M": from_attributes,
    "L": lambda parts: [_from_attribute(part) for part in parts],
    "NULL": lambda _: None,
}


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, tuple | dict) and not value)


def milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def moment(number: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=number)


def moment_or_none(number: int | None) -> datetime | None:
    return None if number is None else moment(number)


def to_json(value: Any) -> str:
    """Free-form content travels as one JSON string: floats survive, and DynamoDB need not understand it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_json_value)


def _json_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def from_json(text: str | None) -> Any:
    return json.loads(text) if text else {}


def events_of(recorded: Recorded) -> str:
    """The `events` attribute: everything this version of the item announces."""
    return to_json([entry(event, recorded.actor, recorded.at) for event in recorded.events])


def key_attributes(key: keys.Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
