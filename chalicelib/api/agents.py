"""Agents: who works at the desk."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import (
    AgentId,
    Body,
    Name,
    PageQuery,
    TeamId,
    Version,
    View,
    changes_of,
)
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    AgentNotFound,
    CursorInvalid,
    NotPermitted,
    VersionConflict,
)
from chalicelib.services import administration
from chalicelib.services.administration import AgentExists
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

Email = Annotated[
    str, Meta(min_length=3, max_length=254, pattern=r"^[!-?A-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
]
TeamIds = Annotated[list[TeamId], Meta(max_length=50)]

resource = Resource("agents")


class AgentView(View, frozen=True, kw_only=True):
    id: AgentId
    name: str
    email: str
    role: Role
    team_ids: list[str]
    enabled: bool
    created_at: datetime
    version: int


class AgentCreated(AgentView, frozen=True, kw_only=True):
    """`temporary_password`: shown this once, where no invitation was sent; to be changed at the first sign-in."""

    temporary_password: str | None


class AgentPage(View, frozen=True, kw_only=True):
    items: list[AgentView]
    next_cursor: str | None


class NewAgentBody(Body, frozen=True, kw_only=True):
    """`invite` false sends nothing, and answers a temporary password instead."""

    email: Email
    name: Name
    role: Role = Role.AGENT
    team_ids: TeamIds = []
    invite: bool = True


class AgentChanges(Body, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    version: Version
    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    team_ids: TeamIds | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


@resource.route(
    "POST",
    "/agents",
    role=Role.ADMIN,
    people_only=True,
    body=NewAgentBody,
    gives=AgentCreated,
    status=HTTPStatus.CREATED,
    refuses=(AgentExists, NotPermitted),
    example={"email": "ada@example.com", "name": "Ada", "role": "supervisor"},
)
def create_agent(caller: Caller, body: NewAgentBody) -> AgentCreated:
    """Make an agent and the account they sign in with. Sent again after a failure, it goes on where it stopped."""
    new = administration.NewAgent(
        email=body.email,
        name=body.name,
        role=body.role,
        team_ids=tuple(body.team_ids),
        invite=body.invite,
    )
    agent, password = administration.create_agent(wiring.staff(), caller.principal, new, caller.now)
    _tell_routing(caller, agent)
    return AgentCreated(**_fields(agent), temporary_password=password)


@resource.route(
    "GET",
    "/agents",
    role=Role.AGENT,
    query=PageQuery,
    gives=AgentPage,
    refuses=(CursorInvalid,),
)
def list_agents(caller: Caller, query: PageQuery) -> AgentPage:
    """All agents, by name."""
    page, cursor = cursors.page_of("agents", wiring.agents().list, wiring.cursor_secret, caller, query)
    return AgentPage(items=[view(agent) for agent in page], next_cursor=cursor)


@resource.route("GET", "/agents/{agent_id}", role=Role.AGENT, gives=AgentView, refuses=(AgentNotFound,))
def get_agent(caller: Caller, agent_id: str) -> AgentView:
    """One agent."""
    return view(administration.get_agent(wiring.agents(), agent_id))


@resource.route(
    "PATCH",
    "/agents/{agent_id}",
    role=Role.ADMIN,
    people_only=True,
    body=AgentChanges,
    gives=AgentView,
    refuses=(AgentNotFound, VersionConflict, NotPermitted),
    example={"version": 1, "enabled": False},
)
def edit_agent(caller: Caller, agent_id: str, body: AgentChanges) -> AgentView:
    """Change name, role, teams or access; it holds within a minute, and sockets that were opened with another role or
    access end at once. Sent again after a failure, it does the rest. Nobody takes their own role or access away."""
    agent = administration.edit_agent(wiring.staff(), caller.principal, agent_id, body.version, changes_of(body))
    _tell_routing(caller, agent)
    return view(agent)


def _tell_routing(caller: Caller, agent: Agent) -> None:
    """Name, teams and access as routing knows them; every sign of the agent's life tells them again."""
    by = Actor(caller.principal.kind, caller.principal.id)
    work.presence().set_up(agent, lambda known: known, by, caller.now)


def view(agent: Agent) -> AgentView:
    return AgentView(**_fields(agent))


def _fields(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "role": agent.role,
        "team_ids": list(agent.team_ids),
        "enabled": agent.enabled,
        "created_at": agent.created_at,
        "version": agent.version,
    }
