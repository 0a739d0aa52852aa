"""The company's own Slack beside the desk: how it is connected, and which person of it an agent is."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.errors_slack import SlackNotConnected, SlackRefused
from chalicelib.domain.inbox_health import TokenState
from chalicelib.domain.slack_app import (
    DEFAULT_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    MIN_WAIT_SECONDS,
    Happening,
    SlackApp,
)
from chalicelib.wiring import team_slack as made

Channel = Annotated[str, Meta(pattern=r"^[CG][A-Z0-9]{1,40}\Z", examples=["C0123456789"])]
OptionalChannel = Annotated[str, Meta(pattern=r"^([CG][A-Z0-9]{1,40})?\Z", examples=["C0123456789"])]
TeamId = Annotated[str, Meta(pattern=r"^team_[0-9a-hjkmnp-tv-z]{1,64}\Z")]
Secret = Annotated[str, Meta(min_length=1, max_length=400)]
Address = Annotated[str, Meta(max_length=300)]
WaitSeconds = Annotated[int, Meta(ge=MIN_WAIT_SECONDS, le=MAX_WAIT_SECONDS)]

resource = Resource("slack")


class SlackAppBody(Body, frozen=True, kw_only=True):
    """`bot_token` and `signing_secret` left out: those there are stay (a new signing secret leaves the one before it
    valid). `channels`: by team; other conversations go to `default_channel`. `link`: the address of a conversation in
    the agents' workspace, with `{conversation_id}` in it. `api_base`: only for tests."""

    version: ReadVersion
    bot_token: Secret | None = None
    signing_secret: Secret | None = None
    default_channel: OptionalChannel = ""
    channels: Annotated[dict[TeamId, Channel], Meta(max_length=200)] = {}
    posts: Annotated[list[Happening], Meta(max_length=len(Happening))] = msgspec.field(
        default_factory=lambda: list(Happening)
    )
    mirror: bool = False
    wait_seconds: WaitSeconds = DEFAULT_WAIT_SECONDS
    link: Address = ""
    api_base: Address = ""


class SlackHealthView(View, frozen=True, kw_only=True):
    """Whether Slack takes the token, since when, and its own word where it does not."""

    token: TokenState
    since: datetime | None
    reason: str | None


class SlackAppView(View, frozen=True, kw_only=True):
    """`events_url` is what Slack's page asks for under “Event Subscriptions”. Secrets are never shown."""

    connected: bool
    version: int
    events_url: str
    workspace_id: str
    workspace_name: str
    default_channel: str
    channels: dict[str, str]
    posts: list[Happening]
    mirror: bool
    wait_seconds: int
    link: str
    api_base: str
    health: SlackHealthView


class VersionQuery(Query, frozen=True, kw_only=True):
    version: ReadVersion


class SlackTestBody(Body, frozen=True, kw_only=True):
    channel: Channel


class SlackTestView(View, frozen=True, kw_only=True):
    """Slack's id of the message that it took."""

    ts: str


@resource.route("GET", "/slack-app", role=Role.ADMIN, gives=SlackAppView)
def get_slack_app(caller: Caller) -> SlackAppView:
    """How it is connected, and whether Slack takes its token."""
    return _app_view(*made.setup().get())


@resource.route(
    "PUT",
    "/slack-app",
    role=Role.ADMIN,
    body=SlackAppBody,
    gives=SlackAppView,
    refuses=(SlackRefused, VersionConflict),
    example={
        "version": 0,
        "bot_token": "xoxb-…",
        "signing_secret": "…",
        "default_channel": "C0123456789",
        "posts": ["waiting", "mention", "sla_breached"],
        "mirror": True,
        "link": "https://desk.example.com/conversations/{conversation_id}",
    },
)
def put_slack_app(caller: Caller, body: SlackAppBody) -> SlackAppView:
    """Connect a workspace, or change how it is used. Slack is asked whether it takes the token; changes hold within
    half a minute."""
    given = msgspec.to_builtins(body)
    version = given.pop("version")
    credentials = {name: value for name in ("bot_token", "signing_secret") if (value := given.pop(name)) is not None}
    app = made.setup().put(given, credentials, version)
    return _app_view(app, app.version)


@resource.route(
    "DELETE",
    "/slack-app",
    role=Role.ADMIN,
    query=VersionQuery,
    status=HTTPStatus.NO_CONTENT,
    refuses=(SlackNotConnected, VersionConflict),
)
def delete_slack_app(caller: Caller, query: VersionQuery) -> None:
    """Disconnect the workspace: the secrets are removed; who is who stays, for a next time."""
    made.setup().remove(query.version)


@resource.route(
    "POST",
    "/slack-app/test",
    role=Role.ADMIN,
    body=SlackTestBody,
    gives=SlackTestView,
    refuses=(SlackNotConnected, SlackRefused),
)
def try_slack_app(caller: Caller, body: SlackTestBody) -> SlackTestView:
    """Say something in a channel, now."""
    return SlackTestView(ts=made.setup().test(body.channel))


_NOBODY = SlackApp(workspace_id="", workspace_name="", bot_user_id="", posts=frozenset())


def _app_view(app: SlackApp | None, version: int) -> SlackAppView:
    health, shown = made.health().health(), app or _NOBODY
    return SlackAppView(
        connected=app is not None,
        version=version,
        events_url=made.events_url(),
        workspace_id=shown.workspace_id,
        workspace_name=shown.workspace_name,
        default_channel=shown.default_channel,
        channels=dict(shown.channels),
        posts=sorted(shown.posts),
        mirror=shown.mirror,
        wait_seconds=shown.wait_seconds,
        link=shown.link,
        api_base=shown.api_base,
        health=SlackHealthView(token=health.token, since=health.at, reason=health.reason),
    )
