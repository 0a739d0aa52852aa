"""What simulated customers send: every inbound type in its wire form, and on their phones."""

import base64
from typing import Any

import pytest

from simulators import Simulators
from simulators.whatsapp_inbound import MAKERS, BadDescription
from tests.simulators.desk import BUSINESS_ID, CUSTOMER, PNID, Client, Receiver

MESSAGE = "wamid.HBgMMzUxOTEwMDAwMDAx"
# what is asked for, the wire type, and the type's own object (None: not compared)
INBOUND: list[tuple[dict[str, Any], str, Any]] = [
    ({"type": "text", "text": "Olá"}, "text", {"body": "Olá"}),
    ({"type": "image", "caption": "Look"}, "image", None),
    ({"type": "video"}, "video", None),
    ({"type": "audio", "voice": True}, "audio", None),
    ({"type": "document", "filename": "bill.pdf"}, "document", None),
    ({"type": "sticker"}, "sticker", None),
    (
        {"type": "location", "latitude": 1.5, "longitude": 2.5, "name": "Café"},
        "location",
        {"latitude": 1.5, "longitude": 2.5, "name": "Café"},
    ),
    ({"type": "contacts"}, "contacts", None),
    (
        {"type": "reaction", "message_id": MESSAGE, "emoji": "👍"},
        "reaction",
        {"message_id": MESSAGE, "emoji": "👍"},
    ),
    ({"type": "reaction", "message_id": MESSAGE}, "reaction", {"message_id": MESSAGE}),
    (
        {"type": "button_reply", "id": "b1", "title": "Yes"},
        "interactive",
        {"type": "button_reply", "button_reply": {"id": "b1", "title": "Yes"}},
    ),
    (
        {"type": "list_reply", "id": "r1", "title": "Row", "description": "First"},
        "interactive",
        {
            "type": "list_reply",
            "list_reply": {"id": "r1", "title": "Row", "description": "First"},
        },
    ),
    (
        {"type": "nfm_reply", "response_json": '{"a":1}'},
        "interactive",
        {
            "type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"a":1}'},
        },
    ),
    ({"type": "call_permission_reply"}, "interactive", None),
    (
        {"type": "button", "text": "Stop", "payload": "STOP"},
        "button",
        {"payload": "STOP", "text": "Stop"},
    ),
    ({"type": "order", "text": "Please"}, "order", None),
    (
        {"type": "system", "body": "changed", "wa_id": "351910000009"},
        "system",
        {"type": "user_changed_number", "body": "changed", "wa_id": "351910000009"},
    ),
    (
        {"type": "edit", "message_id": MESSAGE, "text": "New"},
        "edit",
        {
            "original_message_id": MESSAGE,
            "message": {"context": {"id": MESSAGE}, "type": "text", "text": {"body": "New"}},
        },
    ),
    ({"type": "revoke", "message_id": MESSAGE}, "revoke", {"original_message_id": MESSAGE}),
    ({"type": "unsupported"}, "unsupported", {"type": "unknown"}),
]


@pytest.mark.parametrize(("spec", "kind", "part"), INBOUND)
def test_the_webhook_has_the_wire_form_when_a_customer_sends(
    sim: Simulators,
    client: Client,
    receiver: Receiver,
    spec: dict[str, Any],
    kind: str,
    part: Any,
) -> None:
    path = f"/sim/whatsapp/numbers/{PNID}/customers/{CUSTOMER}/messages"

    answer = client.call("POST", path, spec)
    assert sim.settle()

    assert answer.status == 201, answer.body
    (message,) = receiver.messages()
    assert message["id"] == answer.json["id"]
    assert message["from"] == CUSTOMER
    assert message["timestamp"].isdigit()
    assert message["type"] == kind
    if part is None:
        assert message[kind]
    else:
        assert message[kind] == part


def test_the_table_of_inbound_types_is_whole_when_one_is_added() -> None:
    assert {spec["type"] for spec, _, _ in INBOUND} == set(MAKERS)


def test_contacts_are_absent_when_a_system_message_comes(sim: Simulators, receiver: Receiver) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, "system")
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi")
    assert sim.settle()

    system, text = receiver.values()
    assert "contacts" not in system
    assert text["contacts"] == [{"profile": {"name": "Customer"}, "wa_id": CUSTOMER}]


def test_both_ids_are_there_when_the_customer_has_a_business_scoped_id(sim: Simulators, receiver: Receiver) -> None:
    profile = {"name": "Ana", "user_id": BUSINESS_ID, "username": "ana"}
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi", **profile)
    assert sim.settle()

    (value,) = receiver.values()
    assert value["messages"][0]["from_user_id"] == BUSINESS_ID
    assert value["contacts"] == [
        {
            "profile": {"name": "Ana", "username": "ana"},
            "wa_id": CUSTOMER,
            "user_id": BUSINESS_ID,
        }
    ]


def test_the_number_is_nowhere_when_the_customer_hides_it(sim: Simulators, receiver: Receiver) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, text="Hi", user_id=BUSINESS_ID, hide_number=True)
    assert sim.settle()

    (value,) = receiver.values()
    assert "from" not in value["messages"][0]
    assert "wa_id" not in value["contacts"][0]
    assert CUSTOMER not in receiver.received[0].body.decode()


def test_a_type_we_do_not_know_goes_out_when_it_is_given_raw(sim: Simulators, receiver: Receiver) -> None:
    sim.whatsapp.say(PNID, CUSTOMER, "poll", raw={"poll": {"question": "?"}})
    assert sim.settle()

    message = receiver.messages()[0]
    assert (message["type"], message["poll"]) == ("poll", {"question": "?"})


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "text"},
        {"type": "hologram"},
        {"type": "reaction"},
        {"type": "image", "content_base64": "***"},
        {"type": "button_reply", "id": "b"},
        {"phone_number_id": "1"},
        {"type": "image", "content": "x"},
    ],
)
def test_a_description_is_refused_when_no_message_can_be_made(
    client: Client, receiver: Receiver, spec: dict[str, Any]
) -> None:
    path = f"/sim/whatsapp/numbers/{PNID}/customers/{CUSTOMER}/messages"

    assert client.call("POST", path, spec).status == 400
    assert receiver.received == []


def test_python_callers_get_an_error_when_the_description_is_bad(sim: Simulators) -> None:
    with pytest.raises(BadDescription, match="needs text"):
        sim.whatsapp.say(PNID, CUSTOMER)
    with pytest.raises(ValueError, match="digits"):
        sim.whatsapp.say(PNID, "+351", text="Hi")


def test_the_bytes_given_are_the_bytes_hosted_when_a_customer_sends_media(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    path = f"/sim/whatsapp/numbers/{PNID}/customers/{CUSTOMER}/messages"
    content = base64.b64encode(b"my own bytes").decode()
    spec = {"type": "document", "content_base64": content, "mime_type": "text/plain"}

    client.call("POST", path, spec)
    assert sim.settle()

    document = receiver.messages()[0]["document"]
    assert document["mime_type"] == "text/plain"
    fetched = client.call("GET", document["url"], Authorization="Bearer token-1")
    assert (fetched.status, fetched.body) == (200, b"my own bytes")
