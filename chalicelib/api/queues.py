"""Queues: what waits for whom, why, and taking the next one."""

from datetime import datetime
from typing import Any

from chalicelib.api.conversation_views import ConversationView
from chalicelib.api.conversation_views import view as conversation_view
from chalicelib.api.promise_views import PromiseView, promise_view
from chalicelib.api.queue_views import (
    ArrivalsView,
    DecisionView,
    EntryView,
    ExpectedView,
    decision_view,
    entry_view,
    expected_view,
    gauge_fields,
)
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Limit, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import AgentUnavailable, ConversationNotFound, QueueNotFound, TransitionRefused
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.services import desk
from chalicelib.services.board import QueueState
from chalicelib.services.handback import hand_back
from chalicelib.wiring import api as wiring
from chalicelib.wiring import waits as waiting
from chalicelib.wiring import work

# Decisions shown of a conversation, the newest first.
SHOWN = 20
# How far a place in a queue is looked for.
LOOKED_THROUGH = 100

resource = Resource("queues")


class QueueView(View, frozen=True, kw_only=True):
    """`depth_is_more`: more than `depth` wait. `free_units` leaves out what agents keep for returning customers.
    `at_once`: nobody waits and somebody has room. `expected_wait`: what who joins now may expect, None where fewer than
    20 waits were measured. `left_today`: resolved since midnight UTC while they waited."""

    team_id: str
    name: str
    depth: int
    depth_is_more: bool
    oldest_waiting_since: datetime | None
    agents_available: int
    free_units: int
    at_once: bool
    arrivals_per_minute: ArrivalsView
    expected_wait: ExpectedView | None
    left_today: int


class QueueList(View, frozen=True, kw_only=True):
    items: list[QueueView]


class QueueEntries(QueueView, frozen=True, kw_only=True):
    """`entries`: what waits, the next one first, up to `limit`."""

    entries: list[EntryView]


class QueueQuery(Query, frozen=True, kw_only=True):
    limit: Limit = 50


class PulledView(View, frozen=True, kw_only=True):
    """`conversation_id` is None where nothing waits that the caller can take."""

    conversation_id: str | None
    decision: DecisionView | None


class RoutingView(View, frozen=True, kw_only=True):
    """`entry`: how it waits, None where it does not; `position`: its place in the queue from 1, None beyond 100;
    `expected_wait`: what may be expected at this place; `promises`: what the customer was told."""

    conversation_id: str
    assignee_id: str | None
    team_id: str | None
    entry: EntryView | None
    position: int | None
    expected_wait: ExpectedView | None
    decisions: list[DecisionView]
    promises: list[PromiseView]


class ReturnBody(Body, frozen=True, kw_only=True):
    reason: str = ""


@resource.route("GET", "/queues", role=Role.AGENT, gives=QueueList)
def list_queues(caller: Caller) -> QueueList:
    """Every team's queue, and that of what no team is named for (`fallback`)."""
    names = work.team_names() | {FALLBACK: "Everybody"}
    states = work.board().queues(list(names), caller.now)
    return QueueList(items=[QueueView(**_fields(state, names[state.team_id])) for state in states])


@resource.route(
    "GET", "/queues/{queue_id}", role=Role.AGENT, query=QueueQuery, gives=QueueEntries, refuses=(QueueNotFound,)
)
def get_queue(caller: Caller, queue_id: str, query: QueueQuery) -> QueueEntries:
    """One team's queue: what waits, in order, with what it asks for now and why it stands where it stands."""
    name = _name(queue_id)
    state = work.board().queue(queue_id, caller.now)
    entries = [entry_view(entry, caller.now) for entry in work.board().waiting(queue_id, query.limit)]
    return QueueEntries(**_fields(state, name), entries=entries)


@resource.route(
    "POST",
    "/queues/{queue_id}/pull",
    role=Role.AGENT,
    people_only=True,
    gives=PulledView,
    refuses=(QueueNotFound, AgentUnavailable),
)
def pull_conversation(caller: Caller, queue_id: str) -> PulledView:
    """The caller takes the next one of a queue they work for that they can take and have room for."""
    _name(queue_id)
    decision = work.routing().take(caller.principal.id, queue_id, caller.now)
    if decision is None:
        return PulledView(conversation_id=None, decision=None)
    return PulledView(conversation_id=decision.conversation_id, decision=decision_view(decision))


@resource.route(
    "GET",
    "/conversations/{conversation_id}/routing",
    role=Role.AGENT,
    gives=RoutingView,
    refuses=(ConversationNotFound,),
)
def get_conversation_routing(caller: Caller, conversation_id: str) -> RoutingView:
    """Why it waits or who got it: its place in a queue, and the newest decisions, each in a sentence."""
    conversation = desk.look(wiring.desk(), conversation_id)
    store = work.routing_store()
    entry = store.entry(conversation_id)
    waits = entry if entry is not None and entry.waits else None
    ahead = [one.conversation_id for one in work.board().waiting(waits.team_id, LOOKED_THROUGH)] if waits else []
    place = ahead.index(conversation_id) + 1 if conversation_id in ahead else None
    expected = waiting.forecasts().expected(waits.team_id, place, caller.now) if waits and place else None
    return RoutingView(
        conversation_id=conversation_id,
        assignee_id=conversation.assignee_id,
        team_id=conversation.team_id,
        entry=entry_view(waits, caller.now) if waits else None,
        position=place,
        expected_wait=expected_view(expected),
        decisions=[decision_view(decision) for decision in store.decisions(conversation_id, SHOWN)],
        promises=[promise_view(promise) for promise in waiting.promise_store().of(conversation_id)],
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/return",
    role=Role.AGENT,
    body=ReturnBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused),
    example={"reason": "Needs somebody who speaks Italian"},
)
def return_conversation(caller: Caller, conversation_id: str, body: ReturnBody) -> ConversationView:
    """Back to its queue: it keeps its place in time, and is not given to the same agent again by itself."""
    returned = hand_back(wiring.desk(), work.routing(), caller.principal, conversation_id, body.reason, caller.now)
    return conversation_view(returned, caller.now)


def _name(queue_id: str) -> str:
    if queue_id == FALLBACK:
        return "Everybody"
    team = wiring.teams().get(queue_id)
    if team is None:
        raise QueueNotFound("There is no such team.")
    return team.name


def _fields(state: QueueState, name: str) -> dict[str, Any]:
    return {
        "team_id": state.team_id,
        "name": name,
        "depth": state.depth,
        "depth_is_more": state.is_longer,
        "oldest_waiting_since": state.oldest,
        "agents_available": state.agents_available,
        "free_units": state.free_units,
        "at_once": state.at_once,
        **gauge_fields(state.gauged),
    }
