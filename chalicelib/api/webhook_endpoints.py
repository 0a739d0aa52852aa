"""Outbound webhooks: the endpoints that integrators have their events sent to."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, InboxId, TeamId, Version, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import VersionConflict, WebhookEndpointNotFound, WebhookEndpointsTooMany
from chalicelib.domain.webhook_delivery import Attempt
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_events import PATTERNS, PUBLIC_EVENTS
from chalicelib.services.webhook_endpoints import Wanted
from chalicelib.wiring import webhooks as made

MAX_TYPES = 60
MAX_FILTER = 50
EventType = Annotated[str, Meta(min_length=1, max_length=60, examples=["message.created", "conversation.*"])]
Url = Annotated[str, Meta(min_length=9, max_length=2000, pattern=r"^https?://[!-~]+\Z")]

resource = Resource("webhooks")


class EndpointBody(Body, frozen=True, kw_only=True):
    """`types`: public events, areas such as `conversation.*`, or `*`. `inbox_ids`, `team_ids`: only events of
    conversations of these. `content`: whether people's words are told (texts, files' names), or ids and states alone.
    `owner_id`: the agent who is told where it fails; left out: who makes it."""

    url: Url
    types: Annotated[list[EventType], Meta(min_length=1, max_length=MAX_TYPES)]
    description: Annotated[str, Meta(max_length=300)] = ""
    inbox_ids: Annotated[list[InboxId], Meta(max_length=MAX_FILTER)] = []
    team_ids: Annotated[list[TeamId], Meta(max_length=MAX_FILTER)] = []
    content: bool = True
    enabled: bool = True
    owner_id: AgentId | None = None

    def wanted(self) -> Wanted:
        return Wanted(
            url=self.url,
            types=tuple(self.types),
            description=self.description,
            inbox_ids=tuple(self.inbox_ids),
            team_ids=tuple(self.team_ids),
            content=self.content,
            enabled=self.enabled,
            owner_id=self.owner_id,
        )


class EndpointChanges(EndpointBody, frozen=True, kw_only=True):
    version: Version


class RotationBody(Body, frozen=True, kw_only=True):
    version: Version


class EndpointView(View, frozen=True, kw_only=True):
    """`disabled_reason`: by_admin, gone (it answered 410) or failing (for three days). `old_secret_until`: until then
    the secret before the newest signs too."""

    id: str
    url: str
    types: list[str]
    description: str
    inbox_ids: list[str]
    team_ids: list[str]
    content: bool
    enabled: bool
    disabled_reason: str
    disabled_at: datetime | None
    owner_id: str
    created_at: datetime
    old_secret_until: datetime | None
    version: int


class EndpointList(View, frozen=True, kw_only=True):
    items: list[EndpointView]


class EndpointWithSecretView(View, frozen=True, kw_only=True):
    """`secret` is shown this once: what the endpoint is to verify signatures with."""

    endpoint: EndpointView
    secret: str


class EventTypeList(View, frozen=True, kw_only=True):
    """`items`: every public event; `patterns`: areas of them."""

    items: list[str]
    patterns: list[str]


class TestView(View, frozen=True, kw_only=True):
    """What came of a test; `status` null: no answer, `error` says why. `excerpt`: how the answer begins."""

    delivered: bool
    status: int | None
    took_ms: int
    excerpt: str
    error: str


_EXAMPLE = {"url": "https://example.com/parley", "types": ["conversation.*", "message.created"], "description": "CRM"}


@resource.route("GET", "/webhook-event-types", role=Role.ADMIN, gives=EventTypeList)
def list_webhook_event_types(caller: Caller) -> EventTypeList:
    """What an endpoint may ask for."""
    return EventTypeList(items=list(PUBLIC_EVENTS), patterns=list(PATTERNS))


@resource.route("GET", "/webhook-endpoints", role=Role.ADMIN, gives=EndpointList)
def list_webhook_endpoints(caller: Caller) -> EndpointList:
    """All of them, oldest first."""
    return EndpointList(items=[_view(each) for each in made.managing().every()])


@resource.route(
    "POST",
    "/webhook-endpoints",
    role=Role.ADMIN,
    body=EndpointBody,
    gives=EndpointWithSecretView,
    status=HTTPStatus.CREATED,
    refuses=(WebhookEndpointsTooMany, VersionConflict),
    example=_EXAMPLE,
)
def create_webhook_endpoint(caller: Caller, body: EndpointBody) -> EndpointWithSecretView:
    """Have events sent to an address. It is told what happens from within 15 seconds on."""
    endpoint, secret = made.managing().create(body.wanted(), caller.principal, caller.now)
    return EndpointWithSecretView(endpoint=_view(endpoint), secret=secret)


@resource.route(
    "GET",
    "/webhook-endpoints/{endpoint_id}",
    role=Role.ADMIN,
    gives=EndpointView,
    refuses=(WebhookEndpointNotFound,),
)
def get_webhook_endpoint(caller: Caller, endpoint_id: str) -> EndpointView:
    """One of them; its secret is never shown again."""
    return _view(made.managing().get(endpoint_id))


@resource.route(
    "PUT",
    "/webhook-endpoints/{endpoint_id}",
    role=Role.ADMIN,
    body=EndpointChanges,
    gives=EndpointView,
    refuses=(WebhookEndpointNotFound, VersionConflict),
    example={"version": 1, **_EXAMPLE},
)
def put_webhook_endpoint(caller: Caller, endpoint_id: str, body: EndpointChanges) -> EndpointView:
    """Replace what it asks for, enable or disable it. What it missed while it was disabled is not sent by itself."""
    return _view(made.managing().change(endpoint_id, body.wanted(), body.version, caller.principal, caller.now))


@resource.route(
    "DELETE",
    "/webhook-endpoints/{endpoint_id}",
    role=Role.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(WebhookEndpointNotFound, VersionConflict),
)
def delete_webhook_endpoint(caller: Caller, endpoint_id: str) -> None:
    """It is told nothing more, and its log cannot be read any more."""
    made.managing().remove(endpoint_id)


@resource.route(
    "POST",
    "/webhook-endpoints/{endpoint_id}/secret",
    role=Role.ADMIN,
    body=RotationBody,
    gives=EndpointWithSecretView,
    refuses=(WebhookEndpointNotFound, VersionConflict),
    example={"version": 1},
)
def rotate_webhook_secret(caller: Caller, endpoint_id: str, body: RotationBody) -> EndpointWithSecretView:
    """Give it another secret. For 24 hours both sign, so that nothing is refused while the receiver is changed."""
    endpoint, secret = made.managing().rotate(endpoint_id, body.version, caller.now)
    return EndpointWithSecretView(endpoint=_view(endpoint), secret=secret)


@resource.route(
    "POST",
    "/webhook-endpoints/{endpoint_id}/test",
    role=Role.ADMIN,
    gives=TestView,
    refuses=(WebhookEndpointNotFound,),
)
def try_webhook_endpoint(caller: Caller, endpoint_id: str) -> TestView:
    """Send it a `webhook.test`, now, enabled or not; the log does not have it."""
    attempt: Attempt = made.managing().test(endpoint_id, caller.now)
    status = attempt.status
    return TestView(
        delivered=status is not None and 200 <= status < 300,
        status=status,
        took_ms=attempt.took_ms,
        excerpt=attempt.excerpt,
        error=attempt.error,
    )


def _view(endpoint: Endpoint) -> EndpointView:
    given = {name: getattr(endpoint, name) for name in EndpointView.__struct_fields__}
    return EndpointView(
        **given | {name: list(given[name]) for name in ("types", "inbox_ids", "team_ids")},
    )
