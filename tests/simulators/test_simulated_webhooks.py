"""How webhooks leave: batches, duplicates, retries, and the log of deliveries."""

import time

from simulators import Simulators
from simulators.signing import meta_signature
from tests.simulators.desk import CUSTOMER, PNID, SECRET, Client, Receiver, settled


def test_each_webhook_comes_again_when_duplicates_are_set(sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["whatsapp"].turn(duplicates=3)

    wamid = sim.whatsapp.say(PNID, CUSTOMER, text="Hi")
    assert sim.settle()

    assert [m["id"] for m in receiver.messages()] == [wamid] * 3
    assert len({request.body for request in receiver.received}) == 1


def test_messages_and_statuses_share_a_post_when_they_are_batched(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(batch_size=5, batch_wait_seconds=0.5)
    sim.whatsapp.say(PNID, CUSTOMER, text="one")
    sim.whatsapp.say(PNID, CUSTOMER, text="two")

    client.text()
    settled(sim)

    (request,) = receiver.received
    (value,) = receiver.values()
    assert len(value["messages"]) == 2
    assert len(value["statuses"]) == 3
    assert len(value["contacts"]) == 1
    assert request.headers["x-hub-signature-256"] == meta_signature(SECRET, request.body)


def test_an_incomplete_batch_goes_out_when_the_wait_is_over(sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["whatsapp"].turn(batch_size=10, batch_wait_seconds=0.5)

    sim.whatsapp.say(PNID, CUSTOMER, text="alone")
    assert receiver.received == []
    assert sim.settle()

    assert len(receiver.messages()) == 1


def test_an_incomplete_batch_goes_out_when_it_is_flushed(sim: Simulators, client: Client, receiver: Receiver) -> None:
    sim.knobs["whatsapp"].turn(batch_size=10, batch_wait_seconds=60)
    sim.whatsapp.say(PNID, CUSTOMER, text="alone")

    client.call("POST", "/sim/whatsapp/flush")
    deadline = time.monotonic() + 2
    while not receiver.received and time.monotonic() < deadline:
        time.sleep(0.01)

    assert len(receiver.messages()) == 1


def test_two_numbers_share_a_post_when_their_webhook_is_the_same(sim: Simulators, receiver: Receiver) -> None:
    number = sim.whatsapp.number(PNID)
    sim.whatsapp.register(
        "2",
        display_phone_number="15550009999",
        app_secret=SECRET,
        webhook_url=number.webhook_url,
        waba_id="waba-2",
    )
    sim.knobs["whatsapp"].turn(batch_size=2, batch_wait_seconds=0.5)

    sim.whatsapp.say(PNID, CUSTOMER, text="to one")
    sim.whatsapp.say("2", CUSTOMER, text="to two")
    assert sim.settle()

    (request,) = receiver.received
    assert [entry["id"] for entry in request.json["entry"]] == ["waba-1", "waba-2"]


def test_the_signature_is_wrong_when_the_knob_says_so(sim: Simulators, receiver: Receiver) -> None:
    sim.knobs["whatsapp"].turn(bad_signature_next=1)
    sim.whatsapp.say(PNID, CUSTOMER, text="forged")
    sim.whatsapp.say(PNID, CUSTOMER, text="genuine")
    assert sim.settle()

    right = [r.headers["x-hub-signature-256"] == meta_signature(SECRET, r.body) for r in receiver.received]
    assert right == [False, True]


def test_a_webhook_is_retried_when_it_is_not_answered_2xx(sim: Simulators, client: Client, receiver: Receiver) -> None:
    receiver.answers.extend([500, 301])

    sim.whatsapp.say(PNID, CUSTOMER, text="Hi")
    assert sim.settle()

    assert len(receiver.received) == 3
    (entry,) = client.call("GET", "/sim/webhooks?provider=whatsapp").json["deliveries"]
    assert entry["state"] == "delivered"
    assert [attempt["status"] for attempt in entry["attempts"]] == [500, 301, 200]
    assert entry["account"] == PNID


def test_a_webhook_is_given_up_when_nobody_ever_listens(sim: Simulators) -> None:
    sim.whatsapp.register(PNID, webhook_url="http://127.0.0.1:9/")

    sim.whatsapp.say(PNID, CUSTOMER, text="Hi")
    assert sim.settle()

    (entry,) = sim.webhooks.log()
    assert entry["state"] == "given_up"
    assert len(entry["attempts"]) == 3
    assert entry["attempts"][0]["status"] is None
    assert "error" in entry["attempts"][0]


def test_other_webhooks_pass_when_one_waits_for_its_retry(sim: Simulators, receiver: Receiver) -> None:
    receiver.answers.append(500)

    first = sim.whatsapp.say(PNID, CUSTOMER, text="one")
    second = sim.whatsapp.say(PNID, CUSTOMER, text="two")
    assert sim.settle()

    assert [m["id"] for m in receiver.messages()] == [first, second, first]
