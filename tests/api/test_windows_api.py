"""Windows that close soon, consent and their rules by API."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.services.receive import receive
from chalicelib.wiring import shared, windows
from tests.api.desk import Desk

WHATSAPP = "ibx_0wa"


@pytest.fixture(scope="module", autouse=True)
def guarded(desk: Desk) -> Iterator[None]:
    desk.world.keeps_customers = True
    now = datetime.now(UTC)
    shared.inboxes().put(Inbox(WHATSAPP, "whatsapp", "WhatsApp", WHATSAPP, f"inbox/{WHATSAPP}", now))
    yield


def writes(desk: Desk, phone: str, text: str = "Hello", *, hours_ago: float = 23) -> str:
    """A customer's message on WhatsApp, so long ago; its conversation."""
    inbox = shared.inboxes().get(WHATSAPP)
    assert inbox is not None
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    profile = Profile(name="Carla", email=f"c{phone}@example.com")
    told = InboundMessage(WHATSAPP, f"ext-{os.urandom(6).hex()}", Peer((phone,), profile), at, MessageKind.TEXT, text)
    found = receive(shared.inbound_store(), inbox, told, datetime.now(UTC)).conversation_id
    desk.world.pump()
    return found


def listed(desk: Desk, **query: Any) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = desk.call("GET", f"/windows?{asked}" if asked else "/windows")
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_what_closes_soon_is_listed_with_why_it_matters_and_calls_that_work(desk: Desk) -> None:
    conversation = writes(desk, "34600000001")
    (item,) = [each for each in listed(desk)["items"] if each["conversation"]["id"] == conversation]
    assert 3000 < item["seconds_left"] <= 3600 and item["channel"] == "whatsapp"
    assert [(each["kind"], each["points"]) for each in item["why"]] == [("waiting", 100)]
    ways = {each["kind"]: each for each in item["ways"]}
    later = ways["schedule"]
    assert later["needs"] == ["text"]
    made = desk.call(later["method"], later["path"], {**later["body"], "text": "We are looking into it."})
    again = desk.call(later["method"], later["path"], {**later["body"], "text": "We are looking into it."})
    assert (made.status, again.json["id"]) == (201, made.json["id"])
    answer = ways["reply"]
    sent = desk.call(answer["method"], answer["path"], {**answer["body"], "text": "Here we are."})
    assert sent.status == 202
    assert conversation not in [each["conversation"]["id"] for each in listed(desk)["items"]]


def test_pages_and_filters_leave_nothing_out(desk: Desk) -> None:
    made = {writes(desk, f"3460000010{place}", hours_ago=22.5 + place / 10) for place in range(3)}
    seen: list[str] = []
    cursor = None
    while True:
        page = listed(desk, limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [each["conversation"]["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert made <= {*seen} and len(seen) == len({*seen})
    assert listed(desk, within_seconds=60)["items"] == []
    assert listed(desk, team_id="team_0n0ne")["items"] == []
    refused = desk.call("GET", "/windows?within_seconds=1")
    assert (refused.status, refused.json["field"]) == (400, "within_seconds")
    foreign = desk.call("GET", f"/windows?limit=2&within_seconds=7200&cursor={'x' * 60}")
    assert (foreign.status, foreign.json["code"]) == (400, "cursor_invalid")


def test_consent_is_asked_once_and_kept_with_the_message_as_its_evidence(desk: Desk) -> None:
    conversation = writes(desk, "34600000002")
    at = f"/conversations/{conversation}/consent-requests"
    asked = desk.call("POST", at, {"client_id": "one", "channel": "email"})
    assert (asked.status, asked.json["state"]) == (202, "asked") and "c…@example.com" in asked.json["text"]
    assert desk.call("POST", at, {"client_id": "one", "channel": "email"}).json == asked.json
    other = desk.call("POST", at, {"client_id": "two", "channel": "sms"})
    assert other.status == 409
    writes(desk, "34600000002", "Ja, gerne", hours_ago=0)
    done = desk.call("POST", at, {"client_id": "one", "channel": "email"}).json
    assert (done["state"], done["evidence_id"][:4]) == ("granted", "msg_")
    contact_id = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    contact = desk.call("GET", f"/contacts/{contact_id}").json
    words = [word for word in contact["consents"] if word["channel"] == "email"]
    assert words[-1]["state"] == "granted" and words[-1]["source"] == done["evidence_id"]
    again = desk.call("POST", at, {"client_id": "three", "channel": "email"})
    assert (again.status, again.json["code"], again.json["facts"]["because"]) == (409, "consent_not_asked", "granted")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"client_id": "x", "channel": "whatsapp"}, 400, "channel"),
        ({"client_id": "x", "channel": "pigeon"}, 400, "channel"),
        ({"channel": "email"}, 400, "client_id"),
        ({"client_id": "x", "channel": "email", "leg_id": "leg_0"}, 400, "leg_id"),
        ({"client_id": "x", "channel": "email", "purpose": "fun"}, 400, "purpose"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(desk: Desk, body: Any, status: int, field: str) -> None:
    conversation = writes(desk, "34600000003")
    refused = desk.call("POST", f"/conversations/{conversation}/consent-requests", body)
    assert (refused.status, refused.json["field"]) == (status, field)


def test_nothing_is_asked_after_the_window_has_closed(desk: Desk) -> None:
    conversation = writes(desk, "34600000004", hours_ago=25)
    refused = desk.call(
        "POST", f"/conversations/{conversation}/consent-requests", {"client_id": "x", "channel": "email"}
    )
    assert (refused.status, refused.json["code"]) == (409, "window_closed")


@pytest.mark.parametrize("path", ["/window-rules", "/resume-rules"])
def test_rules_are_published_by_administrators_at_the_version_that_was_read(desk: Desk, path: str) -> None:
    before = desk.call("GET", path, role="admin").json
    assert desk.call("GET", path).status == 403 and desk.call("PUT", path, {"version": 0}).status == 403
    change = {**before["rules"], "version": before["version"]}
    name = "lead_seconds" if path == "/window-rules" else "open_seconds"
    after = desk.call("PUT", path, {**change, name: 3600}, role="admin")
    assert (after.status, after.json["rules"][name], after.json["version"]) == (200, 3600, before["version"] + 1)
    assert desk.call("GET", path, role="admin").json == after.json
    late = desk.call("PUT", path, {**change, name: 7200}, role="admin")
    assert (late.status, late.json["code"]) == (409, "version_conflict")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/window-rules", {"lead_seconds": 1}, "lead_seconds"),
        ("/window-rules", {"priorities": {"huge": 1}}, "priorities.huge"),
        ("/window-rules", {"labels": {"vip": 10**6}}, "labels.vip"),
        ("/resume-rules", {"open_seconds": 7200, "ask_open_seconds": 60}, "ask_open_seconds"),
        ("/resume-rules", {"resolved_seconds": -1}, "resolved_seconds"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_their_field(desk: Desk, path: str, body: Any, field: str) -> None:
    refused = desk.call("PUT", path, {"version": 99, **body}, role="admin")
    assert (refused.status, refused.json["field"]) == (400, field)


def test_rules_hold_a_moment_later(desk: Desk) -> None:
    windows._memory().clear()
    version = desk.call("GET", "/window-rules", role="admin").json["version"]
    desk.call("PUT", "/window-rules", {"version": version, "waiting": 7}, role="admin")
    windows._memory().clear()
    conversation = writes(desk, "34600000005", hours_ago=23.5)
    (item,) = [each for each in listed(desk)["items"] if each["conversation"]["id"] == conversation]
    assert item["value"] == 7
