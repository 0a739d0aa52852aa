"""Documents that administrators edit: rules, calendars, policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """What administrators edit as a whole; `body` is JSON."""

    id: str
    body: Mapping[str, Any]
    version: int = 1
