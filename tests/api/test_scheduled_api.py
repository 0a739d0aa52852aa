"""Scheduled messages over HTTP, and what wakes a snooze."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.channels import registry
from chalicelib.domain.inbox import Inbox
from chalicelib.wiring import scheduled, shared
from tests.api.desk import AGENTS, INBOX, Desk

TOO_LONG = "x" * (registry.load("custom").CAPABILITIES.max_text + 1)


@pytest.fixture
def conversation(desk: Desk) -> str:
    return desk.customer_says("Where is my parcel?", f"bob-{uuid4()}")


def at(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def schedule(desk: Desk, conversation: str, *, role: str = "agent", **body: Any) -> Any:
    wanted = {"client_id": "later", "text": "Did it arrive?", "send_at": at(hours=1), **body}
    return desk.call("POST", f"/conversations/{conversation}/scheduled", wanted, role=role)


def path(made: dict[str, Any]) -> str:
    return f"/conversations/{made['conversation_id']}/scheduled/{made['id']}"


def test_a_message_is_scheduled_listed_changed_and_cancelled(desk: Desk, conversation: str) -> None:
    send_at = at(hours=2)
    made = schedule(desk, conversation, send_at=send_at)
    assert made.status == 201
    shown = made.json
    assert (shown["state"], shown["text"], shown["author"]["id"]) == ("scheduled", "Did it arrive?", AGENTS["agent"])
    assert (shown["unless_answered"], shown["even_if_resolved"], shown["warning"]) == (True, False, None)
    late = datetime.fromisoformat(send_at) - datetime.fromisoformat(shown["send_at"])
    assert timedelta() <= late < timedelta(milliseconds=1)
    sooner = schedule(desk, conversation, client_id="sooner").json
    listed = desk.call("GET", f"/conversations/{conversation}/scheduled").json["items"]
    assert [each["id"] for each in listed] == [sooner["id"], shown["id"]]
    assert listed[1] == {name: value for name, value in shown.items() if name != "warning"}

    changed = desk.call(
        "PATCH", path(shown), {"version": 1, "text": "Is it there?", "unless_answered": False}, role="admin"
    )
    assert changed.status == 200
    assert (changed.json["text"], changed.json["version"], changed.json["unless_answered"]) == (
        "Is it there?",
        2,
        False,
    )
    assert changed.json["author"]["id"] == AGENTS["admin"]
    stale = desk.call("PATCH", path(shown), {"version": 1, "send_at": at(hours=5)})
    assert (stale.status, stale.json["code"], stale.json["field"]) == (409, "version_conflict", "version")

    gone = desk.call("DELETE", path(shown))
    assert (gone.status, gone.json["state"], gone.json["reason"]) == (200, "cancelled", "agent")
    assert desk.call("DELETE", path(shown)).json == gone.json
    over = desk.call("PATCH", path(shown), {"version": 3, "send_at": at(hours=5)})
    assert (over.status, over.json["code"]) == (409, "schedule_over")
    listed = desk.call("GET", f"/conversations/{conversation}/scheduled").json["items"]
    assert [each["state"] for each in listed] == ["scheduled", "cancelled"]
    items = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    assert [item["facts"]["scheduled_id"] for item in items if item["type"] == "note"] == [shown["id"]]
    assert not [item for item in items if item.get("direction") == "outbound"]


def test_a_repeat_finds_the_first_and_another_needs_another_client_id(desk: Desk, conversation: str) -> None:
    send_at = at(hours=1)
    first, again = (schedule(desk, conversation, send_at=send_at) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    other = schedule(desk, conversation, send_at=send_at, text="Something else")
    assert (other.status, other.json["code"], other.json["field"]) == (409, "client_id_reused", "client_id")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"send_at": "2020-01-01T00:00:00Z"}, 400, "invalid_input", "send_at"),
        ({"send_at": at(days=400)}, 400, "invalid_input", "send_at"),
        ({"send_at": "2030-01-01T00:00:00"}, 400, "invalid_input", "send_at"),
        ({"send_at": None}, 400, "invalid_input", "send_at"),
        ({"text": ""}, 400, "message_unfit", "text"),
        ({"text": TOO_LONG}, 400, "message_unfit", "text"),
        ({"leg_id": "leg_0000"}, 400, "invalid_input", "leg_id"),
        ({"reply_to": "msg_" + "0" * 29}, 400, "invalid_input", "reply_to"),
        ({"kind": "image", "attachments": ["upl_0000"]}, 404, "upload_not_found", "attachments[0]"),
        ({"unless_answered": "maybe"}, 400, "invalid_input", "unless_answered"),
        ({"when": 1}, 400, "invalid_input", "when"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(
    desk: Desk, conversation: str, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    refused = schedule(desk, conversation, **body)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (status, code, field)
    assert desk.call("GET", f"/conversations/{conversation}/scheduled").json["items"] == []


def test_a_change_is_checked_as_the_first_was(desk: Desk, conversation: str) -> None:
    made = schedule(desk, conversation).json
    for body, field in (
        ({"send_at": "2020-01-01T00:00:00Z"}, "send_at"),
        ({"text": TOO_LONG}, "text"),
        ({"text": ""}, "text"),
        ({"version": 0}, "version"),
    ):
        refused = desk.call("PATCH", path(made), {"version": 1, **body})
        assert (refused.status, refused.json["field"]) == (400, field)
    assert scheduled.store().get(conversation, made["id"]).version == 1  # type: ignore[union-attr]


def test_what_is_not_there_is_not_found(desk: Desk, conversation: str) -> None:
    made = schedule(desk, conversation).json
    other = desk.customer_says("Hello", f"eve-{uuid4()}")
    for elsewhere in ({**made, "conversation_id": other}, {**made, "id": "sch_0000"}, {**made, "id": "x"}):
        gone = desk.call("DELETE", path(elsewhere))
        assert (gone.status, gone.json["code"]) == (404, "scheduled_not_found")
    nowhere = desk.call("GET", "/conversations/cnv_0000/scheduled")
    assert (nowhere.status, nowhere.json["code"]) == (404, "conversation_not_found")
    assert schedule(desk, "cnv_0000").json["code"] == "conversation_not_found"


def test_a_resolved_conversation_takes_only_what_was_meant_for_it(desk: Desk, conversation: str) -> None:
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    refused = schedule(desk, conversation)
    assert (refused.status, refused.json["code"], refused.json["field"]) == (
        409,
        "transition_refused",
        "even_if_resolved",
    )
    assert schedule(desk, conversation, even_if_resolved=True).status == 201


def test_only_so_many_wait_at_once(desk: Desk, conversation: str) -> None:
    answers = [schedule(desk, conversation, client_id=f"one {number}".replace(" ", "-")) for number in range(21)]
    assert [each.status for each in answers] == [201] * 20 + [429]
    desk.call("DELETE", path(answers[0].json))
    assert schedule(desk, conversation, client_id="one-more").status == 201


def test_files_go_along_and_as_links_where_that_is_asked_for(desk: Desk, conversation: str) -> None:
    made = desk.call("POST", "/uploads", {"name": "a.png", "mime": "image/png", "size_bytes": 3}).json
    import boto3

    boto3.client("s3").put_object(
        Bucket="attachments", Key=f"uploads/{made['id']}", Body=b"png", ContentType="image/png"
    )
    body: dict[str, Any] = {"kind": "image", "text": "Look", "attachments": [made["id"]], "as_link": True}
    shown = schedule(desk, conversation, **body).json
    assert [file["name"] for file in shown["attachments"]] == ["a.png"]
    kept = scheduled.store().get(conversation, shown["id"])
    assert kept is not None
    assert kept.goes is not None
    assert kept.goes.text.startswith("Look\n\na.png: https://hooks.example/f/")
    changed = desk.call("PATCH", path(shown), {"version": 1, "text": "See"})
    assert changed.json["text"] == "See"
    kept = scheduled.store().get(conversation, shown["id"])
    assert kept is not None and kept.goes is not None
    assert kept.goes.text.startswith("See\n\na.png: https://hooks.example/f/")


def test_a_window_that_will_be_closed_is_a_warning(desk: Desk, conversation: str) -> None:
    now = datetime.now(UTC)
    shared.inboxes().put(Inbox("ibx_wa", "whatsapp", "WhatsApp", "106540352242922", "inbox/ibx_wa", now))
    from chalicelib.channels.base import InboundMessage, Peer
    from chalicelib.domain.message import MessageKind
    from chalicelib.services.receive import receive

    def writes(ago: timedelta, name: str) -> str:
        inbound = InboundMessage("106540352242922", f"w-{name}", Peer((name,)), now - ago, MessageKind.TEXT, "Hello?")
        inbox = shared.inboxes().get("ibx_wa")
        assert inbox is not None
        return receive(shared.inbound_store(), inbox, inbound, now).conversation_id

    open_now = writes(timedelta(hours=1), "4915112345670")
    assert schedule(desk, open_now, send_at=at(hours=22)).json["warning"] is None
    late = schedule(desk, open_now, client_id="late", send_at=at(hours=24))
    warning = late.json["warning"]
    assert (late.status, warning["code"]) == (201, "window_closed")
    assert abs(datetime.fromisoformat(warning["closes_at"]) - (now + timedelta(hours=23))) < timedelta(seconds=2)
    closed = writes(timedelta(hours=30), "4915112345671")
    assert schedule(desk, closed).json["warning"]["closes_at"] < now.isoformat()


def test_a_machine_schedules_as_itself(desk: Desk, conversation: str) -> None:
    body = {"client_id": "m", "text": "Hello", "send_at": at(hours=1)}
    made = desk.gateway.request("POST", f"/conversations/{conversation}/scheduled", body, token=desk.keys["agent"])
    assert (made.status, made.json["author"]["kind"]) == (201, "api")


def test_an_inbox_that_is_off_is_refused(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "off")
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    from dataclasses import replace

    shared.inboxes().replace(replace(inbox, enabled=False, version=inbox.version + 1), inbox.version)
    shared.inbox_directory().forget()
    refused = schedule(desk, conversation)
    shared.inboxes().replace(replace(inbox, version=inbox.version + 2), inbox.version + 1)
    shared.inbox_directory().forget()
    assert (refused.status, refused.json["code"]) == (409, "inbox_disabled")


# --- snoozes -----------------------------------------------------------------------------------------------------


def test_what_wakes_a_snooze_is_said_with_it(desk: Desk, conversation: str) -> None:
    where = f"/conversations/{conversation}"
    until = at(hours=4)
    asleep = desk.call("POST", f"{where}/status", {"status": "snoozed", "snoozed_until": until, "wake_on": "time"})
    assert (asleep.status, asleep.json["status"], asleep.json["wake_on"]) == (200, "snoozed", "time")
    row = next(
        each for each in desk.call("GET", "/conversations?status=snoozed").json["items"] if each["id"] == conversation
    )
    assert row["wake_on"] == "time"
    body = {"ids": [conversation], "action": "status", "status": "snoozed", "snoozed_until": until}
    many = desk.call("POST", "/conversations/bulk", {**body, "wake_on": "vip_inbound"}, role="supervisor")
    assert (many.json["done"], desk.call("GET", where).json["wake_on"]) == (1, "vip_inbound")
    again = desk.call("POST", f"{where}/status", {"status": "open"}).json
    assert (again["status"], again["wake_on"]) == ("open", "any_inbound")
    refused = desk.call("POST", f"{where}/status", {"status": "pending", "wake_on": "time"})
    assert (refused.status, refused.json["field"]) == (409, "wake_on")
    unknown = desk.call("POST", f"{where}/status", {"status": "snoozed", "snoozed_until": until, "wake_on": "moon"})
    assert (unknown.status, unknown.json["field"]) == (400, "wake_on")
