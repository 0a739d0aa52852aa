"""Viber and WeChat from the customer's phone to the desk and back, over HTTP."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

import simulators
from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.errors import WindowClosed
from chalicelib.domain.message import Attachment, AttachmentState, Direction, Message, MessageKind
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import sender, shared
from functions.signals.handler import handler as signals
from tests.flow.conftest import ANA
from tests.flow.gateway import Gateway, gateway
from tests.flow.world import World, come_to_rest, memory_world

BOB, BOT, ACCOUNT = "bO1bC2dE3fG4A==", "pa:1", "gh_0000000000b07"
VIBER, WECHAT = "ibx_vbr", "ibx_wct"
KEY = base64.b64encode(b"k" * 32).decode().rstrip("=")
JPEG = b"\xff\xd8\xff\xe0 a picture"
BUTTONS = {"body": "满意?", "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]}
WECHAT_SECRETS = {"app_id": ["wx1"], "app_secret": ["s3cret"], "token": ["hook"]}


@dataclass
class Shop:
    """A desk with one inbox, its provider, and what the customer does there."""

    world: World
    sim: simulators.Simulators
    gateway: Gateway
    inbox: str

    @property
    def leg(self) -> str:
        return ids.leg_id(self.inbox, BOB)

    @property
    def conversation(self) -> str:
        return ids.conversation_id(self.leg, 1)

    def settle(self) -> None:
        come_to_rest(self.world, self.sim)

    def says(self, text: str = "", **spec: Any) -> str:
        provider: Any = self.sim.viber if self.inbox == VIBER else self.sim.wechat
        said: str = provider.say(BOT if self.inbox == VIBER else ACCOUNT, BOB, text=text, **spec)
        self.settle()
        return said

    def acts(self, type: str, **spec: Any) -> None:
        provider: Any = self.sim.viber if self.inbox == VIBER else self.sim.wechat
        provider.act(BOT if self.inbox == VIBER else ACCOUNT, BOB, type, **spec)
        self.settle()

    def answers(self, text: str = "", **draft: Any) -> Message:
        wanted = Draft(client_id=f"c-{text}-{len(self.messages())}", leg_id=self.leg, text=text, **draft)
        store = ReplyStore(shared.desk())
        queued = reply(store, shared.inbox_directory(), ANA, self.conversation, wanted, shared.now())
        self.settle()
        return self.message(queued.id)

    def messages(self) -> list[Message]:
        page = desk_service.thread(DeskStore(shared.desk()), self.conversation, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def message(self, message_id: str) -> Message:
        return next(each for each in self.messages() if each.id == message_id)

    @property
    def phone(self) -> dict[str, Any]:
        return self.sim.viber.phone(BOT, BOB) if self.inbox == VIBER else self.sim.wechat.phone(ACCOUNT, BOB)

    def screen(self) -> list[str]:
        """What the account's own messages say."""
        own = [message for message in self.phone["messages"] if message["author"] in ("bot", "account")]
        return [said if isinstance(said := message.get("text", ""), str) else said["content"] for message in own]


def conversations() -> list[Conversation]:
    return list(desk_service.list_view(DeskStore(shared.desk()), ViewQuery("all", "", "open", 50)).items)


@contextmanager
def _desk(inbox: str) -> Iterator[tuple[Shop, str]]:
    with memory_world() as made, gateway() as (url, application), simulators.running(retry_delays=(0.01,)) as sim:
        yield Shop(made, sim, application, inbox), url


@pytest.fixture
def viber(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with _desk(VIBER) as (shop, url):
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", shop.sim.base_url.removeprefix("http://"))
        settings = {"api_base": f"{shop.sim.base_url}/viber", "welcome": "Welcome!"}
        shop.world.add_inbox(VIBER, "viber", BOT, {"auth_token": ["t0ken"]}, settings=settings)
        shop.sim.viber.register(BOT, token="t0ken", webhook_url=f"{url}/webhooks/viber/{VIBER}")
        yield shop


@pytest.fixture(params=["plain", "safe"])
def wechat(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with _desk(WECHAT) as (shop, url):
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", shop.sim.base_url.removeprefix("http://"))
        keyed = {} if request.param == "plain" else {"encoding_aes_key": [KEY]}
        settings = {"api_base": f"{shop.sim.base_url}/wechat"}
        shop.world.add_inbox(WECHAT, "wechat", ACCOUNT, WECHAT_SECRETS | keyed, settings=settings)
        webhook = f"{url}/webhooks/wechat/{WECHAT}"
        named = {"app_id": "wx1", "app_secret": "s3cret", "token": "hook", "webhook_url": webhook}
        shop.sim.wechat.register(ACCOUNT, **named, mode=request.param, encoding_aes_key=KEY)
        yield shop


# Viber.


def test_viber_a_question_is_answered_and_the_marks_come_back(viber: Shop) -> None:
    token = viber.says("Há pão?", name="Bob")
    (asked,) = viber.messages()
    assert (asked.text, asked.external_id) == ("Há pão?", token)
    assert [row.contact_name for row in conversations()] == ["Bob"]
    answer = viber.answers("Há, sim 🍞")
    assert answer.state is DeliveryState.READ
    assert set(answer.marks) == {"queued", "sent", "delivered", "read"}
    assert viber.phone["messages"][-1]["token"] == answer.external_id
    assert viber.phone["messages"][-1]["sender"] == {"name": "Ana"}
    assert viber.screen() == ["Há, sim 🍞"]
    assert set(viber.gateway.statuses) == {200}


@pytest.mark.parametrize(
    "knobs", [{"duplicates": 3}, {"status_order": "reversed"}, {"statuses_before_answer": True, "duplicates": 2}]
)
def test_viber_marks_come_in_any_order_and_number(viber: Shop, knobs: dict[str, Any]) -> None:
    viber.sim.knobs["viber"].turn(**knobs)
    viber.says("Once")
    assert [message.text for message in viber.messages()] == ["Once"]
    assert viber.answers("Yes").state is DeliveryState.READ
    assert viber.screen() == ["Yes"]


def test_viber_a_mark_of_the_customers_own_message_changes_nothing_and_does_not_stay(viber: Shop) -> None:
    """Viber tells `delivered` of those too: what is parked of it has an end."""
    token = viber.says("Hello")
    (asked,) = viber.messages()
    assert (asked.direction, asked.state, dict(asked.marks)) == (Direction.INBOUND, None, {})
    items = {(item["pk"], item["sk"]): item for item in map(from_attributes, viber.world.items())}
    parked = items[keys.parked(viber.leg, token)]
    assert "message" not in parked
    assert 0 < int(parked["expires_at"]) < (shared.now() + timedelta(days=8)).timestamp()


def test_viber_a_pressed_button_comes_back_as_its_id(viber: Shop) -> None:
    viber.says("Hello")
    assert viber.answers(kind=MessageKind.BUTTONS, content=BUTTONS).state is DeliveryState.READ
    viber.acts("press", text="Yes")
    pressed = viber.messages()[-1]
    assert (pressed.kind, pressed.text, pressed.content["payload"]) == (MessageKind.POSTBACK, "Yes", "y")


def test_viber_who_has_left_is_not_written_to_until_they_write(viber: Shop) -> None:
    viber.says("Hello")
    viber.acts("unsubscribe")
    refused = viber.answers("Still there?")
    assert refused.state is DeliveryState.FAILED and refused.failure
    assert (refused.failure.code, refused.failure.failure) == ("blocked", FailureClass.RECIPIENT)
    viber.says("I am back")
    assert viber.answers("Welcome back").state is DeliveryState.READ
    assert viber.screen() == ["Welcome back"]


def test_viber_who_opens_the_chat_is_welcomed_and_no_conversation_begins(viber: Shop) -> None:
    viber.acts("conversation_started")
    assert viber.screen() == ["Welcome!"]
    assert conversations() == []
    viber.acts("conversation_started", context="order-1042")
    (told,) = viber.messages()
    assert (told.kind, told.content["referral"]["payload"]) == (MessageKind.SYSTEM, "order-1042")


@pytest.mark.parametrize("knob", ["rate_limit_next", "server_error_next"])
def test_viber_a_passing_refusal_is_tried_again(viber: Shop, knob: str) -> None:
    viber.says("Hello")
    viber.sim.knobs["viber"].turn(**{knob: 1})
    sent = viber.answers("Yes")
    assert (sent.state, viber.screen()) == (DeliveryState.QUEUED, [])
    viber.world.wake("outbound.fifo")
    viber.settle()
    assert viber.message(sent.id).state is DeliveryState.READ
    assert viber.screen() == ["Yes"]


def test_viber_a_lost_answer_is_settled_by_nobody_and_sent_once(viber: Shop) -> None:
    viber.says("Hello")
    viber.sim.knobs["viber"].turn(drop_answer_next=1)
    sent = viber.answers("Yes")
    viber.world.wake("outbound.fifo")
    viber.settle()
    assert viber.message(sent.id).state is DeliveryState.UNCERTAIN
    assert viber.screen() == ["Yes"]


def test_viber_a_failure_after_the_answer_is_shown(viber: Shop) -> None:
    viber.says("Hello")
    viber.sim.knobs["viber"].turn(errors_by_status=True)
    failed = viber.answers("Yes")
    assert failed.state is DeliveryState.FAILED and failed.failure
    assert "could not bring the message" in failed.failure.detail


def test_viber_a_forged_call_is_refused_and_nothing_stored(viber: Shop) -> None:
    viber.sim.knobs["viber"].turn(bad_signature_next=2)
    viber.says("Forged")
    assert 401 in viber.gateway.statuses and conversations() == []


# WeChat.


def test_wechat_a_question_is_answered(wechat: Shop) -> None:
    message_id = wechat.says("有面包吗?")
    (asked,) = wechat.messages()
    assert (asked.text, asked.external_id) == ("有面包吗?", message_id)
    answer = wechat.answers("有的 🍞")
    assert (answer.state, answer.external_id) == (DeliveryState.SENT, None)
    assert wechat.screen() == ["有的 🍞"]
    told = [delivery["answer"] for delivery in wechat.sim.webhooks.log("wechat")]
    assert told == ["success"]


def test_wechat_a_forged_call_is_refused_and_nothing_stored(wechat: Shop) -> None:
    wechat.sim.knobs["wechat"].turn(bad_signature_next=1)
    wechat.says("Forged")
    assert set(wechat.gateway.statuses) == {401} and conversations() == []


def test_wechat_a_repeated_push_is_one_message(wechat: Shop) -> None:
    """Three attempts of a message, known by its id, and three of an event, which has none."""
    wechat.sim.knobs["wechat"].turn(duplicates=3)
    wechat.says("Once")
    wechat.acts("CLICK", key="MENU_ORDERS")
    assert [message.text for message in wechat.messages()] == ["Once", "MENU_ORDERS"]


def test_wechat_one_token_serves_many_messages(wechat: Shop) -> None:
    wechat.says("Hello")
    for text in ("One", "Two", "Three"):
        assert wechat.answers(text).state is DeliveryState.SENT
    assert wechat.screen() == ["One", "Two", "Three"]
    assert wechat.sim.wechat.account(ACCOUNT).tokens_given == 1


@pytest.mark.parametrize("ended", ["expired", "revoked"])
def test_wechat_a_dead_token_costs_one_more_try_and_the_message_is_sent_once(wechat: Shop, ended: str) -> None:
    wechat.says("Hello")
    assert wechat.answers("One").state is DeliveryState.SENT
    account = wechat.sim.wechat.account(ACCOUNT)
    account.expire() if ended == "expired" else account.tokens.clear()
    sent = wechat.answers("Two")
    assert sent.state is DeliveryState.QUEUED and sent.failure
    assert sent.failure.code == ("42001" if ended == "expired" else "40001")
    wechat.world.wake("outbound.fifo")
    wechat.settle()
    assert wechat.message(sent.id).state is DeliveryState.SENT
    assert wechat.screen() == ["One", "Two"]
    assert account.tokens_given == 2


def test_wechat_a_wrong_secret_is_the_administrators_matter(wechat: Shop) -> None:
    wechat.says("Hello")
    wechat.sim.wechat.register(ACCOUNT, app_secret="changed")
    failed = wechat.answers("One")
    assert failed.state is DeliveryState.FAILED and failed.failure
    assert (failed.failure.code, failed.failure.failure) == ("40125", FailureClass.REAUTH)
    assert wechat.screen() == []


def test_wechat_a_picture_is_uploaded_and_shown(wechat: Shop) -> None:
    wechat.says("Show me")
    sender.blobs().put("uploads/cake", JPEG, "image/jpeg")
    cake = Attachment("image/jpeg", "cake.jpg", len(JPEG), object_key="uploads/cake", state=AttachmentState.STORED)
    assert wechat.answers(kind=MessageKind.IMAGE, attachments=(cake,)).state is DeliveryState.SENT
    media_id = wechat.phone["messages"][-1]["image"]["media_id"]
    assert wechat.sim.wechat.account(ACCOUNT).files[media_id] == (JPEG, "image/jpeg")


def test_wechat_a_customers_picture_is_fetched_with_a_token(wechat: Shop) -> None:
    wechat.says(type="image", content_base64=base64.b64encode(JPEG).decode())
    (message,) = wechat.messages()
    (file,) = message.attachments
    assert (file.state, file.mime) == (AttachmentState.STORED, "image/jpeg")
    assert sender.blobs().read(file.object_key or "", limit_bytes=1000) == JPEG
    tokens = wechat.sim.wechat.account(ACCOUNT).tokens
    assert tokens and not [item for item in wechat.world.items() if any(token in str(item) for token in tokens)]


def test_wechat_a_picture_that_is_gone_says_so(wechat: Shop) -> None:
    wechat.sim.wechat.say(ACCOUNT, BOB, type="image")
    wechat.sim.wechat.account(ACCOUNT).files.clear()
    wechat.settle()
    (message,) = wechat.messages()
    (file,) = message.attachments
    assert file.state is AttachmentState.FAILED and "invalid media_id" in (file.reason or "")


def test_wechat_a_choice_comes_back_as_its_id(wechat: Shop) -> None:
    wechat.says("Hello")
    assert wechat.answers(kind=MessageKind.BUTTONS, content=BUTTONS).state is DeliveryState.SENT
    wechat.acts("choose", id="n")
    # Its time has no milliseconds, so it may stand before the question of that second.
    (chosen,) = (message for message in wechat.messages() if message.kind is MessageKind.POSTBACK)
    assert (chosen.text, chosen.content["payload"]) == ("No", "n")


def test_wechat_a_template_goes_after_the_window_and_its_end_is_told(
    wechat: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wechat.says("Hello")
    later = shared.now() + timedelta(hours=49)
    monkeypatch.setattr(shared, "now", lambda: later)
    wechat.sim.clock.set(later)
    with pytest.raises(WindowClosed):
        wechat.answers("Too late")
    placeholder = {"parameter_name": "thing1", "text": "Your bread"}
    content = {"name": "tpl-order", "components": [{"type": "body", "parameters": [placeholder]}]}
    sent = wechat.answers(kind=MessageKind.TEMPLATE, content=content)
    assert sent.external_id and sent.state is DeliveryState.DELIVERED
    shown = wechat.phone["messages"][-1]
    assert (shown["template_id"], shown["data"]) == ("tpl-order", {"thing1": {"value": "Your bread"}})


def test_wechat_who_has_left_is_not_written_to(wechat: Shop) -> None:
    wechat.says("Hello")
    wechat.acts("unsubscribe")
    refused = wechat.answers("Still there?")
    assert refused.state is DeliveryState.FAILED and refused.failure and refused.failure.code == "blocked"
    wechat.sim.clock.advance(2)
    wechat.acts("subscribe")
    assert wechat.answers("Welcome back").state is DeliveryState.SENT


def test_wechat_an_agents_typing_is_shown(wechat: Shop) -> None:
    wechat.says("Hello")
    event = {"type": "agent.typing", "occurred_at": shared.now().isoformat(), "data": {"leg_id": wechat.leg}}
    signals({"Records": [{"messageId": "1", "body": json.dumps({"detail": event}), "attributes": {}}]}, None)
    assert wechat.phone["typing"] is True


def test_wechat_a_late_message_takes_its_place(wechat: Shop) -> None:
    wechat.sim.wechat.say(ACCOUNT, BOB, text="One", delay_seconds=0.1)
    wechat.sim.clock.advance(2)
    wechat.says("Two")
    assert [message.text for message in wechat.messages()] == ["One", "Two"]


def test_wechat_the_handshake_is_answered(wechat: Shop) -> None:
    import urllib3

    path = f"{wechat.sim.base_url}/sim/wechat/{ACCOUNT}/handshake"
    answer = urllib3.PoolManager(retries=False).request("POST", path, body=b"{}")
    assert answer.json() == {"status": 200, "proved": True}


def test_wechat_what_cannot_be_opened_is_kept_and_not_repeated(wechat: Shop) -> None:
    """Encrypted with a key that the desk does not have: WeChat gets its 200, somebody has to look."""
    wechat.sim.wechat.register(ACCOUNT, mode="safe", encoding_aes_key=base64.b64encode(b"o" * 32).decode().rstrip("="))
    wechat.says("Sealed")
    assert set(wechat.gateway.statuses) == {200} and conversations() == []
    assert wechat.world.cloud is not None
    kept = [body for (bucket, _), (body, *_) in wechat.world.cloud.s3.objects.items() if bucket == "quarantine"]
    assert len(kept) == 1 and b"<Encrypt>" in kept[0]
