"""The simulated Messenger, with our channel at the other end: what one sends the other understands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels import messenger
from chalicelib.channels.base import (
    Channel,
    HttpRequest,
    HttpResponse,
    Inbound,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    SendResult,
    Signal,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from simulators import Simulators
from tests.simulators.desk import Client, Received, Receiver, settled

PAGE, PSID = "100000000000001", "200000000000001"
CREDENTIALS = {"access_token": ("page-token",), "app_secret": ("page-secret",), "verify_token": ("verify-me",)}
NOW = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
CONTROL = f"/sim/messenger/accounts/{PAGE}"
CUSTOMER = f"{CONTROL}/customers/{PSID}"


class Desk:
    """Our side, with the channel itself: sends what it builds, reads what comes."""

    def __init__(
        self, client: Client, receiver: Receiver, channel: Channel = messenger, account_id: str = PAGE, **settings: Any
    ) -> None:
        self._client, self._receiver, self.channel = client, receiver, channel
        base = {"api_base": f"{client.base_url}/{channel.NAME}/v25.0", **settings}
        self.inbox = Inbox("ibx_1", channel.NAME, "Page", account_id, "secret", NOW, base)

    def call(self, request: HttpRequest | None) -> HttpResponse:
        assert request
        headers = {**request.headers, **request.secret_headers}
        answer = self._client.raw(request.method, request.url, request.body or None, **headers)
        return HttpResponse(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)

    def send(self, kind: MessageKind = MessageKind.TEXT, **values: Any) -> SendResult:
        fixed = {"message_id": "msg_1", "tracker": "leg_1.msg_1.1", "to": PSID, "kind": kind}
        message = Outgoing(**{**fixed, **values})
        self.channel.check_send(message)
        request = self.channel.build_send(message, self.inbox, CREDENTIALS)
        assert isinstance(request, HttpRequest)
        return self.channel.parse_send(self.call(request))

    def heard(self) -> list[Inbound]:
        return [item for received in self._receiver.received for item in self.channel.normalise(verified(received))]


def verified(received: Received) -> WebhookRequest:
    request = WebhookRequest("POST", "/", received.headers, {}, received.body, NOW)
    messenger.verify(request, CREDENTIALS)
    return request


@pytest.fixture
def desk(sim: Simulators, client: Client, receiver: Receiver) -> Desk:
    sim.messenger.register(
        PAGE,
        access_token="page-token",
        app_secret="page-secret",
        verify_token="verify-me",
        webhook_url=receiver.base_url + "/messenger",
    )
    return Desk(client, receiver)


@pytest.fixture
def written(sim: Simulators, desk: Desk, receiver: Receiver) -> Iterator[str]:
    """The customer wrote a moment ago; that message's id."""
    mid = sim.messenger.say(PAGE, PSID, text="Hi")
    settled(sim)
    receiver.received.clear()
    yield mid


def last(sim: Simulators) -> Any:
    return sim.messenger.phone(PAGE, PSID)["messages"][-1]


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ({"text": "Olá 😕"}, MessageKind.TEXT),
        ({"type": "quick_reply", "text": "Yes", "payload": "Y"}, MessageKind.POSTBACK),
        ({"type": "postback", "title": "Start"}, MessageKind.POSTBACK),
        ({"type": "image"}, MessageKind.IMAGE),
        ({"type": "video", "text": "Look"}, MessageKind.VIDEO),
        ({"type": "audio"}, MessageKind.AUDIO),
        ({"type": "file", "filename": "invoice.pdf"}, MessageKind.DOCUMENT),
        ({"type": "sticker"}, MessageKind.STICKER),
        ({"type": "reel", "title": "How"}, MessageKind.VIDEO),
        ({"type": "location"}, MessageKind.LOCATION),
        ({"type": "reaction", "mid": "m_1", "emoji": "👍"}, MessageKind.REACTION),
        ({"type": "unreaction", "mid": "m_1"}, MessageKind.REACTION),
        ({"type": "edit", "mid": "m_1", "text": "New"}, MessageKind.EDIT),
        ({"type": "unsend", "mid": "m_1"}, MessageKind.REVOKE),
        ({"type": "unsupported"}, MessageKind.UNSUPPORTED),
        ({"type": "referral", "ref": "poster"}, MessageKind.SYSTEM),
        ({"type": "raw", "raw": {"optin": {"type": "one_time_notif_req"}}}, MessageKind.SYSTEM),
        ({"text": "Anybody?", "standby": True}, MessageKind.TEXT),
    ],
)
def test_what_a_customer_does_is_understood_when_it_is_posted(
    sim: Simulators, desk: Desk, client: Client, spec: dict[str, Any], kind: MessageKind
) -> None:
    assert client.call("POST", f"{CUSTOMER}/messages", spec).status == 201
    settled(sim)

    (message,) = desk.heard()
    assert isinstance(message, InboundMessage)
    assert (message.kind, message.account_id, message.peer.primary) == (kind, PAGE, PSID)


def test_a_customers_file_is_fetched_without_a_token_when_its_link_is_fresh(
    sim: Simulators, desk: Desk, client: Client
) -> None:
    sim.messenger.say(PAGE, PSID, type="file", content_base64="aGVsbG8=", filename="note.txt", mime_type="text/plain")
    settled(sim)

    (message,) = desk.heard()
    assert isinstance(message, InboundMessage)
    place = messenger.media_location(str(message.attachments[0].source_url), desk.inbox, CREDENTIALS)
    assert place.url.endswith("/note.txt")
    assert client.call("GET", place.url).body == b"hello"
    assert client.call("GET", place.url.replace("/note.txt", "x/note.txt")).status == 403


def test_a_send_is_echoed_with_our_reference_and_marked_when_it_arrives(
    sim: Simulators, desk: Desk, written: str
) -> None:
    result = desk.send(text="Hello")
    settled(sim)

    sent, delivered, watermark = desk.heard()
    assert (
        isinstance(sent, StatusUpdate) and isinstance(delivered, StatusUpdate) and isinstance(watermark, StatusUpdate)
    )
    assert (sent.tracker, sent.external_id, sent.state) == ("leg_1.msg_1.1", result.external_id, DeliveryState.SENT)
    assert (delivered.external_id, delivered.state) == (result.external_id, DeliveryState.DELIVERED)
    assert watermark.watermark
    assert last(sim)["text"] == "Hello"


def test_a_watermark_follows_when_the_customer_looks(
    sim: Simulators, desk: Desk, client: Client, receiver: Receiver, written: str
) -> None:
    desk.send(text="Hello")
    settled(sim)
    receiver.received.clear()

    assert client.call("POST", f"{CUSTOMER}/read").json == {"read": 1}
    settled(sim)
    (mark,) = desk.heard()
    assert isinstance(mark, StatusUpdate)
    assert (mark.state, mark.watermark) == (DeliveryState.READ, True)


def test_every_kind_is_taken_when_the_window_is_open(
    sim: Simulators, desk: Desk, receiver: Receiver, written: str
) -> None:
    receiver.files["/files/a.png"] = (b"picture", "image/png")
    file = (OutgoingAttachment(receiver.base_url + "/files/a.png", "image/png"),)
    buttons = [{"id": "y", "title": "Yes"}]
    link = [{"title": "Shop", "url": "https://shop.example"}]

    assert all(
        result.accepted
        for result in (
            desk.send(text="x" * 2000),
            desk.send(MessageKind.IMAGE, attachments=file),
            desk.send(MessageKind.DOCUMENT, attachments=file),
            desk.send(MessageKind.BUTTONS, content={"body": "Well?", "buttons": buttons}),
            desk.send(MessageKind.BUTTONS, content={"body": "Well?", "buttons": link}),
            desk.send(MessageKind.TEMPLATE, content={"name": "order_update", "language": "en"}),
        )
    )
    gone = desk.send(MessageKind.IMAGE, attachments=(OutgoingAttachment(receiver.base_url + "/files/b", "image/png"),))
    assert gone.error and gone.error.failure is FailureClass.CONTENT


def test_the_window_closes_when_a_day_is_over(sim: Simulators, client: Client, receiver: Receiver, desk: Desk) -> None:
    sim.messenger.say(PAGE, PSID, text="Hi")
    approved = Desk(client, receiver, human_agent=True)
    sim.clock.advance(timedelta(hours=25).total_seconds())

    late = desk.send(text="Late")
    assert late.error and late.error.failure is FailureClass.WINDOW
    unapproved = approved.send(text="Late")
    assert unapproved.error and unapproved.error.failure is FailureClass.CONFIG
    sim.messenger.register(PAGE, human_agent=True)
    assert approved.send(text="Late").accepted
    machine = approved.send(text="Late", human=False)
    assert machine.error and machine.error.failure is FailureClass.WINDOW
    assert desk.send(MessageKind.TEMPLATE, content={"name": "order_update", "language": "en"}).accepted
    sim.clock.advance(timedelta(days=7).total_seconds())
    assert approved.send(text="Too late").error


def test_a_refusal_names_the_customer_when_they_cannot_be_reached(
    sim: Simulators, desk: Desk, client: Client, written: str
) -> None:
    client.call("PUT", CUSTOMER, {"reachable": False})
    for to in (PSID, "299"):
        refused = desk.send(text="x", to=to).error
        assert refused and refused.failure is FailureClass.RECIPIENT


def test_a_comment_is_answered_below_it_and_once_in_private(
    sim: Simulators, desk: Desk, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{CUSTOMER}/comments", {"text": "In stock?", "post_id": "5001"})
    settled(sim)

    (comment,) = desk.heard()
    assert isinstance(comment, InboundMessage)
    assert (comment.text, comment.content["post_id"]) == ("In stock?", f"{PAGE}_5001")
    answer = {"comment_id": comment.external_id}
    assert desk.send(text="Yes", content={**answer, "comment": "public"}).accepted
    assert last(sim)["public"]
    assert desk.send(text="Size?", content={**answer, "comment": "private"}).accepted
    assert not desk.send(text="Again", content={**answer, "comment": "private"}).accepted
    assert not desk.send(text="Hm", content={"comment_id": "77", "comment": "public"}).accepted


def test_signs_reach_the_customer_when_they_are_sent(sim: Simulators, desk: Desk, written: str) -> None:
    for kind in ("typing", "read"):
        sign = messenger.build_signal(Signal(kind, PSID), desk.inbox, CREDENTIALS)
        assert desk.call(sign).status == 200

    phone = sim.messenger.phone(PAGE, PSID)
    assert phone["business_typing"]
    assert phone["messages"][0]["read_by_business_at"]


def test_health_and_handshake_tell_the_truth(desk: Desk, client: Client) -> None:
    health = messenger.parse_health(desk.call(messenger.build_health(desk.inbox, CREDENTIALS)))
    assert (health.ok, health.detail) == (True, "Connected as Parley Demo.")
    wrong = desk.call(messenger.build_health(desk.inbox, {"access_token": ("other",)}))
    assert messenger.parse_health(wrong).facts["class"] == "reauth"
    assert client.call("POST", f"{CONTROL}/handshake").json["verified"] is True


def test_the_provider_misbehaves_when_its_knobs_are_turned(
    sim: Simulators, desk: Desk, client: Client, receiver: Receiver, written: str
) -> None:
    client.call("PUT", "/sim/messenger/knobs", {"rate_limit_next": 1, "server_error_next": 1, "duplicates": 2})
    limited, failed = desk.send(text="x"), desk.send(text="x")
    assert limited.error and failed.error
    assert (limited.error.failure, limited.retry_after_seconds) == (FailureClass.RETRY, 1)
    assert failed.error.failure is FailureClass.RETRY
    client.call("PUT", "/sim/messenger/knobs", {"batch_size": 2, "bad_signature_next": 1})
    sim.messenger.say(PAGE, PSID, text="one")
    sim.messenger.say(PAGE, PSID, text="two")
    settled(sim)
    first, second = receiver.received
    assert first.body == second.body
    assert len(json.loads(first.body)["entry"][0]["messaging"]) == 2
    with pytest.raises(Exception, match="X-Hub-Signature-256"):
        verified(first)


def test_accounts_outlive_a_restart_when_they_are_saved(sim: Simulators, desk: Desk, written: str) -> None:
    saved = json.loads(json.dumps(sim.messenger.saved()))
    sim.reset(accounts=True)
    assert not sim.messenger.accounts
    sim.messenger.restore(saved)
    assert sim.messenger.phone(PAGE, PSID)["window_open"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{CUSTOMER}/messages", {"type": "hologram"}, 400),
        (f"{CUSTOMER}/messages", {"type": "edit"}, 400),
        ("/sim/messenger/accounts/9/customers/1/messages", {"text": "x"}, 404),
        (f"{CONTROL}/events", {"elsewhere": {}}, 400),
        (f"{CONTROL}/customers/ana/messages", {"text": "x"}, 400),
    ],
)
def test_the_control_api_says_what_is_wrong_when_it_is_misused(
    desk: Desk, client: Client, path: str, body: Any, status: int
) -> None:
    assert client.call("POST", path, body).status == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"recipient": PSID, "message": {"text": "x"}},
        {"recipient": {"id": PSID}},
        {"recipient": {"id": PSID}, "message": {"text": "x", "attachment": {}}},
        {"recipient": {"id": PSID}, "message": {"text": "x" * 2001}},
        {"recipient": {"id": PSID}, "message": {"text": "x"}, "messaging_type": "MESSAGE_TAG"},
        {"recipient": {"id": PSID}, "message": {"text": "x"}, "messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"},
        {"recipient": {"id": PSID}, "message": {"text": "x", "quick_replies": [{"title": "x"}]}},
        {"recipient": {"id": PSID}, "sender_action": "dance"},
        {"recipient": {"id": PSID}, "message": {"attachment": {"type": "template", "payload": {}}}},
    ],
)
def test_a_send_is_refused_when_it_breaks_the_reference(desk: Desk, client: Client, written: str, body: Any) -> None:
    path, bearer = f"/messenger/v25.0/{PAGE}/messages", {"Authorization": "Bearer page-token"}
    answer = client.call("POST", path, body, **bearer)
    assert (answer.status, answer.json["error"]["code"]) == (400, 100)
