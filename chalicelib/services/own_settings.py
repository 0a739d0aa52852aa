"""What an agent has chosen for themselves in a workspace: their keys, the widths of its panes. The desk keeps it, so
that it is there on another machine; what it means is the workspace's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.writes import Written

Value = str | int | bool

MOST = 200
NAME = re.compile(r"[a-z][A-Za-z0-9_.-]{0,63}")
ATTEMPTS = 5


class OwnDocuments(Protocol):
    """One document for each who signs in."""

    def get(self, identifier: str) -> Document | None: ...

    def put(self, document: Document, read_version: int) -> Written: ...


@dataclass(frozen=True, slots=True)
class OwnSettings:
    documents: OwnDocuments

    def of(self, principal_id: str) -> Mapping[str, Value]:
        """By name; empty where nothing was chosen. One read."""
        found = self.documents.get(principal_id)
        return found.body if found else {}

    def change(self, principal_id: str, changes: Mapping[str, Value | None]) -> Mapping[str, Value]:
        """Set what is named, forget what is named with None; the rest stays, whoever else changes it meanwhile. Raises
        InvalidInput (a name that is none, more than 200 in all), StoreUnavailable."""
        for name in changes:
            if not NAME.fullmatch(name):
                allowed = "Letters, digits, points, hyphens and underscores, 64 at most, a small letter first."
                raise InvalidInput(allowed, field=f"settings.{name[:64]}")
        for _ in range(ATTEMPTS):
            before = self.documents.get(principal_id)
            after = _merged(before.body if before else {}, changes)
            if before and after == before.body:
                return after
            read = before.version if before else 0
            if self.documents.put(Document(principal_id, after, read + 1), read) is Written.DONE:
                return after
        raise StoreUnavailable("too many writers at once")


def _merged(before: Mapping[str, Value], changes: Mapping[str, Value | None]) -> dict[str, Value]:
    merged = {**before, **changes}
    kept = {name: value for name, value in merged.items() if value is not None}
    if len(kept) > MOST:
        raise InvalidInput(f"{MOST} are kept at most: forget some by null.", field="settings")
    return kept
