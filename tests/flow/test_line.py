"""LINE from the customer's phone to the desk and back, over HTTP: what is answered for free, and what is pushed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import simulators
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Message, MessageKind
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import sender, shared
from simulators.line_accounts import Account
from tests.flow.conftest import ANA
from tests.flow.gateway import gateway
from tests.flow.world import World, memory_world

BOT, BOB, INBOX = "U00000000000000000000000000000b07", "U000000000000000000000000000000b0", "ibx_ne"
LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)


@dataclass
class Bakery:
    """A desk with a LINE account, and what is done there. The account may send no pushes unless it is given some."""

    world: World
    sim: simulators.Simulators

    def settle(self) -> None:
        for _ in range(5):
            assert self.sim.settle()
            self.world.wake("outbound.fifo")
            self.world.pump()

    @property
    def account(self) -> Account:
        return self.sim.line.account(BOT)

    def says(self, text: str, **spec: Any) -> str:
        said = self.sim.line.say(BOT, BOB, text=text, **spec)
        self.settle()
        return said

    def answers(self, text: str, **draft: Any) -> Message:
        wanted = Draft(client_id=f"c-{text}", leg_id=LEG, text=text, **draft)
        queued = reply(ReplyStore(shared.desk()), shared.inbox_directory(), ANA, CONVERSATION, wanted, shared.now())
        self.settle()
        return next(each for each in self.messages() if each.id == queued.id)

    def messages(self) -> list[Message]:
        page = desk_service.thread(DeskStore(shared.desk()), CONVERSATION, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def screen(self) -> list[dict[str, Any]]:
        return [each for each in self.sim.line.phone(BOT, BOB)["messages"] if each["author"] == "account"]


@pytest.fixture
def bakery(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bakery]:
    with memory_world() as made, gateway() as (url, _application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        settings = {"api_base": f"{sim.base_url}/line", "data_base": f"{sim.base_url}/line-data"}
        secrets = {"channel_access_token": ["t0ken"], "channel_secret": ["s3cret"]}
        made.add_inbox(INBOX, "line", BOT, secrets, settings=settings)
        webhook = f"{url}/webhooks/line/{INBOX}"
        sim.line.register(BOT, token="t0ken", secret="s3cret", webhook_url=webhook, quota=0)
        yield Bakery(made, sim)


def test_the_first_answer_is_free_and_the_next_one_is_a_push(bakery: Bakery) -> None:
    bakery.says("Há pão?")
    assert bakery.answers("Há").state is DeliveryState.SENT
    assert bakery.account.reply_tokens == {}
    bakery.account.quota = 1
    assert bakery.answers("E bolo").state is DeliveryState.SENT
    assert [shown["text"] for shown in bakery.screen()] == ["Há", "E bolo"]
    assert bakery.account.quota == 0


def test_a_token_that_is_refused_is_followed_by_a_push(bakery: Bakery) -> None:
    bakery.says("Há pão?")
    bakery.account.reply_tokens.clear()
    bakery.account.quota = 1
    answer = bakery.answers("Há")
    assert answer.state is DeliveryState.SENT
    assert answer.failure is None
    assert [shown["text"] for shown in bakery.screen()] == ["Há"]


def test_a_reply_whose_answer_is_lost_is_never_sent_again_by_itself(bakery: Bakery) -> None:
    bakery.says("Há pão?")
    bakery.account.quota = 5
    bakery.sim.knobs["line"].turn(drop_answer_next=1)
    assert bakery.answers("Há").state is DeliveryState.UNCERTAIN
    assert [shown["text"] for shown in bakery.screen()] == ["Há"]
    assert bakery.account.quota == 5


def test_a_reply_that_broke_at_lines_side_may_have_been_taken(bakery: Bakery) -> None:
    bakery.says("Há pão?")
    bakery.account.quota = 5
    bakery.sim.knobs["line"].turn(server_error_next=1)
    assert bakery.answers("Há").state is DeliveryState.UNCERTAIN
    assert bakery.screen() == []


def test_a_reply_that_came_too_fast_is_pushed_later(bakery: Bakery) -> None:
    bakery.says("Há pão?")
    bakery.account.quota = 1
    bakery.sim.knobs["line"].turn(rate_limit_next=1)
    assert bakery.answers("Há").state is DeliveryState.SENT
    assert [shown["text"] for shown in bakery.screen()] == ["Há"]
    assert bakery.account.quota == 0


@pytest.mark.parametrize("is_first_try", [True, False])
def test_a_try_that_nobody_knows_of_is_repeated_only_as_a_push(bakery: Bakery, is_first_try: bool) -> None:
    bakery.says("Há pão?")
    bakery.account.quota = 1
    wanted = Draft(client_id="c1", leg_id=LEG, text="Há")
    queued = reply(ReplyStore(shared.desk()), shared.inbox_directory(), ANA, CONVERSATION, wanted, shared.now())
    store = DeliveryStore(shared.desk())
    if not is_first_try:
        bakery.sim.knobs["line"].turn(rate_limit_next=1)
        sender.delivery().deliver(LEG, queued.id, 0)
    assert store.claim(LEG, queued.id, shared.now()) is not None
    bakery.settle()
    found = store.message(LEG, queued.id)
    assert found is not None
    assert found.state is (DeliveryState.UNCERTAIN if is_first_try else DeliveryState.SENT)
    assert len(bakery.screen()) == (0 if is_first_try else 1)


def test_a_customer_is_quoted_by_token_and_the_desk_by_its_words(bakery: Bakery) -> None:
    said = bakery.says("Há pão?")
    asked = bakery.messages()[0]
    bakery.account.quota = 5
    first = bakery.answers("Há", reply_to=asked.id)
    bakery.answers("Ainda há", reply_to=first.id)
    assert [(shown["text"], shown.get("quoteToken")) for shown in bakery.screen()] == [
        ("Há", f"quote-{said}"),
        ("> Há\nAinda há", None),
    ]


def test_what_was_read_is_marked_and_nothing_that_came_after(bakery: Bakery) -> None:
    said = bakery.says("Há pão?")
    desk_service.mark_read(DeskStore(shared.desk()), ANA, CONVERSATION, shared.now())
    bakery.settle()
    assert bakery.sim.line.phone(BOT, BOB)["read"] == [said]
    seen = bakery.messages()[0]
    bakery.says("Olá?")
    event = {"type": "conversation.read", "occurred_at": shared.now().isoformat()}
    data = {"leg_id": LEG, "message_id": seen.id, "external_id": said}
    assert sender.relay().relay({**event, "data": data}, shared.now()) is False
    assert bakery.sim.line.phone(BOT, BOB)["read"] == [said]


def test_a_place_quotes_nothing_and_says_so(bakery: Bakery) -> None:
    from chalicelib.domain.errors import MessageUnfit

    bakery.says("Onde?")
    asked = bakery.messages()[0]
    with pytest.raises(MessageUnfit) as refusal:
        bakery.answers("", kind=MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0}, reply_to=asked.id)
    assert {"kind": "without", "field": "reply_to"} in refusal.value.facts["alternatives"]
