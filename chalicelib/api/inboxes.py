"""Inboxes: the company's accounts on the channels. Secrets go in; only those made here come out, once."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.inbox_health import InboxSignsView, signs
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, InboxId, Json, Name, Query, Scalar, TeamId, Version, View, changes_of
from chalicelib.channels.base import SendResult
from chalicelib.channels.registry import ChannelUnknown
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InboxNotFound, InvalidInput, MessageUnfit, NotPermitted, VersionConflict
from chalicelib.domain.inbox import Inbox
from chalicelib.services import health, inboxes
from chalicelib.services.health import webhook_path, webhook_url
from chalicelib.services.inboxes import CheckFailed, InboxExists
from chalicelib.wiring import api as wiring

Word = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*\Z")]
Secret = Annotated[str, Meta(min_length=1, max_length=4096)]
Secrets = Annotated[dict[Word, Secret], Meta(max_length=20)]
Setting = Scalar | Annotated[list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=50)]
Settings = Annotated[dict[Word, Setting], Meta(max_length=50)]
ReopenSeconds = Annotated[int, Meta(ge=0, le=90 * 24 * 3600)]

resource = Resource("inboxes")


class InboxView(View, frozen=True, kw_only=True):
    """`webhook_url`: what to enter at the provider; `webhook_path` is its end. `signs`: only where asked for."""

    id: InboxId
    channel: str
    name: str
    account_id: str
    settings: Json
    enabled: bool
    team_id: str | None
    reopen_seconds: int
    webhook_path: str
    webhook_url: str
    created_at: datetime
    version: int
    signs: InboxSignsView | None = None


class InboxQuery(Query, frozen=True, kw_only=True):
    """`signs`: with what is known of each one's health, for supervisors."""

    signs: bool = False


class InboxCreated(InboxView, frozen=True, kw_only=True):
    """`generated`: the secrets that were made for it, shown this once."""

    generated: dict[str, str]


class InboxList(View, frozen=True, kw_only=True):
    items: list[InboxView]


class InboxBody(Body, frozen=True, kw_only=True):
    """`account_id`: what the provider's payloads name; made up where the channel has no provider. `credentials`: as
    GET /channels lists them, `settings` too. `reopen_seconds`: how long a message reopens a resolved conversation.
    `check`: ask the provider first, and make nothing where it does not take the credentials."""

    channel: Word
    name: Name
    account_id: Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[!-~]+\Z")] | None = None
    credentials: Secrets = {}
    settings: Settings = {}
    team_id: TeamId | None = None
    reopen_seconds: ReopenSeconds = 24 * 3600
    check: bool = True


class InboxChanges(Body, frozen=True, kw_only=True):
    """What is left out stays as it is. `settings` are replaced as a whole."""

    version: Version
    name: Name | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET
    team_id: TeamId | None | UnsetType = UNSET
    reopen_seconds: ReopenSeconds | UnsetType = UNSET


class RotationBody(Body, frozen=True, kw_only=True):
    """New values, and the names of those to be made here. The values before them stay valid until the next rotation."""

    credentials: Secrets = {}
    generate: Annotated[list[Word], Meta(max_length=20)] = []


class RotationView(View, frozen=True, kw_only=True):
    """`valid`: how many values of each credential are valid now. `generated`: those made here, shown this once."""

    valid: dict[str, int]
    generated: dict[str, str]


class TestMessageBody(Body, frozen=True, kw_only=True):
    to: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class TestMessageView(View, frozen=True, kw_only=True):
    """What the provider answered; nothing is stored."""

    accepted: bool
    external_id: str | None
    detail: str | None


@resource.route(
    "POST",
    "/inboxes",
    role=Role.ADMIN,
    body=InboxBody,
    gives=InboxCreated,
    status=HTTPStatus.CREATED,
    refuses=(InboxExists, ChannelUnknown, CheckFailed),
    example={"channel": "custom", "name": "Shop app"},
)
def create_inbox(caller: Caller, body: InboxBody) -> InboxCreated:
    """Make an inbox. One per account of a provider."""
    new = inboxes.NewInbox(**{name: getattr(body, name) for name in body.__struct_fields__})
    inbox, made = inboxes.create(wiring.inboxes(), new, caller.now)
    return InboxCreated(**_fields(inbox), generated=dict(made))


@resource.route("GET", "/inboxes", role=Role.AGENT, query=InboxQuery, gives=InboxList)
def list_inboxes(caller: Caller, query: InboxQuery) -> InboxList:
    """All inboxes, by name."""
    if query.signs and not caller.principal.may(Role.SUPERVISOR):
        raise NotPermitted("How inboxes fare is for supervisors.", field="signs")
    found = inboxes.listed(wiring.inboxes().store)
    known = health.known(wiring.inboxes(), [inbox.id for inbox in found]) if query.signs else {}
    views = [view(inbox, signs(known[inbox.id]) if inbox.id in known else None) for inbox in found]
    return InboxList(items=views)


@resource.route("GET", "/inboxes/{inbox_id}", role=Role.AGENT, gives=InboxView, refuses=(InboxNotFound,))
def get_inbox(caller: Caller, inbox_id: str) -> InboxView:
    """One inbox, without its secrets."""
    return view(inboxes.get(wiring.inboxes().store, inbox_id))


@resource.route(
    "PATCH",
    "/inboxes/{inbox_id}",
    role=Role.ADMIN,
    body=InboxChanges,
    gives=InboxView,
    refuses=(InboxNotFound, VersionConflict),
    example={"version": 1, "name": "Shop app (EU)"},
)
def edit_inbox(caller: Caller, inbox_id: str, body: InboxChanges) -> InboxView:
    """Change name, settings, team or reopening time. Webhooks see it within a minute."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    return view(inboxes.edit(wiring.inboxes(), inbox_id, body.version, changes))


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/secrets",
    role=Role.ADMIN,
    body=RotationBody,
    gives=RotationView,
    refuses=(InboxNotFound,),
    example={"generate": ["secret"]},
)
def rotate_inbox_secrets(caller: Caller, inbox_id: str, body: RotationBody) -> RotationView:
    """Rotate secrets: two values of each are valid at once, so that the other side can follow in its own time."""
    valid, made = inboxes.rotate(wiring.inboxes(), inbox_id, body.credentials, body.generate)
    return RotationView(valid=dict(valid), generated=dict(made))


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/enable",
    role=Role.ADMIN,
    gives=InboxView,
    refuses=(InboxNotFound, VersionConflict),
)
def enable_inbox(caller: Caller, inbox_id: str) -> InboxView:
    """Take and send messages again."""
    return view(inboxes.set_enabled(wiring.inboxes().store, inbox_id, enabled=True))


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/disable",
    role=Role.ADMIN,
    gives=InboxView,
    refuses=(InboxNotFound, VersionConflict),
)
def disable_inbox(caller: Caller, inbox_id: str) -> InboxView:
    """Send nothing, within a minute. What providers bring is kept; the web chat and own systems are refused."""
    return view(inboxes.set_enabled(wiring.inboxes().store, inbox_id, enabled=False))


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/test-message",
    role=Role.ADMIN,
    body=TestMessageBody,
    gives=TestMessageView,
    refuses=(InboxNotFound, MessageUnfit),
    example={"to": "+15550100", "text": "Hello from Parley."},
)
def send_test_message(caller: Caller, inbox_id: str, body: TestMessageBody) -> TestMessageView:
    """Send a text straight to the provider and tell what it answered."""
    result = inboxes.send_test(wiring.inboxes(), inbox_id, body.to, body.text, caller.now)
    if not isinstance(result, SendResult):
        return TestMessageView(accepted=False, external_id=None, detail=result)
    detail = result.error.detail if result.error else None
    return TestMessageView(accepted=result.accepted, external_id=result.external_id, detail=detail)


def view(inbox: Inbox, known: InboxSignsView | None = None) -> InboxView:
    return InboxView(**_fields(inbox), signs=known)


def _fields(inbox: Inbox) -> dict[str, Any]:
    names = [name for name in InboxView.__struct_fields__ if not name.startswith("webhook_") and name != "signs"]
    fields = {name: getattr(inbox, name) for name in names}
    return {
        **fields,
        "settings": dict(inbox.settings),
        "webhook_path": webhook_path(inbox),
        "webhook_url": webhook_url(wiring.inboxes(), inbox),
    }
