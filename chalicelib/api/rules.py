"""Routing rules: which queue a conversation joins, what it asks for, how much it presses."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.routing_policy import Mode, RoutingPolicy
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.services.documents import (
    MAX_MISSED,
    MAX_OFFER_SECONDS,
    MIN_OFFER_SECONDS,
    policy_body,
    policy_from,
)
from chalicelib.services.paperwork import save
from chalicelib.wiring import work

KIND, PUBLISHED, DRAFT = "routing", "published", "draft"

ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
Seconds = Annotated[int, Meta(ge=0, le=30 * 24 * 3600)]

resource = Resource("routing-rules")


class StepBody(Body, frozen=True, kw_only=True):
    """After so much waiting: `levels` replaces what is asked of these skills (0: nothing any more), and the team joins
    those who may take it."""

    after_seconds: Seconds
    levels: dict[str, int] = {}
    overflow_team_id: TeamId | None = None


class RouteBody(Body, frozen=True, kw_only=True):
    """Where `condition` holds: this queue (the first rule that names one), and these skills on top of other rules'."""

    name: str
    condition: Json = {}
    team_id: TeamId | None = None
    skills: dict[str, int] = {}
    steps: list[StepBody] = []


class PriorityRuleBody(Body, frozen=True, kw_only=True):
    """So many points where `condition` holds; a point is worth a minute of waiting."""

    name: str
    points: int
    condition: Json = {}


class ClosingBody(Body, frozen=True, kw_only=True):
    """Where `condition` holds, a conversation whose customer has been silent for so long after our answer is resolved.
    `farewell` is said before, where the channel still takes free text."""

    name: str
    after_seconds: Annotated[int, Meta(ge=60, le=90 * 24 * 3600)]
    condition: Json = {}
    farewell: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


class TellWaitBody(Body, frozen=True, kw_only=True):
    """After so much waiting the customer is told once how long it usually takes, where that is known. `text`: in other
    words than the desk's own, the same in every language; `{position}` and `{wait}` stand for the figures."""

    after_seconds: Seconds
    text: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


class RulesBody(Body, frozen=True, kw_only=True):
    """`mode`: conversations are given (direct), offered to accept or decline (offer) or taken by agents (manual);
    `modes`: other ones of single queues, by team (or `fallback`). `sticky_seconds`: how long a returning customer waits
    for their own agent. `offer_seconds`: how long an agent has to accept; after `missed_offers` in a row without an
    answer they are set to away. `reply_seconds`: without an answer for so long a conversation goes back to its queue.
    `hibernate_seconds`: without a word from the customer for so long it gives its units back. 0: never.
    `closings`: what is resolved by itself, the first whose condition holds. `vip`: whose messages end a snooze that
    waits for them alone (null: nobody's)."""

    version: ReadVersion
    mode: Mode = Mode.DIRECT
    modes: dict[str, Mode] = {}
    routes: list[RouteBody] = []
    priorities: list[PriorityRuleBody] = []
    sticky_seconds: Seconds = 60
    offer_seconds: Annotated[int, Meta(ge=MIN_OFFER_SECONDS, le=MAX_OFFER_SECONDS)] = 30
    missed_offers: Annotated[int, Meta(ge=0, le=MAX_MISSED)] = 2
    reply_seconds: Seconds = 0
    hibernate_seconds: Seconds = 0
    gone_seconds: Seconds = 300
    closings: list[ClosingBody] = []
    vip: Json | None = None
    tell_wait: TellWaitBody | None = None


class PublishBody(Body, frozen=True, kw_only=True):
    """The published rules' version, and the draft's, as read."""

    version: ReadVersion
    draft_version: ReadVersion


class RulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has written any yet, and the desk's own rules hold: every inbox's team, no skills,
    no points."""

    version: int
    mode: Mode
    modes: dict[str, Mode]
    routes: list[Json]
    priorities: list[Json]
    sticky_seconds: int
    offer_seconds: int
    missed_offers: int
    reply_seconds: int
    hibernate_seconds: int
    gone_seconds: int
    closings: list[Json]
    vip: Json | None
    tell_wait: Json | None


@resource.route("GET", "/routing/rules", role=Role.SUPERVISOR, gives=RulesView)
def get_rules(caller: Caller) -> RulesView:
    """The rules that hold. A change holds everywhere within 15 seconds."""
    return _read(PUBLISHED)


@resource.route(
    "PUT",
    "/routing/rules",
    role=Role.ADMIN,
    body=RulesBody,
    gives=RulesView,
    refuses=(VersionConflict,),
    example={
        "version": 0,
        "routes": [
            {"name": "German", "condition": {"field": "contact.language", "is": "de"}, "skills": {"lang:de": 3}}
        ],
        "priorities": [{"name": "Gold", "points": 60, "condition": {"field": "contact.tier", "is": "gold"}}],
    },
)
def put_rules(caller: Caller, body: RulesBody) -> RulesView:
    """Replace the rules that hold. What waits already keeps what it asks for until it is queued anew."""
    return _write(PUBLISHED, body)


@resource.route("GET", "/routing/rules/draft", role=Role.ADMIN, gives=RulesView)
def get_rules_draft(caller: Caller) -> RulesView:
    """The rules that somebody is writing."""
    return _read(DRAFT)


@resource.route(
    "PUT",
    "/routing/rules/draft",
    role=Role.ADMIN,
    body=RulesBody,
    gives=RulesView,
    refuses=(VersionConflict,),
    example={"version": 0, "mode": "manual"},
)
def put_rules_draft(caller: Caller, body: RulesBody) -> RulesView:
    """Keep rules that do not hold yet; they are checked as if they did."""
    return _write(DRAFT, body)


@resource.route(
    "POST",
    "/routing/rules/publish",
    role=Role.ADMIN,
    body=PublishBody,
    gives=RulesView,
    refuses=(VersionConflict,),
    example={"version": 0, "draft_version": 1},
)
def publish_rules(caller: Caller, body: PublishBody) -> RulesView:
    """Let the draft hold. It stays, to go on from."""
    draft = work.documents(KIND).get(DRAFT)
    if draft is None or draft.version != body.draft_version:
        raise VersionConflict("The draft has changed, or there is none: read it again.", field="draft_version")
    policy = policy_from(draft.body, body.version + 1)
    _check_teams(draft.body)
    published = save(work.documents(KIND), PUBLISHED, policy_body(policy), body.version)
    return _view(published.body, published.version)


def _read(identifier: str) -> RulesView:
    found = work.documents(KIND).get(identifier)
    return _view(found.body, found.version) if found else _view(policy_body(RoutingPolicy()), 0)


def _write(identifier: str, body: RulesBody) -> RulesView:
    given = {name: value for name, value in msgspec.to_builtins(body).items() if name != "version"}
    policy = policy_from(given, body.version + 1)
    _check_teams(given)
    saved = save(work.documents(KIND), identifier, policy_body(policy), body.version)
    return _view(saved.body, saved.version)


def _check_teams(body: Any) -> None:
    known = work.team_names()
    for place, team_id in _teams(body):
        if team_id not in known:
            raise InvalidInput("There is no such team.", field=place)


def _teams(body: Any) -> Iterator[tuple[str, str]]:
    yield from ((f"modes.{team_id[:60]}", team_id) for team_id in body.get("modes", {}) if team_id != FALLBACK)
    for place, rule in enumerate(body["routes"]):
        if rule["team_id"] is not None:
            yield f"routes[{place}].team_id", rule["team_id"]
        for number, step in enumerate(rule["steps"]):
            if step["overflow_team_id"] is not None:
                yield f"routes[{place}].steps[{number}].overflow_team_id", step["overflow_team_id"]


def _view(body: Any, version: int) -> RulesView:
    return RulesView(
        version=version,
        mode=Mode(body["mode"]),
        modes={team_id: Mode(mode) for team_id, mode in body.get("modes", {}).items()},
        routes=list(body["routes"]),
        priorities=list(body["priorities"]),
        sticky_seconds=body["sticky_seconds"],
        offer_seconds=body["offer_seconds"],
        missed_offers=body.get("missed_offers", RoutingPolicy().missed_offers),
        reply_seconds=body["reply_seconds"],
        hibernate_seconds=body["hibernate_seconds"],
        gone_seconds=body.get("gone_seconds", RoutingPolicy().gone_seconds),
        closings=list(body.get("closings", ())),
        vip=body.get("vip"),
        tell_wait=body.get("tell_wait"),
    )
