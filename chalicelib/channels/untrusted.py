"""Reading what a provider or a customer wrote: any value may be missing or of a wrong type, and
none may raise.

Each reader gives the value in the type asked for, or that type's "nothing".
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from chalicelib.channels.base import PayloadNotUnderstood
from chalicelib.domain import ids

MAX_DEPTH = 50
MAX_ID = 512
MAX_RETRY_SECONDS = 24 * 3600.0
# DynamoDB keeps 38 digits of a number; longer ones are kept as text.
MAX_NUMBER = 10**38
# Seconds above this are milliseconds or nonsense (the year 5138).
MAX_SECONDS = 10**11

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_.]{1,40}")


def json_value(body: bytes | str) -> Any:
    """The JSON of `body`, fit to be stored: no lone surrogates, no infinities, no numbers without
    end. Raises PayloadNotUnderstood when it is no JSON, or nested beyond all reason."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        value = json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_nothing)
        return _storable(value, MAX_DEPTH) if _is_suspect(text) else value
    except (ValueError, RecursionError) as cause:
        raise PayloadNotUnderstood(f"not JSON: {str(cause)[:100]}", field="body") from cause


def json_object(body: bytes | str) -> dict[str, Any]:
    """Like `json_value`, for a body that must be an object."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise PayloadNotUnderstood("the body is no JSON object", field="body")
    return value


def _integer(digits: str) -> int | str:
    value = int(digits)
    return str(value) if abs(value) >= MAX_NUMBER else value


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _nothing(_constant: str) -> None:
    """NaN and Infinity are no JSON, and no provider's."""


def _is_suspect(text: str) -> bool:
    """Whether strings or depth could need mending: in most payloads nothing does, and they are not walked through."""
    escaped = "\\ud" in text or "\\uD" in text
    return escaped or text.count("[") + text.count("{") > MAX_DEPTH or not (text.isascii() or _is_encodable(text))


def _is_encodable(text: str) -> bool:
    return _LONE_SURROGATE.search(text) is None


def _storable(value: Any, depth: int) -> Any:
    """The same without lone surrogates. Raises ValueError where it is nested too deeply."""
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {_whole(key): _storable(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item, depth - 1) for item in value]
    return _whole(value) if isinstance(value, str) else value


def _whole(value: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", value)


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, in their order."""
    return [item for item in items(value) if isinstance(item, Mapping)]


def text(value: Any) -> str:
    """A string as it is, a number in digits; everything else is no text."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""


def optional(value: Any) -> str | None:
    return text(value) or None


def identifier(value: Any) -> str | None:
    """A provider's id: a non-empty text short enough for a key (numbers count, `true` does not)."""
    found = text(value).strip()
    return found if 0 < len(found) <= MAX_ID else None


def whole(value: Any) -> int | None:
    """A count or size: an integer of at most 15 digits, or one in a string."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15
    return value if is_count else None


def number(value: Any) -> float | None:
    """A coordinate: a finite number, or one in a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds(value: Any) -> datetime | None:
    """Unix seconds (number or text) as a time; None when they are none."""
    found = number(value)
    if found is None or not 0 < found < MAX_SECONDS:
        return None
    return datetime.fromtimestamp(found, UTC)


def iso_time(value: Any) -> datetime | None:
    """An ISO 8601 time with its zone; None when it has none (whose noon would it be?)."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def known(**values: Any) -> dict[str, Any]:
    """The values that are there: leaves out None and empty texts."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def label(value: Any) -> str:
    """A provider's word, fit to name a metric: whatever has another form is `other`."""
    word = text(value).lower()
    return word if _LABEL.fullmatch(word) else "other"


def content_id(*parts: Any) -> str:
    """An id for an item that has none: the same for the same content, whenever it comes."""
    texts = [part if isinstance(part, str) else json.dumps(part, sort_keys=True, default=str) for part in parts]
    return f"derived:{ids.digest(*texts)}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; as a date it is counted from the answer's own `Date`."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_SECONDS)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait / timedelta(seconds=1), 0.0), MAX_RETRY_SECONDS)
