"""The floor and early warnings by API: looked at by the function that serves the timers, shown by role."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.wiring import floor, floor_watch
from functions.routing.handler import handler
from infra.parts import PARTS, load
from tests.api.desk import AGENTS, Desk


@pytest.fixture(scope="module", autouse=True)
def routed(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    yield


def look(desk: Desk) -> Any:
    """The floor as it is now."""
    floor_watch._memory().clear()
    desk.call("GET", "/floor", role="supervisor")
    desk.world.pump()
    return desk.call("GET", "/floor", role="supervisor").json


def test_the_first_look_asks_for_one_and_the_next_has_it(desk: Desk) -> None:
    first = desk.call("GET", "/floor", role="supervisor").json
    assert (first["as_of"], first["refreshing"], first["queues"]) == (None, True, [])

    conversation = desk.customer_says("Hello", "floor")
    desk.world.pump()
    found = look(desk)

    assert found["as_of"] is not None
    fallback = next(queue for queue in found["queues"] if queue["team_id"] == "fallback")
    assert fallback["depth"] >= 1
    assert {agent["agent_id"] for agent in found["agents"]} >= set(AGENTS.values())
    shown = next(one for one in found["channels"] if one["channel"] == "custom")
    assert (shown["open"], shown["waiting"]) == (fallback["depth"], fallback["depth"])
    assert shown["oldest_waiting_since"] == fallback["oldest_waiting_since"]
    assert desk.call("GET", f"/conversations/{conversation}/routing").json["position"] is not None


def test_a_reading_is_two_calls_at_most(desk: Desk, answers: list[tuple[str, Any]]) -> None:
    answers.clear()
    desk.call("GET", "/floor", role="supervisor")
    assert len([name for name, _ in answers]) <= 2


def test_agents_see_their_own_only(desk: Desk) -> None:
    look(desk)
    seen = desk.call("GET", "/floor").json
    assert [agent["agent_id"] for agent in seen["agents"]] == [AGENTS["agent"]]
    assert "fallback" in [queue["team_id"] for queue in seen["queues"]]
    assert (seen["at_risk"], seen["channels"]) == ([], [])


def test_warnings_are_for_supervisors_and_their_settings_for_administrators(desk: Desk) -> None:
    assert desk.call("GET", "/warnings").status == 403
    assert desk.call("GET", "/warnings", role="supervisor").json == {"items": [], "next_cursor": None}
    known = desk.call("GET", "/warnings/settings", role="supervisor").json
    assert (known["version"], known["rules"]["sla_burn"]["burn_rate"]) == (0, 3)
    body = {"version": 0, "rules": {"volume": {"enabled": False}}}
    assert desk.call("PUT", "/warnings/settings", body, role="supervisor").status == 403

    changed = desk.call("PUT", "/warnings/settings", body, role="admin")

    assert (changed.status, changed.json["version"]) == (200, 1)
    assert desk.call("GET", "/warnings/settings", role="supervisor").json == changed.json
    refused = desk.call("PUT", "/warnings/settings", {"version": 1, "rules": {"volume": {"least": 0}}}, role="admin")
    assert (refused.status, refused.json["field"]) == (400, "rules.volume.least")
    assert desk.call("PUT", "/warnings/settings", body, role="admin").status == 409


def test_the_templates_schedule_looks_for_what_is_about_to_go_wrong(desk: Desk) -> None:
    (target,) = load(PARTS / "floor.yaml")["Resources"]["FloorWatchRule"]["Properties"]["Targets"]

    answer = handler({"Records": [{"messageId": "1", "body": target["Input"], "attributes": {}}]}, None)

    assert answer == {"batchItemFailures": []}
    known, version = floor.floor_store().watched()
    assert version >= 1
    assert "fallback" in known["samples"]
