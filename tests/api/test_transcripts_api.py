"""Transcripts and progress over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import Desk


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    now = datetime.now(UTC)
    made = desk.customer_says("<i>Where</i> is it?", "told", now - timedelta(seconds=9))
    for place in range(3):
        desk.customer_says(f"Hello {place}", "told", now - timedelta(seconds=5 - place))
    body = {"client_id": "n", "text": "He is angry"}
    assert desk.call("POST", f"/conversations/{made}/notes", body).status == 201
    return made


def test_a_transcript_in_pages_of_each_form(desk: Desk, case: str) -> None:
    path = f"/conversations/{case}/transcript"
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = desk.call("GET", f"{path}?limit=2{after}").json
        found += page["entries"]
        if page["after"] is None:
            break
        after = f"&after={page['after']}"
    assert [(each["side"], each["text"]) for each in found] == [
        ("customer", "<i>Where</i> is it?"),
        *(("customer", f"Hello {place}") for place in range(3)),
    ]
    assert found[0]["who"] == "Told" and found[0]["channel"] == "custom"
    noted = desk.call("GET", f"{path}?include=notes").json["entries"]
    assert [each["side"] for each in noted].count("colleagues") == 1
    text = desk.call("GET", f"{path}?format=text&zone=Asia/Tokyo").json
    assert (text["media_type"], text["zone"], text["entries"]) == ("text/plain", "Asia/Tokyo", [])
    assert "    <i>Where</i> is it?" in text["content"] and "angry" not in text["content"]
    html = desk.call("GET", f"{path}?format=html").json
    assert html["media_type"] == "text/html"
    assert "&lt;i&gt;Where&lt;/i&gt; is it?" in html["content"] and "<i>" not in html["content"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("format=pdf", "format"),
        ("include=whispers", "include"),
        ("zone=Mars/Base", "zone"),
        ("zone=../../etc", "zone"),
        ("limit=0", "limit"),
        ("after=msg_1", "after"),
    ],
)
def test_a_wrong_wish_is_told_by_its_field(desk: Desk, case: str, query: str, field: str) -> None:
    answer = desk.call("GET", f"/conversations/{case}/transcript?{query}")
    assert (answer.status, answer.json["field"]) == (400, field)


@pytest.mark.parametrize("form", ["message", "file", "link"])
def test_it_is_sent_once(desk: Desk, case: str, form: str) -> None:
    path, body = f"/conversations/{case}/transcript/sending", {"client_id": f"s-{form}", "form": form}
    first, again = desk.call("POST", path, body), desk.call("POST", path, body)
    assert (first.status, again.status) == (202, 202), first.json
    assert first.json["id"] == again.json["id"]
    assert first.json["state"] == "queued"
    other = desk.call("POST", path, {**body, "text": "Other words"})
    assert (other.status, other.json["code"]) == (409, "client_id_reused")
    assert desk.call("POST", "/conversations/cnv_0000/transcript/sending", body).status == 404
    assert desk.call("POST", path, {**body, "form": "fax"}).json["field"] == "form"


def test_progress_tells_milestones_and_on_demand_a_summary(desk: Desk) -> None:
    case = desk.customer_says("Is anybody there?", "followed")
    assert desk.call("POST", f"/conversations/{case}/status", {"status": "resolved"}).status == 200
    found = desk.call("GET", f"/conversations/{case}/progress").json
    assert [line["code"] for line in found["milestones"]] == ["began", "resolved"]
    assert found["milestones"][1]["who"] == {"kind": "agent", "id": "agt_0agent", "name": "Agent"}
    assert found["milestones"][0]["facts"] == {"channel": "custom"}
    assert [step["name"] for step in found["steps"] if step["done"]] == ["received", "resolved"]
    assert (found["status"], found["summary"]) == ("resolved", [])
    summary = desk.call("GET", f"/conversations/{case}/progress?include=summary").json["summary"]
    assert summary == desk.call("GET", f"/conversations/{case}/brief").json["sections"]
    assert desk.call("GET", "/conversations/cnv_0000/progress").status == 404
