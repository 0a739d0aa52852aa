"""Who a new customer is, where webhooks bring no name: asked once, and never written over what is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import simulators
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import contacts
from chalicelib.services import desk as desk_service
from chalicelib.wiring import sender, shared
from tests.flow.conftest import ANA
from tests.flow.gateway import gateway
from tests.flow.world import World, come_to_rest, memory_world

INBOX, META = "ibx_pr0", "100000000000001"
PSID, LINE_BOT = "200000000000001", "U00000000000000000000000000000b07"
BOB_LINE, GROUP = "U000000000000000000000000000000b0", "C00000000000000000000000000000c01"


@dataclass
class Here:
    world: World
    sim: simulators.Simulators
    url: str

    def settle(self) -> None:
        come_to_rest(self.world, self.sim)

    def conversations(self) -> list[Conversation]:
        return list(desk_service.list_view(DeskStore(shared.desk()), ViewQuery("all", "", "open", 50)).items)

    def contact(self) -> Contact:
        store = ContactStore(shared.desk())
        (found,) = store.list(50, None).items
        return contacts.get(store, found.id)


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with memory_world() as made, gateway() as (url, _application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        yield Here(made, sim, url)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with opened(monkeypatch) as found:
        yield found


def meta(channel: str) -> Callable[[Here], None]:
    def write(here: Here) -> None:
        secrets = {"access_token": ["t0ken"], "app_secret": ["s3cret"], "verify_token": ["verify"]}
        settings = {"api_base": f"{here.sim.base_url}/{channel}/v25.0"}
        here.world.add_inbox(INBOX, channel, META, secrets, settings=settings)
        provider: Any = getattr(here.sim, channel)
        webhook = f"{here.url}/webhooks/{channel}/{INBOX}"
        provider.register(META, access_token="t0ken", app_secret="s3cret", webhook_url=webhook)
        provider.say(META, PSID, text="Hello")

    return write


def line(chat: str) -> Callable[[Here], None]:
    def write(here: Here) -> None:
        secrets = {"channel_access_token": ["t0ken"], "channel_secret": ["s3cret"]}
        here.world.add_inbox(INBOX, "line", LINE_BOT, secrets, settings={"api_base": f"{here.sim.base_url}/line"})
        webhook = f"{here.url}/webhooks/line/{INBOX}"
        here.sim.line.register(LINE_BOT, token="t0ken", secret="s3cret", webhook_url=webhook)
        here.sim.line.say(LINE_BOT, chat, text="Hello")

    return write


def slack(**where: Any) -> Callable[[Here], None]:
    def write(here: Here) -> None:
        secrets = {"bot_token": ["xoxb-1"], "signing_secret": ["s3cret"]}
        here.world.add_inbox(INBOX, "slack", "T0SHOP", secrets, settings={"api_base": f"{here.sim.base_url}/slack/api"})
        webhook = f"{here.url}/webhooks/slack/{INBOX}"
        here.sim.slack.register("T0SHOP", bot_token="xoxb-1", signing_secret="s3cret", webhook_url=webhook)
        here.sim.slack.say("T0SHOP", "U0BOB", "Hello", **where)

    return write


@pytest.mark.parametrize(
    ("write", "name", "username"),
    [
        (meta("messenger"), "Ana Souza", None),
        (meta("instagram"), "Ana Souza", "ana.souza"),
        (line(BOB_LINE), "Customer 00b0", None),
        (line(GROUP), "Group 0c01", None),
        (slack(), "Person 0BOB", "u0bob"),
    ],
)
def test_a_new_customer_gets_the_name_that_the_provider_tells(
    here: Here, write: Callable[[Here], None], name: str, username: str | None
) -> None:
    write(here)
    here.settle()
    contact = here.contact()
    assert (contact.name, contact.sources["name"]) == (name, "provider")
    if username:
        assert contact.username == username
    assert [row.contact_name for row in here.conversations()] == [name]
    (conversation,) = here.conversations()
    head = shared.inbound_store().head(conversation.active_leg_id)
    assert head is not None and head.contact_name == name


def test_a_thread_is_nobody_to_ask_about(here: Here) -> None:
    slack(channel="C0HELP")(here)
    here.settle()
    assert here.contact().name is None
    assert [row.contact_name for row in here.conversations()] == ["Unknown"]


def test_a_provider_that_refuses_changes_nothing(here: Here) -> None:
    line(BOB_LINE)(here)
    # Whoever has blocked the account may not be asked about any more.
    here.sim.line.account(LINE_BOT).chats[BOB_LINE].blocked = True
    here.settle()
    assert (here.contact().name, len(here.conversations())) == (None, 1)


def test_what_an_agent_has_written_stays(here: Here) -> None:
    meta("instagram")(here)
    here.settle()
    store, known = ContactStore(shared.desk()), here.contact()
    contacts.edit(store, ANA, known.id, known.version, {"name": None, "username": "anita"}, shared.now())
    (conversation,) = here.conversations()
    data = {"channel": "instagram", "identity_id": "", "leg_id": conversation.active_leg_id}
    event = {"type": "contact.created", "occurred_at": shared.now().isoformat(), "data": data}
    assert sender.introductions().introduce(event, shared.now()) is True
    again = here.contact()
    assert (again.name, again.username, again.sources["username"]) == ("Ana Souza", "anita", "agent")
    # Once there is a name, nobody is asked.
    assert sender.introductions().introduce(event, shared.now()) is False
    assert here.contact().version == again.version


@pytest.mark.parametrize(
    "data",
    [
        {"channel": "instagram", "identity_id": "idn_1"},
        {"channel": "instagram", "identity_id": "idn_1", "leg_id": None},
        {"channel": "whatsapp", "identity_id": "idn_1", "leg_id": "leg_pr0x"},
        {"channel": "gone", "identity_id": "idn_1", "leg_id": "leg_pr0x"},
        {"channel": "instagram", "identity_id": "idn_1", "leg_id": "leg_pr0x"},
    ],
)
def test_whom_nobody_can_ask_about_is_left_alone(here: Here, data: dict[str, Any]) -> None:
    event = {"type": "contact.created", "occurred_at": shared.now().isoformat(), "data": data}
    assert sender.introductions().introduce(event, shared.now()) is False
