"""Views: kept by scope, and what each shows, page by page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.conditions import check
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.counts import Scope
from chalicelib.domain.errors import InvalidInput, NotPermitted
from chalicelib.domain.errors_texts import ViewNotFound
from chalicelib.domain.reads import Page, ViewQuery
from chalicelib.domain.text_scope import Reader
from chalicelib.domain.view import BUILT_IN, MAX_FILTER_BYTES, MAX_VIEWS, ListKind, View, check_source, ordered
from chalicelib.domain.view import FILTER_FIELDS as FIELDS
from chalicelib.services.ports import DeskStore
from chalicelib.services.texts import Library, TextStore

# A page looks at so many pages of the index for rows that pass; then it is short, and goes on.
LOOKS = 4

_KINDS: Mapping[ListKind, str] = {
    ListKind.MINE: "owner",
    ListKind.UNASSIGNED: "unassigned",
    ListKind.ALL: "all",
    ListKind.INBOX: "inbox",
    ListKind.TEAM: "team",
}


@dataclass(frozen=True, slots=True)
class Views:
    store: TextStore[View]
    desk: DeskStore

    @property
    def library(self) -> Library[View]:
        return Library(self.store, ViewNotFound, "name", MAX_VIEWS)

    def get(self, reader: Reader, view_id: str) -> View:
        """Raises ViewNotFound."""
        return BUILT_IN.get(view_id) or self.library.get(reader, view_id)

    def all(self, reader: Reader) -> Sequence[View]:
        """The desk's own first, then theirs, their teams' and everybody's."""
        return [*BUILT_IN.values(), *self.library.all(reader)]

    def add(self, reader: Reader, view: View) -> View:
        """Raises InvalidInput, NotPermitted, TextNameTaken, TextsTooMany."""
        return self.library.add(reader, checked(view))

    def change(self, reader: Reader, view_id: str, version: int, changes: Mapping[str, Any], now: datetime) -> View:
        """Raises ViewNotFound, NotPermitted, VersionConflict, InvalidInput, TextNameTaken, TextsTooMany."""
        _check_own(view_id)

        def to(before: View) -> View:
            after = replace(before, **changes, changed_at=now, changed_by=reader.principal.id)
            return checked(replace(after, version=before.version + 1))

        return self.library.change(reader, view_id, version, to, lambda _: 0)

    def delete(self, reader: Reader, view_id: str) -> None:
        """Raises ViewNotFound, NotPermitted, VersionConflict."""
        _check_own(view_id)
        self.library.delete(reader, view_id)

    def page(self, view: View, me: str, limit: int, start: Mapping[str, Any] | None) -> Page[Conversation]:
        """What it shows to `me`. A page may be short, or empty, while there is more: then few of the list pass."""
        found: list[Conversation] = []
        for _ in range(LOOKS):
            page = self.desk.list_view(self._query(view, me, limit - len(found), start))
            found += [row for row in page.items if view.takes(row, me)]
            start = page.next
            if start is None or len(found) >= limit:
                break
        return Page(ordered(found, view.sort), start)

    def counts(self, views: Sequence[View], me: str) -> Mapping[str, int]:
        """How many each shows, by its id; only those that a counter knows. One query for each scope."""
        wanted = {view.id: place for view in views if (place := view.counted_in(me)) is not None}
        scopes: list[Scope] = list(dict.fromkeys(scope for scope, _ in wanted.values()))
        known = self.desk.counts(scopes) if scopes else {}
        return {view_id: max(known[scope].get(name, 0), 0) for view_id, (scope, name) in wanted.items()}

    def _query(self, view: View, me: str, limit: int, start: Mapping[str, Any] | None) -> ViewQuery:
        source = view.source
        key = me if source.kind is ListKind.MINE else source.key
        return ViewQuery(_KINDS[source.kind], key, source.status.value, limit, start)


def checked(view: View) -> View:
    """Raises InvalidInput."""
    check(view.condition, FIELDS, "filter")
    if len(json.dumps(view.condition, ensure_ascii=False).encode("utf-8", "replace")) > MAX_FILTER_BYTES:
        raise InvalidInput(f"A filter has at most {MAX_FILTER_BYTES} bytes.", field="filter")
    check_source(view.source)
    return view


def _check_own(view_id: str) -> None:
    if view_id in BUILT_IN:
        raise NotPermitted("This is the desk's own: make one like it.")
