"""Drafts over HTTP: checked before they are sent, refused with what would go, split where it is asked for."""

import re
from dataclasses import fields
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest

from chalicelib.api.channels import CapabilitiesView, CredentialFieldView
from chalicelib.channels import registry
from chalicelib.channels.base import Capabilities, CredentialField
from chalicelib.domain import file_link
from functions.visitor.handler import handler as visit
from tests.api.desk import PUBLIC_URL, Desk
from tests.flow.http import http_event

MAX_TEXT = registry.load("custom").CAPABILITIES.max_text


@pytest.fixture
def conversation(desk: Desk) -> str:
    return desk.customer_says("Where is my parcel?", "composing")


def sent(desk: Desk, conversation: str, **body: Any) -> Any:
    return desk.call("POST", f"/conversations/{conversation}/messages", body)


def checked(desk: Desk, conversation: str, **body: Any) -> Any:
    return desk.call("POST", f"/conversations/{conversation}/messages/check", body)


def texts(desk: Desk, conversation: str) -> list[str]:
    items = desk.call("GET", f"/conversations/{conversation}/messages?limit=100").json["items"]
    return [item["text"] for item in items if item.get("direction") == "outbound"]


def test_every_capability_and_credential_is_served() -> None:
    assert {field.name for field in fields(Capabilities)} == set(CapabilitiesView.__struct_fields__)
    # What a refusal names is the desk's own business.
    told = {field.name for field in fields(CredentialField)} - {"proves"}
    assert told == set(CredentialFieldView.__struct_fields__)


def test_a_draft_is_judged_and_nothing_is_stored(desk: Desk, conversation: str) -> None:
    verdict = checked(desk, conversation, text="On its way").json
    assert (verdict["fits"], verdict["channel"], verdict["refusal"]) == (True, "custom", None)
    assert verdict["parts"] == [
        {"kind": "text", "text": "On its way", "rendered": False, "files": [], "segments": None}
    ]
    assert (verdict["length"], verdict["max_text"], verdict["unit"]) == (10, MAX_TEXT, "characters")
    assert texts(desk, conversation) == []


def test_a_draft_that_does_not_fit_is_told_what_would_go(desk: Desk, conversation: str) -> None:
    long = "word " * (MAX_TEXT // 4)
    verdict = checked(desk, conversation, text=long).json
    assert (verdict["fits"], verdict["parts"]) == (False, [])
    assert verdict["refusal"]["code"] == "message_unfit"
    told = {"why": "text_too_long", "limit": MAX_TEXT, "length": len(long), "unit": "characters"}
    assert verdict["refusal"]["facts"] == told
    assert verdict["refusal"]["alternatives"] == [
        {"kind": "split", "parts": 2},
        {"kind": "shorten", "limit": MAX_TEXT, "unit": "characters", "length": len(long)},
    ]
    refused = sent(desk, conversation, client_id="too-long", text=long)
    assert (refused.status, refused.json["code"]) == (400, "message_unfit")
    assert refused.json["alternatives"] == verdict["refusal"]["alternatives"]
    split = checked(desk, conversation, text=long, split=True).json
    assert (split["fits"], len(split["parts"])) == (True, 2)


def test_a_reply_that_is_split_is_stored_in_parts_once(desk: Desk, conversation: str) -> None:
    long = "word " * (MAX_TEXT // 4)
    body = {"client_id": "in-parts", "text": long, "split": True}
    first, again = sent(desk, conversation, **body), sent(desk, conversation, **body)
    assert (first.status, again.status) == (202, 202)
    assert first.json == again.json
    assert [part["client_id"] for part in (first.json, *first.json["more"])] == ["in-parts/1", "in-parts/2"]
    assert first.json["id"] < first.json["more"][0]["id"]
    assert " ".join(texts(desk, conversation)) == long.strip()
    changed = sent(desk, conversation, **{**body, "text": long + "more"})
    assert (changed.status, changed.json["code"]) == (409, "client_id_reused")
    assert len(texts(desk, conversation)) == 2


def test_a_reply_that_fits_is_one_message_whether_it_may_be_split_or_not(desk: Desk, conversation: str) -> None:
    one = sent(desk, conversation, client_id="fits", text="Short", split=True)
    assert (one.status, one.json["client_id"], one.json["more"]) == (202, "fits", [])
    assert sent(desk, conversation, client_id="fits", text="Short").json["id"] == one.json["id"]


def test_a_correction_is_stored_as_such_and_goes_as_text(desk: Desk, conversation: str) -> None:
    asked = desk.call("GET", f"/conversations/{conversation}/messages").json["items"][0]
    wrong = sent(desk, conversation, client_id="wrong", text="Tuesday").json
    made = sent(
        desk, conversation, client_id="right", kind="edit", text="Wednesday", content={"target": wrong["id"]}
    ).json
    assert (made["kind"], made["text"]) == ("edit", "Wednesday")
    assert made["rendered_as"] == {"kind": "text", "text": "Correction: Wednesday"}
    assert made["content"] == {"target": wrong["id"]}
    verdict = checked(desk, conversation, kind="edit", text="Thursday", content={"target": asked["id"]}).json
    assert verdict["parts"][0] == {
        "kind": "text",
        "text": "Correction: Thursday",
        "rendered": True,
        "files": [],
        "segments": None,
    }
    assert wrong["rendered_as"] is None


def test_what_cannot_be_unsaid_may_be_corrected(desk: Desk, conversation: str) -> None:
    wrong = sent(desk, conversation, client_id="said", text="Tuesday").json
    refused = sent(desk, conversation, client_id="unsaid", kind="revoke", content={"target": wrong["id"]})
    assert (refused.status, refused.json["code"]) == (400, "message_unfit")
    assert refused.json["alternatives"] == [{"kind": "edit"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "buttons", "content": {"body": "Q", "buttons": [{"id": "a"}]}}, "content.buttons[0].title"),
        ({"kind": "location", "content": {"latitude": 99, "longitude": 0}}, "content.latitude"),
        ({"kind": "edit", "text": "x", "content": {"target": f"msg_{'0' * 29}"}}, "content.target"),
        ({"text": "x", "reply_to": f"msg_{'0' * 29}"}, "reply_to"),
        ({"text": "x", "leg_id": "leg_0"}, "leg_id"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named(desk: Desk, conversation: str, body: dict[str, Any], field: str) -> None:
    answer = sent(desk, conversation, client_id="named", **body)
    assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "invalid_input", field)
    if field != "reply_to":  # its words are not needed on this channel, so it is not looked up
        assert checked(desk, conversation, **body).json["field"] == field


def test_files_are_judged_before_they_are_uploaded(desk: Desk, conversation: str) -> None:
    small = {"mime": "application/pdf", "size_bytes": 10, "name": "a.pdf"}
    verdict = checked(desk, conversation, kind="document", attachments=[small], text="Your invoice").json
    assert verdict["parts"] == [
        {"kind": "document", "text": "Your invoice", "rendered": False, "files": [0], "segments": None}
    ]
    assert checked(desk, conversation, text="Hi", attachments=[small]).json["field"] == "attachments"


# --- files as links ----------------------------------------------------------------------------------------------


def uploaded(desk: Desk, name: str, body: bytes) -> str:
    made = desk.call("POST", "/uploads", {"name": name, "mime": "application/pdf", "size_bytes": len(body)}).json
    boto3.client("s3").put_object(Bucket="attachments", Key=f"uploads/{made['id']}", Body=body)
    return str(made["id"])


def test_a_file_goes_as_a_link_that_leads_to_it(desk: Desk, conversation: str) -> None:
    upload = uploaded(desk, "invoice.pdf", b"%PDF-1.7 paid")
    wanted = {
        "client_id": "as-link",
        "kind": "document",
        "text": "Your invoice",
        "attachments": [upload],
        "as_link": True,
    }
    made = sent(desk, conversation, **wanted).json
    assert (made["kind"], made["attachments"]) == ("text", [])
    assert made["content"]["linked"] == [{"name": "invoice.pdf", "mime": "application/pdf", "size_bytes": 13}]
    found = re.fullmatch(rf"Your invoice\n\ninvoice\.pdf: {PUBLIC_URL}(/f/[A-Za-z0-9_-]+)", made["text"])
    assert found
    assert sent(desk, conversation, **wanted).json["text"] == made["text"]
    answer = visit(http_event("GET", found[1]), None)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (302, "no-store")
    location = urlsplit(answer["headers"]["location"])
    assert location.path.endswith(f"/attachments/{upload}")
    assert "invoice.pdf" in unquote(location.query)


def test_a_repeat_is_the_same_although_its_link_would_end_later(
    desk: Desk, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"client_id": "again", "attachments": [uploaded(desk, "a.pdf", b"%PDF")], "as_link": True}
    made = sent(desk, conversation, **wanted).json
    monkeypatch.setattr(file_link, "VALID_FOR", timedelta(days=8))
    assert sent(desk, conversation, **wanted).json["text"] == made["text"]
    assert sent(desk, conversation, **{**wanted, "text": "With words"}).json["code"] == "client_id_reused"


@pytest.mark.parametrize("token", ["", "x", "AAAA" * 20, "../widget", "%00"])
def test_a_link_that_is_not_ours_leads_nowhere(desk: Desk, token: str) -> None:
    answer = visit(http_event("GET", f"/f/{token}"), None)
    assert (answer["statusCode"], "location" in answer["headers"]) == (404, False)


def test_only_files_go_as_links(desk: Desk, conversation: str) -> None:
    buttons = {"body": "Q", "buttons": [{"id": "a", "title": "A"}]}
    assert checked(desk, conversation, kind="buttons", content=buttons, as_link=True).json["field"] == "as_link"
    assert checked(desk, conversation, text="Hi", as_link=True).json["field"] == "as_link"
    file = {"mime": "video/mp4", "size_bytes": 10**9, "name": "tour.mp4"}
    assert checked(desk, conversation, kind="video", attachments=[file], as_link=True).json["fits"]


def test_a_templates_file_goes_only_where_a_value_names_it(desk: Desk, conversation: str) -> None:
    file = {"mime": "image/png", "size_bytes": 10, "name": "label.png"}
    header = {"type": "header", "parameters": [{"type": "image", "attachment": 0}]}
    content = {"name": "label", "language": "en", "components": [header]}
    unnamed = checked(desk, conversation, kind="template", content={**content, "components": []}, attachments=[file])
    assert (unnamed.status, unnamed.json["field"]) == (400, "attachments")
    # This channel has no templates: its words would go, and the file with them be lost.
    told = checked(desk, conversation, kind="template", content=content, attachments=[file], text="Your label").json
    assert (told["fits"], told["refusal"]["field"], told["refusal"]["facts"]) == (False, "kind", {"why": "kind"})
