"""Browsers that take the caller's notifications while the desk is not open in them (Web Push)."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Name, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, PushSubscriptionNotFound
from chalicelib.domain.web_push import MAX_ENDPOINT, Subscription, subscription
from chalicelib.wiring import api as wiring
from chalicelib.wiring import notifications

resource = Resource("notifications")

Endpoint = Annotated[str, Meta(min_length=1, max_length=MAX_ENDPOINT, description="`PushSubscription.endpoint`")]
Key = Annotated[str, Meta(min_length=1, max_length=120, description="Base64 of URLs, as the browser has it")]


class PushKeyView(View, frozen=True, kw_only=True):
    """What a browser asks for as `applicationServerKey`."""

    public_key: str


class PushKeys(Body, frozen=True, kw_only=True):
    p256dh: Key
    auth: Key


class PushBody(Body, frozen=True, kw_only=True):
    """`endpoint` and `keys` of `PushSubscription.toJSON()`, with a `name` for the list. A browser is registered once:
    for whoever signed in there last."""

    endpoint: Endpoint
    keys: PushKeys
    name: Name | None = None


class PushView(View, frozen=True, kw_only=True):
    """`service`: the host of the push service. What the browser's messages are encrypted with is shown to nobody."""

    id: str
    name: str
    service: str
    created_at: datetime


class PushList(View, frozen=True, kw_only=True):
    """Oldest first: there are ten at most."""

    items: list[PushView]


@resource.route("GET", "/me/push-key", role=Role.AGENT, people_only=True, gives=PushKeyView)
def get_push_key(caller: Caller) -> PushKeyView:
    """The desk's public key, by which push services know it."""
    return PushKeyView(public_key=notifications.push_key())


@resource.route("GET", "/me/push-subscriptions", role=Role.AGENT, people_only=True, gives=PushList)
def list_my_browsers(caller: Caller) -> PushList:
    """The caller's browsers that take pushes."""
    return PushList(items=[_view(each) for each in notifications.subscriptions().of(caller.principal.id)])


@resource.route(
    "POST",
    "/me/push-subscriptions",
    role=Role.AGENT,
    people_only=True,
    body=PushBody,
    gives=PushView,
    status=HTTPStatus.CREATED,
    refuses=(InvalidInput,),
    example={
        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk",
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
        "name": "Firefox at work",
    },
)
def register_my_browser(caller: Caller, body: PushBody) -> PushView:
    """Let this browser take pushes; once more is the same. The oldest of ten gives way."""
    trusted = wiring.settings().trusted_hosts
    made = subscription(
        caller.principal.id,
        body.endpoint,
        body.keys.p256dh,
        body.keys.auth,
        body.name or "",
        caller.now,
        trusted,
    )
    notifications.subscriptions().add(made)
    return _view(made)


@resource.route(
    "DELETE",
    "/me/push-subscriptions/{subscription_id}",
    role=Role.AGENT,
    people_only=True,
    status=HTTPStatus.NO_CONTENT,
    refuses=(PushSubscriptionNotFound,),
)
def forget_my_browser(caller: Caller, subscription_id: str) -> None:
    """On signing out: what is told of later is none of the next one's who sits there."""
    if not notifications.subscriptions().remove(caller.principal.id, subscription_id):
        raise PushSubscriptionNotFound("You have no such browser.")


def _view(found: Subscription) -> PushView:
    return PushView(id=found.id, name=found.name, service=found.host, created_at=found.created_at)
