"""What the chat widget is given: its page, who may frame it and call from it; and what visitors do beside talking."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.channels import web_chat_fields
from chalicelib.domain.document import Document
from chalicelib.domain.message import Attachment, AttachmentState, MessageKind
from chalicelib.services.inbox_fields import check_settings
from chalicelib.services.visitors import PER_MINUTE
from chalicelib.wiring import shared
from functions.visitor.handler import handler
from tests.flow.chat import CHAT, OTHER_CHAT, Visitor, add_chats, call
from tests.flow.http import http_event
from tests.flow.scene import Scene, scene

SHOP = "https://shop.example"
LOOK: Mapping[str, Any] = {
    "brand_name": "Lamps </script><b> & Co",
    "accent_color": "#ffcc00",
    "theme": "dark",
    "position": "start",
    "greetings": ["ru: Здравствуйте", "zh-Hant:您好: 歡迎"],
    "suggestions": [f"Question {number}" for number in range(9)],
    "pre_chat": ["name", "email!"],
    "languages": ["ru", "en"],
}


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        add_chats(made)
        yield made


def framed(inbox: str = CHAT, query: str = "build=abc-DEF_12", method: str = "GET") -> dict[str, Any]:
    return handler(http_event(method, f"/widget/v1/{inbox}/frame", query=query), None)


def rules(answer: Mapping[str, Any]) -> dict[str, str]:
    said = answer["headers"]["content-security-policy"]
    return dict(rule.split(" ", 1) for rule in said.split("; "))


def test_the_page_may_be_framed_by_the_sites_that_the_inbox_names_alone() -> None:
    with scene() as here:
        add_chats(here, allowed_origins=[SHOP, "https://www.shop.example:8443"])
        answer = framed()

        assert answer["statusCode"] == 200
        assert rules(answer)["frame-ancestors"] == f"{SHOP} https://www.shop.example:8443"
        assert "x-frame-options" not in answer["headers"]


def test_the_page_loads_one_program_and_runs_nothing_that_is_written_into_it(here: Scene) -> None:
    answer = framed()
    policy = rules(answer)

    assert policy["frame-ancestors"] == "*"
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "https://desk.example")
    assert policy["connect-src"].split()[:2] == ["'self'", "wss://sockets.test"]
    assert "unsafe" not in answer["headers"]["content-security-policy"]
    assert re.findall(r"<script (?!type=\"application/json\")[^>]*>", answer["body"]) == [
        '<script defer src="https://desk.example/assets/widget-abc-DEF_12.js">'
    ]


def test_the_page_says_how_the_chat_looks_and_no_word_of_that_is_a_tag() -> None:
    with scene() as here:
        add_chats(here, **LOOK)
        body = framed()["body"]
        told = json.loads(re.findall(r'id="facts">(.*?)</script>', body)[0])

        assert told["inbox"] == CHAT
        assert told["look"]["brand"] == LOOK["brand_name"]
        assert told["look"]["greetings"] == {"ru": "Здравствуйте", "zh-Hant": "您好: 歡迎"}
        assert told["look"]["pre_chat"] == [
            {"field": "name", "required": False},
            {"field": "email", "required": True},
        ]
        assert len(told["look"]["suggestions"]) == web_chat_fields.MOST_SUGGESTIONS
        assert call(here, "POST", "sessions").body["look"] == told["look"]
        assert "<b>" not in body and "<title>Lamps &lt;/script&gt;" in body


@pytest.mark.parametrize("query", ["", "build=", "build=../../x", "build=short", "build=" + "a" * 40])
def test_there_is_no_page_without_a_program(here: Scene, query: str) -> None:
    answer = framed(query=query)

    assert (answer["statusCode"], "<script" in answer["body"]) == (404, False)


def test_there_is_no_page_of_an_inbox_that_is_no_chat(here: Scene) -> None:
    assert [framed(inbox)["statusCode"] for inbox in ("ibx_wa", "ibx_none", "")] == [404, 404, 404]


def test_the_widgets_own_page_may_call_and_no_other_that_the_inbox_does_not_name() -> None:
    with scene() as here:
        add_chats(here, allowed_origins=[SHOP])
        own = {"host": "api.example", "origin": "https://api.example"}
        asked = {"host": "api.example", "sec-fetch-site": "same-origin"}
        strange = [
            {"host": "api.example"},
            {"host": "api.example", "origin": "https://api.example.evil.example"},
            {"host": "api.example", "sec-fetch-site": "cross-site"},
            {"host": "", "origin": "https://"},
            {"host": "api.example", "origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        ]

        assert call(here, "POST", "sessions", headers=own).status == 201
        assert call(here, "GET", "messages", headers=asked).status == 401
        assert [call(here, "POST", "sessions", headers=headers).status for headers in strange] == [404] * len(strange)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("accent_color", "red"),
        ("accent_color", "#ffcc0"),
        ("position", "left"),
        ("theme", "blue"),
        ("greetings", ["Hello"]),
        ("suggestions", [" "]),
        ("pre_chat", ["phone"]),
        ("languages", ["de"]),
        ("privacy_url", "javascript:alert(1)"),
        ("hours_id", "a b"),
    ],
)
def test_a_look_that_cannot_be_shown_is_refused_by_its_name(name: str, bad: Any) -> None:
    from chalicelib.channels import web_chat
    from chalicelib.domain.errors import InvalidInput

    check_settings(web_chat, LOOK)
    with pytest.raises(InvalidInput) as refused:
        check_settings(web_chat, {name: bad})
    assert refused.value.field == f"settings.{name}"


# --- closed ------------------------------------------------------------------------------------------------------


def test_visitors_are_told_when_the_desk_is_closed_and_when_that_changes() -> None:
    with scene() as here:
        add_chats(here, hours_id="shop")
        body = {"name": "Shop", "zone": "UTC", "weekly": {"0": [["10:00", "18:00"]]}, "exceptions": {}}
        DocumentStore(shared.desk(), "hours").put(Document("shop", body, 1), 0)
        ann = Visitor(here)
        told = json.loads(re.findall(r'id="facts">(.*?)</script>', framed()["body"])[0])

        assert told["hours"] == {"open": False, "changes_at": "2026-03-02T10:00:00+00:00"}
        assert ann.sees()["hours"] == told["hours"]
        here.now.pass_(hours=2)
        assert ann.sees()["hours"] == {"open": True, "changes_at": "2026-03-02T18:00:00+00:00"}


def test_a_chat_without_a_calendar_says_nothing_of_hours(here: Scene) -> None:
    ann = Visitor(here)
    ann.says("Hello")

    assert ann.sees()["hours"] is None
    assert "hours" not in ann.sees(ann.sees()["after"])


# --- who they are, as they say -----------------------------------------------------------------------------------


def test_what_visitors_type_of_themselves_is_their_contacts_word(here: Scene) -> None:
    ann = Visitor(here)
    assert ann.post("profile", {"name": " Ann ", "email": "ann@example.org"}).body == {
        "name": "Ann",
        "email": "ann@example.org",
    }
    ann.says("Hello")
    here.world.pump()
    contact = _contact(here, f"visitor:{ann.id}")

    assert (contact.name, contact.email, contact.sources["email"]) == ("Ann", "ann@example.org", "visitor")
    assert here.conversation.contact_name == "Ann"


def test_what_visitors_type_does_not_outdo_what_their_site_vouches_for(here: Scene) -> None:
    ann = Visitor(here)
    ann.identify(name="Ann Lee", email="ann@shop.example")
    assert ann.post("profile", {"name": "Queen", "email": "queen@example.org"}).status == 200
    contact = _contact(here, "user:u-1")

    assert (contact.name, contact.email) == ("Ann Lee", "ann@shop.example")


def _contact(here: Scene, address: str) -> Any:
    return shared.inbound_store().owners("web_chat", (address,))[address]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"email": "ann"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"email": f"{'a' * 250}@example.org"}, "email"),
    ],
)
def test_a_profile_is_refused_by_the_field_that_is_wrong(here: Scene, body: Any, field: str) -> None:
    answer = Visitor(here).post("profile", body)

    assert (answer.status, answer.body["field"]) == (422, field)


# --- another device ----------------------------------------------------------------------------------------------


def test_another_device_goes_on_with_a_code_that_counts_once(here: Scene) -> None:
    ann, phone = Visitor(here), Visitor(here)
    ann.says("From my laptop")
    given = ann.post("handover", {})
    assert given.status == 201
    taken = call(here, "POST", "sessions", {"code": given.body["code"]})
    phone.token = taken.body["token"]

    assert (taken.body["visitor_id"], phone.texts()) == (ann.id, ["From my laptop"])
    assert call(here, "POST", "sessions", {"code": given.body["code"]}).status == 401


def test_an_identified_visitor_stays_identified_on_the_other_device(here: Scene) -> None:
    ann = Visitor(here)
    ann.identify()
    taken = call(here, "POST", "sessions", {"code": ann.post("handover", {}).body["code"]})

    assert taken.body["verified"] is True


def test_a_code_is_refused_when_it_is_old_forged_or_anothers(here: Scene) -> None:
    ann = Visitor(here)
    code = ann.post("handover", {}).body["code"]
    payload, _, mac = code.partition(".")

    for bad in (ann.token, f"{payload}.{mac[:-1]}", payload, "", "é", "a.b"):
        assert call(here, "POST", "sessions", {"code": bad}).status == 401
    assert call(here, "POST", "sessions", {"code": 7}).status == 422
    assert call(here, "POST", "sessions", {"code": code}, inbox=OTHER_CHAT).status == 401
    # Nor is a code a token.
    assert call(here, "GET", "messages", token=code).status == 401
    here.now.pass_(minutes=11)
    assert call(here, "POST", "sessions", {"code": code}).status == 401


# --- what was said before, and files ------------------------------------------------------------------------------


def test_what_was_said_before_is_read_in_pages(here: Scene) -> None:
    ann = Visitor(here)
    for number in range(55):
        if number % (PER_MINUTE["messages"] - 20) == 0:
            here.now.pass_(minutes=1)
        here.now.pass_(seconds=1)
        assert ann.says(f"{number}").status == 202
    newest = ann.sees()["messages"]
    page = call(here, "GET", "messages", token=ann.token, query=f"before={newest[0]['id']}").body

    assert [each["text"] for each in (*page["messages"], *newest)] == [str(number) for number in range(55)]
    assert page["before"] is None
    assert call(here, "GET", "messages", token=ann.token, query="before=x").body["field"] == "before"


def test_nothing_of_another_visitors_past_is_read(here: Scene) -> None:
    ann, ben = Visitor(here), Visitor(here)
    ann.says("My secret")
    here.now.pass_(seconds=1)
    ben.says("Hi")
    query = f"before={ben.sees()['after']}"

    assert call(here, "GET", "messages", token=ben.token, query=query).body == {"messages": [], "before": None}


def test_a_file_is_fetched_by_whose_conversation_it_is_in_alone(here: Scene) -> None:
    ann, ben = Visitor(here), Visitor(here)
    ann.says("Hello")
    ben.says("Hello")
    here.world.pump()
    here.cloud.raw["s3"].put_object(Bucket="attachments", Key="attachments/a1", Body=b"%PDF-")
    file = Attachment("application/pdf", "bill.pdf", 5, object_key="attachments/a1", state=AttachmentState.STORED)
    (case,) = [each.id for each in here.conversations() if ann.id in _address(each)]
    here.now.pass_(seconds=1)
    here.replies(case, "", "c1", kind=MessageKind.DOCUMENT, attachments=(file,))
    message = ann.sees()["after"]
    query = f"message={message}&file=0"

    assert "attachments/a1" in call(here, "GET", "files", token=ann.token, query=query).body["url"]
    assert call(here, "GET", "files", token=ben.token, query=query).body["field"] == "file"
    for bad in ("file=0", f"message={message}", f"message={message}&file=1", f"message={message}&file=-1"):
        assert call(here, "GET", "files", token=ann.token, query=bad).status == 422


def _address(conversation: Any) -> str:
    return " ".join(leg.address for leg in conversation.legs.values())


def test_the_visitor_is_told_that_the_conversation_is_closed(here: Scene) -> None:
    from chalicelib.domain.conversation import Status
    from chalicelib.services import desk as desk_service
    from tests.flow.scene import ANA

    ann = Visitor(here)
    assert ann.sees()["status"] is None
    ann.says("Hello")
    here.world.pump()
    assert (ann.sees()["status"], ann.sees()["unseen"]) == ("open", 1)
    desk_service.mark_read(here.desk, ANA, here.conversation.id, here.now.pass_(seconds=1))
    assert ann.sees()["unseen"] == 0
    desk_service.set_status(here.desk, ANA, here.conversation.id, Status.RESOLVED, here.now.pass_(seconds=1))
    assert ann.sees()["status"] == "resolved"


def test_times_are_those_of_the_desk(here: Scene) -> None:
    expires = datetime.fromisoformat(Visitor(here).post("handover", {}).body["expires_at"])

    assert expires == here.now().astimezone(UTC) + timedelta(minutes=10)
