"""What is known of a contact, over HTTP: fields, points, consent, notes, attributes, labels, entitlements."""

import pytest

from tests.api.desk import Desk


@pytest.fixture
def contact(desk: Desk) -> str:
    conversation = desk.customer_says("Hello", "petra")
    return str(desk.call("GET", f"/conversations/{conversation}").json["contact_id"])


def test_a_contact_tells_its_profile_and_whose_words_it_is(desk: Desk, contact: str) -> None:
    path = f"/contacts/{contact}"
    before = desk.call("GET", path).json
    change = {
        "version": before["version"],
        "language": "de",
        "dialect": "gsw",
        "time_zone": "Europe/Zurich",
        "tier": "gold",
        "customer_since": "2020-02-29",
        "preferred_channel": "email",
        "contact_hours": {"0": [["09:00", "12:00"]]},
        "interests": ["Shoes"],
        "goals": ["A refund"],
        "email": "petra@shop.example",
    }

    changed = desk.call("PATCH", path, change)

    assert changed.status == 200, changed.body
    assert {name: changed.json[name] for name in change if name != "version"} == {
        name: value for name, value in change.items() if name != "version"
    }
    told = {(each["field"], each["source"]): each["value"] for each in changed.json["provenance"]}
    assert told["tier", "agent"] == "gold"
    assert told["contact_hours", "agent"] == {"0": [["09:00", "12:00"]]}
    assert [point["value"] for point in changed.json["contact_points"] if point["kind"] == "email"] == [
        "petra@shop.example"
    ]
    wrong = desk.call("PATCH", path, {"version": changed.json["version"], "time_zone": "Mars"})
    assert (wrong.status, wrong.json["field"]) == (400, "time_zone")


def test_points_consent_and_silence_are_kept(desk: Desk, contact: str) -> None:
    path = f"/contacts/{contact}"
    version = desk.call("GET", path).json["version"]
    point = {"kind": "phone", "value": "+49 30 1234567", "label": "work", "valid_to": "2026-06-30"}

    pointed = desk.call("POST", f"{path}/contact-points", {"version": version, **point})
    agreed = desk.call(
        "POST",
        f"{path}/consents",
        {"channel": "email", "purpose": "marketing", "state": "granted", "source": "call"},
    )
    silent = desk.call(
        "POST", f"{path}/do-not-contact", {"version": agreed.json["version"], "reason": "Asked us to stop"}
    )

    assert (pointed.status, agreed.status, silent.status) == (200, 201, 200)
    work = next(each for each in silent.json["contact_points"] if each["label"] == "work")
    assert (work["value"], work["valid_to"], work["is_own"]) == ("+49301234567", "2026-06-30", False)
    assert [(each["channel"], each["state"]) for each in silent.json["consents"]] == [("email", "granted")]
    assert silent.json["do_not_contact"]["reason"] == "Asked us to stop"
    removal = {"version": silent.json["version"], "kind": "phone", "value": "+49301234567"}
    gone = desk.call("POST", f"{path}/contact-points/removal", removal)
    assert all(each["label"] != "work" for each in gone.json["contact_points"])


def test_a_contact_is_made_and_its_double_is_told(desk: Desk) -> None:
    body = {"client_id": "petra-1", "name": "Petra", "email": "double@shop.example"}
    first = desk.call("POST", "/contacts", body)
    again = desk.call("POST", "/contacts", body)
    second = desk.call("POST", "/contacts", {**body, "client_id": "petra-2", "name": "P."})

    assert (first.status, first.json["duplicates"]) == (201, [])
    assert again.json["id"] == first.json["id"]
    assert {"contact_id": first.json["id"], "shared": ["email"]} in second.json["duplicates"]


def test_notes_are_edited_by_their_author_and_deleted_by_a_supervisor(desk: Desk, contact: str) -> None:
    path = f"/contacts/{contact}/notes"
    note = desk.call("POST", path, {"client_id": "1", "text": "Speaks fast"}).json
    again = desk.call("POST", path, {"client_id": "1", "text": "Speaks fast"}).json

    edited = desk.call("PATCH", f"{path}/{note['id']}", {"version": 1, "text": "Speaks slowly", "pinned": True}).json
    refused = desk.call("PATCH", f"{path}/{note['id']}", {"version": 2, "text": "Mine"}, role="supervisor")
    listed = desk.call("GET", path).json
    gone = desk.call("DELETE", f"{path}/{note['id']}", role="supervisor").json

    assert again == note
    assert [version["text"] for version in edited["history"]] == ["Speaks fast", "Speaks slowly"]
    assert refused.status == 403
    assert [each["id"] for each in listed["pinned"]] == [note["id"]]
    assert (gone["text"], gone["pinned"], [version["text"] for version in gone["history"]]) == ("", False, ["", ""])
    assert desk.call("GET", path).json["items"] == [gone]


def test_attributes_fit_what_administrators_define(desk: Desk, contact: str) -> None:
    definitions = {
        "version": desk.call("GET", "/contact-attributes").json["version"],
        "attributes": [
            {"key": "size", "name": "Size", "type": "number"},
            {"key": "plan", "name": "Plan", "type": "choice", "choices": ["free", "pro"]},
        ],
    }
    put = desk.call("PUT", "/contact-attributes", definitions, role="admin")
    path = f"/contacts/{contact}"
    version = desk.call("GET", path).json["version"]

    fits = desk.call("PATCH", path, {"version": version, "attributes": {"size": 41.5, "plan": "pro"}})
    wrong = desk.call("PATCH", path, {"version": version + 1, "attributes": {"plan": "gold"}})
    unknown = desk.call("PATCH", path, {"version": version + 1, "attributes": {"colour": "red"}})
    others = {"version": put.json["version"], "attributes": [], "allow_others": True}
    assert desk.call("PUT", "/contact-attributes", others, role="admin").status == 200

    assert put.status == 200, put.body
    assert fits.json["attributes"] == {"size": 41.5, "plan": "pro"}
    assert (wrong.status, wrong.json["field"]) == (400, "attributes.plan")
    assert (unknown.status, unknown.json["field"]) == (400, "attributes.colour")


def test_labels_come_from_the_vocabulary(desk: Desk, contact: str) -> None:
    version = desk.call("GET", "/labels").json["version"]
    words = [
        {"key": "refund", "name": "Refund", "colour": "#C0392B", "scopes": ["conversation"]},
        {"key": "vip", "name": "VIP", "scopes": ["contact"]},
    ]
    put = desk.call("PUT", "/labels", {"version": version, "labels": words}, role="admin")
    conversation = desk.customer_says("I want my money", "paula")

    on_contact = desk.call("POST", f"/contacts/{contact}/labels", {"labels": ["vip"]})
    wrong = desk.call("POST", f"/contacts/{contact}/labels", {"labels": ["refund"]})
    on_conversation = desk.call("POST", f"/conversations/{conversation}/labels", {"labels": ["refund"]})
    thread = desk.call("GET", f"/conversations/{conversation}/messages").json
    off = desk.call("DELETE", f"/conversations/{conversation}/labels?label=refund")

    assert put.status == 200, put.body
    assert on_contact.json["labels"] == ["vip"]
    assert (wrong.status, wrong.json["field"]) == (400, "labels[0]")
    assert on_conversation.json["labels"] == ["refund"]
    assert [each["facts"]["added"] for each in thread["items"] if each["kind"] == "activity"] == [["refund"]]
    assert off.json["labels"] == []
    assert desk.call("GET", f"/contacts/{contact}").json["labels"] == ["vip"]


def test_entitlements_are_explained(desk: Desk, contact: str) -> None:
    rules = [
        {
            "name": "Gold returns",
            "key": "free_return",
            "title": "Returns are free",
            "condition": {"field": "contact.tier", "is": "gold"},
        }
    ]
    version = desk.call("GET", "/entitlement-rules").json["version"]
    put = desk.call("PUT", "/entitlement-rules", {"version": version, "rules": rules}, role="admin")
    path = f"/contacts/{contact}"
    desk.call("PATCH", path, {"version": desk.call("GET", path).json["version"], "tier": "Gold"})

    found = desk.call("GET", f"{path}/entitlements").json

    assert put.status == 200, put.body
    assert found["items"] == [
        {
            "key": "free_return",
            "title": "Returns are free",
            "granted": True,
            "rule": "Gold returns",
            "because": [{"field": "contact.tier", "operator": "is", "wanted": "gold", "found": "Gold", "is_met": True}],
        }
    ]
