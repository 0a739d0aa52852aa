"""Replays of routing: a recorded or a made-up day under the rules that hold, under the draft, or under both."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, Json, Moment, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, ReplayNotFound, ReplayRunning
from chalicelib.domain.reads import Page
from chalicelib.domain.replay_run import Fared, ReplayRow, ReplayRun, RunState
from chalicelib.domain.routing_policy import FACTS, RoutingPolicy
from chalicelib.services.documents import policy_body
from chalicelib.services.replays import find
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

SHOWN = 20
MAX_VALUES = 20

Share = Annotated[int, Meta(ge=0, le=1000)]

resource = Resource("routing-rules")


class RecordedBody(Body, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """At most 24 hours, at most 33 days ago."""

    start: Moment
    end: Moment


class GeneratedBody(Body, frozen=True, kw_only=True):
    """`seed`: the same wishes give the same day. `agents`: so many made-up ones; without it the desk's own, there all
    day. `handling_seconds`: the median. `shares`: by fact of the rules (`contact.language`, `channel`, …) how often
    each value comes up."""

    seed: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 1
    hours: Annotated[int, Meta(ge=1, le=24)] = 8
    arrivals_per_hour: Annotated[int, Meta(ge=1, le=500)] = 60
    agents: Annotated[int, Meta(ge=1, le=200)] | None = None
    handling_seconds: Annotated[int, Meta(ge=10, le=7200)] = 600
    shares: Annotated[dict[str, dict[str, Share]], Meta(max_length=len(FACTS))] = {}


class SourceBody(Body, frozen=True, kw_only=True):
    """One of both."""

    recorded: RecordedBody | None = None
    generated: GeneratedBody | None = None


class ReplayBody(Body, frozen=True, kw_only=True):
    """`rules`: those that hold, the draft, or both to compare them."""

    source: SourceBody
    rules: Literal["current", "draft", "both"] = "current"


class FiguresView(View, frozen=True, kw_only=True):
    """Of one run. Waits in seconds until an agent has it; shares from 0 to 1. `load_gini`: 0 where everybody's shift is
    filled the same; `load_min` and `load_max` are the least and the most filled. `in_response`: first answer within a
    minute, by a simple model. `breached` of those `promised` a first response (by the policies of service levels) were
    still nobody's when it was due."""

    arrived: int
    given: int
    decisions: int
    wait_p50: float
    wait_p90: float
    wait_p99: float
    within_15: float
    within_60: float
    in_response: float
    load_gini: float
    load_min: float
    load_max: float
    returned: int
    returned_to_own: int
    promised: int
    breached: int


class ReproducedView(View, frozen=True, kw_only=True):
    """The recorded decisions, each made again of what it was made of: `same` in every part. `partial`: the candidates
    were too many to keep all, and only who got it is compared. `unrecorded`: given out without a record. `unlike`: the
    first ones that did not come out again."""

    decisions: int
    same: int
    partial: int
    unrecorded: int
    unlike: list[Json]


class ReplayView(View, frozen=True, kw_only=True):
    """`state`: waiting, running, done or failed (`detail` says why). `rules_versions` and `figures` by the name of the
    rules; `reproduced` of a recorded day. `differences`: conversations that fare differently under the draft."""

    id: str
    state: RunState
    detail: str
    asked_by: str
    asked_at: datetime
    done_at: datetime | None
    source: Json
    rules_versions: dict[str, int]
    figures: dict[str, FiguresView]
    reproduced: ReproducedView | None
    conversations: int
    differences: int


class ReplayList(View, frozen=True, kw_only=True):
    items: list[ReplayView]


class FaredView(View, frozen=True, kw_only=True):
    """Nobody within the day: all None."""

    agent_id: AgentId | None
    given_at: datetime | None
    waited_seconds: int | None


class RowView(View, frozen=True, kw_only=True):
    """`recorded`: as it was, of a recorded day. `current` and `draft`: under these rules; None where they were not run,
    or where the conversation was still open when its customer wrote again."""

    conversation_id: str
    came_at: datetime
    differs: bool
    recorded: FaredView | None
    current: FaredView | None
    draft: FaredView | None


class RowPage(View, frozen=True, kw_only=True):
    items: list[RowView]
    next_cursor: str | None


@resource.route(
    "POST",
    "/routing/replays",
    role=Role.SUPERVISOR,
    body=ReplayBody,
    gives=ReplayView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ReplayRunning,),
    example={"source": {"generated": {"seed": 7, "hours": 8, "arrivals_per_hour": 60}}, "rules": "both"},
)
def ask_for_replay(caller: Caller, body: ReplayBody) -> ReplayView:
    """Run a day again. It is done some seconds later: read it by its id. One runs at a time; results are kept for 14
    days. At most 2,000 arrivals and 200 agents, and 60,000 for both multiplied."""
    source = _source(body.source)
    run = work.replays().ask(caller.principal.id, source, _rules(body.rules), caller.now)
    return _view(run, caller.now)


@resource.route("GET", "/routing/replays", role=Role.SUPERVISOR, gives=ReplayList)
def list_replays(caller: Caller) -> ReplayList:
    """The newest 20."""
    return ReplayList(items=[_view(run, caller.now) for run in work.replay_store().newest(SHOWN)])


@resource.route(
    "GET", "/routing/replays/{replay_id}", role=Role.SUPERVISOR, gives=ReplayView, refuses=(ReplayNotFound,)
)
def get_replay(caller: Caller, replay_id: str) -> ReplayView:
    """How far it is, and what came of it."""
    return _view(find(work.replay_store(), replay_id), caller.now)


@resource.route(
    "GET",
    "/routing/replays/{replay_id}/conversations",
    role=Role.SUPERVISOR,
    query=PageQuery,
    gives=RowPage,
    refuses=(ReplayNotFound,),
)
def list_replay_conversations(caller: Caller, replay_id: str, query: PageQuery) -> RowPage:
    """Who would have got what: those that fare differently first, then in order of time."""
    total = find(work.replay_store(), replay_id).conversations

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[ReplayRow]:
        first = int(start["first"]) if start else 0
        after = {"first": first + limit} if first + limit < total else None
        return Page(work.replay_store().rows(replay_id, first, limit), after)

    rows, after = cursors.page_of(f"replays/{replay_id}", pages, wiring.cursor_secret, caller, query)
    return RowPage(items=[_row(row) for row in rows], next_cursor=after)


def _source(body: SourceBody) -> Mapping[str, Any]:
    if (body.recorded is None) is (body.generated is None):
        raise InvalidInput("Give either recorded or generated.", field="source")
    if body.recorded is not None:
        start, end = body.recorded.start.astimezone(UTC), body.recorded.end.astimezone(UTC)
        return {"recorded": {"from": start.isoformat(), "to": end.isoformat()}}
    wanted = msgspec.to_builtins(body.generated)
    for fact, values in wanted["shares"].items():
        _check_share(fact, values)
    return {"generated": wanted}


def _check_share(fact: str, values: Mapping[str, int]) -> None:
    at = f"source.generated.shares.{fact[:60]}"
    if fact not in FACTS and not fact.startswith("attribute."):
        raise InvalidInput("Rules ask for no such fact.", field=at)
    if not 0 < len(values) <= MAX_VALUES or not any(values.values()):
        raise InvalidInput(f"Give 1 to {MAX_VALUES} values, and to one of them at least a share.", field=at)


def _rules(wanted: str) -> Mapping[str, Mapping[str, Any]]:
    documents = work.documents("routing")
    found: dict[str, Mapping[str, Any]] = {}
    if wanted != "draft":
        published = documents.get("published")
        body = published.body if published else policy_body(RoutingPolicy())
        found["current"] = {**body, "version": published.version if published else 0}
    if wanted != "current":
        draft = documents.get("draft")
        if draft is None:
            raise InvalidInput("There is no draft.", field="rules")
        found["draft"] = {**draft.body, "version": draft.version}
    return found


def _view(run: ReplayRun, now: datetime) -> ReplayView:
    state = run.state_at(now)
    broke_off = state is RunState.FAILED and run.state is not RunState.FAILED
    return ReplayView(
        id=run.id,
        state=state,
        detail="It broke off: ask for it again, or for a smaller one." if broke_off else run.detail,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        done_at=run.done_at,
        source=dict(run.source),
        rules_versions={name: body["version"] for name, body in run.rules.items()},
        figures={name: msgspec.convert(values, FiguresView, strict=False) for name, values in run.figures.items()},
        reproduced=msgspec.convert(run.reproduced, ReproducedView) if run.reproduced is not None else None,
        conversations=run.conversations,
        differences=run.differences,
    )


def _row(row: ReplayRow) -> RowView:
    def shown(fared: Fared | None) -> FaredView | None:
        if fared is None:
            return None
        waited = int((fared.given_at - row.came_at).total_seconds()) if fared.given_at else None
        return FaredView(agent_id=fared.agent_id, given_at=fared.given_at, waited_seconds=waited)

    return RowView(
        conversation_id=row.conversation_id,
        came_at=row.came_at,
        differs=row.differs,
        recorded=shown(row.then),
        current=shown(row.fared.get("current")),
        draft=shown(row.fared.get("draft")),
    )
