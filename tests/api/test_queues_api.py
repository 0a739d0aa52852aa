"""Queues by API: what waits and why, taking the next one, returning, priority, many at once. The router runs as its
function does, on the events that the desk's own writes announce."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.desk import AGENTS, Desk

ME = AGENTS["agent"]


@pytest.fixture(scope="module", autouse=True)
def routed(desk: Desk) -> Iterator[None]:
    desk.world.routes = True
    yield


def waiting(desk: Desk, name: str, text: str = "Hello") -> str:
    conversation = desk.customer_says(text, name)
    desk.world.pump()
    return conversation


def routing(desk: Desk, conversation: str) -> Any:
    return desk.call("GET", f"/conversations/{conversation}/routing").json


def queue(desk: Desk, queue_id: str = "fallback") -> Any:
    return desk.call("GET", f"/queues/{queue_id}").json


def test_what_waits_is_seen_with_the_reason(desk: Desk) -> None:
    conversation = waiting(desk, "seen")

    found = routing(desk, conversation)

    assert found["assignee_id"] is None
    assert (found["entry"]["team_id"], found["entry"]["points"], found["position"]) == ("fallback", 0, 1)
    assert found["entry"]["effective_at"] == found["entry"]["waiting_since"]
    (decision,) = found["decisions"]
    assert (decision["outcome"], decision["agent_id"]) == ("waiting", None)
    assert decision["sentence"] == "It waits: there is nobody in the team."
    assert decision["facts"] == {"kind": "no_agents"}


def test_a_conversation_that_does_not_exist_has_no_routing(desk: Desk) -> None:
    answer = desk.call("GET", "/conversations/cnv_0000/routing")

    assert (answer.status, answer.json["code"]) == (404, "conversation_not_found")


def test_queues_show_depth_and_who_is_there(desk: Desk) -> None:
    waiting(desk, "depth")

    (fallback,) = [one for one in desk.call("GET", "/queues").json["items"] if one["team_id"] == "fallback"]

    assert fallback["depth"] >= 2
    assert fallback["depth"] == len(queue(desk)["entries"])
    assert (fallback["agents_available"], fallback["free_units"]) == (0, 0)
    assert fallback["oldest_waiting_since"] is not None


def test_an_unknown_queue_is_refused(desk: Desk) -> None:
    for name in ("team_0000", "nonsense"):
        answer = desk.call("GET", f"/queues/{name}")
        assert (answer.status, answer.json["code"]) == (404, "queue_not_found")


def test_priority_moves_a_waiting_conversation_forward(desk: Desk) -> None:
    first, urgent = waiting(desk, "first"), waiting(desk, "urgent")
    before = [one["conversation_id"] for one in queue(desk)["entries"]]

    answer = desk.call("PUT", f"/conversations/{urgent}/priority", {"priority": "urgent"})
    desk.world.pump()
    after = queue(desk)["entries"]

    assert (answer.status, answer.json["priority"]) == (200, "urgent")
    assert before.index(first) < before.index(urgent)
    assert after[0]["conversation_id"] == urgent
    assert after[0]["contributions"] == [{"name": "priority urgent", "points": 120}]
    again = desk.call("PUT", f"/conversations/{urgent}/priority", {"priority": "urgent"})
    assert (again.status, again.json["field"]) == (409, "priority")


def test_only_who_is_there_takes_work(desk: Desk) -> None:
    refused = desk.call("POST", "/queues/fallback/pull", role="supervisor")

    assert (refused.status, refused.json["code"]) == (409, "agent_unavailable")
    assert refused.json["facts"] == {"because": "offline"}


def test_the_next_one_is_taken_and_no_more_than_fits(desk: Desk) -> None:
    for place in range(6):
        waiting(desk, f"taken{place}")
    # Online, but the router has not heard of it yet.
    desk.call("PUT", "/me/presence", {"intent": "online"})
    first = queue(desk)["entries"][0]["conversation_id"]

    taken = [desk.call("POST", "/queues/fallback/pull") for _ in range(6)]

    assert [one.status for one in taken] == [200] * 6
    assert taken[0].json["conversation_id"] == first
    # Ten units, one of them kept for returning customers: four conversations of two.
    assert [one.json["conversation_id"] is None for one in taken] == [False] * 4 + [True] * 2
    held = desk.call("GET", "/me/presence").json
    assert (held["used"], held["percent"]) == (8, 80)
    assert desk.call("GET", f"/conversations/{first}").json["assignee_id"] == ME
    assert routing(desk, first)["entry"] is None
    assert routing(desk, first)["decisions"][0]["agent_id"] == ME


def test_what_is_returned_waits_anew_and_keeps_its_place_in_time(desk: Desk) -> None:
    (mine, *_rest) = desk.call("GET", "/conversations?view=mine").json["items"]
    before = desk.call("GET", "/me/presence").json["used"]

    answer = desk.call("POST", f"/conversations/{mine['id']}/return", {"reason": "Italian"})
    found = routing(desk, mine["id"])

    assert (answer.status, answer.json["assignee_id"]) == (200, None)
    assert (found["entry"]["declined"], found["entry"]["reason"]) == ([ME], "Italian")
    assert desk.call("GET", "/me/presence").json["used"] == before - 2
    again = desk.call("POST", f"/conversations/{mine['id']}/return", {})
    assert (again.status, again.json["code"]) == (409, "transition_refused")


def test_a_transfer_is_queued_for_the_team_and_leaves_the_old_queue(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": "Returns"}, role="admin").json["id"]
    conversation = waiting(desk, "transfer")
    desk.call("PUT", "/me/presence", {"intent": "busy"})

    desk.call("POST", f"/conversations/{conversation}/assignment", {"team_id": team})
    desk.world.pump()

    assert routing(desk, conversation)["entry"]["team_id"] == team
    assert [one["conversation_id"] for one in queue(desk, team)["entries"]] == [conversation]
    assert conversation not in [one["conversation_id"] for one in queue(desk)["entries"]]


def test_many_at_once_are_each_told_how_it_went(desk: Desk) -> None:
    good, gone = waiting(desk, "bulk"), "cnv_0000"
    body = {"ids": [good, gone, good], "action": "priority", "priority": "high"}

    answer = desk.call("POST", "/conversations/bulk", body, role="supervisor").json

    assert (answer["done"], answer["refused"]) == (1, 1)
    assert [(one["id"], one["done"], one["code"]) for one in answer["items"]] == [
        (good, True, None),
        (gone, False, "conversation_not_found"),
    ]
    assert desk.call("GET", f"/conversations/{good}").json["priority"] == "high"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ids": ["cnv_0000"], "action": "assign"}, "assignee_id"),
        ({"ids": ["cnv_0000"], "action": "transfer"}, "team_id"),
        ({"ids": ["cnv_0000"], "action": "status"}, "status"),
        ({"ids": [], "action": "status", "status": "open"}, "ids"),
        ({"ids": ["cnv_0000"] * 101, "action": "status", "status": "open"}, "ids"),
        ({"ids": ["x"], "action": "status", "status": "open"}, "ids[0]"),
    ],
)
def test_what_an_action_lacks_is_named(desk: Desk, body: dict[str, Any], field: str) -> None:
    refused = desk.call("POST", "/conversations/bulk", body, role="supervisor")

    assert (refused.status, refused.json["field"]) == (400, field)


def test_many_are_assigned_as_far_as_there_is_room(desk: Desk) -> None:
    ids = [waiting(desk, f"room{place}") for place in range(6)]
    body = {"ids": ids, "action": "assign", "assignee_id": AGENTS["supervisor"]}

    answer = desk.call("POST", "/conversations/bulk", body, role="supervisor").json

    assert [one["code"] for one in answer["items"]] == [None] * 5 + ["capacity_exceeded"]
