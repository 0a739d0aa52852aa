"""Views: saved ways of looking at conversations."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors
from chalicelib.api.conversation_views import ConversationPage, row_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, InboxId, Json, Name, PageQuery, Query, TeamId, Version, View, changes_of
from chalicelib.api.text_schemas import ScopedBody, ScopedChanges, moved, owner_fields
from chalicelib.domain import view as domain
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import CursorInvalid, InvalidInput, NotPermitted, VersionConflict
from chalicelib.domain.errors_texts import TextNameTaken, TextsTooMany, ViewNotFound
from chalicelib.domain.reads import Page
from chalicelib.domain.text_scope import TextScope
from chalicelib.domain.view import COLUMNS, DEFAULT_COLUMNS, ListKind, Sort, Source
from chalicelib.wiring import api as wiring
from chalicelib.wiring import texts

Column = Literal[COLUMNS]  # type: ignore[valid-type]
Columns = Annotated[list[Column], Meta(min_length=1, max_length=len(COLUMNS))]

resource = Resource("views")


class ViewSourceBody(Body, frozen=True, kw_only=True):
    """The list that is looked through: mine, unassigned, all, of an inbox or of a team (each with its id); of one
    status."""

    list: ListKind
    status: Status = Status.OPEN
    inbox_id: InboxId | None = None
    team_id: TeamId | None = None

    def source(self) -> Source:
        """Raises InvalidInput."""
        wanted = {ListKind.INBOX: (self.inbox_id, self.team_id), ListKind.TEAM: (self.team_id, self.inbox_id)}
        key, other = wanted.get(self.list, (None, self.inbox_id or self.team_id))
        if other is not None or (self.list in wanted) is not (key is not None):
            raise InvalidInput("inbox_id goes with the list inbox, team_id with team.", field="source")
        return Source(self.list, self.status, key or "")


class ViewBody(ScopedBody, frozen=True, kw_only=True):
    """`filter`: what a conversation of the list must be like (docs/texts.md); the empty one takes all. `sort`: within a
    page."""

    name: Name
    source: ViewSourceBody
    filter: Json = {}
    sort: Sort = Sort.ACTIVITY
    columns: Columns | UnsetType = UNSET


class ViewChanges(ScopedChanges, frozen=True, kw_only=True):
    """What is left out stays."""

    version: Version
    name: Name | UnsetType = UNSET
    source: ViewSourceBody | UnsetType = UNSET
    filter: Json | UnsetType = UNSET
    sort: Sort | UnsetType = UNSET
    columns: Columns | UnsetType = UNSET


class ViewsQuery(Query, frozen=True, kw_only=True):
    """`counts`: with how many each shows, where that is known."""

    counts: bool = False


class SavedView(View, frozen=True, kw_only=True):
    """`built_in`: the desk's own name of a view that nobody changes (mine, unassigned, open, snoozed). `count`: null
    where it was not asked for, or no counter has exactly what the view shows."""

    id: str
    scope: TextScope
    team_id: str | None
    name: str
    source: Json
    filter: Json
    sort: Sort
    columns: list[str]
    built_in: str | None
    count: int | None
    editable: bool
    changed_at: datetime
    changed_by: str
    version: int


class ViewList(View, frozen=True, kw_only=True):
    items: list[SavedView]


_EXAMPLE: Json = {
    "name": "Urgent refunds",
    "scope": "personal",
    "source": {"list": "all", "status": "open"},
    "filter": {"all": [{"field": "labels", "is": "refund"}, {"field": "priority", "in": ["high", "urgent"]}]},
    "sort": "waiting",
}


@resource.route("GET", "/views", role=Role.AGENT, query=ViewsQuery, gives=ViewList)
def list_views(caller: Caller, query: ViewsQuery) -> ViewList:
    """The desk's own views, then the caller's, their teams' and everybody's."""
    reader, service = texts.reader(caller.principal), texts.views()
    found = service.all(reader)
    counts = service.counts(found, caller.principal.id) if query.counts else {}
    return ViewList(items=[_view(each, counts, editable=_editable(reader, each)) for each in found])


@resource.route(
    "POST",
    "/views",
    role=Role.AGENT,
    body=ViewBody,
    gives=SavedView,
    status=HTTPStatus.CREATED,
    refuses=(NotPermitted, TextNameTaken, TextsTooMany),
    example=_EXAMPLE,
)
def create_view(caller: Caller, body: ViewBody) -> SavedView:
    """Save a view. Agents keep their own; what is a team's or everybody's is for supervisors."""
    made = domain.View(
        id=wiring.random_ids().new("view"),
        whose=body.whose(caller.principal),
        name=body.name.strip(),
        source=body.source.source(),
        changed_at=caller.now,
        changed_by=caller.principal.id,
        condition=body.filter,
        sort=body.sort,
        columns=DEFAULT_COLUMNS if body.columns is UNSET else tuple(dict.fromkeys(body.columns)),
    )
    return _view(texts.views().add(texts.reader(caller.principal), made), {}, editable=True)


@resource.route("GET", "/views/{view_id}", role=Role.AGENT, gives=SavedView, refuses=(ViewNotFound,))
def get_view(caller: Caller, view_id: str) -> SavedView:
    """One view, with how many it shows, where a counter knows."""
    reader, service = texts.reader(caller.principal), texts.views()
    found = service.get(reader, view_id)
    counts = service.counts([found], caller.principal.id)
    return _view(found, counts, editable=_editable(reader, found))


@resource.route(
    "PATCH",
    "/views/{view_id}",
    role=Role.AGENT,
    body=ViewChanges,
    gives=SavedView,
    refuses=(ViewNotFound, NotPermitted, VersionConflict, TextNameTaken, TextsTooMany),
    example={"version": 1, "sort": "priority"},
)
def edit_view(caller: Caller, view_id: str, body: ViewChanges) -> SavedView:
    """Change a view, or give it to another owner. `version` is the one that was read."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    changes = moved(changes, caller.principal)
    after = texts.views().change(texts.reader(caller.principal), view_id, body.version, _kept(changes), caller.now)
    return _view(after, {}, editable=True)


def _kept(changes: dict[str, Any]) -> dict[str, Any]:
    """By the names under which they are kept."""
    if "name" in changes:
        changes["name"] = changes["name"].strip()
    if "source" in changes:
        changes["source"] = changes["source"].source()
    if "columns" in changes:
        changes["columns"] = tuple(dict.fromkeys(changes["columns"]))
    if "filter" in changes:
        changes["condition"] = changes.pop("filter")
    return changes


@resource.route(
    "DELETE",
    "/views/{view_id}",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(ViewNotFound, NotPermitted, VersionConflict),
)
def delete_view(caller: Caller, view_id: str) -> None:
    """Take a view away."""
    texts.views().delete(texts.reader(caller.principal), view_id)


@resource.route(
    "GET",
    "/views/{view_id}/conversations",
    role=Role.AGENT,
    query=PageQuery,
    gives=ConversationPage,
    refuses=(ViewNotFound, CursorInvalid),
)
def list_viewed(caller: Caller, view_id: str, query: PageQuery) -> ConversationPage:
    """What a view shows. A page may hold few or none while `next_cursor` goes on: then few of the list pass."""
    service = texts.views()
    view = service.get(texts.reader(caller.principal), view_id)

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Conversation]:
        return service.page(view, caller.principal.id, limit, start)

    name = f"views/{view_id}/{view.version}"
    found, cursor = cursors.page_of(name, pages, wiring.cursor_secret, caller, query)
    return ConversationPage(items=[row_view(each) for each in found], next_cursor=cursor)


def _editable(reader: Any, view: domain.View) -> bool:
    return not view.built_in and reader.may_write(view.whose)


def _view(view: domain.View, counts: Mapping[str, int], *, editable: bool) -> SavedView:
    source = view.source
    ids: Json = {name: source.key for name in ("inbox_id", "team_id") if name == f"{source.kind.value}_id"}
    return SavedView(
        id=view.id,
        **owner_fields(view.whose),
        name=view.name,
        source={"list": source.kind.value, "status": source.status.value, **ids},
        filter=dict(view.condition),
        sort=view.sort,
        columns=list(view.columns),
        built_in=view.built_in or None,
        count=counts.get(view.id),
        editable=editable,
        changed_at=view.changed_at,
        changed_by=view.changed_by,
        version=view.version,
    )
