"""Replays by API: asked for, carried out by routing's function, read page by page, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import Desk

GENERATED = {"seed": 7, "hours": 2, "arrivals_per_hour": 60, "agents": 2}
RULES = {
    "routes": [{"name": "German", "condition": {"field": "contact.language", "is": "de"}, "skills": {"lang:de": 3}}]
}


@pytest.fixture(scope="module", autouse=True)
def routed(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    yield


def ask(desk: Desk, body: Any, role: str = "supervisor") -> Any:
    return desk.call("POST", "/routing/replays", body, role=role)


def done(desk: Desk, body: Any) -> Any:
    answer = ask(desk, body)
    assert answer.status == 202, answer.json
    assert (answer.json["state"], answer.json["figures"]) == ("waiting", {})
    desk.world.pump()
    return desk.call("GET", f"/routing/replays/{answer.json['id']}", role="supervisor").json


def rows(desk: Desk, replay_id: str, limit: int) -> list[Any]:
    found: list[Any] = []
    path = f"/routing/replays/{replay_id}/conversations?limit={limit}"
    cursor = None
    while True:
        page = desk.call("GET", path + (f"&cursor={cursor}" if cursor else ""), role="supervisor").json
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_a_made_up_day_under_both_rules(desk: Desk) -> None:
    draft = {"version": 0, "sticky_seconds": 0, **RULES}
    assert desk.call("PUT", "/routing/rules/draft", draft, role="admin").status == 200
    shares = {"contact.language": {"de": 50, "en": 50}, "channel": {"whatsapp": 1}}

    found = done(desk, {"source": {"generated": {**GENERATED, "shares": shares}}, "rules": "both"})

    assert (found["state"], found["detail"], found["reproduced"]) == ("done", "", None)
    assert found["rules_versions"] == {"current": 0, "draft": 1}
    current, drafted = found["figures"]["current"], found["figures"]["draft"]
    # Who writes again while their conversation is still open is no new arrival: that may differ.
    assert 90 < min(current["arrived"], drafted["arrived"]) <= found["conversations"] <= 120
    assert current["wait_p50"] <= current["wait_p90"] <= current["wait_p99"]
    assert found["differences"] > 0
    every = rows(desk, found["id"], 40)
    assert len(every) == found["conversations"]
    assert [row["differs"] for row in every] == [True] * found["differences"] + [False] * (
        found["conversations"] - found["differences"]
    )
    same = next(row for row in every if not row["differs"])
    assert same["current"] == same["draft"]
    assert same["recorded"] is None
    other = next(row for row in every if row["differs"])
    assert other["current"] != other["draft"]
    listed = desk.call("GET", "/routing/replays", role="supervisor").json["items"]
    assert listed[0] == found


def test_a_recorded_day_tells_that_its_decisions_came_out_again(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "recorded")
    desk.world.pump()
    now = datetime.now(UTC)
    source = {"recorded": {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}}

    found = done(desk, {"source": source})

    assert (found["state"], found["conversations"]) == ("done", 1)
    assert found["reproduced"] == {"decisions": 1, "same": 1, "partial": 0, "unrecorded": 0, "unlike": []}
    (row,) = rows(desk, found["id"], 10)
    nobody = {"agent_id": None, "given_at": None, "waited_seconds": None}
    assert (row["conversation_id"], row["recorded"], row["current"]) == (conversation, nobody, nobody)


NOW = datetime.now(UTC)


def recorded(start: timedelta, end: timedelta) -> Any:
    return {"recorded": {"from": (NOW + start).isoformat(), "to": (NOW + end).isoformat()}}


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({}, "source"),
        ({"generated": GENERATED, **recorded(timedelta(hours=-1), timedelta(0))}, "source"),
        (recorded(timedelta(hours=-1), timedelta(hours=1)), "source.recorded.to"),
        (recorded(timedelta(hours=-1), timedelta(hours=-2)), "source.recorded.to"),
        (recorded(timedelta(hours=-25), timedelta(0)), "source.recorded.to"),
        (recorded(timedelta(days=-34), timedelta(days=-33, hours=-12)), "source.recorded.from"),
        ({"generated": {"hours": 24, "arrivals_per_hour": 500}}, "source.generated"),
        ({"generated": {**GENERATED, "arrivals_per_hour": 500, "agents": 200}}, "source.generated.agents"),
        ({"generated": {**GENERATED, "shares": {"mood": {"bad": 1}}}}, "source.generated.shares.mood"),
        ({"generated": {**GENERATED, "shares": {"channel": {"sms": 0}}}}, "source.generated.shares.channel"),
        ({"generated": {**GENERATED, "seed": -1}}, "source.generated.seed"),
    ],
)
def test_a_day_that_cannot_be_run_is_refused_with_the_field(desk: Desk, source: Any, field: str) -> None:
    answer = ask(desk, {"source": source})

    assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "invalid_input", field)


def test_one_runs_at_a_time(desk: Desk) -> None:
    first = ask(desk, {"source": {"generated": GENERATED}})
    second = ask(desk, {"source": {"generated": GENERATED}})
    desk.world.pump()
    third = ask(desk, {"source": {"generated": GENERATED}})
    desk.world.pump()

    assert [answer.status for answer in (first, second, third)] == [202, 409, 202]
    assert second.json["code"] == "replay_running"


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for path in ("/routing/replays/rpl_000", "/routing/replays/rpl_000/conversations", "/routing/replays/nonsense"):
        answer = desk.call("GET", path, role="supervisor")
        assert (answer.status, answer.json["code"]) == (404, "replay_not_found")


def test_manual_rules_and_a_draft_that_is_not_there_are_refused(desk: Desk) -> None:
    rules = desk.call("GET", "/routing/rules/draft", role="admin").json
    body = {"source": {"generated": GENERATED}, "rules": "draft"}
    assert (
        desk.call("PUT", "/routing/rules/draft", {"version": rules["version"], "mode": "manual"}, role="admin").status
        == 200
    )

    answer = ask(desk, body)

    assert (answer.status, answer.json["field"]) == (400, "rules")
