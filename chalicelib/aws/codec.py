"""Item forms: domain values to DynamoDB attributes and back.

Attribute names are short on the items of the message path: a conversation with its events must stay under 1 KB, or
each message costs twice the write units. Times are epoch milliseconds, absent values are absent attributes.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.aws import keys
from chalicelib.domain.envelope import entry
from chalicelib.domain.writes import Recorded

_SERIALIZER = TypeSerializer()
_DESERIALIZER = TypeDeserializer()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Item = dict[str, Any]


def to_attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values to DynamoDB's typed form; None, empty tuples and empty mappings are left out."""
    return {name: to_attribute(value) for name, value in item.items() if not _absent(value)}


def to_attribute(value: Any) -> dict[str, Any]:
    return dict(_SERIALIZER.serialize(_plain(value)))


def from_attributes(attributes: Mapping[str, Any]) -> Item:
    return {name: _python(_DESERIALIZER.deserialize(value)) for name, value in attributes.items()}


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, tuple | dict) and not value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items() if not _absent(part)}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _python(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {name: _python(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_python(part) for part in value]
    return value


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
