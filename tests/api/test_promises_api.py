"""Promises and gauges of queues by API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.waits import Ending, Wait
from chalicelib.wiring import waits, work
from tests.api.desk import AGENTS, Desk

ME = AGENTS["agent"]


@pytest.fixture(scope="module", autouse=True)
def routed(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    yield


@pytest.fixture
def conversation(desk: Desk, request: pytest.FixtureRequest) -> str:
    found = desk.customer_says("Hello", request.node.name.replace("[", "-").replace("]", ""))
    desk.world.pump()
    return found


def promise(desk: Desk, conversation: str, text: str = "I will call you by 5 pm", **more: Any) -> Any:
    due_at = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    return desk.call("POST", f"/conversations/{conversation}/promises", {"text": text, "due_at": due_at, **more})


def test_a_promise_is_made_kept_and_shown(desk: Desk, conversation: str) -> None:
    made = promise(desk, conversation)
    assert made.status == 201
    assert (made.json["kind"], made.json["state"], made.json["made_by_id"]) == ("agent", "open", ME)
    at = f"/conversations/{conversation}/promises"
    assert desk.call("GET", at).json["items"] == [made.json]
    assert desk.call("GET", f"/conversations/{conversation}/routing").json["promises"] == [made.json]

    kept = desk.call("POST", f"{at}/{made.json['id']}/keep")
    assert (kept.status, kept.json["state"], kept.json["reason"]) == (200, "kept", "agent")
    again = desk.call("POST", f"{at}/{made.json['id']}/cancel")
    assert (again.status, again.json["code"]) == (409, "transition_refused")


def test_a_promise_is_taken_back(desk: Desk, conversation: str) -> None:
    made = promise(desk, conversation).json
    cancelled = desk.call("POST", f"/conversations/{conversation}/promises/{made['id']}/cancel")
    assert (cancelled.json["state"], cancelled.json["due_at"]) == ("cancelled", made["due_at"])


def test_the_same_again_is_the_same_promise(desk: Desk, conversation: str) -> None:
    due_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    one, other = promise(desk, conversation, due_at=due_at), promise(desk, conversation, due_at=due_at)
    assert one.json == other.json
    assert len(desk.call("GET", f"/conversations/{conversation}/promises").json["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "   "}, "text"),
        ({"due_at": "soon"}, "due_at"),
        ({"due_at": "2020-01-01T00:00:00Z"}, "due_at"),
        ({"due_at": "2999-01-01T00:00:00Z"}, "due_at"),
        ({"due_at": "2026-12-01T17:00:00"}, "due_at"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_with_a_promise_is_named(desk: Desk, conversation: str, body: dict[str, Any], field: str) -> None:
    refused = promise(desk, conversation, **body)
    assert (refused.status, refused.json["field"]) == (400, field)
    assert desk.call("GET", f"/conversations/{conversation}/promises").json["items"] == []


def test_a_promise_of_another_conversation_is_not_found(desk: Desk, conversation: str) -> None:
    made = promise(desk, conversation).json
    other = desk.customer_says("Hello", "another")
    for path in (f"{other}/promises/{made['id']}", f"{conversation}/promises/prm_0000"):
        answer = desk.call("POST", f"/conversations/{path}/keep")
        assert (answer.status, answer.json["code"]) == (404, "promise_not_found")
    missing = desk.call("GET", "/conversations/cnv_0000/promises")
    assert (missing.status, missing.json["code"]) == (404, "conversation_not_found")
    nowhere = promise(desk, "cnv_0000")
    assert (nowhere.status, nowhere.json["code"]) == (404, "conversation_not_found")


def fallback(desk: Desk) -> Any:
    listed = [one for one in desk.call("GET", "/queues").json["items"] if one["team_id"] == "fallback"]
    found = desk.call("GET", "/queues/fallback").json
    assert {name: value for name, value in found.items() if name != "entries"} == listed[0]
    return found


def test_queues_tell_what_was_measured(desk: Desk, conversation: str) -> None:
    before = fallback(desk)
    assert (before["expected_wait"], before["at_once"], before["left_today"]) == (None, False, 0)
    assert set(before["arrivals_per_minute"]) == {"last_1", "last_5", "last_15", "last_60"}

    gone = desk.customer_says("Never mind", "gone")
    desk.world.pump()
    desk.call("PATCH", f"/conversations/{gone}", {"status": "resolved"})
    desk.call("POST", f"/conversations/{gone}/status", {"status": "resolved"})
    desk.world.pump()
    store, now = waits.wait_store(), datetime.now(UTC)
    for number in range(25):
        wait = Wait(f"cnv_measured{number}", 1, "fallback", now - timedelta(minutes=3), now, 1)
        store.begin(wait)
        store.end(wait, Ending.GIVEN, now)
    waits.forecasts.cache_clear()
    waits.gauges.cache_clear()
    work.board.cache_clear()

    after = fallback(desk)
    expected = after["expected_wait"]
    assert expected["samples"] == 25
    assert 150 <= expected["low_seconds"] <= expected["high_seconds"] <= 180 * 1.2
    assert after["left_today"] == 1
    found = desk.call("GET", f"/conversations/{conversation}/routing").json
    assert found["position"] >= 1
    assert found["expected_wait"]["samples"] == 25


def test_rules_say_whether_customers_are_told(desk: Desk) -> None:
    version = desk.call("GET", "/routing/rules/draft", role="admin").json["version"]
    body = {"version": version, "tell_wait": {"after_seconds": 45, "text": "{position}: {wait}"}}
    saved = desk.call("PUT", "/routing/rules/draft", body, role="admin")
    assert (saved.status, saved.json["tell_wait"]) == (200, {"after_seconds": 45, "text": "{position}: {wait}"})
    assert desk.call("GET", "/routing/rules", role="admin").json["tell_wait"] is None
    body = {"version": version + 1, "tell_wait": {"after_seconds": 45, "text": "You are {place}"}}
    refused = desk.call("PUT", "/routing/rules/draft", body, role="admin")
    assert (refused.status, refused.json["field"]) == (400, "tell_wait.text")
    assert "{place}" in refused.json["detail"]
