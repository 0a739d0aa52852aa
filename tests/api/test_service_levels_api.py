"""Service levels by API, and a message's whole way to its clocks: what customers write, what agents answer, timers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.wiring import service_levels, shared, timer_calls
from tests.api.desk import Desk

TARGETS = {"first_response": 600, "next_response": 900, "resolution": 86_400}
GOLD = {"id": "gold", "name": "Gold", "condition": {"field": "contact.tier", "is": "gold"}, "targets": TARGETS}
ALL = {"id": "all", "name": "Everybody", "targets": TARGETS, "pauses_in": ["pending"], "warn_percent": 50}


@pytest.fixture(scope="module", autouse=True)
def promised(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    answer = desk.call("PUT", "/sla/policies", {"version": 0, "policies": [GOLD, ALL]}, role="admin")
    assert (answer.status, answer.json["version"]) == (200, 1)
    yield


def clocks(desk: Desk, conversation: str) -> dict[str, Any]:
    desk.world.pump()
    items = desk.call("GET", f"/conversations/{conversation}/clocks").json["items"]
    return {clock["kind"]: clock for clock in items}


def replies(desk: Desk, conversation: str, name: str) -> None:
    answer = desk.call("POST", f"/conversations/{conversation}/messages", {"client_id": name, "text": "On its way."})
    assert answer.status in (200, 201, 202), answer.json


def test_policies_are_read_back_in_their_order_and_a_stale_version_is_refused(desk: Desk) -> None:
    found = desk.call("GET", "/sla/policies", role="admin").json
    assert [policy["id"] for policy in found["policies"]] == ["gold", "all"]
    assert found["policies"][0] | GOLD == found["policies"][0]
    assert found["policies"][0]["pauses_in"] == ["pending", "snoozed"]
    answer = desk.call("PUT", "/sla/policies", {"version": 0, "policies": []}, role="admin")
    assert (answer.status, answer.json["code"]) == (409, "version_conflict")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"targets": {}}, "policies[0].targets"),
        ({"targets": {"first_response": 0}}, "policies[0].targets.first_response"),
        ({"targets": {"smile": 5}}, "policies[0].targets.smile"),
        ({"condition": {"field": "shoe_size", "is": 42}}, "policies[0].condition.field"),
        ({"pauses_in": ["open"]}, "policies[0].pauses_in"),
        ({"warn_percent": 101}, "policies[0].warn_percent"),
        ({"enabled": "yes"}, "policies[0].enabled"),
        ({"hours_id": "hrs_none"}, "policies[0].hours_id"),
        ({"colour": "red"}, "policies[0].colour"),
        ({"name": " "}, "policies[0].name"),
    ],
)
def test_a_bad_policy_is_refused_by_the_name_of_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = desk.call("PUT", "/sla/policies", {"version": 1, "policies": [GOLD | change]}, role="admin")
    assert (answer.status, answer.json["field"]) == (400, field)


def test_two_policies_of_one_id_are_refused_and_agents_may_not_ask(desk: Desk) -> None:
    answer = desk.call("PUT", "/sla/policies", {"version": 1, "policies": [GOLD, GOLD]}, role="admin")
    assert answer.json["field"] == "policies[1].id"
    assert desk.call("GET", "/sla/policies").status == 403


def test_a_message_starts_clocks_and_an_answer_meets_them(desk: Desk) -> None:
    conversation = desk.customer_says("Where is it?", "clocked")
    found = clocks(desk, conversation)
    assert set(found) == {"first_response", "resolution"}
    first = found["first_response"]
    assert (first["state"], first["policy_id"], first["target_seconds"]) == ("running", "all", 600)
    due = datetime.fromisoformat(first["due_at"]) - datetime.fromisoformat(first["started_at"])
    assert due == timedelta(seconds=600)

    replies(desk, conversation, "one")
    found = clocks(desk, conversation)
    assert (found["first_response"]["state"], found["resolution"]["state"]) == ("met", "running")

    desk.customer_says("And the other one?", "clocked")
    assert clocks(desk, conversation)["next_response"]["state"] == "running"
    replies(desk, conversation, "two")
    assert clocks(desk, conversation)["next_response"]["state"] == "met"


def test_a_pending_conversation_pauses_and_a_resolved_one_stops(desk: Desk) -> None:
    conversation = desk.customer_says("Where is it?", "paused")
    clocks(desk, conversation)
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "pending"})
    found = clocks(desk, conversation)
    assert (found["resolution"]["state"], found["resolution"]["due_at"]) == ("paused", None)
    assert found["resolution"]["pauses"][0]["until"] is None
    desk.call("POST", f"/conversations/{conversation}/status", {"status": "resolved"})
    found = clocks(desk, conversation)
    assert (found["resolution"]["state"], found["first_response"]["state"]) == ("met", "cancelled")


def test_a_timer_tells_of_the_breach_at_the_second_it_was_due(desk: Desk) -> None:
    """Written an hour ago: its timers call at once, and tell of times long past."""
    hour_ago = datetime.now().astimezone() - timedelta(hours=1)
    conversation = desk.customer_says("Hello?", "late", hour_ago)
    desk.world.pump()
    ledger = service_levels.clock_store().ledger(conversation)
    assert ledger is not None
    call = {"subject": conversation, "epoch": ledger.epoch, "due_at": hour_ago.isoformat()}
    for _ in range(2):
        timer_calls.timer_calls().call({"kind": "sla_warn", **call}, shared.now())
    found = clocks(desk, conversation)["first_response"]
    assert found["state"] == "breached"
    since = datetime.fromisoformat(found["breached_at"]) - datetime.fromisoformat(found["started_at"])
    assert since == timedelta(seconds=600)


def test_a_conversation_that_does_not_exist_has_no_clocks(desk: Desk) -> None:
    answer = desk.call("GET", "/conversations/cnv_0000/clocks")
    assert (answer.status, answer.json["code"]) == (404, "conversation_not_found")
