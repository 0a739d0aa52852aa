"""The simulated Viber: the desk's calls, people's acts, and signed events in Viber's form."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from werkzeug.wrappers import Response

from simulators import Simulators
from tests.simulators.desk import Answer, Client, Receiver

BOT, TOKEN, ANA = "pa:1", "viber-token", "Rk1AbC+dE0123456789A=="
SIM = f"/sim/viber/{BOT}"
TEXT = {"receiver": ANA, "type": "text", "sender": {"name": "Padaria"}, "text": "Hello"}
MEDIA = "https://files.example/1"


@pytest.fixture(autouse=True)
def bot(sim: Simulators, receiver: Receiver) -> None:
    sim.viber.register(BOT, token=TOKEN, webhook_url=receiver.base_url + "/viber", name="Padaria")


@pytest.fixture
def written(sim: Simulators, receiver: Receiver) -> str:
    """Ana wrote a moment ago; returns that message's token."""
    token = sim.viber.say(BOT, ANA, text="Hi")
    assert sim.settle()
    receiver.received.clear()
    return token


def call(client: Client, method: str, body: Any, token: str = TOKEN) -> Answer:
    return client.call("POST", f"/viber/pa/{method}", body, **{"X-Viber-Auth-Token": token})


def send(client: Client, **fields: Any) -> Any:
    answer = call(client, "send_message", {**TEXT, **fields})
    assert answer.status == 200
    return answer.json


def events(sim: Simulators, receiver: Receiver) -> list[dict[str, Any]]:
    assert sim.settle()
    return [request.json for request in receiver.received]


def test_a_bot_is_told_who_it_is_when_it_asks(client: Client) -> None:
    told = call(client, "get_account_info", {}).json
    assert (told["status"], told["id"], told["name"]) == (0, BOT, "Padaria")
    assert call(client, "get_account_info", {}, token="wrong").json["status"] == 2


def test_a_webhook_is_tried_when_it_is_set(client: Client, sim: Simulators, receiver: Receiver) -> None:
    assert call(client, "set_webhook", {"url": receiver.base_url + "/other"}).json["status"] == 0
    (event,) = events(sim, receiver)
    assert event["event"] == "webhook" and receiver.received[0].path == "/other"
    assert call(client, "set_webhook", {}).json["status"] == 4


def test_events_are_signed_and_delivered_comes_for_the_persons_own_message(sim: Simulators, receiver: Receiver) -> None:
    token = sim.viber.say(BOT, ANA, text="Olá")
    message, mark = events(sim, receiver)
    for request in receiver.received:
        digest = hmac.new(TOKEN.encode(), request.body, hashlib.sha256).hexdigest()
        assert request.headers["x-viber-content-signature"] == digest
    assert (message["event"], message["sender"]["id"], message["message"]["text"]) == ("message", ANA, "Olá")
    assert (mark["event"], mark["message_token"]) == ("delivered", message["message_token"])
    assert message["message_token"] == int(token) > 2**53
    assert message["timestamp"] > 10**12


def test_a_message_is_on_the_screen_and_marked_when_somebody_wrote_before(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    answer = send(client)
    assert [event["event"] for event in events(sim, receiver)] == ["delivered", "seen"]
    assert {event["message_token"] for event in events(sim, receiver)} == {answer["message_token"]}
    shown = client.call("GET", f"{SIM}/people/{ANA}/phone").json["messages"]
    assert [message["token"] for message in shown] == [written, str(answer["message_token"])]
    assert (shown[1]["text"], shown[1]["sender"]["name"]) == ("Hello", "Padaria")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"receiver": "nobody"}, 5),
        ({"type": "hologram"}, 3),
        ({"text": ""}, 4),
        ({"text": "x" * 7001}, 3),
        ({"text": "x" * 7000}, 0),
        ({"text": "é" * 7000, "pad": "é" * 4000}, 3),
        ({"sender": {}}, 3),
        ({"sender": {"name": "x" * 29}}, 3),
        ({"tracking_data": "x" * 4001}, 3),
        ({"type": "picture", "media": MEDIA}, 0),
        ({"type": "picture", "media": MEDIA, "text": "x" * 513}, 3),
        ({"type": "picture", "media": "ftp://x"}, 1),
        ({"type": "video", "media": MEDIA}, 4),
        ({"type": "video", "media": MEDIA, "size": "big"}, 3),
        ({"type": "file", "media": MEDIA, "size": 5}, 4),
        ({"type": "file", "media": MEDIA, "size": 5, "file_name": "a.pdf"}, 0),
        ({"keyboard": {"Buttons": [{"ActionType": "reply"}]}}, 3),
    ],
)
@pytest.mark.usefixtures("written")
def test_a_message_is_judged_when_it_comes(client: Client, fields: dict[str, Any], status: int) -> None:
    answer = send(client, **fields)
    assert answer["status"] == status
    assert ("message_token" in answer) == (status == 0)


def test_nothing_reaches_who_has_left(client: Client, sim: Simulators, receiver: Receiver, written: str) -> None:
    sim.viber.act(BOT, ANA, "unsubscribe")
    assert send(client)["status"] == 6
    sim.viber.act(BOT, ANA, "subscribe")
    assert send(client)["status"] == 0
    assert [event["event"] for event in events(sim, receiver)][:2] == ["unsubscribed", "subscribed"]
    sim.viber.register(BOT, balance=0)
    assert send(client)["status"] == 24


def test_a_press_says_the_button_and_brings_back_what_the_message_carried(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    reply = {"ActionType": "reply", "ActionBody": "Yes & no", "Text": "Yes &amp; no"}
    link = {"ActionType": "open-url", "ActionBody": "https://a.example", "Text": "More"}
    send(client, tracking_data="carried", keyboard={"Type": "keyboard", "Buttons": [reply, link]})
    assert sim.settle()
    receiver.received.clear()
    for text, status in (("Yes & no", 202), ("More", 202), ("Other", 404)):
        act = {"type": "press", "text": text}
        assert client.call("POST", f"{SIM}/people/{ANA}/actions", act).status == status
    message, _ = events(sim, receiver)
    assert message["message"] == {"type": "text", "text": "Yes & no", "tracking_data": "carried"}


def test_a_greeting_is_shown_when_the_webhook_is_answered_with_one(
    sim: Simulators, receiver: Receiver, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeting = {"type": "text", "text": "Welcome", "sender": {"name": "Padaria"}}
    monkeypatch.setattr(Receiver, "_answer", lambda self, request: Response(json.dumps(greeting)))
    sim.knobs["viber"].turn(duplicates=2)
    act = {"type": "conversation_started", "context": "order-1"}
    assert client.call("POST", f"{SIM}/people/{ANA}/actions", act).status == 202
    assert sim.settle()
    for _ in range(2):
        shown = sim.viber.phone(BOT, ANA)
        assert [message["text"] for message in shown["messages"]] == ["Welcome"]
    assert not shown["subscribed"]


def test_viber_misbehaves_when_its_knobs_are_turned(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    client.call("PUT", "/sim/viber/knobs", {"rate_limit_next": 1, "provider_error_next": 1, "provider_error_code": 7})
    assert [send(client)["status"] for _ in range(3)] == [12, 7, 0]
    sim.knobs["viber"].turn(server_error_next=1)
    assert call(client, "send_message", TEXT).status == 500
    assert sim.settle()
    receiver.received.clear()
    sim.knobs["viber"].turn(status_order="reversed", duplicates=2)
    send(client)
    assert [event["event"] for event in events(sim, receiver)] == ["seen", "seen", "delivered", "delivered"]
    receiver.received.clear()
    sim.knobs["viber"].turn(errors_by_status=True, duplicates=1, bad_signature_next=1)
    send(client)
    (failed,) = events(sim, receiver)
    assert failed["event"] == "failed" and failed["desc"]
    genuine = hmac.new(TOKEN.encode(), receiver.received[0].body, hashlib.sha256).hexdigest()
    assert receiver.received[0].headers["x-viber-content-signature"] != genuine


def test_a_late_message_comes_after_a_younger_one(sim: Simulators, receiver: Receiver) -> None:
    first = sim.viber.say(BOT, ANA, text="one", delay_seconds=0.05)
    second = sim.viber.say(BOT, ANA, text="two")
    told = [event for event in events(sim, receiver) if event["event"] == "message"]
    assert [str(event["message_token"]) for event in told] == [second, first]
    assert told[0]["timestamp"] >= told[1]["timestamp"]


def test_marks_come_before_the_answer_when_they_are_told_to(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    sim.knobs["viber"].turn(statuses_before_answer=True)
    sim.viber.act(BOT, ANA, "set", reads=False)
    send(client)
    assert [request.json["event"] for request in receiver.received] == ["delivered"]


def test_an_event_is_posted_as_it_is_when_it_is_given_whole(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{SIM}/events", {"event": "from.the.future"})
    assert events(sim, receiver) == [{"event": "from.the.future"}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{SIM}/people/{ANA}/actions", {"type": "wave"}, 400),
        (f"{SIM}/people/{ANA}/actions", {"type": "press", "text": "x"}, 404),
        (f"{SIM}/people/{ANA}/messages", {"type": "hologram"}, 400),
        (f"{SIM}/people/{ANA}/messages", {"type": "file"}, 400),
        ("/sim/viber/none/people/x/messages", {"text": "x"}, 404),
    ],
)
def test_an_act_is_refused_when_it_makes_no_sense(client: Client, path: str, body: Any, status: int) -> None:
    assert client.call("POST", path, body).status == status


def test_bots_are_set_up_over_http_and_forgotten(client: Client) -> None:
    assert client.call("PUT", "/sim/viber/two", {"name": "Two", "balance": 5}).json["balance"] == 5
    for wrong in ({"balance": "many"}, {"name": 5}, {"colour": "red"}):
        assert client.call("PUT", "/sim/viber/two", wrong).status == 400
    listed = client.call("GET", "/sim/viber")
    assert [each["name"] for each in listed.json["bots"]] == ["Padaria", "Two"] and TOKEN.encode() not in listed.body
    assert client.call("DELETE", "/sim/viber/two").status == 200
    assert client.call("GET", "/sim/viber/two").status == 404
    assert client.call("GET", "/sim/health").json["viber"] == [BOT]


def test_a_file_given_as_bytes_is_told_by_an_address_that_serves_it(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    spec = {"type": "picture", "content_base64": "UE5H", "mime_type": "image/png"}
    assert client.call("POST", f"{SIM}/people/{ANA}/messages", spec).status == 201
    message = next(event["message"] for event in events(sim, receiver) if event["event"] == "message")
    assert message["size"] == 3
    assert client.call("GET", message["media"].removeprefix(sim.base_url)).body == b"PNG"
    assert client.call("GET", "/viber/files/pa:1/unknown").status == 404
    assert client.call("POST", f"{SIM}/people/{ANA}/messages", {**spec, "content_base64": "?"}).status == 400
