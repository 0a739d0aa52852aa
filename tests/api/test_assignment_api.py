"""Assignment by API: it holds units, and nobody is given more than fits."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import AGENTS, Desk

ADMIN, SUPERVISOR = AGENTS["admin"], AGENTS["supervisor"]


def used(desk: Desk, agent_id: str) -> int:
    found: int = desk.call("GET", f"/agents/{agent_id}/presence").json["used"]
    return found


def give(desk: Desk, conversation: str, body: Mapping[str, Any], role: str = "agent") -> Any:
    return desk.call("POST", f"/conversations/{conversation}/assignment", body, role=role)


@pytest.fixture(scope="module")
def full(desk: Desk) -> list[str]:
    """The administrator holds five conversations of two units each: all there are."""
    found = [desk.customer_says("Hello", f"full{place}") for place in range(5)]
    for conversation in found:
        assert give(desk, conversation, {"assignee_id": ADMIN}).status == 200
    return found


def test_what_is_held_is_counted_in_units(desk: Desk, full: list[str]) -> None:
    found = desk.call("GET", f"/agents/{ADMIN}/presence").json

    assert (found["used"], found["units"], found["percent"]) == (10, 10, 100)


def test_beyond_capacity_is_refused_with_the_figures(desk: Desk, full: list[str]) -> None:
    more = desk.customer_says("Hello", "more")

    refused = give(desk, more, {"assignee_id": ADMIN})

    assert (refused.status, refused.json["code"], refused.json["field"]) == (409, "capacity_exceeded", "assignee_id")
    assert refused.json["facts"] == {"used": 10, "units": 10, "weight": 2}
    assert used(desk, ADMIN) == 10


def test_only_a_supervisor_may_exceed(desk: Desk, full: list[str]) -> None:
    more = desk.customer_says("Hello", "exceeding")

    agent = give(desk, more, {"assignee_id": ADMIN, "exceed": True})
    unsaid = give(desk, more, {"assignee_id": ADMIN}, role="supervisor")
    said = give(desk, more, {"assignee_id": ADMIN, "exceed": True}, role="supervisor")

    assert (agent.status, agent.json["field"]) == (403, "exceed")
    assert unsaid.status == 409
    assert (said.status, used(desk, ADMIN)) == (200, 12)
    assert give(desk, more, {}).status == 200
    assert used(desk, ADMIN) == 10


def test_units_move_with_the_conversation(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "moving")
    before = used(desk, SUPERVISOR)

    give(desk, conversation, {"assignee_id": SUPERVISOR})
    held = used(desk, SUPERVISOR)
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    resolved = used(desk, SUPERVISOR)

    assert (held - before, resolved - before) == (2, 0)


def test_what_is_taken_up_again_may_stay_with_its_owner_as_far_as_they_have_room(desk: Desk, full: list[str]) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    aside, back = {"status": "snoozed", "snoozed_until": until.isoformat()}, {"status": "open", "keep_owner": True}
    one, other = full[:2]
    for conversation in (one, other):
        assert desk.call("POST", f"/conversations/{conversation}/status", aside).status == 200
    assert used(desk, ADMIN) == 6

    kept = desk.call("POST", f"/conversations/{one}/status", back)
    bulk = {"action": "status", "ids": [other], **back}
    assert desk.call("POST", "/conversations/bulk", bulk).json["items"][0]["done"]

    assert (kept.json["assignee_id"], used(desk, ADMIN)) == (ADMIN, 10)
    assert desk.call("POST", f"/conversations/{other}/status", aside).status == 200
    given = desk.customer_says("Hello", "meanwhile")
    assert give(desk, given, {"assignee_id": ADMIN}).status == 200
    refused = desk.call("POST", f"/conversations/{other}/status", back)
    assert (refused.status, refused.json["code"]) == (409, "capacity_exceeded")
    give(desk, given, {})
    assert desk.call("POST", f"/conversations/{other}/status", back).status == 200


def test_the_same_owner_in_another_team_holds_no_more(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "same")
    team = desk.call("POST", "/teams", {"name": "Refunds"}, role="admin").json["id"]
    give(desk, conversation, {"assignee_id": SUPERVISOR})
    before = used(desk, SUPERVISOR)

    moved = give(desk, conversation, {"assignee_id": SUPERVISOR, "team_id": team})

    assert (moved.status, used(desk, SUPERVISOR)) == (200, before)
    give(desk, conversation, {"team_id": team})
    assert used(desk, SUPERVISOR) == before - 2


def test_what_is_resolved_takes_nothing(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "resolved")
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    before = used(desk, ADMIN)

    assert give(desk, conversation, {"assignee_id": ADMIN}).status == 200
    assert used(desk, ADMIN) == before


def test_a_hand_over_is_a_note_and_a_reason(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "handover")

    body = {"assignee_id": SUPERVISOR, "note": "She has called twice.", "reason": "Escalated"}
    assert give(desk, conversation, body).status == 200

    entries = desk.call("GET", f"/conversations/{conversation}/messages").json["items"]
    (note,) = [entry for entry in entries if entry.get("kind") == "note"]
    (line,) = [entry for entry in entries if entry.get("kind") == "activity"]
    assert note["text"] == "She has called twice."
    assert line["facts"]["reason"] == "Escalated"


@pytest.mark.parametrize(("field", "length"), [("note", 10_001), ("reason", 121)])
def test_texts_are_bounded(desk: Desk, field: str, length: int) -> None:
    conversation = desk.customer_says("Hello", "bounded")

    refused = give(desk, conversation, {"assignee_id": SUPERVISOR, field: "x" * length})

    assert (refused.status, refused.json["field"]) == (400, field)
