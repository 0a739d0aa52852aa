"""Mentions, followers, tasks and drafts by API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import AGENTS, Desk

ME, SUE, ADA = AGENTS["agent"], AGENTS["supervisor"], AGENTS["admin"]
NOTE = "nte_" + "0" * 29


@pytest.fixture
def conversation(desk: Desk, request: pytest.FixtureRequest) -> str:
    return desk.customer_says("Hello", request.node.name.replace("[", "-").replace("]", ""))


def later(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def note(desk: Desk, conversation: str, *mentions: dict[str, str], **more: Any) -> Any:
    body = {"client_id": "n1", "text": "Look at this", "mentions": list(mentions), **more}
    return desk.call("POST", f"/conversations/{conversation}/notes", body)


def test_a_mention_is_told_followed_and_seen(desk: Desk, conversation: str) -> None:
    desk.world.pump()
    before = desk.call("GET", "/me/mentions", role="supervisor").json["unseen"]
    made = note(desk, conversation, {"kind": "agent", "id": SUE})
    assert (made.status, made.json["mentions"]) == (201, [SUE])
    assert note(desk, conversation, {"kind": "agent", "id": SUE}).json == made.json

    found = desk.call("GET", "/me/mentions?unseen=true&limit=1", role="supervisor").json
    (mention,) = found["items"]
    assert (found["unseen"], mention["note_id"], mention["text"]) == (before + 1, made.json["id"], "Look at this")
    assert (mention["conversation_id"], mention["seen"], mention["whisper"]) == (conversation, False, False)
    assert mention["author_id"] == ME
    listed = desk.call("GET", f"/conversations/{conversation}/followers").json["items"]
    assert [each["agent_id"] for each in listed] == [SUE]

    seen = desk.call("POST", "/me/mentions/seen", {"note_ids": [mention["note_id"]]}, role="supervisor")
    assert (seen.status, seen.json) == (200, {"unseen": before})
    thread = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    assert [entry["mentions"] for entry in thread if entry["type"] == "note"] == [[SUE]]


@pytest.mark.parametrize(
    ("mentions", "field"),
    [
        ([{"kind": "agent", "id": ME}, {"kind": "agent", "id": "agt_0n0ne"}], "mentions[1]"),
        ([{"kind": "team", "id": "team_0n0ne"}], "mentions[0]"),
        ([{"kind": "team", "id": ME}], "mentions[0]"),
        ([{"kind": "agent", "id": "team_0n0ne"}], "mentions[0]"),
        ([{"kind": "customer", "id": ME}], "mentions[0].kind"),
        ([{"kind": "agent", "id": ME, "name": "Ana"}], "mentions[0].name"),
        ([{"kind": "agent", "id": ME}] * 21, "mentions"),
    ],
)
def test_who_cannot_be_mentioned_is_named(desk: Desk, conversation: str, mentions: list[Any], field: str) -> None:
    refused = note(desk, conversation, *mentions)
    assert (refused.status, refused.json["field"]) == (400, field)
    thread = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    assert [entry["type"] for entry in thread] == ["message"]


def test_a_whisper_mentions_only_whom_it_is_for(desk: Desk, conversation: str) -> None:
    body = {"client_id": "w", "text": "Careful", "audience": [ME], "mentions": [{"kind": "agent", "id": ADA}]}
    refused = desk.call("POST", f"/conversations/{conversation}/notes", body, role="supervisor")
    assert (refused.status, refused.json["field"]) == (400, "mentions[0]")


def test_what_is_seen_has_to_be_named(desk: Desk) -> None:
    for body, field in (
        ({}, "note_ids"),
        ({"note_ids": ["x"]}, "note_ids[0]"),
        ({"up_to": f"nte_{'z' * 29}"}, "up_to"),
    ):
        refused = desk.call("POST", "/me/mentions/seen", body)
        assert (refused.status, refused.json["field"]) == (400, field)
    assert desk.call("POST", "/me/mentions/seen", {"up_to": NOTE}).status == 200


def test_agents_follow_and_leave(desk: Desk, conversation: str) -> None:
    at = f"/conversations/{conversation}/followers"
    assert [each["agent_id"] for each in desk.call("POST", at, {}).json["items"]] == [ME]
    other = desk.call("POST", at, {"agent_id": ADA})
    assert (other.status, other.json["code"]) == (403, "not_permitted")
    assert len(desk.call("POST", at, {"agent_id": ADA}, role="supervisor").json["items"]) == 2
    assert desk.call("DELETE", f"{at}/{ADA}").status == 403
    assert desk.call("DELETE", f"{at}/{ME}").status == desk.call("DELETE", f"{at}/{ME}").status == 204
    assert [each["agent_id"] for each in desk.call("GET", at).json["items"]] == [ADA]
    machine = desk.gateway.request("POST", at, {}, token=desk.keys["admin"])
    assert (machine.status, machine.json["field"]) == (400, "agent_id")


# Tasks.


def test_a_task_goes_from_being_made_to_being_done(desk: Desk, conversation: str) -> None:
    body = {
        "client_id": "t-1",
        "title": "Call about the refund",
        "conversation_id": conversation,
        "due_at": later(hours=2),
        "checklist": [{"text": "Ask the warehouse"}, {"text": "Refund"}],
    }
    made = desk.call("POST", "/tasks", body)
    assert (made.status, made.json["state"], made.json["owner_id"]) == (201, "open", ME)
    assert desk.call("POST", "/tasks", body).json == made.json
    reused = desk.call("POST", "/tasks", {**body, "title": "Other"})
    assert (reused.status, reused.json["code"]) == (409, "client_id_reused")
    at = f"/tasks/{made.json['id']}"

    first, second = (point["id"] for point in made.json["checklist"])
    ticked = desk.call("POST", f"{at}/ticks", {"point_id": first}).json
    assert [(point["done"], point["by"]) for point in ticked["checklist"]] == [(True, ME), (False, None)]
    wanted = {"version": 1, "checklist": [{"id": second, "text": "Refund"}]}
    stale = desk.call("PUT", f"{at}/checklist", wanted)
    assert (stale.status, stale.json["code"]) == (409, "version_conflict")
    arranged = desk.call("PUT", f"{at}/checklist", {**wanted, "version": ticked["version"]}).json
    assert [point["id"] for point in arranged["checklist"]] == [second]

    given = desk.call("PATCH", at, {"version": 3, "owner_id": SUE, "due_at": None}).json
    assert (given["owner_id"], given["due_at"]) == (SUE, None)
    assert desk.call("GET", f"/conversations/{conversation}/tasks").json["items"] == [given]
    assert given in desk.call("GET", f"/tasks?owner_id={SUE}", role="admin").json["items"]
    done = desk.call("PATCH", at, {"version": 4, "state": "done"}, role="supervisor").json
    assert (done["state"], done["ended_by"]) == ("done", SUE)
    assert done in desk.call("GET", "/tasks?over=true", role="supervisor").json["items"]
    assert desk.call("DELETE", at).json == done
    assert desk.call("GET", at).json == done


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"title": ""}, 400, "title"),
        ({"title": " "}, 400, "title"),
        ({"due_at": "soon"}, 400, "due_at"),
        ({"due_at": "2020-01-01T00:00:00Z"}, 400, "due_at"),
        ({"owner_id": "key_1"}, 400, "owner_id"),
        ({"owner_id": "agt_0n0ne", "conversation_id": "cnv_0000"}, 400, "owner_id"),
        ({"owner_id": SUE}, 403, "owner_id"),
        ({"conversation_id": "cnv_0000"}, 404, None),
        ({"checklist": [{"text": "a"}, {"text": "b", "id": "pt_1"}]}, 400, "checklist[1].id"),
        ({"checklist": [{"text": "a"}] * 51}, 400, "checklist"),
        ({"done": True}, 400, "done"),
    ],
)
def test_what_is_wrong_with_a_task_is_named(desk: Desk, body: dict[str, Any], status: int, field: str | None) -> None:
    refused = desk.call("POST", "/tasks", {"title": "Call", **body})
    assert (refused.status, refused.json.get("field")) == (status, field)


def test_a_reminder_is_ones_own(desk: Desk, conversation: str) -> None:
    made = desk.call("POST", f"/conversations/{conversation}/reminders", {"at": later(hours=2), "client_id": "r"})
    assert (made.status, made.json["kind"], made.json["title"]) == (201, "reminder", "Look at this again")
    mine = desk.call("GET", "/tasks").json["items"]
    assert made.json in mine
    other = desk.gateway.request("GET", f"/tasks/{made.json['id']}", token=desk.keys["agent"])
    assert (other.status, other.json["code"]) == (404, "task_not_found")
    assert desk.call("DELETE", f"/tasks/{made.json['id']}").json["state"] == "cancelled"


def test_tasks_come_in_pages_by_when_they_are_due(desk: Desk, conversation: str) -> None:
    for hours in (300, 100, 200):
        body = {"title": f"{hours}", "conversation_id": conversation, "owner_id": ADA, "due_at": later(hours=hours)}
        assert desk.call("POST", "/tasks", body).status == 201
    first = desk.call("GET", "/tasks?limit=2", role="admin").json
    rest = desk.call("GET", f"/tasks?limit=2&cursor={first['next_cursor']}", role="admin").json
    assert [task["title"] for task in [*first["items"], *rest["items"]]] == ["100", "200", "300"]
    refused = desk.call("GET", f"/tasks?over=true&cursor={first['next_cursor']}", role="admin")
    assert refused.json["code"] == "cursor_invalid"
    assert desk.call("GET", f"/tasks?owner_id={ADA}").status == 403
    machine = desk.gateway.request("GET", "/tasks", token=desk.keys["agent"])
    assert (machine.status, machine.json["field"]) == (400, "owner_id")


# Drafts.


def test_a_draft_goes_on_on_another_device_and_ends_as_it_is_sent(desk: Desk, conversation: str) -> None:
    at = f"/conversations/{conversation}/draft"
    assert desk.call("GET", at).json["code"] == "draft_not_found"
    made = desk.call("PUT", at, {"version": 0, "text": "Dear"})
    assert (made.status, made.json["text"]) == (200, "Dear")
    newer = desk.call("PUT", at, {"version": made.json["version"], "text": "Dear Bob"}).json
    behind = desk.call("PUT", at, {"version": made.json["version"], "text": "Hello"})
    assert (behind.status, behind.json["code"]) == (409, "draft_behind")
    assert behind.json["facts"]["draft"]["text"] == "Dear Bob"
    assert behind.json["facts"]["draft"]["version"] == newer["version"]
    assert newer in desk.call("GET", "/me/drafts").json["items"]
    assert desk.call("GET", at, role="supervisor").status == 404

    said = {"client_id": "c1", "text": "Dear Bob", "draft_version": made.json["version"]}
    assert desk.call("POST", f"/conversations/{conversation}/messages", said).status == 202
    assert desk.call("GET", at).json == newer
    said = {**said, "draft_version": newer["version"]}
    assert desk.call("POST", f"/conversations/{conversation}/messages", said).status == 202
    assert desk.call("GET", at).status == 404


def test_a_note_and_what_is_scheduled_end_their_drafts(desk: Desk, conversation: str) -> None:
    at = f"/conversations/{conversation}/draft"
    for path, more in (("notes", {}), ("scheduled", {"send_at": later(hours=1)})):
        version = desk.call("PUT", at, {"version": 0, "text": "Words", "kind": "note"}).json["version"]
        body = {"client_id": path, "text": "Words", "draft_version": version, **more}
        assert desk.call("POST", f"/conversations/{conversation}/{path}", body).status == 201
        assert desk.call("GET", at).status == 404


def test_a_draft_is_thrown_away_by_who_has_the_newest(desk: Desk, conversation: str) -> None:
    at = f"/conversations/{conversation}/draft"
    version = desk.call("PUT", at, {"version": 0, "text": "Words"}).json["version"]
    assert desk.call("DELETE", f"{at}?version=1").json["code"] == "draft_behind"
    assert desk.call("DELETE", at).json["field"] == "version"
    assert desk.call("DELETE", f"{at}?version={version}").status == 204
    assert desk.call("DELETE", f"{at}?version={version}").status == 204


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": "x" * 65_537}, "text"),
        ({"text": "x", "kind": "whisper"}, "kind"),
        ({"text": "x", "attachments": ["upl_1", "upl_1"]}, "attachments"),
        ({"text": "x", "reply_to": "x"}, "reply_to"),
        ({"text": "x", "version": -1}, "version"),
    ],
)
def test_what_is_wrong_with_a_draft_is_named(desk: Desk, conversation: str, body: dict[str, Any], field: str) -> None:
    refused = desk.call("PUT", f"/conversations/{conversation}/draft", {"version": 0, **body})
    assert (refused.status, refused.json["field"]) == (400, field)
