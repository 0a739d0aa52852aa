"""Presence by API: what agents choose, heartbeats, and the supervisors' board."""

import pytest

from chalicelib.wiring import work
from tests.api.desk import AGENTS, Desk

ME = AGENTS["agent"]


def test_an_agent_comes_online_and_is_available(desk: Desk) -> None:
    chosen = desk.call("PUT", "/me/presence", {"intent": "online"})

    assert chosen.status == 200, chosen.body
    assert (chosen.json["intent"], chosen.json["connected"], chosen.json["available"]) == ("online", True, True)
    assert chosen.json["because"] == "online"
    assert desk.call("GET", "/me/presence").json == chosen.json


def test_load_is_shown_with_the_weights_that_hold(desk: Desk) -> None:
    found = desk.call("GET", "/me/presence").json

    assert (found["used"], found["units"], found["reserve"], found["percent"]) == (0, 10, 1, 0)
    assert found["weights"] == {"live": 3, "messaging": 2, "asynchronous": 1, "voice": 9}


def test_a_reason_goes_with_being_away_and_is_bounded(desk: Desk) -> None:
    away = desk.call("PUT", "/me/presence", {"intent": "away", "reason": "Lunch"}).json
    too_long = desk.call("PUT", "/me/presence", {"intent": "away", "reason": "x" * 121})

    assert (away["intent"], away["reason"], away["because"], away["available"]) == ("away", "Lunch", "away", False)
    assert (too_long.status, too_long.json["field"]) == (400, "reason")


def test_an_unknown_intent_is_refused_by_name(desk: Desk) -> None:
    refused = desk.call("PUT", "/me/presence", {"intent": "sleeping"})

    assert (refused.status, refused.json["field"]) == (400, "intent")


def test_a_heartbeat_connects_but_chooses_nothing(desk: Desk) -> None:
    before = desk.call("GET", "/me/presence", role="admin").json
    beat = desk.call("POST", "/me/heartbeat", role="admin").json

    assert (before["connected"], before["because"]) == (False, "offline")
    assert (beat["connected"], beat["because"], beat["available"]) == (True, "offline", False)


def test_a_supervisor_chooses_for_another_but_connects_nobody(desk: Desk) -> None:
    chosen = desk.call("PUT", f"/agents/{AGENTS['supervisor']}/presence", {"intent": "online"}, role="admin").json

    assert (chosen["intent"], chosen["connected"], chosen["because"]) == ("online", False, "disconnected")
    assert desk.call("GET", f"/agents/{AGENTS['supervisor']}/presence").json["because"] == "disconnected"


def test_the_board_shows_everybody_and_can_be_narrowed_to_a_team(desk: Desk) -> None:
    everybody = desk.call("GET", "/presence").json
    nobody = desk.call("GET", "/presence?team_id=team_0000", role="supervisor").json

    assert {one["agent_id"] for one in everybody["items"]} == set(AGENTS.values())
    assert nobody == {"items": [], "next_cursor": None}


def test_the_board_goes_on_where_it_stopped(desk: Desk) -> None:
    first = desk.call("GET", "/presence?limit=2", role="supervisor").json
    second = desk.call("GET", f"/presence?limit=2&cursor={first['next_cursor']}", role="supervisor").json

    found = [one["agent_id"] for one in (*first["items"], *second["items"])]
    assert sorted(found) == sorted(AGENTS.values())


@pytest.mark.parametrize("path", ["/me/presence", "/agents/agt_0000/presence"])
def test_who_has_no_record_has_no_presence(desk: Desk, path: str) -> None:
    answer = desk.gateway.request("GET", path, token=desk.keys["admin"])

    assert answer.status == (403 if path.startswith("/me") else 404)


def test_who_is_made_or_changed_is_known_to_routing(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": "Claims"}, role="admin").json["id"]
    new = {"email": "eve@example.com", "name": "Eve", "team_ids": [team], "invite": False}
    made = desk.call("POST", "/agents", new, role="admin").json
    first = work.routing_store().workload(made["id"])

    changes = {"version": 1, "name": "Eva", "enabled": False, "team_ids": []}
    changed = desk.call("PATCH", f"/agents/{made['id']}", changes, role="admin")
    after = work.routing_store().workload(made["id"])

    assert changed.status == 200, changed.body
    assert first is not None and after is not None
    assert (first.name, first.team_ids, first.enabled) == ("Eve", (team,), True)
    assert (after.name, after.team_ids, after.enabled) == ("Eva", (), False)
    assert desk.call("GET", f"/agents/{made['id']}/presence").json["because"] == "disabled"
