"""The simulated Instagram Direct, with our channel at the other end: what differs from Messenger."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import instagram
from chalicelib.channels.base import InboundMessage, OutgoingAttachment, Signal, StatusUpdate
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from simulators import Simulators
from tests.simulators.desk import Client, Receiver, settled
from tests.simulators.test_simulated_messenger import CREDENTIALS, Desk

ACCOUNT, IGSID = "17841400000000001", "200000000000001"
CONTROL = f"/sim/instagram/accounts/{ACCOUNT}"
CUSTOMER = f"{CONTROL}/customers/{IGSID}"


@pytest.fixture
def desk(sim: Simulators, client: Client, receiver: Receiver) -> Desk:
    sim.instagram.register(
        ACCOUNT,
        name="parley.demo",
        access_token="page-token",
        app_secret="page-secret",
        verify_token="verify-me",
        webhook_url=receiver.base_url + "/instagram",
    )
    return Desk(client, receiver, instagram, ACCOUNT)


@pytest.fixture
def written(sim: Simulators, desk: Desk, receiver: Receiver) -> str:
    """The customer wrote a moment ago; that message's id."""
    mid = sim.instagram.say(ACCOUNT, IGSID, text="Hi")
    settled(sim)
    receiver.received.clear()
    return mid


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ({"text": "Olá 😕"}, MessageKind.TEXT),
        ({"text": "Love it", "reply_to_story": {"id": "1", "url": "https://x.example"}}, MessageKind.TEXT),
        ({"type": "story_mention"}, MessageKind.IMAGE),
        ({"type": "ig_post", "title": "New in"}, MessageKind.IMAGE),
        ({"type": "ig_reel"}, MessageKind.VIDEO),
        ({"type": "share"}, MessageKind.IMAGE),
        ({"type": "like_heart"}, MessageKind.TEXT),
        ({"type": "postback", "title": "Where are you?", "payload": "ICE"}, MessageKind.POSTBACK),
        ({"type": "unsend", "mid": "m_1"}, MessageKind.REVOKE),
    ],
)
def test_what_a_customer_does_is_understood_when_it_is_posted(
    sim: Simulators, desk: Desk, client: Client, spec: dict[str, Any], kind: MessageKind
) -> None:
    assert client.call("POST", f"{CUSTOMER}/messages", spec).status == 201
    settled(sim)

    (message,) = desk.heard()
    assert isinstance(message, InboundMessage)
    assert (message.kind, message.account_id, message.peer.primary) == (kind, ACCOUNT, IGSID)


def test_a_send_is_echoed_and_seen_by_its_id_when_the_customer_looks(
    sim: Simulators, desk: Desk, client: Client, written: str
) -> None:
    result = desk.send(text="Hello", reply_to=written)
    settled(sim)
    client.call("POST", f"{CUSTOMER}/read")
    settled(sim)

    echo, seen = desk.heard()
    assert isinstance(echo, InboundMessage) and isinstance(seen, StatusUpdate)
    assert (echo.echo, echo.external_id, echo.text) == (True, result.external_id, "Hello")
    assert (seen.state, seen.external_id, seen.watermark) == (DeliveryState.READ, result.external_id, False)


def test_every_kind_is_taken_when_the_window_is_open(
    sim: Simulators, desk: Desk, receiver: Receiver, written: str
) -> None:
    receiver.files["/files/a.pdf"] = (b"%PDF", "application/pdf")
    file = (OutgoingAttachment(receiver.base_url + "/files/a.pdf", "application/pdf"),)

    assert desk.send(text="é" * 500).accepted
    assert desk.send(MessageKind.DOCUMENT, attachments=file).accepted
    assert desk.send(MessageKind.BUTTONS, content={"body": "?", "buttons": [{"id": "y", "title": "Yes"}]}).accepted
    sim.clock.advance(timedelta(hours=25).total_seconds())
    late = desk.send(text="Late")
    assert late.error and late.error.failure is FailureClass.WINDOW


def test_a_text_of_too_many_bytes_is_refused_when_it_is_sent_past_our_check(
    desk: Desk, client: Client, written: str
) -> None:
    body = {"recipient": {"id": IGSID}, "message": {"text": "é" * 501}}
    answer = client.call("POST", "/instagram/v25.0/me/messages", body, Authorization="Bearer page-token")
    assert (answer.status, answer.json["error"]["code"]) == (400, 100)


def test_a_comment_is_answered_below_it_and_once_in_private(
    sim: Simulators, desk: Desk, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{CUSTOMER}/comments", {"text": "In stock?", "post_id": "18010000000000001"})
    settled(sim)

    (comment,) = desk.heard()
    assert isinstance(comment, InboundMessage)
    assert (comment.text, comment.peer.profile.username) == ("In stock?", "ana.souza")
    answer = {"comment_id": comment.external_id}
    assert desk.send(text="Yes", content={**answer, "comment": "public"}).accepted
    assert desk.send(text="Size?", content={**answer, "comment": "private"}).accepted
    assert not desk.send(text="Again", content={**answer, "comment": "private"}).accepted


def test_signs_health_and_handshake_work_when_they_are_asked_for(
    sim: Simulators, desk: Desk, client: Client, written: str
) -> None:
    assert desk.call(instagram.build_signal(Signal("typing", IGSID), desk.inbox, CREDENTIALS)).status == 200
    assert sim.instagram.phone(ACCOUNT, IGSID)["business_typing"]
    health = instagram.parse_health(desk.call(instagram.build_health(desk.inbox, CREDENTIALS)))
    assert health.detail == "Connected as parley.demo."
    assert client.call("POST", f"{CONTROL}/handshake").json["verified"] is True
    assert client.call("GET", "/sim/health").json["instagram"] == [ACCOUNT]


def test_a_lost_answer_is_uncertain_for_us_and_sent_for_the_customer(
    sim: Simulators, desk: Desk, client: Client, written: str
) -> None:
    client.call("PUT", "/sim/instagram/knobs", {"drop_answer_next": 1, "withhold_statuses": ["echo"]})
    with pytest.raises(Exception, match="(?i)connection|remote"):
        desk.send(text="Hello")
    settled(sim)
    assert sim.instagram.phone(ACCOUNT, IGSID)["messages"][-1]["text"] == "Hello"
    assert not desk.heard()
