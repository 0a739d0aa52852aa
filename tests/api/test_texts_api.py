"""Canned responses, macros, views and snippets over HTTP."""

from collections.abc import Mapping
from typing import Any

import boto3

from chalicelib.domain.view import BUILT_IN
from tests.api.desk import AGENTS, Desk

HELLO = "Hello {{contact.first_name|there}}, I am {{agent.first_name|from the desk}}."


def test_a_canned_response_is_kept_found_and_rendered(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "canned")
    body = {"shortcut": "hello", "title": "Greeting", "body": HELLO, "variants": {"de": "Hallo {{contact.name|da}}!"}}

    made = desk.call("POST", "/canned-responses", body)
    twice = desk.call("POST", "/canned-responses", {**body, "shortcut": "HELLO"})
    for_all = desk.call("POST", "/canned-responses", {**body, "scope": "all"})
    others = desk.call("POST", "/canned-responses", {**body, "scope": "all"}, role="supervisor")
    path = f"/canned-responses/{made.json['id']}"
    rendered = desk.call("POST", f"{path}/render", {"conversation_id": conversation})
    picked = desk.call("GET", "/canned-responses?q=gree")
    changed = desk.call("PATCH", path, {"version": 1, "title": "How to greet"})
    stale = desk.call("PATCH", path, {"version": 1, "title": "Late"})

    assert made.status == 201, made.body
    assert (made.json["scope"], made.json["editable"], made.json["used"]) == ("personal", True, 0)
    assert (twice.status, twice.json["code"], twice.json["field"]) == (409, "text_name_taken", "shortcut")
    assert (for_all.status, others.status) == (403, 201)
    assert rendered.status == 200, rendered.body
    assert rendered.json["text"] == "Hello Canned, I am Agent."
    assert rendered.json["ready"] is True
    assert [each["scope"] for each in picked.json["items"]] == ["personal", "all"]
    assert picked.json["items"][0]["used"] == 1
    assert (changed.status, changed.json["version"], changed.json["used"]) == (200, 2, 1)
    assert (stale.status, stale.json["code"]) == (409, "version_conflict")
    assert desk.call("GET", path, role="supervisor").status == 404
    assert desk.call("PATCH", f"/canned-responses/{others.json['id']}", {"version": 1, "title": "Mine"}).status == 403
    assert desk.call("DELETE", path).status == 204
    assert desk.call("GET", path).status == 404


def uploaded(desk: Desk, data: bytes, role: str = "agent") -> str:
    made = desk.call("POST", "/uploads", {"name": "label.png", "mime": "image/png", "size_bytes": len(data)}, role=role)
    upload_id: str = made.json["id"]
    boto3.client("s3").put_object(Bucket="attachments", Key=f"uploads/{upload_id}", Body=data)
    return upload_id


def test_files_of_a_text_go_out_as_copies_of_their_own(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "filed")
    s3 = boto3.client("s3")
    body = {"scope": "all", "shortcut": "label", "title": "Label", "body": "Here it is."}
    kept = uploaded(desk, b"label", "supervisor")
    made = desk.call("POST", "/canned-responses", {**body, "attachments": [kept]}, role="supervisor")
    path = f"/canned-responses/{made.json['id']}"

    done = desk.call("POST", f"{path}/render", {"conversation_id": conversation, "with_files": True})
    (lent,) = done.json["attachments"]
    reply = {"client_id": "f-1", "kind": "image", "text": done.json["text"], "attachments": [lent["upload_id"]]}
    sent = desk.call("POST", f"/conversations/{conversation}/messages", reply)

    assert made.status == 201, made.body
    assert lent["upload_id"] != kept
    assert sent.status == 202, sent.body
    keys = [f"attachments/{each}" for each in (kept, lent["upload_id"])]
    assert [s3.get_object(Bucket="attachments", Key=key)["Body"].read() for key in keys] == [b"label"] * 2

    more = {"version": 1, "add_attachments": [uploaded(desk, b"more", "supervisor")], "remove_attachments": [0]}
    changed = desk.call("PATCH", path, more, role="supervisor")
    assert [each["size_bytes"] for each in changed.json["attachments"]] == [4]
    wrong = desk.call("PATCH", path, {"version": 2, "remove_attachments": [3]}, role="supervisor")
    assert (wrong.status, wrong.json["field"]) == (400, "remove_attachments[0]")


def test_a_reply_with_a_placeholder_goes_out_only_where_it_is_meant(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "literal")
    path = f"/conversations/{conversation}/messages"
    body = {"client_id": "l-1", "text": "Write {{contact.name}} into your template."}

    refused = desk.call("POST", path, body)
    meant = desk.call("POST", path, {**body, "literal": True})

    assert (refused.status, refused.json["field"]) == (400, "text")
    assert "{{contact.name}}" in refused.json["detail"]
    assert (meant.status, meant.json["text"]) == (202, body["text"])


def macro(desk: Desk, name: str, *actions: Mapping[str, Any]) -> str:
    made = desk.call("POST", "/macros", {"name": name, "actions": list(actions)})
    assert made.status == 201, made.body
    return str(made.json["id"])


def test_a_macro_is_previewed_applied_once_and_undone(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "macro")
    macro_id = macro(
        desk,
        "Done",
        {"do": "reply", "text": "Bye {{contact.first_name|there}}"},
        {"do": "assign", "assignee_id": "me"},
        {"do": "status", "status": "resolved"},
        {"do": "task", "title": "Ask how it went", "due_in_seconds": 3600},
    )
    runs = f"/conversations/{conversation}/macro-runs"
    wish = {"client_id": "m-1", "macro_id": macro_id}

    seen = desk.call("POST", f"/macros/{macro_id}/preview", {"conversation_id": conversation})
    before = desk.call("GET", f"/conversations/{conversation}").json
    done = desk.call("POST", runs, wish)
    again = desk.call("POST", runs, wish)
    after = desk.call("GET", f"/conversations/{conversation}").json
    thread = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    undone = desk.call("POST", f"{runs}/{done.json['id']}/undo")
    back = desk.call("GET", f"/conversations/{conversation}").json

    assert seen.status == 200, seen.body
    assert [each["outcome"] for each in seen.json["actions"]] == ["done"] * 4, seen.body
    assert seen.json["actions"][0]["parts"] == ["Bye Macro"]
    assert (before["status"], before["assignee_id"]) == ("open", None)
    assert done.status == 200, done.body
    assert (done.json["state"], [each["state"] for each in done.json["steps"]]) == ("done", ["done"] * 4)
    assert again.json == done.json
    assert (after["status"], after["assignee_id"]) == ("resolved", AGENTS["agent"])
    assert [each["text"] for each in thread if each["type"] == "message"] == ["Hello", "Bye Macro"]
    told = [each["facts"] for each in thread if each["type"] == "note"]
    assert [each["type"] for each in told] == ["conversation.macro_applied"]
    assert undone.status == 200, undone.body
    assert (undone.json["state"], set(undone.json["restored"])) == ("undone", {"status", "assignee_id"})
    assert set(undone.json["stays"]) == {"0", "3"}
    assert (back["status"], back["assignee_id"]) == ("open", None)
    assert desk.call("GET", f"/conversations/{conversation}/tasks").json["items"][0]["title"] == "Ask how it went"


def test_a_macro_does_nothing_where_an_action_would_be_refused(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "refused")
    macro_id = macro(
        desk,
        "Broken",
        {"do": "status", "status": "resolved"},
        {"do": "reply", "text": "Your plan: {{external.crm.plan}}"},
        {"do": "labels", "add": ["no_such_label"]},
    )

    refused = desk.call("POST", f"/conversations/{conversation}/macro-runs", {"client_id": "m", "macro_id": macro_id})

    assert (refused.status, refused.json["code"]) == (409, "macro_refused")
    actions = refused.json["facts"]["actions"]
    assert [each["outcome"] for each in actions] == ["done", "refused", "refused"]
    assert "external.crm.plan" in actions[1]["refusal"]["detail"]
    assert desk.call("GET", f"/conversations/{conversation}").json["status"] == "open"
    bad = desk.call("POST", "/macros", {"name": "Bad", "actions": [{"do": "status", "status": "gone"}]})
    assert (bad.status, bad.json["field"]) == (400, "actions[0].status")


def test_a_view_shows_what_its_filter_takes(desk: Desk) -> None:
    urgent = desk.customer_says("Fire", "urgent")
    desk.customer_says("Hello", "calm")
    assert desk.call("PUT", f"/conversations/{urgent}/priority", {"priority": "urgent"}).status == 200
    body = {"name": "Urgent", "source": {"list": "all"}, "filter": {"field": "priority", "is": "urgent"}}

    made = desk.call("POST", "/views", body)
    listed = desk.call("GET", "/views?counts=true")
    shown = desk.call("GET", f"/views/{made.json['id']}/conversations?limit=100")
    mine = next(each for each in BUILT_IN.values() if each.built_in == "mine")
    own = desk.call("GET", f"/views/{mine.id}/conversations")

    assert made.status == 201, made.body
    assert [each["built_in"] for each in listed.json["items"][:4]] == ["mine", "unassigned", "open", "snoozed"]
    counts = {each["name"]: each["count"] for each in listed.json["items"]}
    assert counts["Urgent"] is None
    assert counts["All open"] >= 2
    assert [each["id"] for each in shown.json["items"]] == [urgent]
    assert own.status == 200, own.body
    bad = desk.call("POST", "/views", {**body, "filter": {"field": "password", "is": "x"}})
    assert (bad.status, bad.json["field"]) == (400, "filter.field")
    assert desk.call("DELETE", f"/views/{mine.id}").status == 403


def test_a_good_reply_becomes_a_text_without_its_customer(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "snippeted")
    path = f"/conversations/{conversation}/messages"
    sent = desk.call("POST", path, {"client_id": "s-1", "text": "Dear Snippeted, all is well."})

    made = desk.call("POST", f"{path}/{sent.json['id']}/snippet")
    inbound = desk.call("GET", path).json["items"][0]["id"]

    assert made.status == 200, made.body
    assert made.json["body"] == "Dear {{contact.name|there}}, all is well."
    assert made.json["scopes"] == [{"scope": "personal", "team_id": None}]
    assert desk.call("POST", f"{path}/{inbound}/snippet").json["code"] == "text_unsuited"
