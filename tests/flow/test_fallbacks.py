"""What a channel does not carry reaches its customers as what says the same: through the API's own services, the
sender and the simulated providers, to the screen of the phone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import simulators
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import ClientIdReused, MessageUnfit, StoreUnavailable, WindowClosed
from chalicelib.domain.message import Message, MessageKind
from chalicelib.domain.writes import Reply, Written
from chalicelib.services import desk as desk_service
from chalicelib.services.composing import Composing
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import shared
from tests.flow.chat import Visitor, add_chats
from tests.flow.conftest import ANA
from tests.flow.gateway import gateway
from tests.flow.scene import scene
from tests.flow.world import World, come_to_rest, memory_world

SMS, SID, NUMBER, PHONE = "ibx_sms", "AC0123456789abcdef0123456789abcdef", "+15550100002", "+5511987650001"
INSTA, ACCOUNT, PERSON = "ibx_gram", "17841400000000001", "200000000000001"
LONG = " ".join(f"Sentence number {number} says that é and 👨‍👩‍👧 are one." for number in range(110))


@dataclass
class Phones:
    """A desk with an SMS and an Instagram inbox, and the phones at the other end."""

    world: World
    sim: simulators.Simulators

    def settle(self) -> None:
        come_to_rest(self.world, self.sim)

    def sms(self) -> list[str]:
        return [each["text"] for each in self.sim.sms.phone(SID, PHONE)["messages"] if each["author"] == "desk"]

    def insta(self) -> list[str]:
        shown = self.sim.instagram.phone(ACCOUNT, PERSON)["messages"]
        return [each["text"] for each in shown if each["author"] == "business"]

    def composing(self, inbox: str, address: str, store: ReplyStore | None = None) -> Composing:
        conversation = ids.conversation_id(ids.leg_id(inbox, address), 1)
        return Composing(store or ReplyStore(shared.desk()), shared.inbox_directory(), ANA, conversation, shared.now())

    def replies(self, inbox: str, address: str, **draft: Any) -> Message:
        leg = ids.leg_id(inbox, address)
        at = self.composing(inbox, address)
        wanted = Draft(client_id="c1", leg_id=leg, **draft)
        return reply(at.store, at.inboxes, ANA, at.conversation_id, wanted, shared.now())

    def stored(self, inbox: str, address: str) -> list[Message]:
        page = desk_service.thread(_desk(), ids.conversation_id(ids.leg_id(inbox, address), 1), limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]


def _desk() -> Any:
    from chalicelib.aws.stores.desk import DeskStore

    return DeskStore(shared.desk())


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    with memory_world() as made, gateway() as (url, _), simulators.running(retry_delays=(0.01,)) as sim:
        host = sim.base_url.removeprefix("http://")
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", host)
        made.add_inbox(
            SMS,
            "sms",
            NUMBER,
            {"auth_token": ["twilio-token"], "webhook_url": [f"{url}/webhooks/sms/{SMS}"]},
            settings={"api_base": f"{sim.base_url}/twilio", "account_sid": SID},
        )
        sim.sms.register(SID, auth_token="twilio-token", number=NUMBER, webhook_url=f"{url}/webhooks/sms/{SMS}")
        made.add_inbox(
            INSTA,
            "instagram",
            ACCOUNT,
            {"app_secret": ["page-secret"], "access_token": ["page-token"], "verify_token": ["verify-me"]},
            settings={"api_base": f"{sim.base_url}/instagram/v25.0", "media_hosts": [host]},
        )
        sim.instagram.register(
            ACCOUNT,
            access_token="page-token",
            app_secret="page-secret",
            verify_token="verify-me",
            webhook_url=f"{url}/webhooks/instagram/{INSTA}",
        )
        phones = Phones(made, sim)
        sim.sms.say(SID, PHONE, "Where is my parcel?")
        sim.instagram.say(ACCOUNT, PERSON, text="Hello?")
        phones.settle()
        yield phones


BUTTONS = {"body": "Where to?", "buttons": [{"id": "home", "title": "Home"}, {"id": "shop", "title": "The shop"}]}


def test_choices_reach_a_phone_as_a_numbered_text(phones: Phones) -> None:
    message = phones.replies(SMS, PHONE, kind=MessageKind.BUTTONS, content=BUTTONS)
    phones.settle()
    assert phones.sms() == ["Where to?\n\n1. Home\n2. The shop"]
    (stored,) = [each for each in phones.stored(SMS, PHONE) if each.id == message.id]
    assert (stored.kind, stored.content["buttons"]) == (MessageKind.BUTTONS, BUTTONS["buttons"])
    assert stored.state in (DeliveryState.SENT, DeliveryState.DELIVERED)


def test_segments_are_counted_of_what_would_be_sent(phones: Phones) -> None:
    composing = phones.composing(SMS, PHONE)
    plain = composing.judged(Draft(client_id="", text="x" * 161), split=False)
    assert [(each.encoding, each.count) for each in plain.segments] == [("gsm7", 2)]
    choices = composing.judged(Draft(client_id="", kind=MessageKind.BUTTONS, content=BUTTONS), split=False)
    assert [(part.shown.text, each.count) for part, each in zip(choices.parts, choices.segments, strict=True)] == [
        ("Where to?\n\n1. Home\n2. The shop", 1)
    ]
    many = composing.judged(Draft(client_id="", text="word " * 500), split=True)
    assert [each.count for each in many.segments] == [11, 6]
    assert phones.sms() == []


def test_an_answer_quotes_on_a_channel_without_answers(phones: Phones) -> None:
    (asked,) = phones.stored(SMS, PHONE)
    phones.replies(SMS, PHONE, text="Nearly there.", reply_to=asked.id)
    phones.settle()
    assert phones.sms() == ["> Where is my parcel?\n\nNearly there."]


def test_a_reaction_and_a_correction_name_the_message_by_our_own_id(phones: Phones) -> None:
    (asked,) = phones.stored(SMS, PHONE)
    phones.replies(SMS, PHONE, kind=MessageKind.REACTION, content={"target": asked.id, "emoji": "👍"})
    phones.settle()
    assert phones.sms() == ["Reacted 👍 to “Where is my parcel?”"]


def test_a_long_text_arrives_in_pieces_in_order_and_once(phones: Phones) -> None:
    assert len(LONG) > 5000
    composing = phones.composing(INSTA, PERSON)
    draft = Draft(client_id="long", text=LONG)
    sent = composing.sent(draft)
    assert [message.id for message in composing.sent(draft)] == [message.id for message in sent]
    phones.settle()
    shown = phones.insta()
    assert len(shown) == len(sent) > 5
    assert " ".join(shown) == LONG
    assert all(len(text.encode()) <= 1000 for text in shown)
    assert [message.text for message in phones.stored(INSTA, PERSON)[1:]] == shown
    assert [message.client_id for message in sent[:2]] == ["long/1", "long/2"]


class Failing(ReplyStore):
    """Fails at the nth write; carried out all the same, where so told."""

    at, after_the_fact = 2, False

    def reply(self, reply: Reply) -> Written:
        self.at -= 1
        if self.at == 0:
            if self.after_the_fact:
                super().reply(reply)
            raise StoreUnavailable("too slow")
        return super().reply(reply)


@pytest.mark.parametrize("after_the_fact", [False, True])
@pytest.mark.parametrize("at", [2, 4])
def test_a_repeat_completes_what_was_cut_short(phones: Phones, at: int, after_the_fact: bool) -> None:
    store = Failing(shared.desk())
    store.at, store.after_the_fact = at, after_the_fact
    draft = Draft(client_id="long", text=LONG, leg_id=ids.leg_id(INSTA, PERSON))
    with pytest.raises(StoreUnavailable):
        phones.composing(INSTA, PERSON, store).sent(draft)
    phones.settle()
    phones.sim.instagram.say(ACCOUNT, PERSON, text="Are you there?")
    phones.settle()
    phones.composing(INSTA, PERSON).sent(draft)
    phones.settle()
    assert " ".join(phones.insta()) == LONG
    ours = [each for each in phones.stored(INSTA, PERSON) if each.client_id]
    assert " ".join(each.text for each in ours) == LONG
    with pytest.raises(ClientIdReused):
        phones.composing(INSTA, PERSON).sent(Draft(client_id="long", text=LONG + " More.", leg_id=draft.leg_id))
    assert len([each for each in phones.stored(INSTA, PERSON) if each.client_id]) == len(ours)


def test_a_refusal_names_what_would_go() -> None:
    with scene() as here:
        here.says("Hi")
        here.settle()
        too_long = "word " * 1000
        with pytest.raises(MessageUnfit) as refusal:
            here.replies(here.conversation.id, too_long, "c1")
        assert refusal.value.facts["alternatives"] == [
            {"kind": "split", "parts": 2},
            {"kind": "shorten", "limit": 4096, "unit": "characters", "length": 5000},
        ]
        here.now.pass_(hours=25)
        with pytest.raises(WindowClosed) as closed:
            here.replies(here.conversation.id, "Still there?", "c2")
        assert closed.value.facts["alternatives"] == [{"kind": "template"}]


def test_a_visitor_sees_a_list_as_text() -> None:
    with scene() as here:
        add_chats(here)
        bob = Visitor(here)
        bob.says("Hi")
        here.settle()
        here.now.pass_(seconds=5)
        sections = [{"rows": [{"id": "1", "title": "Monday"}, {"id": "2", "title": "Friday"}]}]
        here.replies(here.conversation.id, "When?", "c1", kind=MessageKind.LIST, content={"sections": sections})
        here.settle()
        shown = bob.sees()["messages"][-1]
        assert (shown["kind"], shown["text"]) == ("text", "When?\n\n1. Monday\n2. Friday")
        assert shown["content"] == {}
