"""Messages for Business from the customer's device to the desk and back, over HTTP: files are encrypted both ways,
devices are sent what they show, and a closed conversation is left alone."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import simulators
from chalicelib.aws.clients import client
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.live import Live
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import Attachment, AttachmentState, Message, MessageKind
from chalicelib.services import desk as desk_service
from chalicelib.services.reply import reply, retry
from chalicelib.services.reply_draft import Draft
from chalicelib.wiring import sender, shared
from functions.signals.handler import handler as signals
from tests.flow.conftest import ANA
from tests.flow.gateway import Gateway, gateway
from tests.flow.world import World, come_to_rest, memory_world

INBOX, BUSINESS, CUSTOMER = "ibx_amb", "urn:biz:0b07", "urn:mbid:AQAAYbob="
SECRET = base64.b64encode(b"a secret of the gateway's, 32 B.").decode()
LEG = ids.leg_id(INBOX, CUSTOMER)
CONVERSATION = ids.conversation_id(LEG, 1)
JPEG = b"\xff\xd8\xff\xe0 a picture of a cake"
BUTTONS = {"body": "Rye?", "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]}


@dataclass
class Shop:
    """A desk with a business in Messages, and the customer's device."""

    world: World
    sim: simulators.Simulators
    gateway: Gateway

    def settle(self) -> None:
        come_to_rest(self.world, self.sim)

    def says(self, text: str = "", **spec: Any) -> None:
        self.sim.apple.say(BUSINESS, CUSTOMER, text, **spec)
        self.settle()

    def acts(self, type: str, **spec: Any) -> None:
        self.sim.apple.act(BUSINESS, CUSTOMER, type, **spec)
        self.settle()

    def queued(self, text: str = "", **draft: Any) -> Message:
        """An agent's answer, not sent yet."""
        wanted = Draft(client_id=f"c-{text}-{len(self.messages())}", leg_id=LEG, text=text, **draft)
        store = ReplyStore(shared.desk())
        return reply(store, shared.inbox_directory(), ANA, CONVERSATION, wanted, shared.now())

    def answers(self, text: str = "", **draft: Any) -> Message:
        queued = self.queued(text, **draft)
        self.settle()
        return self.message(queued.id)

    def types(self) -> None:
        """An agent types."""
        event = {"type": "agent.typing", "occurred_at": shared.now().isoformat(), "data": {"leg_id": LEG}}
        signals({"Records": [{"messageId": "1", "body": json.dumps({"detail": event}), "attributes": {}}]}, None)

    def messages(self) -> list[Message]:
        page = desk_service.thread(DeskStore(shared.desk()), CONVERSATION, limit=50)
        return [entry for entry in page.entries if isinstance(entry, Message)]

    def message(self, message_id: str) -> Message:
        return next(each for each in self.messages() if each.id == message_id)

    @property
    def phone(self) -> dict[str, Any]:
        return self.sim.apple.phone(BUSINESS, CUSTOMER)

    def screen(self) -> list[str]:
        return [message["text"] for message in self.phone["messages"]]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with memory_world() as made, gateway() as (url, application), simulators.running(retry_delays=(0.01,)) as sim:
        monkeypatch.setenv("PARLEY_TRUSTED_HOSTS", sim.base_url.removeprefix("http://"))
        credentials = {"msp_id": ["msp-1"], "api_secret": [SECRET]}
        settings = {"api_base": f"{sim.base_url}/apple/v1"}
        made.add_inbox(INBOX, "apple", BUSINESS, credentials, settings=settings)
        webhook = f"{url}/webhooks/apple/{INBOX}"
        sim.apple.register(BUSINESS, msp_id="msp-1", secret=SECRET, webhook_url=webhook)
        yield Shop(made, sim, application)


def test_a_question_is_answered(shop: Shop) -> None:
    shop.says("Do you have rye bread? 🍞", intent="question", group="sales")
    (asked,) = shop.messages()
    assert (asked.text, asked.content["apple"]["intent"]) == ("Do you have rye bread? 🍞", "question")
    answer = shop.answers("We do 🙂")
    assert (answer.state, answer.external_id) == (DeliveryState.SENT, None)
    assert shop.screen() == ["Do you have rye bread? 🍞", "We do 🙂"]
    assert set(shop.gateway.statuses) == {200}


def test_a_repeated_webhook_is_one_message(shop: Shop) -> None:
    shop.sim.knobs["apple"].turn(duplicates=3)
    shop.says("Once")
    assert [message.text for message in shop.messages()] == ["Once"]


def test_a_forged_call_is_refused_and_nothing_stored(shop: Shop) -> None:
    shop.sim.knobs["apple"].turn(bad_signature_next=1)
    shop.says("Forged")
    assert shop.gateway.statuses[0] == 401
    assert 401 in shop.gateway.statuses and shop.world.items() and not _conversations()


def _conversations() -> list[Any]:
    from chalicelib.domain.reads import ViewQuery

    return list(desk_service.list_view(DeskStore(shared.desk()), ViewQuery("all", "", "open", 50)).items)


def test_typing_opens_no_ticket_and_is_shown_where_there_is_one(shop: Shop) -> None:
    shop.acts("typing_start")
    assert _conversations() == []
    shop.says("Hello")
    shop.acts("typing_start")
    assert "contact" in Live(Desk(client("dynamodb"), "live")).typing_now(LEG, shared.now())
    assert [message.text for message in shop.messages()] == ["Hello"]
    shop.types()
    assert shop.phone["typing"] is True


def test_a_customers_file_is_decrypted_and_kept(shop: Shop) -> None:
    content = base64.b64encode(JPEG).decode()
    shop.says("This one", files=[{"name": "cake.jpg", "mime": "image/jpeg", "content_base64": content}])
    (message,) = shop.messages()
    (file,) = message.attachments
    assert (message.kind, message.text) == (MessageKind.IMAGE, "This one")
    assert (file.state, file.mime, file.sha256) == (
        AttachmentState.STORED,
        "image/jpeg",
        hashlib.sha256(JPEG).hexdigest(),
    )
    assert sender.blobs().read(file.object_key or "", limit_bytes=1000) == JPEG


def test_our_file_is_decrypted_on_the_device_and_the_same_on_a_second_try(shop: Shop) -> None:
    shop.says("Send me the bill")
    sender.blobs().put("uploads/bill", b"%PDF-1.4 bill", "application/pdf")
    bill = Attachment("application/pdf", "bill.pdf", 13, object_key="uploads/bill", state=AttachmentState.STORED)
    shop.sim.knobs["apple"].turn(server_error_next=1, server_error_status=503)
    sent = shop.answers("Here", kind=MessageKind.DOCUMENT, attachments=(bill,))
    assert (sent.state, shop.screen()) == (DeliveryState.QUEUED, ["Send me the bill"])
    shop.world.wake("outbound.fifo")
    shop.settle()
    assert shop.message(sent.id).state is DeliveryState.SENT
    (shown,) = shop.phone["messages"][-1]["files"]
    assert (shown["name"], shown["sha256"]) == ("bill.pdf", hashlib.sha256(b"%PDF-1.4 bill").hexdigest())
    # Both attempts put the same bytes at Apple's, so no key was used for two files.
    assert len({bytes(kept or b"") for kept in shop.sim.apple.store.files.values()}) == 1
    assert len(shop.sim.apple.store.files) == 2


def test_a_choice_comes_back_as_what_was_chosen(shop: Shop) -> None:
    shop.says("Hello", capabilities="QUICK,LIST")
    asked = shop.answers(kind=MessageKind.BUTTONS, content=BUTTONS)
    assert asked.state is DeliveryState.SENT
    shown = shop.phone["messages"][-1]
    assert (shown["type"], shown["text"]) == ("quick-reply", "Rye?")
    shop.acts("pick", message_id=shown["id"], choices=["y"])
    chosen = shop.messages()[-1]
    assert (chosen.kind, chosen.text, chosen.content["payload"]) == (MessageKind.POSTBACK, "Yes", "y")
    assert chosen.reply_to == shown["id"]


def test_a_device_that_shows_no_choices_gets_text(shop: Shop) -> None:
    shop.says("Hello", capabilities="QUICK")
    shop.says("From my watch", capabilities="")
    assert shop.answers(kind=MessageKind.BUTTONS, content=BUTTONS).state is DeliveryState.SENT
    shown = shop.phone["messages"][-1]
    assert (shown["type"], shown["text"]) == ("text", "Rye?\n\n1. Yes\n2. No")


def test_a_large_answer_is_kept_with_its_title(shop: Shop) -> None:
    shop.says("Hello")
    shop.answers(kind=MessageKind.BUTTONS, content=BUTTONS)
    shop.acts("pick", message_id=shop.phone["messages"][-1]["id"], choices=["y"], large=True)
    kept = shop.messages()[-1]
    assert (kept.kind, kept.text) == (MessageKind.UNSUPPORTED, "Selected")
    assert kept.content["raw"]["interactiveDataRef"]["bid"]


def test_nothing_at_all_is_sent_after_a_close_until_the_customer_writes_again(shop: Shop) -> None:
    shop.says("Hello")
    assert shop.answers("Good morning").state is DeliveryState.SENT
    waiting = shop.queued("Still there?")
    # The close comes in while an answer waits to be sent.
    shop.sim.apple.act(BUSINESS, CUSTOMER, "close")
    assert shop.sim.settle()
    shop.settle()
    refused = shop.message(waiting.id)
    assert refused.state is DeliveryState.FAILED and refused.failure is not None
    assert (refused.failure.code, refused.failure.failure) == ("closed", FailureClass.RECIPIENT)
    line = next(message for message in shop.messages() if message.kind is MessageKind.SYSTEM)
    assert "closed the conversation" in line.text and line.content["type"] == "closed"
    # A new answer, an answer that is tried again, a file, a sign: none of them leaves.
    sender.blobs().put("uploads/bill", b"%PDF-1.4 bill", "application/pdf")
    bill = Attachment("application/pdf", "bill.pdf", 13, object_key="uploads/bill", state=AttachmentState.STORED)
    assert shop.answers("Hello?").state is DeliveryState.FAILED
    assert shop.answers("Here", kind=MessageKind.DOCUMENT, attachments=(bill,)).state is DeliveryState.FAILED
    again = retry(DeliveryStore(shared.desk()), ANA, LEG, waiting.id, shared.now())
    shop.types()
    shop.settle()
    assert shop.message(again.id).state is DeliveryState.FAILED
    # Nothing of it was even tried: the device has refused nothing, and no file was put anywhere.
    assert (shop.phone["refused"], shop.phone["typing"], shop.sim.apple.store.files) == ([], False, {})
    assert shop.screen() == ["Hello", "Good morning"]
    shop.acts("typing_start")
    assert shop.answers("You type!").state is DeliveryState.FAILED
    # By writing, the customer opens it again.
    shop.says("I am back")
    assert shop.answers("Welcome back").state is DeliveryState.SENT
    shop.types()
    assert (shop.screen()[2:], shop.phone["refused"], shop.phone["typing"]) == (
        ["I am back", "Welcome back"],
        [],
        True,
    )


def test_a_close_of_somebody_unknown_is_a_line_that_can_be_seen(shop: Shop) -> None:
    shop.acts("close")
    (line,) = shop.messages()
    assert line.kind is MessageKind.SYSTEM
    assert shop.answers("Hello?").state is DeliveryState.FAILED
    assert shop.phone["refused"] == []


def test_a_bomb_is_kept_in_quarantine_and_answered(shop: Shop) -> None:
    import gzip

    import urllib3

    from simulators.apple import token

    claims = {"aud": "msp-1", "iat": int(shared.now().timestamp())}
    headers = {"authorization": f"Bearer {token(claims, base64.b64decode(SECRET))}", "content-encoding": "gzip"}
    url = shop.sim.apple.business(BUSINESS).webhook_url + "/message"
    bomb = gzip.compress(b'{"type":"text","body":"' + b" " * (50 * 1024 * 1024))
    answer = urllib3.request("POST", url, body=bomb, headers=headers, retries=False)
    assert answer.status == 200
    assert shop.world.cloud is not None
    assert [bucket for bucket, _ in shop.world.cloud.s3.objects] == ["quarantine"]
    # What is small when packed and large when not is cut, and kept whole beside.
    large = {"type": "text", "id": "large-1", "sourceId": CUSTOMER, "destinationId": BUSINESS, "body": "x" * 1_000_000}
    packed = gzip.compress(json.dumps(large).encode())
    assert urllib3.request("POST", url, body=packed, headers=headers, retries=False).status == 200
    shop.settle()
    (message,) = shop.messages()
    assert len(message.text) < 100_000 and message.content["cut"]
