"""Presence: who is there, chose what, and holds how much."""

from datetime import datetime

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, PageQuery, TeamId, View
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.capacity import ChannelClass, weight_in
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import AgentNotFound, CursorInvalid
from chalicelib.domain.presence import Intent
from chalicelib.domain.setup import setup_mark
from chalicelib.services import administration
from chalicelib.services.board import Standing
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

resource = Resource("presence")


class PresenceView(View, frozen=True, kw_only=True):
    """`because` is one word: online, or why no new work comes (busy, away, offline, disconnected, off_shift,
    disabled). `weights`: units that a conversation of each class takes. `lent_until`: teams the agent helps for a
    while. `version` is that of what was set up (units, reserve, weights, hours_id, skills)."""

    agent_id: AgentId
    name: str
    team_ids: list[str]
    lent_until: dict[str, datetime]
    intent: Intent
    reason: str
    chosen_at: datetime | None
    connected: bool
    connected_until: datetime | None
    on_shift: bool
    available: bool
    because: str
    used: int
    units: int
    reserve: int
    percent: int
    weights: dict[ChannelClass, int]
    skills: dict[str, int]
    hours_id: str | None
    idle_since: datetime | None
    version: str


class PresencePage(View, frozen=True, kw_only=True):
    items: list[PresenceView]
    next_cursor: str | None


class PresenceBody(Body, frozen=True, kw_only=True):
    intent: Intent
    reason: str = ""


class BoardQuery(PageQuery, frozen=True, kw_only=True):
    team_id: TeamId | None = None


@resource.route(
    "PUT",
    "/me/presence",
    role=Role.AGENT,
    people_only=True,
    body=PresenceBody,
    gives=PresenceView,
    refuses=(AgentNotFound,),
    example={"intent": "away", "reason": "Lunch"},
)
def choose_presence(caller: Caller, body: PresenceBody) -> PresenceView:
    """Be online (new work comes), busy, away or offline, with a reason of at most 120 characters."""
    workload = work.presence().choose(_agent(caller.principal.id), body.intent, body.reason, caller.now)
    return view(work.board().of(workload, caller.now), caller.now)


@resource.route("GET", "/me/presence", role=Role.AGENT, people_only=True, gives=PresenceView, refuses=(AgentNotFound,))
def get_my_presence(caller: Caller) -> PresenceView:
    """The caller: what they chose, whether they are there, and how much they hold."""
    return view(work.board().standing(_agent(caller.principal.id), caller.now), caller.now)


@resource.route(
    "POST", "/me/heartbeat", role=Role.AGENT, people_only=True, gives=PresenceView, refuses=(AgentNotFound,)
)
def send_heartbeat(caller: Caller) -> PresenceView:
    """One of the caller's clients is there. Send it every 30 seconds: without one for 90 the agent is gone."""
    workload = work.presence().heartbeat(_agent(caller.principal.id), caller.now)
    return view(work.board().of(workload, caller.now), caller.now)


@resource.route("GET", "/agents/{agent_id}/presence", role=Role.AGENT, gives=PresenceView, refuses=(AgentNotFound,))
def get_presence(caller: Caller, agent_id: str) -> PresenceView:
    """One agent's presence and load."""
    return view(work.board().standing(_agent(agent_id), caller.now), caller.now)


@resource.route(
    "PUT",
    "/agents/{agent_id}/presence",
    role=Role.SUPERVISOR,
    body=PresenceBody,
    gives=PresenceView,
    refuses=(AgentNotFound,),
    example={"intent": "offline", "reason": "Went home"},
)
def choose_presence_of(caller: Caller, agent_id: str, body: PresenceBody) -> PresenceView:
    """Choose for another agent. It makes nobody connected: work comes only while one of their clients is there."""
    by = Actor(caller.principal.kind, caller.principal.id)
    workload = work.presence().choose(_agent(agent_id), body.intent, body.reason, caller.now, by=by)
    return view(work.board().of(workload, caller.now), caller.now)


@resource.route("GET", "/presence", role=Role.AGENT, query=BoardQuery, gives=PresencePage, refuses=(CursorInvalid,))
def list_presence(caller: Caller, query: BoardQuery) -> PresencePage:
    """Everybody with their load, by name; with `team_id` who works for that team now.

    The filter is applied to each page: one may be shorter than `limit`, or empty, and not be the last."""
    page, cursor = cursors.page_of("presence", wiring.agents().list, wiring.cursor_secret, caller, query)
    views = [view(one, caller.now) for one in work.board().standings(page, caller.now)]
    wanted = [one for one in views if query.team_id is None or query.team_id in {*one.team_ids, *one.lent_until}]
    return PresencePage(items=wanted, next_cursor=cursor)


def _agent(identifier: str) -> Agent:
    return administration.get_agent(wiring.agents(), identifier)


def view(standing: Standing, now: datetime) -> PresenceView:
    workload = standing.workload
    presence, capacity = workload.presence, workload.capacity
    return PresenceView(
        agent_id=workload.agent_id,
        name=workload.name,
        team_ids=list(workload.team_ids),
        lent_until={team: until for team, until in sorted(workload.lent_until.items()) if until > now},
        intent=presence.intent,
        reason=presence.reason,
        chosen_at=presence.chosen_at,
        connected=standing.connected,
        connected_until=presence.connected_until,
        on_shift=standing.on_shift,
        available=standing.availability.available,
        because=standing.availability.because,
        used=workload.used,
        units=capacity.units,
        reserve=capacity.reserve,
        percent=workload.used * 100 // capacity.units if capacity.units else 100,
        weights={kind: weight_in(kind, capacity.weights) for kind in ChannelClass},
        skills=dict(workload.skills),
        hours_id=presence.hours_id,
        idle_since=workload.idle_since,
        version=setup_mark(workload),
    )
