"""How an inbox is doing: the provider asked now, what is known from before, and where its webhook is registered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, cast

from chalicelib.channels import registry
from chalicelib.channels.base import Health, HttpResponse, RegisteringChannel
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.errors import Kind, Refusal, StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.inbox_health import InboxHealth, Registration, TokenState, Vitals
from chalicelib.domain.writes import Written
from chalicelib.services import inboxes as accounts
from chalicelib.services.inboxes import Inboxes
from chalicelib.services.watch import keep_token

ATTEMPTS = 5


class NotRegistrable(Refusal):
    """The provider has no call for it: its console has a place for the address."""

    code: ClassVar[str] = "not_registrable"
    kind: ClassVar[Kind] = "conflict"


@dataclass(frozen=True, slots=True)
class Examined:
    """The provider's answer, and what is known of the inbox."""

    live: Health
    lasting: InboxHealth
    vitals: Vitals


def webhook_path(inbox: Inbox) -> str:
    return f"/webhooks/{inbox.channel}/{inbox.id}"


def webhook_url(inboxes: Inboxes, inbox: Inbox) -> str:
    return f"{inboxes.public_url.rstrip('/')}{webhook_path(inbox)}"


def examine(inboxes: Inboxes, inbox_id: str, now: datetime) -> Examined:
    """Ask the provider, and keep what it says of the credentials. Raises InboxNotFound."""
    inbox = accounts.get(inboxes.store, inbox_id)
    live = accounts.asked_health(inboxes.calls, inbox, inboxes.secrets.read(inbox.secret_ref))
    lasting = inboxes.health.get(inbox_id)
    state = _state(live)
    if state is not None and state is not lasting.token:
        lasting = keep_token(inboxes.health, inbox_id, state, None if live.ok else live.detail, now)
    return Examined(live, lasting, inboxes.vitals.read(inbox_id))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an inbox without asking its provider."""

    lasting: InboxHealth
    vitals: Vitals


def known(inboxes: Inboxes, inbox_ids: Sequence[str]) -> dict[str, Known]:
    """Of all of them at once."""
    lasting, vitals = inboxes.health.told_of(inbox_ids), inboxes.vitals.lasts(inbox_ids)
    return {each: Known(lasting.get(each) or InboxHealth(each), vitals.get(each) or Vitals()) for each in inbox_ids}


def _state(live: Health) -> TokenState | None:
    """None where the answer says nothing of the credentials (a provider that cannot be reached)."""
    if live.ok:
        return TokenState.OK
    return TokenState.DEAD if live.facts.get("class") == FailureClass.REAUTH.value else None


def register(inboxes: Inboxes, inbox_id: str, now: datetime) -> Registration:
    """Tell the provider where our webhook is; it may be told again. Raises InboxNotFound, NotRegistrable."""
    inbox = accounts.get(inboxes.store, inbox_id)
    url = webhook_url(inboxes, inbox)
    said = _registered(inboxes, inbox, url)
    registration = Registration(now, url, said.ok, said.detail[:300])
    for _ in range(ATTEMPTS):
        before = inboxes.health.get(inbox_id)
        after = replace(before, registration=registration)
        if inboxes.health.save(after, None) is Written.DONE:
            return registration
    raise StoreUnavailable("too many writers at once")


def _registered(inboxes: Inboxes, inbox: Inbox, url: str) -> Health:
    channel = registry.load(inbox.channel)
    if not channel.CAPABILITIES.registers:
        raise NotRegistrable(f"{inbox.channel} has no call for this: enter {url} where it asks for the webhook.")
    registering = cast(RegisteringChannel, channel)
    try:
        call = registering.build_register(inbox, inboxes.secrets.read(inbox.secret_ref), url)
        answer = accounts.asked(inboxes.calls, inbox, call)
    except KeyError as missing:
        return Health(False, f"{missing.args[0]} is not set: set it first.")
    return registering.parse_register(answer) if isinstance(answer, HttpResponse) else Health(False, answer)
