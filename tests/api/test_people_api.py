"""Links, persons and suggestions over HTTP."""

from datetime import UTC, datetime
from urllib.parse import quote

from chalicelib.aws.stores.joining import OpenedStore
from chalicelib.wiring import people, shared
from tests.api.desk import Desk

PHONE = "+34600000777"


def contact(desk: Desk, name: str) -> str:
    conversation = desk.customer_says("Hello", name)
    found: str = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    return found


def told(desk: Desk, contact_id: str, **changes: str) -> None:
    version = desk.call("GET", f"/contacts/{contact_id}").json["version"]
    assert desk.call("PATCH", f"/contacts/{contact_id}", {"version": version, **changes}).status == 200


def suggested_pair(desk: Desk, name: str = "pair", phone: str = PHONE) -> tuple[str, str]:
    """A contact that may be another one, and the suggestion that says so."""
    one, other = contact(desk, f"{name}-one"), contact(desk, f"{name}-other")
    for contact_id in (one, other):
        told(desk, contact_id, phone=phone)
    people.matching().match(one, datetime.now(UTC))
    items = desk.call("GET", "/contact-suggestions?limit=100").json["items"]
    ours = [item["suggestion"]["id"] for item in items if other in (item["contact"]["id"], item["other"]["id"])]
    return other, ours[0]


def test_contacts_are_linked_after_a_look_and_parted_again(desk: Desk) -> None:
    one, other = contact(desk, "linked-one"), contact(desk, "linked-other")
    told(desk, one, name="Ada Lovelace")
    told(desk, other, name="A. Lovelace", email="ada@example.com")
    path, body = f"/contacts/{one}/links", {"contact_id": other, "reason": "She told me"}
    before = [desk.call("GET", f"/contacts/{each}").json for each in (one, other)]
    OpenedStore(shared.desk()).add(other, "cnv_0", datetime.now(UTC))

    shown = desk.call("POST", path, {**body, "dry_run": True}, role="supervisor").json
    assert (shown["dry_run"], shown["person"]["links"]) == (True, [])
    outcomes = {field["name"]: field["outcome"] for field in shown["preview"]["fields"]}
    assert outcomes["name"] == "conflicting" and outcomes["email"] == "adopted"
    holds = [shown["preview"][side]["conversations"] for side in ("mine_holds", "theirs_holds")]
    assert holds == [0, 1]
    assert shown["preview"]["mine_holds"]["more_conversations"] is False
    assert shown["preview"]["against"] == ["two different customer ids in custom"]
    assert {each["contact_id"] for each in shown["preview"]["identities"]} == {one, other}
    assert [desk.call("GET", f"/contacts/{each}").json for each in (one, other)] == before

    refused = desk.call("POST", path, body)
    assert (refused.status, refused.json["code"]) == (403, "not_permitted")
    done = desk.call("POST", path, body, role="supervisor")
    assert done.status == 200 and done.json["preview"]["mine_holds"] is None
    person = desk.call("GET", f"/contacts/{other}/person").json
    assert person == done.json["person"]
    assert [member["id"] for member in person["members"]] == sorted([one, other])
    assert person["links"][0]["reason"] == "She told me" and person["links"][0]["by"]["kind"] == "agent"
    names = next(field for field in person["profile"]["fields"] if field["name"] == "name")
    assert names["disputed"] and names["shown"]["value"] == "A. Lovelace", "the newest of two agents' words"
    assert {said["value"] for said in names["others"]} >= {"Ada Lovelace"}
    assert desk.call("GET", f"/contacts/{one}").json["person_id"] == person["id"]
    again = desk.call("POST", path, body, role="supervisor").json
    assert again["person"] == person

    gone = desk.call("DELETE", f"/contacts/{one}/links/{other}?reason={quote('It was her sister')}")
    assert (gone.status, gone.json["parted"]) == (200, True)
    assert desk.call("DELETE", f"/contacts/{one}/links/{other}").json["parted"] is True
    assert [desk.call("GET", f"/contacts/{each}").json for each in (one, other)] == before
    history = desk.call("GET", f"/contacts/{other}/links/history").json["items"]
    assert [(line["what"], line["reason"]) for line in history] == [
        ("unlinked", "It was her sister"),
        ("linked", "She told me"),
    ]
    first = desk.call("GET", f"/contacts/{one}/links/history?limit=1").json
    assert first["items"] == history[:1] and first["next_cursor"]


def test_what_cannot_be_linked_is_refused_with_its_reason(desk: Desk) -> None:
    one = contact(desk, "refused")
    itself = desk.call("POST", f"/contacts/{one}/links", {"contact_id": one})
    assert (itself.status, itself.json["code"], itself.json["field"]) == (409, "link_refused", "contact_id")
    for method, path in (("POST", f"/contacts/{one}/links"), ("POST", "/contacts/con_0n0b0dy/links")):
        assert desk.call(method, path, {"contact_id": "con_0n0b0dy0"}).status == 404
    assert desk.call("DELETE", f"/contacts/{one}/links/con_0n0b0dy").json["code"] == "contact_not_found"
    assert desk.call("DELETE", f"/contacts/{one}/links/{contact(desk, 'stranger')}").json["code"] == "link_not_found"
    assert desk.call("GET", "/contacts/con_0n0b0dy/person").status == 404
    assert desk.call("GET", "/contacts/con_0n0b0dy/links/history").status == 404
    assert desk.call("GET", f"/contacts/{one}/links/history").json == {"items": [], "next_cursor": None}


def test_a_suggestion_is_decided_once(desk: Desk) -> None:
    other, suggestion = suggested_pair(desk, "decided", "+34600000778")
    path = f"/contact-suggestions/{suggestion}"
    assert desk.call("POST", f"{path}/acceptance", {}).status == 403, "two ids of one system: for a supervisor"
    dismissed = desk.call("POST", f"{path}/dismissal", {"reason": "Two flatmates"}).json
    assert (dismissed["state"], dismissed["why"], dismissed["by"]["id"]) == ("dismissed", "Two flatmates", "agt_0agent")
    late = desk.call("POST", f"{path}/acceptance", {}, role="supervisor")
    assert (late.status, late.json["code"], late.json["facts"]) == (409, "suggestion_over", {"state": "dismissed"})
    assert desk.call("POST", f"{path}/dismissal", {"reason": "again"}).json == dismissed
    _, accepted = suggested_pair(desk, "accepted", "+34600000779")
    done = desk.call("POST", f"/contact-suggestions/{accepted}/acceptance", {"reason": "ok"}, role="supervisor").json
    assert done["suggestion"]["state"] == "linked" and len(done["person"]["members"]) == 2
    items = desk.call("GET", "/contact-suggestions").json["items"]
    assert {suggestion, accepted}.isdisjoint(item["suggestion"]["id"] for item in items)
    assert desk.call("POST", "/contact-suggestions/sug_0100/dismissal", {}).status == 404


def test_all_contacts_are_matched_as_a_job_that_an_administrator_asks_for(desk: Desk) -> None:
    assert desk.call("POST", "/contact-suggestions/matching", role="supervisor").status == 403
    asked = desk.call("POST", "/contact-suggestions/matching", role="admin")
    assert (asked.status, asked.json["kind"], asked.json["state"]) == (202, "match.contacts", "waiting")
