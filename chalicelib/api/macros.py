"""Macros: several actions under one name."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, Name, Query, TeamId, Version, View, changes_of
from chalicelib.api.text_schemas import ScopedBody, ScopedChanges, moved, owner_fields
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, NotPermitted, VersionConflict
from chalicelib.domain.errors_texts import MacroNotFound, TextNameTaken, TextsTooMany
from chalicelib.domain.macro import MAX_ACTIONS, Macro
from chalicelib.domain.text_scope import TextScope, whose_of
from chalicelib.services.macro_documents import actions_body, actions_from
from chalicelib.wiring import api as wiring
from chalicelib.wiring import texts

Actions = Annotated[list[Json], Meta(min_length=1, max_length=MAX_ACTIONS)]
Description = Annotated[str, Meta(max_length=500)]

resource = Resource("macros")


class MacroQuery(Query, frozen=True, kw_only=True):
    """Without a `scope`: all that the caller may use. `q`: in the name."""

    q: Annotated[str, Meta(max_length=200)] = ""
    scope: TextScope | None = None
    team_id: TeamId | None = None


class MacroBody(ScopedBody, frozen=True, kw_only=True):
    """`actions`: each an object with what to `do` (docs/texts.md): reply, template, note, assign, status, priority,
    labels, task."""

    name: Name
    description: Description = ""
    actions: Actions


class MacroChanges(ScopedChanges, frozen=True, kw_only=True):
    """What is left out stays."""

    version: Version
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    actions: Actions | UnsetType = UNSET


class MacroView(View, frozen=True, kw_only=True):
    id: str
    scope: TextScope
    team_id: str | None
    name: str
    description: str
    actions: list[Json]
    used: int
    editable: bool
    changed_at: datetime
    changed_by: str
    version: int


class MacroList(View, frozen=True, kw_only=True):
    items: list[MacroView]


_EXAMPLE: Json = {
    "name": "Refund is on its way",
    "scope": "personal",
    "actions": [
        {"do": "reply", "text": "Hello {{contact.first_name|there}}, your refund is on its way."},
        {"do": "priority", "priority": "low"},
        {"do": "status", "status": "resolved"},
    ],
}


@resource.route("GET", "/macros", role=Role.AGENT, query=MacroQuery, gives=MacroList)
def list_macros(caller: Caller, query: MacroQuery) -> MacroList:
    """What the caller may use: their own, their teams', everybody's; or all of one owner."""
    reader, library = texts.reader(caller.principal), texts.macros().library
    found: Sequence[Macro]
    if query.scope is None and query.team_id is None:
        found = library.all(reader)
    else:
        found = library.of(reader, whose_of(caller.principal, query.scope or TextScope.TEAM, query.team_id))
    asked = query.q.casefold()
    named = [each for each in found if asked in each.name.casefold()]
    return MacroList(items=[_view(each, editable=reader.may_write(each.whose)) for each in named])


@resource.route(
    "POST",
    "/macros",
    role=Role.AGENT,
    body=MacroBody,
    gives=MacroView,
    status=HTTPStatus.CREATED,
    refuses=(NotPermitted, TextNameTaken, TextsTooMany),
    example=_EXAMPLE,
)
def create_macro(caller: Caller, body: MacroBody) -> MacroView:
    """Keep a macro. Agents keep their own; what is a team's or everybody's is for supervisors."""
    made = Macro(
        id=wiring.random_ids().new("mac"),
        whose=body.whose(caller.principal),
        name=body.name.strip(),
        actions=actions_from(body.actions),
        changed_at=caller.now,
        changed_by=caller.principal.id,
        description=body.description,
    )
    return _view(texts.macros().library.add(texts.reader(caller.principal), made), editable=True)


@resource.route("GET", "/macros/{macro_id}", role=Role.AGENT, gives=MacroView, refuses=(MacroNotFound,))
def get_macro(caller: Caller, macro_id: str) -> MacroView:
    """One macro."""
    reader = texts.reader(caller.principal)
    found = texts.macros().library.get(reader, macro_id)
    return _view(found, editable=reader.may_write(found.whose))


@resource.route(
    "PATCH",
    "/macros/{macro_id}",
    role=Role.AGENT,
    body=MacroChanges,
    gives=MacroView,
    refuses=(MacroNotFound, NotPermitted, VersionConflict, TextNameTaken, TextsTooMany),
    example={"version": 1, "description": "After the refund was made."},
)
def edit_macro(caller: Caller, macro_id: str, body: MacroChanges) -> MacroView:
    """Change a macro, or give it to another owner. What was begun goes on as it was."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    changes = moved(changes, caller.principal)
    if "actions" in changes:
        changes["actions"] = actions_from(changes["actions"])
    if "name" in changes:
        changes["name"] = changes["name"].strip()
    after = texts.macros().change(texts.reader(caller.principal), macro_id, body.version, changes, caller.now)
    return _view(after, editable=True)


@resource.route(
    "DELETE",
    "/macros/{macro_id}",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(MacroNotFound, NotPermitted, VersionConflict),
)
def delete_macro(caller: Caller, macro_id: str) -> None:
    """Take a macro away; what it did stays, and can be undone."""
    texts.macros().library.delete(texts.reader(caller.principal), macro_id)


def _view(macro: Macro, *, editable: bool) -> MacroView:
    fields: dict[str, Any] = owner_fields(macro.whose)
    return MacroView(
        id=macro.id,
        **fields,
        name=macro.name,
        description=macro.description,
        actions=actions_body(macro.actions),
        used=macro.used,
        editable=editable,
        changed_at=macro.changed_at,
        changed_by=macro.changed_by,
        version=macro.version,
    )
