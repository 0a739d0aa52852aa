"""A desk in memory with WhatsApp inboxes and their provider, in a time that stands still until it is moved."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import functions.attachments.handler
import functions.routing.handler
import functions.sender.handler
import functions.service_levels.handler
import functions.signals.handler
import functions.spill.handler
import functions.visitor.handler
import functions.webhook_intake.handler
import simulators.whatsapp_accounts
import simulators.whatsapp_media
from chalicelib.aws.codec import Item, from_attributes
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply, retry
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import sender, shared
from tests.aws.memory_cloud import MemoryCloud
from tests.flow.http import http_event
from tests.flow.provider import HOST, Provider
from tests.flow.world import World, memory_world

ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Inbox, its phone number id, its app secret: the first and the last are numbers of one app.
INBOXES = (
    ("ibx_wa", "106540352242922", "s3cret"),
    ("ibx_wb", "106540352242933", "0ther"),
    ("ibx_wc", "106540352242944", "s3cret"),
)
INBOX, PHONE, SECRET = INBOXES[0]
BOB = "85261234567"
# Where `now` was imported by name.
CLOCKED = (
    shared,
    sender,
    functions.webhook_intake.handler,
    functions.spill.handler,
    functions.signals.handler,
    functions.visitor.handler,
    functions.routing.handler,
    functions.service_levels.handler,
)


class Now:
    """The desk's and the provider's time."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> datetime:
        self.at += timedelta(**time)
        return self.at


@dataclass
class Scene:
    """Everything a test touches."""

    world: World
    provider: Provider
    now: Now

    @property
    def cloud(self) -> MemoryCloud:
        assert self.world.cloud is not None
        return self.world.cloud

    @property
    def desk(self) -> DeskStore:
        return DeskStore(shared.desk())

    def settle(self, rounds: int = 8) -> None:
        """Both sides until they rest; a fault in a handler fails the test."""
        for _ in range(rounds):
            jobs = self.provider.post.deliver()
            self.world.pump()
            if not jobs and not self.provider.post._jobs:
                break
        assert not self.provider.post.faults

    def says(self, text: str, wa_id: str = BOB, **more: Any) -> str:
        """A customer writes; nothing is delivered yet."""
        return self.provider.whatsapp.say(PHONE, wa_id, text=text, name="Bob Chan", **more)

    def replies(self, conversation_id: str, text: str, client_id: str, **more: Any) -> Message:
        draft = Draft(client_id=client_id, text=text, **more)
        return reply(ReplyStore(shared.desk()), shared.inbox_directory(), ANA, conversation_id, draft, self.now())

    def retries(self, message: Message) -> Message:
        return retry(DeliveryStore(shared.desk()), ANA, message.leg_id, message.id, self.now())

    def screen(self, wa_id: str = BOB) -> list[str]:
        """What the customer's phone shows."""
        return [message["text"] for message in self.provider.whatsapp.phone(PHONE, wa_id)["messages"]]

    def conversations(self, status: str = "open") -> list[Conversation]:
        page = desk_service.list_view(self.desk, ViewQuery("all", "", status, 50))
        return [desk_service.get(self.desk, row.id) for row in page.items]

    @property
    def conversation(self) -> Conversation:
        (only,) = self.conversations()
        return only

    def entries(self, conversation_id: str) -> list[Message | Note]:
        return list(desk_service.thread(self.desk, conversation_id, limit=100).entries)

    def messages(self, conversation_id: str) -> list[Message]:
        return [entry for entry in self.entries(conversation_id) if isinstance(entry, Message)]

    def webhook(self, payload: Any, inbox: str = INBOX, secret: str = SECRET, **more: Any) -> dict[str, Any]:
        """One signed call to the intake; `payload` is JSON, or bytes as they are."""
        return functions.webhook_intake.handler.handler(signed(payload, inbox, secret, **more), None)


def signed(payload: Any, inbox: str = INBOX, secret: str = SECRET, path: str | None = None) -> dict[str, Any]:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    mac = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={mac}"}
    return http_event("POST", f"/webhooks/whatsapp/{inbox}" if path is None else path, raw, headers)


@contextmanager
def scene(made: AbstractContextManager[World] | None = None) -> Iterator[Scene]:
    with made or memory_world() as world, pytest.MonkeyPatch.context() as patch:
        now = Now()
        numbers = itertools.count(1)
        counted = SimpleNamespace(
            token_hex=lambda size: f"{next(numbers):0{2 * size}x}",
            token_urlsafe=lambda size: f"{next(numbers):0{size}d}",
            randbelow=lambda _limit: next(numbers),
        )
        for module in (simulators.whatsapp_accounts, simulators.whatsapp_media):
            patch.setattr(module, "secrets", counted)
        for module in CLOCKED:
            patch.setattr(module, "now", now)
        provider = Provider(now, world.cloud)
        patch.setattr(sender, "http", lambda: provider)
        for inbox_id, phone, secret in INBOXES:
            add_whatsapp(world, provider, inbox_id, phone, secret)
        yield Scene(world, provider, now)


def add_whatsapp(world: World, provider: Provider, inbox_id: str, phone: str, secret: str) -> None:
    credentials = {"app_secret": [secret], "access_token": [f"token-{phone}"], "verify_token": ["v"]}
    settings = {"api_base": f"https://{HOST}/graph/v25.0", "media_hosts": [HOST]}
    world.add_inbox(inbox_id, "whatsapp", phone, credentials, settings=settings)
    provider.whatsapp.register(
        phone,
        access_token=f"token-{phone}",
        app_secret=secret,
        webhook_url=f"https://desk.test/webhooks/whatsapp/{inbox_id}",
    )


# --- what is stored ----------------------------------------------------------------------------------------------


def stored(world: World) -> dict[tuple[str, str], Item]:
    """Every item of the desk by its key, in plain values; inboxes left out."""
    items = (from_attributes(item) for item in world.items())
    return {(item["pk"], item["sk"]): item for item in items if not item["pk"].startswith(("INBOX", "ACC#"))}


def without(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def differences(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> list[str]:
    """Which attributes of which items differ, one a line."""
    found = []
    for key in sorted({*one, *other}):
        left, right = one.get(key, {}), other.get(key, {})
        names = sorted(name for name in {*left, *right} if left.get(name) != right.get(name))
        found += [f"{key} {name}: {left.get(name)!r} != {right.get(name)!r}" for name in names]
    return found
