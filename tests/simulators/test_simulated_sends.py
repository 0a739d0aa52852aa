"""What the simulated Graph API takes and refuses, and how."""

from typing import Any

import pytest

from simulators import Simulators
from tests.simulators.desk import (
    CUSTOMER,
    PNID,
    Client,
)

LINK = "http://127.0.0.1:9/a.jpg"  # nobody listens there: the shape alone matters here


def buttons(count: int, title: str = "Yes") -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"b{n}", "title": f"{title}{n}"}} for n in range(count)]
    return {"type": "button", "body": {"text": "Choose"}, "action": {"buttons": replies}}


def rows(count: int, **changes: Any) -> dict[str, Any]:
    listed = [{"id": f"r{n}", "title": f"Row {n}"} | changes for n in range(count)]
    action = {"button": "Open", "sections": [{"title": "All", "rows": listed}]}
    return {"type": "list", "body": {"text": "Choose"}, "action": action}


def template(name: str, code: str, *texts: str) -> dict[str, Any]:
    part: dict[str, Any] = {"name": name, "language": {"code": code}}
    if texts:
        parameters = [{"type": "text", "text": text} for text in texts]
        part["components"] = [{"type": "body", "parameters": parameters}]
    return part


CARD = {"name": {"formatted_name": "Rui Costa", "first_name": "Rui"}, "phones": [{"phone": "1"}]}
LINK_BUTTON = {
    "type": "cta_url",
    "body": {"text": "See"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Go", "url": "https://a.example"}},
}
FLOW = {
    "type": "flow",
    "body": {"text": "Fill in"},
    "action": {
        "name": "flow",
        "parameters": {"flow_message_version": "3", "flow_cta": "Start", "flow_id": "1"},
    },
}
ASK_PLACE = {
    "type": "location_request_message",
    "body": {"text": "Where?"},
    "action": {"name": "send_location"},
}
ACCEPTED = [
    ("text", {"body": "Hi", "preview_url": True}),
    ("text", {"body": "x" * 4096}),
    ("image", {"link": LINK, "caption": "A"}),
    ("video", {"link": LINK}),
    ("audio", {"link": LINK}),
    ("document", {"link": LINK, "filename": "a.pdf"}),
    ("sticker", {"link": LINK}),
    ("location", {"latitude": 38.7, "longitude": "-9.1", "name": "Lisbon"}),
    ("contacts", [CARD]),
    ("interactive", buttons(3)),
    ("interactive", buttons(1) | {"header": {"type": "text", "text": "Top"}}),
    ("interactive", rows(10)),
    ("interactive", LINK_BUTTON),
    ("interactive", FLOW),
    ("interactive", ASK_PLACE),
    ("template", template("order_update", "en_US", "Ana", "A-17")),
    ("template", template("hello_world", "en_US")),
]
REFUSED = [
    ("text", {"body": "x" * 4097}, 100),
    ("text", {"body": ""}, 131008),
    ("text", {"text": "Hi"}, 100),
    ("text", "Hi", 131009),
    ("image", {}, 131008),
    ("image", {"link": LINK, "id": "1"}, 131008),
    ("image", {"link": "ftp://example.com/a"}, 131009),
    ("image", {"link": LINK, "caption": "x" * 1025}, 100),
    ("image", {"id": "123"}, 100),
    ("audio", {"link": LINK, "caption": "no"}, 100),
    ("sticker", {"link": LINK, "caption": "no"}, 100),
    ("location", {"latitude": 38.7}, 131008),
    ("location", {"latitude": 138.7, "longitude": 1}, 131009),
    ("contacts", [], 131009),
    ("contacts", [{"name": {"formatted_name": "Only"}}], 131009),
    ("reaction", {"emoji": "x"}, 131008),
    ("reaction", {"message_id": "wamid.x"}, 131008),
    ("interactive", buttons(4), 131009),
    ("interactive", buttons(0), 131009),
    ("interactive", buttons(1, "x" * 21), 131009),
    ("interactive", {"type": "button", "action": {}}, 131008),
    ("interactive", {"type": "carousel-of-dreams"}, 131009),
    ("interactive", rows(11), 131009),
    ("interactive", rows(2, id="same"), 131009),
    ("interactive", rows(1, title="x" * 25), 131009),
    ("interactive", rows(1, description="x" * 73), 131009),
    ("template", template("nowhere", "en"), 132001),
    ("template", template("hello_world", "pt_BR"), 132001),
    ("template", template("order_update", "en_US", "Ana"), 132000),
    ("template", template("winter_sale", "en", "10 %"), 132015),
    ("template", {"name": "hello_world"}, 131008),
    ("poll", {"question": "?"}, 100),
]


@pytest.mark.parametrize(("kind", "part"), ACCEPTED)
def test_a_send_is_accepted_when_it_keeps_to_the_reference(
    client: Client, open_window: str, kind: str, part: Any
) -> None:
    answer = client.send(kind, **{kind: part})

    assert answer.status == 200, answer.body
    assert answer.json["messaging_product"] == "whatsapp"
    assert answer.json["contacts"] == [{"input": CUSTOMER, "wa_id": CUSTOMER}]
    assert answer.json["messages"][0]["id"].startswith("wamid.")


@pytest.mark.parametrize(("kind", "part", "code"), REFUSED)
def test_a_send_is_refused_in_metas_shape_when_it_does_not_fit(
    client: Client, open_window: str, kind: str, part: Any, code: int
) -> None:
    answer = client.send(kind, **{kind: part})

    error = answer.json["error"]
    assert (answer.status in (400, 404), error["code"]) == (True, code), error
    assert error["type"] == "OAuthException"
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]
    assert error["fbtrace_id"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"messaging_product": None}, 100),
        ({"to": None}, 100),
        ({"to": "call me"}, 131009),
        ({"to": "15550783881"}, 131021),
        ({"surprise": 1}, 100),
        ({"context": {}}, 131008),
        ({"biz_opaque_callback_data": "x" * 513}, 131009),
        ({"recipient_type": "crowd"}, 131009),
    ],
)
def test_the_envelope_is_refused_when_a_field_is_wrong(
    client: Client, open_window: str, change: dict[str, Any], code: int
) -> None:
    answer = client.text(**change)

    assert answer.json["error"]["code"] == code


def test_a_send_is_refused_with_190_when_the_token_is_wrong(client: Client) -> None:
    answer = client.graph("POST", f"/{PNID}/messages", {}, token="stolen")

    assert (answer.status, answer.json["error"]["code"]) == (401, 190)


def test_a_send_is_refused_when_the_number_is_not_the_tokens(client: Client) -> None:
    answer = client.graph("POST", "/999/messages", {"messaging_product": "whatsapp"})

    error = answer.json["error"]
    assert (answer.status, error["code"], error["error_subcode"]) == (400, 100, 33)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 5000])
def test_a_body_is_refused_when_it_is_no_json_object(client: Client, body: bytes) -> None:
    raw = client.raw("POST", f"/graph/v25.0/{PNID}/messages", body, Authorization="Bearer token-1")

    assert (raw.status, raw.json["error"]["code"]) == (400, 100)


def test_the_health_call_describes_the_number_when_the_token_fits(client: Client) -> None:
    answer = client.graph("GET", f"/{PNID}?fields=display_phone_number,verified_name")

    assert answer.json["id"] == PNID
    assert answer.json["display_phone_number"] == "+1 555-078-3881"
    assert {"verified_name", "quality_rating"} <= answer.json.keys()


def test_templates_are_listed_when_asked_by_name(client: Client) -> None:
    every = client.graph("GET", "/waba-1/message_templates").json["data"]
    one = client.graph("GET", "/waba-1/message_templates?name=order_update").json["data"]

    assert {t["name"] for t in every} >= {"hello_world", "order_update"}
    assert [t["name"] for t in one] == ["order_update"]
    assert client.graph("GET", "/waba-2/message_templates").status == 400


def test_the_template_is_filled_in_when_it_reaches_the_phone(sim: Simulators, client: Client) -> None:
    client.send("template", template=template("order_update", "en_US", "Ana", "A-17"))

    (shown,) = sim.whatsapp.phone(PNID, CUSTOMER)["messages"]
    assert shown["text"] == "Hi Ana, your order A-17 is on its way."
