"""Routing rules: which queue a conversation joins, what it asks for, how much it presses."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.documents import policy_body, policy_from
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


class RulesBody(Body, frozen=True, kw_only=True):
    """`mode`: conversations are given (direct) or taken by agents (manual). `sticky_seconds`: how long a returning
    customer waits for their own agent. `reply_seconds`: without an answer for so long a conversation goes back to its
    queue. `hibernate_seconds`: without a word from the customer for so long it gives its units back. 0: never."""

    version: ReadVersion
    mode: Literal["direct", "manual"] = "direct"
    routes: list[RouteBody] = []
    priorities: list[PriorityRuleBody] = []
    sticky_seconds: Seconds = 60
    reply_seconds: Seconds = 0
    hibernate_seconds: Seconds = 0


class PublishBody(Body, frozen=True, kw_only=True):
    """The published rules' version, and the draft's, as read."""

    version: ReadVersion
    draft_version: ReadVersion


class RulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has written any yet, and the desk's own rules hold: every inbox's team, no skills,
    no points."""

    version: int
    mode: str
    routes: list[Json]
    priorities: list[Json]
    sticky_seconds: int
    reply_seconds: int
    hibernate_seconds: int


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
    for place, rule in enumerate(body["routes"]):
        if rule["team_id"] is not None:
            yield f"routes[{place}].team_id", rule["team_id"]
        for number, step in enumerate(rule["steps"]):
            if step["overflow_team_id"] is not None:
                yield f"routes[{place}].steps[{number}].overflow_team_id", step["overflow_team_id"]


def _view(body: Any, version: int) -> RulesView:
    return RulesView(
        version=version,
        mode=body["mode"],
        routes=list(body["routes"]),
        priorities=list(body["priorities"]),
        sticky_seconds=body["sticky_seconds"],
        reply_seconds=body["reply_seconds"],
        hibernate_seconds=body["hibernate_seconds"],
    )
