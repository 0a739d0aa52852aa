"""The statuses that follow a send: order, contents, and what the knobs do to them."""

import base64

import pytest

from simulators import Simulators
from simulators.signing import meta_signature
from tests.simulators.desk import BUSINESS_ID, CUSTOMER, PNID, SECRET, Client, Receiver, settled


def names(receiver: Receiver) -> list[str]:
    return [status["status"] for status in receiver.statuses()]


def test_sent_delivered_and_read_follow_when_a_text_is_accepted(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    wamid = client.text(biz_opaque_callback_data="msg_1").json["messages"][0]["id"]
    settled(sim)

    assert names(receiver) == ["sent", "delivered", "read"]
    sent, delivered, read = receiver.statuses()
    for status in (sent, delivered, read):
        assert status["id"] == wamid
        assert status["recipient_id"] == CUSTOMER
        assert status["biz_opaque_callback_data"] == "msg_1"
        assert status["timestamp"].isdigit()
        assert status["pricing"]["pricing_model"] == "PMP"
        assert status["conversation"]["origin"] == {"type": "service"}
    assert sent["conversation"]["expiration_timestamp"].isdigit()
    assert "expiration_timestamp" not in delivered["conversation"]
    value = receiver.values()[0]
    assert value["metadata"] == {
        "display_phone_number": "15550783881",
        "phone_number_id": PNID,
    }


def test_every_post_is_signed_over_its_raw_bytes_when_it_arrives(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    client.text("Olá ✓")
    settled(sim)

    for request in receiver.received:
        signature = request.headers["x-hub-signature-256"]
        assert signature == meta_signature(SECRET, request.body)
        assert len(signature) == 71


def test_a_wamid_names_the_phone_when_it_is_decoded(client: Client, open_window: str) -> None:
    wamid = client.text().json["messages"][0]["id"]

    decoded = base64.b64decode(wamid.removeprefix("wamid."))
    assert CUSTOMER.encode() in decoded


def test_the_phone_shows_the_message_read_when_statuses_are_withheld(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(withhold_statuses=["delivered", "read"])

    client.text("Look")
    settled(sim)

    assert names(receiver) == ["sent"]
    shown = sim.whatsapp.phone(PNID, CUSTOMER)["messages"][-1]
    assert (shown["text"], shown["author"], shown["state"]) == ("Look", "business", "read")


def test_no_status_is_posted_when_all_are_withheld(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(withhold_statuses=["all"])

    client.text()
    settled(sim)

    assert receiver.received == []


def test_read_precedes_delivered_when_the_order_is_reversed(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(status_order="reversed")

    client.text()
    settled(sim)

    assert names(receiver) == ["read", "delivered", "sent"]


def test_every_status_still_comes_once_when_the_order_is_shuffled(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(status_order="shuffled")
    for _ in range(5):
        client.text()
    settled(sim)

    got = names(receiver)
    assert sorted(got) == sorted(["sent", "delivered", "read"] * 5)
    assert got != ["sent", "delivered", "read"] * 5


def test_statuses_are_there_first_when_they_overtake_the_answer(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(statuses_before_answer=True)

    client.text()

    assert names(receiver) == ["sent", "delivered", "read"]


def test_statuses_come_late_when_they_are_delayed(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(status_delay_seconds=0.5)

    client.text()
    assert receiver.received == []
    settled(sim)

    assert names(receiver) == ["sent", "delivered", "read"]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"read_receipts": False}, ["sent", "delivered"]),
        ({"auto_read": False}, ["sent", "delivered"]),
        ({"online": False}, ["sent"]),
    ],
)
def test_statuses_stop_early_when_the_customer_is_like_that(
    sim: Simulators,
    client: Client,
    receiver: Receiver,
    open_window: str,
    profile: dict[str, bool],
    expected: list[str],
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, **profile)

    client.text()
    settled(sim)

    assert names(receiver) == expected


def test_read_follows_when_the_customer_opens_the_chat(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, auto_read=False)
    client.text("one")
    client.text("two")
    settled(sim)

    assert sim.whatsapp.read(PNID, CUSTOMER) == 2
    settled(sim)

    assert sorted(names(receiver)) == sorted(["sent", "delivered", "read"] * 2)


def test_only_sent_follows_when_the_business_reacts(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    client.send("reaction", reaction={"message_id": open_window, "emoji": "👍"})
    settled(sim)

    assert names(receiver) == ["sent"]
    (shown,) = sim.whatsapp.phone(PNID, CUSTOMER)["messages"]
    assert shown["reactions"] == {"business": "👍"}


def test_a_reaction_fails_when_its_message_is_unknown(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    client.send("reaction", reaction={"message_id": "wamid.none", "emoji": "👍"})
    settled(sim)

    (status,) = receiver.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131009)


def test_the_number_is_left_out_when_the_customer_hides_it(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, user_id=BUSINESS_ID, hide_number=True)

    client.text(to=None, recipient=BUSINESS_ID)
    settled(sim)

    for status in receiver.statuses():
        assert "recipient_id" not in status
        assert status["recipient_user_id"] == BUSINESS_ID
    assert receiver.values()[0]["contacts"][0]["user_id"] == BUSINESS_ID


def test_a_status_is_posted_when_it_is_made_by_hand(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(withhold_statuses=["all"])
    wamid = client.text().json["messages"][0]["id"]
    path = f"/sim/whatsapp/numbers/{PNID}/messages/{wamid}/status"

    answer = client.call("POST", path, {"status": "failed", "code": 131049})
    settled(sim)

    assert answer.status == 202
    (status,) = receiver.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131049)
    assert status["errors"][0]["href"].startswith("https://")
    unknown = client.call("POST", path.replace("wamid.", "wamid.X"), {"status": "read"})
    assert unknown.status == 404


def test_the_category_is_billed_when_a_template_is_sent(sim: Simulators, client: Client, receiver: Receiver) -> None:
    client.send("template", template={"name": "hello_world", "language": {"code": "en_US"}})
    settled(sim)

    assert receiver.statuses()[0]["pricing"] == {
        "billable": True,
        "pricing_model": "PMP",
        "category": "utility",
        "type": "regular",
    }
