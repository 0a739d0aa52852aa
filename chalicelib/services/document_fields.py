"""The parts of the administrators' documents, each checked. Raises InvalidInput with the path of what is wrong."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.errors import InvalidInput

PUBLISHED = "published"
MAX_NAME = 60
MAX_DESCRIPTION = 300
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def object_of(value: Any, at: str, fields: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput("Give an object.", field=at)
    for name in value:
        if name not in fields:
            said = f"There is no such field; there are: {', '.join(sorted(fields))}."
            raise InvalidInput(said, field=f"{at}.{str(name)[:MAX_NAME]}")
    return value


def items_of(value: Any, at: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise InvalidInput(f"Give a list of at most {most}.", field=at)
    return value


def key_of(value: Any, at: str) -> str:
    """What things are called by in rules and paths: it never changes, unlike a name."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise InvalidInput("A key is a small letter, then up to 39 of a-z, 0-9 and _.", field=at)
    return value


def text_of(value: Any, at: str, most: int = MAX_NAME) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise InvalidInput(f"Give a text of at most {most} characters.", field=at)
    return value.strip()


def optional_text(value: Any, at: str, most: int = MAX_DESCRIPTION) -> str:
    return text_of(value, at, most) if value else ""


def number_of(value: Any, at: str, lowest: int, highest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise InvalidInput(f"Give a whole number from {lowest} to {highest}.", field=at)
    return value


def truth_of(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("Give true or false.", field=at)
    return value


def check_distinct(found: Iterable[str], at: str, name: str = "key") -> None:
    """Raises InvalidInput for the second of two that are called the same."""
    known: set[str] = set()
    for place, each in enumerate(found):
        if each in known:
            raise InvalidInput("This is taken already.", field=f"{at}[{place}].{name}")
        known.add(each)
