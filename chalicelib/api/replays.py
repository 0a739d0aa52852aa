"""Replays of routing: a recorded or a made-up day under the rules that hold, under the draft, or under both."""

from collections.abc import Mapping
from datetime import UTC
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.replay_views import ReplayList, ReplayView, RowPage, row_view, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, PageQuery
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, ReplayNotFound, ReplayRunning
from chalicelib.domain.reads import Page
from chalicelib.domain.replay_run import ReplayRow
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
    return view(run, caller.now)


@resource.route("GET", "/routing/replays", role=Role.SUPERVISOR, gives=ReplayList)
def list_replays(caller: Caller) -> ReplayList:
    """The newest 20."""
    return ReplayList(items=[view(run, caller.now) for run in work.replay_store().newest(SHOWN)])


@resource.route(
    "GET", "/routing/replays/{replay_id}", role=Role.SUPERVISOR, gives=ReplayView, refuses=(ReplayNotFound,)
)
def get_replay(caller: Caller, replay_id: str) -> ReplayView:
    """How far it is, and what came of it."""
    return view(find(work.replay_store(), replay_id), caller.now)


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
    return RowPage(items=[row_view(row) for row in rows], next_cursor=after)


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
