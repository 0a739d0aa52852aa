"""The far end of the custom channel: taking the desk's sends, posting signed events."""

import json
import time
from typing import Any

import pytest

from simulators import Simulators
from simulators.signing import is_signed, timestamped_signature
from tests.simulators.desk import HOOK_SECRET, Answer, Client, Receiver, settled

DELIVER = "/custom/acme/deliver"


def delivery(delivery_id: str = "del_1", **changes: Any) -> dict[str, Any]:
    message = {"id": "msg_1", "kind": "text", "text": "Hello"}
    sent = {"id": delivery_id, "type": "message.send", "attempt": 1, "message": message}
    return sent | {"contact": {"external_id": "u1"}} | changes


def deliver(client: Client, body: Any, *, secret: str = HOOK_SECRET, age: int = 0, path: str = DELIVER) -> Answer:
    raw = json.dumps(body).encode()
    timestamp = str(int(time.time()) - age)
    headers = {
        "X-Timestamp": timestamp,
        "X-Signature": timestamped_signature(secret, timestamp, raw),
    }
    return client.raw("POST", path, raw, **headers)


def test_the_far_end_answers_with_its_id_when_a_message_is_delivered(sim: Simulators, client: Client) -> None:
    answer = deliver(client, delivery())

    assert answer.status == 200
    (shown,) = sim.custom.phone("acme", "u1")["messages"]
    assert shown["external_id"] == answer.json["external_id"]
    assert (shown["author"], shown["text"]) == ("business", "Hello")


def test_the_answer_is_the_same_when_the_delivery_is_repeated(sim: Simulators, client: Client) -> None:
    first = deliver(client, delivery())
    again = deliver(client, delivery(attempt=2))
    other = deliver(client, delivery("del_2"))

    assert first.json == again.json != other.json
    assert len(sim.custom.phone("acme", "u1")["messages"]) == 2
    deliveries = client.call("GET", "/sim/custom/acme").json["deliveries"]
    assert deliveries["del_1"]["attempts"] == 2


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"secret": "wrong"}, 401),
        ({"age": 400}, 401),
        ({"age": -400}, 401),
        ({"age": 200}, 200),
        ({"path": "/custom/nobody/deliver"}, 404),
    ],
)
def test_a_delivery_is_judged_by_its_signature_when_it_comes(
    client: Client, options: dict[str, Any], status: int
) -> None:
    assert deliver(client, delivery(), **options).status == status


@pytest.mark.parametrize(
    "body", [[], {}, delivery(type="message.shout"), delivery(message=None), delivery(contact="u1")]
)
def test_a_signed_delivery_is_refused_when_it_is_not_understood(client: Client, body: Any) -> None:
    assert deliver(client, body).status in (400, 422)


def test_an_unsigned_delivery_is_refused_when_headers_are_missing(client: Client) -> None:
    assert client.call("POST", DELIVER, delivery()).status == 401


def test_statuses_are_posted_and_signed_when_a_message_was_delivered(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    external_id = deliver(client, delivery()).json["external_id"]
    settled(sim)

    assert [e["status"]["state"] for e in receiver.events()] == ["delivered", "read"]
    assert {e["status"]["message_external_id"] for e in receiver.events()} == {external_id}
    for request in receiver.received:
        timestamp, signature = request.headers["x-timestamp"], request.headers["x-signature"]
        assert is_signed(HOOK_SECRET, timestamp, request.body, signature, sim.clock.wall())


def test_events_have_the_contracts_form_when_the_contact_acts(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    base = "/sim/custom/acme/contacts/u1"
    contact = {"name": "Ana", "locale": "pt-BR"}
    message = {"text": "Hi", "contact": contact, "conversation": "c1"}

    written = client.call("POST", f"{base}/messages", message).json["external_id"]
    for action in (
        {"type": "message.edited", "message_external_id": written, "text": "Hello"},
        {"type": "reaction", "message_external_id": written, "emoji": "👍"},
        {"type": "typing", "active": True},
        {"type": "message.deleted", "message_external_id": written},
    ):
        assert client.call("POST", f"{base}/actions", action).status == 202
    assert sim.settle()

    events = receiver.events()
    assert [e["type"] for e in events] == [
        "message",
        "message.edited",
        "reaction",
        "typing",
        "message.deleted",
    ]
    first = events[0]
    assert first["contact"] == {"external_id": "u1", "name": "Ana", "locale": "pt-BR"}
    assert first["conversation"] == {"external_id": "c1"}
    assert first["occurred_at"].endswith("Z")
    expected = {"external_id": written, "direction": "in", "kind": "text", "text": "Hi"}
    assert first["message"] == expected
    assert len({e["id"] for e in events}) == 5
    (shown,) = client.call("GET", f"{base}/phone").json["messages"]
    assert (shown["text"], shown["deleted"], shown["reaction"]) == ("Hello", True, "👍")


def test_an_action_is_refused_when_it_is_not_in_the_contract(client: Client) -> None:
    base = "/sim/custom/acme/contacts/u1"

    assert client.call("POST", f"{base}/actions", {"type": "wave"}).status == 400
    assert client.call("POST", f"{base}/messages", {"kind": "hologram"}).status == 400
    assert client.call("POST", f"{base}/actions", {"type": "reaction"}).status == 400
    assert client.call("POST", "/sim/custom/no/contacts/u1/messages", {"text": "x"}).status == 404


def test_an_event_is_posted_as_it_is_when_it_is_given_whole(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    client.call("POST", "/sim/custom/acme/events", {"id": "evt_x", "type": "from.the.future"})
    assert sim.settle()

    assert receiver.events() == [{"id": "evt_x", "type": "from.the.future"}]


def test_the_far_end_misbehaves_when_its_knobs_are_turned(sim: Simulators, client: Client, receiver: Receiver) -> None:
    client.call("PUT", "/sim/custom/knobs", {"rate_limit_next": 1, "server_error_next": 1})

    limited, failed, fine = (deliver(client, delivery()) for _ in range(3))

    assert [limited.status, failed.status, fine.status] == [429, 500, 200]
    assert limited.headers["Retry-After"] == "1"
    sim.knobs["custom"].turn(provider_error_next=1, provider_error_code=410)
    assert deliver(client, delivery("del_2")).status == 410


def test_events_share_a_post_when_they_are_batched(sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["custom"].turn(batch_size=2, batch_wait_seconds=0.5, duplicates=2)

    sim.custom.act("acme", "u1", text="one")
    sim.custom.act("acme", "u2", text="two")
    assert sim.settle()

    assert [len(r.json["events"]) for r in receiver.received] == [2, 2]


def test_a_retry_is_signed_anew_when_time_has_passed(sim: Simulators, receiver: Receiver) -> None:
    receiver.answers.append(500)
    moments = iter(range(0, 10_000, 400))
    start = sim.clock.wall()
    sim.clock._wall = lambda: start.fromtimestamp(start.timestamp() + next(moments), start.tzinfo)

    sim.custom.act("acme", "u1", text="one")
    assert sim.settle()

    first, second = receiver.received
    assert first.headers["x-timestamp"] != second.headers["x-timestamp"]
    assert first.body == second.body
