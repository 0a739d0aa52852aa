"""Teams: what agents and inboxes can belong to, and work be given to."""

from datetime import datetime
from http import HTTPStatus

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Name, PageQuery, TeamId, Version, View
from chalicelib.domain.agent import Role, Team
from chalicelib.domain.errors import CursorInvalid, TeamNotFound, VersionConflict
from chalicelib.services import administration
from chalicelib.services.administration import TeamInUse
from chalicelib.wiring import api as wiring

resource = Resource("teams")


class TeamView(View, frozen=True, kw_only=True):
    id: TeamId
    name: str
    created_at: datetime
    version: int


class TeamPage(View, frozen=True, kw_only=True):
    items: list[TeamView]
    next_cursor: str | None


class TeamBody(Body, frozen=True, kw_only=True):
    name: Name


class TeamChanges(Body, frozen=True, kw_only=True):
    version: Version
    name: Name


@resource.route(
    "POST",
    "/teams",
    role=Role.ADMIN,
    body=TeamBody,
    gives=TeamView,
    status=HTTPStatus.CREATED,
    example={"name": "Returns"},
)
def create_team(caller: Caller, body: TeamBody) -> TeamView:
    """Make a team."""
    return view(administration.create_team(wiring.teams(), wiring.random_ids(), body.name, caller.now))


@resource.route("GET", "/teams", role=Role.AGENT, query=PageQuery, gives=TeamPage, refuses=(CursorInvalid,))
def list_teams(caller: Caller, query: PageQuery) -> TeamPage:
    """All teams."""
    page, cursor = cursors.page_of("teams", wiring.teams().list, wiring.cursor_secret, caller, query)
    return TeamPage(items=[view(team) for team in page], next_cursor=cursor)


@resource.route("GET", "/teams/{team_id}", role=Role.AGENT, gives=TeamView, refuses=(TeamNotFound,))
def get_team(caller: Caller, team_id: str) -> TeamView:
    """One team."""
    return view(administration.get_team(wiring.teams(), team_id))


@resource.route(
    "PATCH",
    "/teams/{team_id}",
    role=Role.ADMIN,
    body=TeamChanges,
    gives=TeamView,
    refuses=(TeamNotFound, VersionConflict),
    example={"version": 1, "name": "Returns and refunds"},
)
def edit_team(caller: Caller, team_id: str, body: TeamChanges) -> TeamView:
    """Rename a team."""
    return view(administration.rename_team(wiring.teams(), team_id, body.version, body.name))


@resource.route(
    "DELETE",
    "/teams/{team_id}",
    role=Role.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(TeamNotFound, TeamInUse),
)
def delete_team(caller: Caller, team_id: str) -> None:
    """Delete a team that no agent and no inbox belongs to."""
    administration.delete_team(wiring.teams(), wiring.agents(), wiring.inboxes().store, team_id)


def view(team: Team) -> TeamView:
    return TeamView(id=team.id, name=team.name, created_at=team.created_at, version=team.version)
