"""Whom a send reaches, when it may, and what the customer sees of the business."""

from simulators import Simulators
from tests.simulators.desk import BUSINESS_ID, CUSTOMER, PNID, Client, Receiver, settled

GREETING = {"name": "hello_world", "language": {"code": "en_US"}}


def test_only_templates_are_accepted_when_the_window_is_closed(
    sim: Simulators, client: Client, open_window: str
) -> None:
    sim.clock.advance(24 * 3600)

    refused = client.text()
    accepted = client.send("template", template=GREETING)

    assert refused.json["error"]["code"] == 131047
    assert accepted.status == 200


def test_the_window_opens_again_when_the_customer_writes(sim: Simulators, client: Client, open_window: str) -> None:
    sim.clock.advance(48 * 3600)
    assert client.text().status == 400

    sim.whatsapp.say(PNID, CUSTOMER, text="Still there?")

    assert client.text().status == 200


def test_a_reaction_does_not_open_the_window_when_it_is_closed(
    sim: Simulators, client: Client, open_window: str
) -> None:
    sim.clock.advance(48 * 3600)
    sim.whatsapp.say(PNID, CUSTOMER, "reaction", message_id=open_window, emoji="x")

    assert client.text().json["error"]["code"] == 131047


def test_131026_is_answered_when_the_customer_is_out_of_reach(
    sim: Simulators, client: Client, open_window: str
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, reachable=False)

    assert client.text().json["error"]["code"] == 131026


def test_the_window_refusal_comes_as_a_status_when_the_knob_says_so(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    sim.knobs["whatsapp"].turn(errors_by_status=True)

    answer = client.text(biz_opaque_callback_data="m-1")
    settled(sim)

    assert answer.status == 200
    (status,) = receiver.statuses()
    assert status["status"] == "failed"
    assert status["errors"][0]["code"] == 131047
    assert status["biz_opaque_callback_data"] == "m-1"
    assert "pricing" not in status


def test_131056_is_answered_when_sends_to_one_customer_come_too_fast(
    sim: Simulators, client: Client, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(pair_rate_seconds=6)
    assert client.text().status == 200

    too_fast = client.text()
    sim.clock.advance(6)

    assert (too_fast.status, too_fast.json["error"]["code"]) == (429, 131056)
    assert client.text().status == 200


def test_the_message_vanishes_when_to_is_a_business_scoped_id(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, user_id=BUSINESS_ID)

    answer = client.text(to=BUSINESS_ID)
    settled(sim)

    assert answer.status == 200
    assert answer.json["messages"][0]["id"].startswith("wamid.")
    assert receiver.received == []
    assert len(sim.whatsapp.phone(PNID, CUSTOMER)["messages"]) == 1
    assert sim.whatsapp.number(PNID).dropped[0]["to"] == BUSINESS_ID


def test_the_message_arrives_when_recipient_is_a_business_scoped_id(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, user_id=BUSINESS_ID)

    answer = client.text(to=None, recipient=BUSINESS_ID)
    settled(sim)

    assert answer.json["contacts"] == [{"input": BUSINESS_ID, "user_id": BUSINESS_ID}]
    assert {s["recipient_user_id"] for s in receiver.statuses()} == {BUSINESS_ID}


def test_the_phone_number_wins_when_to_and_recipient_are_given(
    sim: Simulators, client: Client, open_window: str
) -> None:
    answer = client.text(recipient="PT.999")

    assert answer.json["contacts"][0]["wa_id"] == CUSTOMER


def test_earlier_messages_are_marked_too_when_one_is_read(sim: Simulators, client: Client, open_window: str) -> None:
    second = sim.whatsapp.say(PNID, CUSTOMER, text="Anyone?")
    third = sim.whatsapp.say(PNID, CUSTOMER, text="Hello?")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": second}

    answer = client.graph("POST", f"/{PNID}/messages", body)

    assert (answer.status, answer.json) == (200, {"success": True})
    phone = sim.whatsapp.phone(PNID, CUSTOMER)
    read = {m["id"]: m["read_by_business_at"] is not None for m in phone["messages"]}
    assert read == {open_window: True, second: True, third: False}
    assert phone["business_typing"] is False


def test_typing_ends_when_25_seconds_pass_or_a_message_comes(sim: Simulators, client: Client, open_window: str) -> None:
    body = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": open_window,
        "typing_indicator": {"type": "text"},
    }

    def typing() -> bool:
        return bool(sim.whatsapp.phone(PNID, CUSTOMER)["business_typing"])

    client.graph("POST", f"/{PNID}/messages", body)
    assert typing()
    sim.clock.advance(25)
    assert not typing()
    client.graph("POST", f"/{PNID}/messages", body)
    client.text()
    assert not typing()


def test_a_read_mark_is_refused_when_the_message_is_unknown(client: Client) -> None:
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.none"}

    assert client.graph("POST", f"/{PNID}/messages", body).json["error"]["code"] == 131009
