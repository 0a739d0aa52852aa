"""What a refusal is. The refusals themselves (`domain/errors.py`) are nouns with a stable `code`, the failing `field`,
and a sentence that says what to do.

The API maps `kind` to an HTTP status in one place; services and rules only raise.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

Kind = Literal[
    "invalid",
    "unauthenticated",
    "forbidden",
    "missing",
    "conflict",
    "too_large",
    "limit",
    "unavailable",
]


# The HTTP status of each kind, for every API of ours.
HTTP_STATUS: Mapping[Kind, int] = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "too_large": 413,
    "limit": 429,
    "unavailable": 503,
}


class Refusal(Exception):
    """A request that is not carried out; nothing was changed."""

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = "invalid"

    def __init__(self, detail: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.facts = facts
