"""Customers beyond their messages: replies, ids that change, and what their phones show."""

from simulators import Simulators
from tests.simulators.desk import BUSINESS_ID, CUSTOMER, PNID, Client, Receiver


def test_the_quoted_author_is_named_when_a_customer_replies(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    sim.knobs["whatsapp"].turn(withhold_statuses=["all"])
    ours = client.text().json["messages"][0]["id"]
    sim.whatsapp.say(PNID, CUSTOMER, text="to you", reply_to=ours)
    sim.whatsapp.say(PNID, CUSTOMER, text="to me", reply_to=open_window)
    sim.whatsapp.say(PNID, CUSTOMER, text="old", forwarded=True)
    assert sim.settle()

    contexts = [m["context"] for m in receiver.messages()]
    assert contexts == [
        {"from": "15550783881", "id": ours},
        {"from": CUSTOMER, "id": open_window},
        {"forwarded": True},
    ]


def test_the_ad_is_told_when_the_customer_comes_from_one(sim: Simulators, receiver: Receiver) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi", referral=True)
    assert sim.settle()

    assert receiver.messages()[0]["referral"]["source_type"] == "ad"


def test_the_phone_changes_when_the_customer_edits_reacts_and_revokes(sim: Simulators, client: Client) -> None:
    first = sim.whatsapp.say(PNID, CUSTOMER, text="Helo")
    second = sim.whatsapp.say(PNID, CUSTOMER, text="Oops")
    ours = client.text("Hi there").json["messages"][0]["id"]
    sim.whatsapp.say(PNID, CUSTOMER, "edit", message_id=first, text="Hello")
    sim.whatsapp.say(PNID, CUSTOMER, "revoke", message_id=second)
    sim.whatsapp.say(PNID, CUSTOMER, "reaction", message_id=ours, emoji="👍")

    path = f"/sim/whatsapp/numbers/{PNID}/customers/{CUSTOMER}/phone"
    shown = client.call("GET", path).json["messages"]

    assert [(m["author"], m["text"]) for m in shown] == [
        ("customer", "Hello"),
        ("customer", "Oops"),
        ("business", "Hi there"),
    ]
    assert (shown[0]["edited"], shown[1]["deleted"]) == (True, True)
    assert shown[2]["reactions"] == {"customer": "👍"}


def test_a_user_id_update_is_posted_when_the_id_changes(sim: Simulators, client: Client, receiver: Receiver) -> None:
    sim.whatsapp.customer(PNID, CUSTOMER, user_id=BUSINESS_ID)
    path = f"/sim/whatsapp/numbers/{PNID}/customers/{CUSTOMER}/user_id"

    client.call("POST", path, {"user_id": "PT.2"})
    assert sim.settle()

    (value,) = receiver.values("user_id_update")
    assert value["user_id_update"][0]["user_id"] == {"previous": BUSINESS_ID, "current": "PT.2"}


def test_any_other_field_is_posted_when_it_is_given_whole(sim: Simulators, client: Client, receiver: Receiver) -> None:
    path = f"/sim/whatsapp/numbers/{PNID}/changes"
    update = {"event": "APPROVED", "message_template_name": "order_update"}
    echo = {"message_echoes": [{"from": "15550783881", "to": CUSTOMER, "type": "text"}]}

    client.call("POST", path, {"field": "message_template_status_update", "value": update})
    client.call("POST", path, {"field": "smb_message_echoes", "value": echo})
    assert sim.settle()

    assert receiver.values("message_template_status_update") == [update]
    (echoed,) = receiver.values("smb_message_echoes")
    assert echoed["metadata"]["phone_number_id"] == PNID
    assert receiver.received[0].json["entry"][0]["id"] == "waba-1"
