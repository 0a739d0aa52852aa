"""The desk's people and machines: agents, teams, API keys. Asked for by administrators only (the API sees to that).

An agent is a record here and an account in the user pool. The record decides; it is written first, and writing the
account after it may be repeated: a request that failed half-way is simply sent again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from chalicelib.domain import ids
from chalicelib.domain.agent import Agent, ApiKey, Principal, Role, Team
from chalicelib.domain.errors import (
    AgentNotFound,
    ApiKeyNotFound,
    InvalidInput,
    Kind,
    NotPermitted,
    Refusal,
    TeamNotFound,
    VersionConflict,
)
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written
from chalicelib.services import authentication
from chalicelib.services.administration_ports import (
    AgentStore,
    ApiKeyStore,
    Ids,
    InboxStore,
    People,
    TeamStore,
)

PAGE = 100


class AgentExists(Refusal):
    """There is an agent with this e-mail address."""

    code: ClassVar[str] = "agent_exists"
    kind: ClassVar[Kind] = "conflict"


class TeamInUse(Refusal):
    """Agents or inboxes belong to it: move them first."""

    code: ClassVar[str] = "team_in_use"
    kind: ClassVar[Kind] = "conflict"


@dataclass(frozen=True, slots=True)
class Staff:
    """Where people are kept: their records, teams and accounts."""

    agents: AgentStore
    teams: TeamStore
    people: People
    ids: Ids
    # Ends their open sockets that are not what the agent is now.
    end_sockets: Callable[[Agent], object]


@dataclass(frozen=True, slots=True)
class NewAgent:
    email: str
    name: str
    role: Role
    team_ids: tuple[str, ...] = ()
    invite: bool = True


# --- agents ------------------------------------------------------------------------------------------------------


def agent_id(email: str) -> str:
    """One agent per e-mail address."""
    return f"agt_{ids.digest(email.strip().lower())}"


def create_agent(staff: Staff, principal: Principal, new: NewAgent, now: datetime) -> tuple[Agent, str | None]:
    """The agent, and its temporary password where no invitation was to be sent.

    The first administrator, whose account was made by hand, becomes an agent so too, with the account there is.
    Raises AgentExists, InvalidInput, NotPermitted."""
    agent = Agent(
        id=agent_id(new.email),
        name=new.name.strip(),
        email=new.email.strip().lower(),
        role=new.role,
        created_at=now,
        team_ids=_known_teams(staff.teams, new.team_ids),
    )
    if staff.agents.get(agent.id) is not None:
        raise AgentExists("There is an agent with this e-mail address.", field="email")
    myself = agent.id == principal.id
    if myself and agent.role is not principal.role:
        raise NotPermitted("Nobody takes their own role away: ask another administrator.", field="role")
    # 100 random bits in letters and digits, and what password rules ask for besides.
    password = None if new.invite or myself else f"{staff.ids.secret()[:20]}-Aa1"
    staff.people.invite(agent, password)
    staff.people.set_role(agent.id, agent.role)
    if staff.agents.put(agent) is not Written.DONE:
        raise AgentExists("There is an agent with this e-mail address.", field="email")
    return agent, password


def get_agent(agents: AgentStore, identifier: str) -> Agent:
    """Raises AgentNotFound."""
    found = agents.get(identifier)
    if found is None:
        raise AgentNotFound("There is no such agent.")
    return found


def edit_agent(staff: Staff, principal: Principal, identifier: str, version: int, changes: Mapping[str, Any]) -> Agent:
    """Change name, role, team_ids or enabled. The same again, after a failure, does the rest of it. Raises
    AgentNotFound, VersionConflict, NotPermitted, InvalidInput, StoreUnavailable."""
    before = get_agent(staff.agents, identifier)
    if before.version == version + 1 and replace(before, **_as_kept(changes)) == before:
        return _held(staff, before)
    _at_version(before, version)
    if principal.id == identifier and not _harmless(before, changes):
        raise NotPermitted("Nobody takes their own role or access away: ask another administrator.")
    if "team_ids" in changes:
        changes = {**changes, "team_ids": _known_teams(staff.teams, changes["team_ids"])}
    after = replace(before, **changes, version=version + 1)
    _replaced(staff.agents.replace(after, version))
    return _held(staff, after)


def _held(staff: Staff, agent: Agent) -> Agent:
    """What was said of an agent holds everywhere: the record first, for tickets ask it; then open sockets, which nobody
    asks again; then the account."""
    staff.end_sockets(agent)
    staff.people.set_enabled(agent.id, enabled=agent.enabled)
    staff.people.set_role(agent.id, agent.role)
    return agent


def _as_kept(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    if "team_ids" not in changes:
        return changes
    return {**changes, "team_ids": tuple(dict.fromkeys(changes["team_ids"]))}


def _harmless(before: Agent, changes: Mapping[str, Any]) -> bool:
    return changes.get("role", before.role) is before.role and changes.get("enabled", True)


def check_assignable(agents: AgentStore, teams: TeamStore, assignee_id: str | None, team_id: str | None) -> None:
    """Raises InvalidInput where work cannot be given to this agent or team."""
    if assignee_id is not None:
        agent = agents.get(assignee_id)
        if agent is None or not agent.enabled:
            raise InvalidInput("There is no such agent, or access was taken away.", field="assignee_id")
    if team_id is not None and teams.get(team_id) is None:
        raise InvalidInput("There is no such team.", field="team_id")


def check_audience(agents: AgentStore, names: Sequence[str]) -> None:
    """Raises InvalidInput where a whisper is for somebody who is not there."""
    for name in dict.fromkeys(names):
        if agents.get(name) is None:
            raise InvalidInput("There is no such agent.", field="audience")


# --- teams -------------------------------------------------------------------------------------------------------


def create_team(teams: TeamStore, make: Ids, name: str, now: datetime) -> Team:
    team = Team(id=make.new("team"), name=name.strip(), created_at=now)
    teams.put(team)
    return team


def get_team(teams: TeamStore, identifier: str) -> Team:
    """Raises TeamNotFound."""
    found = teams.get(identifier)
    if found is None:
        raise TeamNotFound("There is no such team.")
    return found


def rename_team(teams: TeamStore, identifier: str, version: int, name: str) -> Team:
    """Raises TeamNotFound, VersionConflict."""
    before = _at_version(get_team(teams, identifier), version)
    after = replace(before, name=name.strip(), version=version + 1)
    _replaced(teams.replace(after, version))
    return after


def delete_team(teams: TeamStore, agents: AgentStore, inboxes: InboxStore, identifier: str) -> None:
    """Raises TeamNotFound, TeamInUse. Conversations keep the id, and are given to another team when opened next."""
    get_team(teams, identifier)
    if any(inbox.team_id == identifier for inbox in inboxes.list()):
        raise TeamInUse("An inbox gives its conversations to this team: change the inbox first.")
    if any(identifier in agent.team_ids for agent in every(agents.list)):
        raise TeamInUse("Agents belong to this team: take them out first.")
    teams.delete(identifier)


def _known_teams(teams: TeamStore, wanted: Sequence[str]) -> tuple[str, ...]:
    known = {team.id for team in every(teams.list)} if wanted else set()
    for place, team_id in enumerate(wanted):
        if team_id not in known:
            raise InvalidInput("There is no such team.", field=f"team_ids[{place}]")
    return tuple(dict.fromkeys(wanted))


# --- API keys ----------------------------------------------------------------------------------------------------


def create_key(
    keys: ApiKeyStore, make: Ids, principal: Principal, name: str, role: Role, now: datetime
) -> tuple[ApiKey, str]:
    """The key's record and the key itself, which is shown this once. Raises NotPermitted."""
    if not principal.may(role):
        raise NotPermitted("A key cannot do more than the one who makes it.", field="role")
    secret = f"{authentication.KEY_PREFIX}{make.secret()}"
    key = ApiKey(
        id=authentication.key_id(secret),
        name=name.strip(),
        role=role,
        created_at=now,
        created_by=principal.id,
        last_four=secret[-4:],
    )
    keys.put(key, authentication.key_hash(secret))
    return key, secret


def get_key(keys: ApiKeyStore, identifier: str) -> ApiKey:
    """Raises ApiKeyNotFound."""
    found = keys.get(identifier)
    if found is None:
        raise ApiKeyNotFound("There is no such API key.")
    return found


def revoke_key(keys: ApiKeyStore, identifier: str, now: datetime) -> ApiKey:
    """The key ends working within a minute; repeating it changes nothing. Raises ApiKeyNotFound."""
    revoked = keys.revoke(identifier, now)
    if revoked is None:
        raise ApiKeyNotFound("There is no such API key.")
    return revoked


# --- shared ------------------------------------------------------------------------------------------------------

T = TypeVar("T")


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=_Versioned)


def _at_version(current: V, version: int) -> V:
    if current.version != version:
        raise VersionConflict("It has changed: read it again.", field="version")
    return current


def _replaced(outcome: Written) -> None:
    if outcome is not Written.DONE:
        raise VersionConflict("It has changed: read it again.", field="version")


def every(pages: Callable[[int, Mapping[str, Any] | None], Page[T]]) -> Sequence[T]:
    found: list[T] = []
    start: Mapping[str, Any] | None = None
    while True:
        page = pages(PAGE, start)
        found += page.items
        start = page.next
        if start is None:
            return found
