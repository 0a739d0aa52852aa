"""The simulated LINE: the desk's calls, the customers' acts, and signed events in LINE's form."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest

from simulators import Simulators
from tests.simulators.desk import Answer, Client, Receiver

BOT, ANA = "U00000000000000000000000000000b07", "U000000000000000000000000000000a1"
GROUP = "C00000000000000000000000000000c01"
TOKEN, SECRET = "line-token", "line-secret"
SIM, PUSH = f"/sim/line/{BOT}", "/line/v2/bot/message/push"
TEXT = {"type": "text", "text": "Hello"}


@pytest.fixture(autouse=True)
def account(sim: Simulators, receiver: Receiver) -> None:
    url = receiver.base_url + "/line"
    sim.line.register(BOT, token=TOKEN, secret=SECRET, webhook_url=url, name="Bakery")


@pytest.fixture
def written(sim: Simulators, receiver: Receiver) -> str:
    """Ana wrote a moment ago; returns that message's id."""
    message_id = sim.line.say(BOT, ANA, text="Hi")
    assert sim.settle()
    receiver.received.clear()
    return message_id


def call(client: Client, method: str, path: str, body: Any = None, token: str = TOKEN, **headers: str) -> Answer:
    return client.call(method, path, body, Authorization=f"Bearer {token}", **headers)


def push(client: Client, *messages: Any, to: str = ANA, key: str | None = None) -> Answer:
    headers = {"X-Line-Retry-Key": key} if key else {}
    return call(client, "POST", PUSH, {"to": to, "messages": list(messages)}, **headers)


def events(sim: Simulators, receiver: Receiver) -> list[dict[str, Any]]:
    assert sim.settle()
    return receiver.events()


def test_an_account_is_told_who_it_is_when_it_asks(client: Client) -> None:
    assert call(client, "GET", "/line/v2/bot/info").json["userId"] == BOT
    assert call(client, "GET", "/line/v2/bot/info", token="wrong").status == 401


def test_events_are_signed_and_name_the_account_when_a_customer_writes(sim: Simulators, receiver: Receiver) -> None:
    message_id = sim.line.say(BOT, ANA, text="こんにちは")
    (event,) = events(sim, receiver)
    (request,) = receiver.received
    digest = hmac.new(SECRET.encode(), request.body, hashlib.sha256).digest()
    assert request.headers["x-line-signature"] == base64.b64encode(digest).decode()
    assert request.json["destination"] == BOT
    assert event["source"] == {"type": "user", "userId": ANA}
    assert (event["message"]["id"], event["message"]["text"]) == (message_id, "こんにちは")
    assert event["timestamp"] > 10**12 and event["deliveryContext"] == {"isRedelivery": False}


def test_a_push_is_on_the_screen_when_somebody_wrote_before(client: Client, written: str) -> None:
    answer = push(
        client,
        TEXT,
        {"type": "image", "originalContentUrl": "https://a.example/1", "previewImageUrl": "https://a.example/1"},
    )
    first, second = answer.json["sentMessages"]
    shown = client.call("GET", f"{SIM}/chats/{ANA}/phone").json["messages"]
    assert [message["id"] for message in shown] == [written, first["id"], second["id"]]
    assert (shown[1]["author"], shown[1]["text"]) == ("account", "Hello")


def test_a_key_is_taken_once_and_answered_the_same(client: Client, sim: Simulators, written: str) -> None:
    key = str(uuid4())
    first, again = push(client, TEXT, key=key), push(client, TEXT, key=key)
    assert (first.status, again.status) == (200, 409)
    assert again.json["sentMessages"] == first.json["sentMessages"]
    assert again.headers["x-line-accepted-request-id"]
    assert len(sim.line.phone(BOT, ANA)["messages"]) == 2
    assert push(client, TEXT, key="no-uuid").status == 400


def quick(label: str = "Yes", count: int = 1) -> dict[str, Any]:
    action = {"type": "postback", "label": label, "data": "y"}
    return {**TEXT, "quickReply": {"items": [{"type": "action", "action": action}] * count}}


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], 400),
        ([TEXT] * 6, 400),
        (["text"], 400),
        ([{"type": "hologram"}], 400),
        ([{"type": "text", "text": ""}], 400),
        ([{"type": "text", "text": "🙂" * 2501}], 400),
        ([{"type": "text", "text": "🙂" * 2500}], 200),
        ([{"type": "image", "originalContentUrl": "ftp://x", "previewImageUrl": "https://x"}], 400),
        ([{"type": "audio", "originalContentUrl": "https://x"}], 400),
        ([{"type": "location", "title": "x", "latitude": 1, "longitude": 2}], 400),
        ([quick()], 200),
        ([quick(count=14)], 400),
        ([quick(label="x" * 21)], 400),
        ([{"type": "template", "altText": "x", "template": {"type": "buttons", "actions": []}}], 400),
    ],
)
@pytest.mark.usefixtures("written")
def test_a_push_is_judged_when_it_comes(client: Client, messages: list[Any], status: int) -> None:
    answer = push(client, *messages)
    assert answer.status == status
    assert ("sentMessages" in answer.json) == (status == 200)


def test_nobody_is_reached_who_never_wrote(client: Client) -> None:
    answer = push(client, TEXT)
    assert (answer.status, answer.json["message"][:19]) == (400, "The property, 'to',")


def test_somebody_who_blocked_the_account_sees_nothing_of_a_success(
    client: Client, sim: Simulators, written: str
) -> None:
    sim.line.act(BOT, ANA, "unfollow")
    assert push(client, TEXT).status == 200
    assert len(sim.line.phone(BOT, ANA)["messages"]) == 1
    assert call(client, "GET", f"/line/v2/bot/profile/{ANA}").status == 404


def test_a_reply_token_works_once_and_for_a_while(client: Client, sim: Simulators, receiver: Receiver) -> None:
    for _ in range(2):
        sim.line.say(BOT, ANA, text="Hi")
    first, second = (event["replyToken"] for event in events(sim, receiver))
    path = "/line/v2/bot/message/reply"
    body = {"replyToken": first, "messages": [TEXT]}
    assert call(client, "POST", path, body, **{"X-Line-Retry-Key": str(uuid4())}).status == 400
    assert call(client, "POST", path, body).status == 200
    assert call(client, "POST", path, body).json["message"] == "Invalid reply token"
    sim.clock.advance(61)
    assert call(client, "POST", path, {**body, "replyToken": second}).status == 400


def test_the_months_messages_run_out(client: Client, sim: Simulators, written: str) -> None:
    sim.line.register(BOT, quota=1)
    assert call(client, "GET", "/line/v2/bot/message/quota").json == {"type": "limited", "value": 1}
    used, out = push(client, TEXT), push(client, TEXT)
    assert (used.status, out.status, out.json["message"]) == (200, 429, "You have reached your monthly limit.")


def test_signs_are_shown_when_they_are_sent(client: Client, sim: Simulators, receiver: Receiver) -> None:
    message_id = sim.line.say(BOT, ANA, text="Hi")
    (event,) = events(sim, receiver)
    start = "/line/v2/bot/chat/loading/start"
    assert call(client, "POST", start, {"chatId": ANA, "loadingSeconds": 10}).status == 202
    assert call(client, "POST", start, {"chatId": ANA, "loadingSeconds": 7}).status == 400
    assert call(client, "POST", start, {"chatId": GROUP}).status == 400
    token = {"markAsReadToken": event["message"]["markAsReadToken"]}
    assert call(client, "POST", "/line/v2/bot/chat/markAsRead", token).status == 200
    assert call(client, "POST", "/line/v2/bot/chat/markAsRead", {"markAsReadToken": "no"}).status == 400
    shown = sim.line.phone(BOT, ANA)
    assert (shown["loading"], shown["read"]) == (10, [message_id])


def test_a_file_is_had_with_the_token_when_a_customer_sent_it(client: Client, sim: Simulators) -> None:
    content = base64.b64encode(b"%PDF-1.4").decode()
    spec = {"type": "file", "file_name": "a.pdf", "content_base64": content}
    message_id = client.call("POST", f"{SIM}/chats/{ANA}/messages", spec).json["id"]
    path = f"/line-data/v2/bot/message/{message_id}/content"
    assert call(client, "GET", path).body == b"%PDF-1.4"
    assert client.call("GET", path).status == 401
    assert call(client, "GET", "/line-data/v2/bot/message/1/content").status == 404


def test_the_customers_acts_are_told_when_they_happen(
    sim: Simulators, client: Client, receiver: Receiver, written: str
) -> None:
    asked = push(client, quick()).json["sentMessages"][0]["id"]
    for action in (
        {"type": "postback", "message_id": asked, "data": "y"},
        {"type": "unsend", "message_id": written},
        {"type": "unfollow"},
        {"type": "follow"},
    ):
        assert client.call("POST", f"{SIM}/chats/{ANA}/actions", action).status == 202
    pressed, unsent, blocked, unblocked = events(sim, receiver)
    assert pressed["postback"] == {"data": "y"}
    assert unsent["unsend"] == {"messageId": written} and "replyToken" not in unsent
    assert blocked["type"] == "unfollow"
    assert unblocked["follow"] == {"isUnblocked": True}
    assert len({event["webhookEventId"] for event in (pressed, unsent, blocked, unblocked)}) == 4


def test_a_group_has_edits_and_names_who_wrote(sim: Simulators, receiver: Receiver) -> None:
    message_id = sim.line.say(BOT, GROUP, text="Hi", user_id=ANA)
    sim.line.act(BOT, GROUP, "messageEdited", message_id=message_id, text="Hello", user_id=ANA)
    said, edited = events(sim, receiver)
    assert said["source"] == edited["source"] == {"type": "group", "groupId": GROUP, "userId": ANA}
    assert (edited["message"]["id"], edited["message"]["text"]) == (message_id, "Hello")


def test_line_misbehaves_when_its_knobs_are_turned(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    client.call("PUT", "/sim/line/knobs", {"rate_limit_next": 1, "server_error_next": 1})
    assert [push(client, TEXT).status for _ in range(3)] == [429, 500, 200]
    sim.knobs["line"].turn(duplicates=2, batch_size=2)
    sim.line.say(BOT, ANA, text="one")
    sim.line.say(BOT, ANA, text="two")
    assert sim.settle()
    first, again = (request.json["events"] for request in receiver.received)
    assert [event["webhookEventId"] for event in first] == [event["webhookEventId"] for event in again]
    assert [event["deliveryContext"]["isRedelivery"] for event in (*first, *again)] == [False, False, True, True]
    receiver.received.clear()
    sim.knobs["line"].turn(bad_signature_next=1, duplicates=1)
    sim.line.say(BOT, ANA, text="three")
    assert client.call("POST", "/sim/line/flush").status == 200
    assert sim.settle()
    (forged,) = receiver.received
    genuine = base64.b64encode(hmac.new(SECRET.encode(), forged.body, hashlib.sha256).digest()).decode()
    assert forged.headers["x-line-signature"] != genuine


def test_an_event_is_posted_as_it_is_when_it_is_given_whole(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{SIM}/events", {"type": "from.the.future"})
    assert events(sim, receiver) == [{"type": "from.the.future"}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{SIM}/chats/{ANA}/actions", {"type": "wave"}, 400),
        (f"{SIM}/chats/{ANA}/actions", {"type": "messageEdited"}, 400),
        (f"{SIM}/chats/{ANA}/actions", {"type": "unsend", "message_id": "1"}, 404),
        (f"{SIM}/chats/{ANA}/messages", {"type": "hologram"}, 400),
        (f"{SIM}/chats/{ANA}/messages", {"type": "sticker"}, 400),
        (f"{SIM}/chats/X1/messages", {"text": "x"}, 400),
        ("/sim/line/U1/chats/U2/messages", {"text": "x"}, 404),
    ],
)
def test_an_act_is_refused_when_it_makes_no_sense(client: Client, path: str, body: Any, status: int) -> None:
    assert client.call("POST", path, body).status == status


def test_accounts_are_set_up_over_http_and_forgotten(client: Client) -> None:
    other = f"/sim/line/U{'1' * 32}"
    assert client.call("PUT", other, {"name": "Two", "quota": 5}).json["quota"] == 5
    for wrong in ({"quota": "many"}, {"name": 5}, {"colour": "red"}):
        assert client.call("PUT", other, wrong).status == 400
    assert client.call("PUT", "/sim/line/bakery", {}).status == 400
    assert [account["name"] for account in client.call("GET", "/sim/line").json["accounts"]] == ["Bakery", "Two"]
    assert client.call("GET", SIM).json["name"] == "Bakery"
    assert client.call("DELETE", other).status == 200
    assert client.call("GET", other).status == 404
    assert json.loads(client.call("GET", "/sim/health").body)["line"] == [BOT]
