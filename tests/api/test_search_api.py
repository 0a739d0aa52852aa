"""Searching contacts and keeping segments over HTTP: found as they are made and changed, counted once looked at."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.wiring import jobs, search
from tests.api.desk import Desk

GOLD = {"field": "contact.tier", "is": "gold"}


def contact_named(desk: Desk, address: str, **changes: Any) -> str:
    conversation = desk.customer_says("Hello", address)
    contact_id: str = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    if changes:
        version = desk.call("GET", f"/contacts/{contact_id}").json["version"]
        answer = desk.call("PATCH", f"/contacts/{contact_id}", {"version": version, **changes})
        assert answer.status == 200, answer.json
    react(contact_id)
    return contact_id


def react(contact_id: str) -> None:
    """What the function `people` does with the event of a change."""
    event = {"type": "contact.updated", "aggregate": {"kind": "contact", "id": contact_id}}
    for each in (search.indexing().react, search.memberships().react):
        each(event, datetime.now(UTC))


def carry_out(desk: Desk, job_id: str) -> dict[str, Any]:
    jobs.jobs().carry_out(job_id, lambda: datetime.now(UTC))
    found: dict[str, Any] = desk.call("GET", f"/jobs/{job_id}", role="supervisor").json
    return found


def test_a_contact_is_found_by_what_is_known_of_it(desk: Desk) -> None:
    made = contact_named(desk, "renee", name="Renée O'Neill", email="Renee@Example.com", phone="+33 6 12 34 56 78")
    for q in ("renee", "oneill", "O’NEILL renée", "renee@example.com", "renee@ex", "06 12 34 56 78", "45678"):
        answer = desk.call("GET", f"/contacts/search?q={quote(q)}")
        assert [hit["contact"]["id"] for hit in answer.json["items"]] == [made], q
    (hit,) = desk.call("GET", f"/contacts/search?q={quote('ren')}").json["items"]
    assert hit["matches"] == [
        {"field": "name", "how": "prefix", "value": "Renée O'Neill"},
        {"field": "email", "how": "prefix", "value": "renee@example.com"},
    ]
    assert hit["person_id"] is None
    assert hit["contact"]["name"] == "Renée O'Neill"


def test_a_contact_is_found_by_a_label_alone_and_with_a_name(desk: Desk) -> None:
    version = desk.call("GET", "/labels").json["version"]
    labels = [{"key": "collector", "name": "Collector of stamps"}]
    assert desk.call("PUT", "/labels", {"version": version, "labels": labels}, role="admin").status == 200
    search.search.cache_clear()
    made, other = contact_named(desk, "phila", name="Phila Tely"), contact_named(desk, "tely", name="Otto Tely")
    answer = desk.call("POST", f"/contacts/{made}/labels", {"labels": ["collector"]})
    assert answer.status == 200, answer.json
    react(made)
    for q in ("collector of st", "Collector tely"):
        (hit,) = desk.call("GET", f"/contacts/search?q={quote(q)}").json["items"]
        assert hit["contact"]["id"] == made
        assert hit["matches"][0] == {"field": "label", "how": "prefix", "value": "Collector of stamps"}
    assert {hit["contact"]["id"] for hit in desk.call("GET", "/contacts/search?q=tely").json["items"]} == {made, other}


def test_pages_of_a_search_hold_everybody_once(desk: Desk) -> None:
    made = {contact_named(desk, f"twin{number}", name=f"Quincy Twin{number}") for number in range(7)}
    found, cursor = [], ""
    while True:
        answer = desk.call("GET", f"/contacts/search?q=quincy&limit=3{cursor}")
        found += [hit["contact"]["id"] for hit in answer.json["items"]]
        if answer.json["next_cursor"] is None:
            break
        cursor = f"&cursor={answer.json['next_cursor']}"
    assert sorted(found) == sorted(made)
    other = desk.call("GET", f"/contacts/search?q=twin&limit=3{cursor}")
    assert (other.status, other.json["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%20!%20", "q"),
        ("q=ada&region=de", "region"),
        ("q=ada&limit=0", "limit"),
        ("q=ada&colour=red", "colour"),
        (f"q={'a' * 321}", "q"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_by_its_field(desk: Desk, query: str, field: str) -> None:
    answer = desk.call("GET", f"/contacts/search?{query}")
    assert (answer.status, answer.json["field"]) == (400, field)


def test_all_contacts_are_indexed_on_request(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "unindexed")
    contact_id = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    assert desk.call("GET", "/contacts/search?q=unind").json["items"] == []
    assert desk.call("POST", "/contacts/search/index", role="supervisor").status == 403
    asked = desk.call("POST", "/contacts/search/index", role="admin")
    assert (asked.status, asked.json["kind"]) == (202, "index.contacts")
    assert carry_out(desk, asked.json["id"])["state"] == "done"
    (hit,) = desk.call("GET", "/contacts/search?q=unind").json["items"]
    assert hit["contact"]["id"] == contact_id


def test_a_segment_counts_its_contacts_as_they_change(desk: Desk) -> None:
    member = contact_named(desk, "goldie", tier="gold")
    answer = desk.call("POST", "/segments", {"name": "Gold", "condition": GOLD}, role="supervisor")
    assert answer.status == 201
    segment = answer.json
    assert (segment["state"], segment["count"], segment["version"]) == ("rebuilding", 0, 1)
    path = f"/segments/{segment['id']}"
    rebuilt = desk.call("POST", f"{path}/rebuilding", role="supervisor")
    assert carry_out(desk, rebuilt.json["id"])["state"] == "done"
    shown = desk.call("GET", path).json
    assert (shown["state"], shown["count"]) == ("ready", 1)
    late = contact_named(desk, "later", tier="gold")
    items = desk.call("GET", f"{path}/contacts").json["items"]
    assert {row["id"] for row in items} == {member, late}
    preview = desk.call("POST", "/segments/preview", {"condition": GOLD}, role="supervisor").json
    assert (preview["matched"], preview["is_complete"]) == (2, True)
    assert {row["id"] for row in preview["sample"]} == {member, late}
    renamed = desk.call("PATCH", path, {"version": 1, "name": "Golden"}, role="supervisor").json
    assert (renamed["name"], renamed["state"], renamed["version"]) == ("Golden", "ready", 2)
    stale = desk.call("PATCH", path, {"version": 1, "condition": {}}, role="supervisor")
    assert (stale.status, stale.json["code"]) == (409, "version_conflict")
    assert desk.call("GET", "/segments").json["items"][0]["count"] == 2
    assert desk.call("DELETE", path, role="supervisor").status == 204
    assert desk.call("GET", path).status == 404


def test_who_may_keep_segments(desk: Desk) -> None:
    body = {"name": "Mine", "condition": {}}
    assert desk.call("POST", "/segments", body).status == 403
    assert desk.call("POST", "/segments/preview", {"condition": {}}).status == 403
    wrong = desk.call("POST", "/segments", {"name": "Bad", "condition": {"field": "x", "is": 1}}, role="supervisor")
    assert (wrong.status, wrong.json["field"]) == (400, "condition.field")
