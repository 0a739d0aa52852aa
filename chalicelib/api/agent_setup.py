"""What supervisors set up for an agent: capacity, skills, shifts, loans to other teams."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Annotated

from msgspec import Meta

from chalicelib.api.presence import PresenceView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, HoursId, Moment, TeamId
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.capacity import Capacity, ChannelClass
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import AgentNotFound, InvalidInput, TeamNotFound, VersionConflict
from chalicelib.domain.setup import check_capacity, check_skills, setup_mark
from chalicelib.domain.workload import Workload
from chalicelib.services import administration
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

LONGEST_LOAN = timedelta(days=366)

Units = Annotated[int, Meta(ge=0, le=1000)]
Weight = Annotated[int, Meta(ge=1, le=1000)]
Mark = Annotated[str, Meta(min_length=1, max_length=40, description="`version` of the presence that was read")]

resource = Resource("agents")


class WeightsBody(Body, frozen=True, kw_only=True):
    """What is left out weighs what it weighs for everybody."""

    live: Weight | None = None
    messaging: Weight | None = None
    asynchronous: Weight | None = None
    voice: Weight | None = None


class CapacityBody(Body, frozen=True, kw_only=True):
    """`reserve`: units kept for customers who come back to this agent. `hours_id`: the agent's shift."""

    version: Mark
    units: Units
    reserve: Units
    weights: WeightsBody = WeightsBody()
    hours_id: HoursId | None = None


class SkillsBody(Body, frozen=True, kw_only=True):
    """All of the agent's skills, each from 1 to 5; languages are skills too (`lang:de`)."""

    version: Mark
    skills: dict[str, int]


class LoanBody(Body, frozen=True, kw_only=True):
    team_id: TeamId
    until: Moment


@resource.route(
    "PUT",
    "/agents/{agent_id}/capacity",
    role=Role.SUPERVISOR,
    body=CapacityBody,
    gives=PresenceView,
    refuses=(AgentNotFound, VersionConflict),
    example={"version": "5h2vq8w0c4n1x7r3k9mt", "units": 8, "reserve": 1, "weights": {"live": 4}},
)
def set_capacity(caller: Caller, agent_id: str, body: CapacityBody) -> PresenceView:
    """How much the agent can hold, what each class of channel weighs, and when they are on shift.

    What they hold already stays theirs. Where the units shrink below it, nothing new comes until there is room."""
    named = ((kind, getattr(body.weights, kind.value)) for kind in ChannelClass)
    weights = {kind: weight for kind, weight in named if weight is not None}
    capacity = Capacity(body.units, body.reserve, weights)
    check_capacity(capacity)
    if body.hours_id is not None and work.documents("hours").get(body.hours_id) is None:
        raise InvalidInput("There are no such business hours.", field="hours_id")

    def change(known: Workload) -> Workload:
        _check_mark(known, body.version)
        return replace(known, capacity=capacity, presence=replace(known.presence, hours_id=body.hours_id))

    return _shown(caller, work.presence().set_up(_agent(agent_id), change, _by(caller), caller.now))


@resource.route(
    "PUT",
    "/agents/{agent_id}/skills",
    role=Role.SUPERVISOR,
    body=SkillsBody,
    gives=PresenceView,
    refuses=(AgentNotFound, VersionConflict),
    example={"version": "5h2vq8w0c4n1x7r3k9mt", "skills": {"lang:de": 5, "refunds": 3}},
)
def set_skills(caller: Caller, agent_id: str, body: SkillsBody) -> PresenceView:
    """What the agent can do, and how well."""
    check_skills(body.skills)

    def change(known: Workload) -> Workload:
        _check_mark(known, body.version)
        return replace(known, skills=body.skills)

    return _shown(caller, work.presence().set_up(_agent(agent_id), change, _by(caller), caller.now))


@resource.route(
    "POST",
    "/agents/{agent_id}/loans",
    role=Role.SUPERVISOR,
    body=LoanBody,
    gives=PresenceView,
    refuses=(AgentNotFound,),
    example={"team_id": "team_0f8c2v6n4q1w9x3r7k5m", "until": "2026-03-02T12:00:00Z"},
)
def lend_agent(caller: Caller, agent_id: str, body: LoanBody) -> PresenceView:
    """Let the agent help another team until a time within a year; they return by themselves."""
    agent = _agent(agent_id)
    if wiring.teams().get(body.team_id) is None:
        raise InvalidInput("There is no such team.", field="team_id")
    if body.team_id in agent.team_ids:
        raise InvalidInput("The agent belongs to this team: there is nothing to lend.", field="team_id")
    if not caller.now < body.until <= caller.now + LONGEST_LOAN:
        raise InvalidInput("Give a time in the future, within a year.", field="until")
    lent = work.presence().lend(agent, body.team_id, body.until.astimezone(UTC), _by(caller), caller.now)
    return _shown(caller, lent)


@resource.route(
    "DELETE",
    "/agents/{agent_id}/loans/{team_id}",
    role=Role.SUPERVISOR,
    gives=PresenceView,
    refuses=(AgentNotFound, TeamNotFound),
)
def end_loan(caller: Caller, agent_id: str, team_id: str) -> PresenceView:
    """Take the agent back now; where they are not lent to this team, nothing changes."""
    return _shown(caller, work.presence().end_loan(_agent(agent_id), team_id, _by(caller), caller.now))


def _check_mark(known: Workload, version: str) -> None:
    if setup_mark(known) != version:
        raise VersionConflict("It has changed: read it again.", field="version")


def _agent(identifier: str) -> Agent:
    return administration.get_agent(wiring.agents(), identifier)


def _by(caller: Caller) -> Actor:
    return Actor(caller.principal.kind, caller.principal.id)


def _shown(caller: Caller, workload: Workload) -> PresenceView:
    return view(work.board().of(workload, caller.now), caller.now)
