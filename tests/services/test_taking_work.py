"""Agents who take work themselves: nothing is given to them, and what they take fits. Priority moves what waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.conversation import Priority
from chalicelib.domain.errors import AgentUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import Mode, RoutingPolicy
from tests.services.test_routing import Floor


@pytest.fixture
def floor() -> Floor:
    made = Floor()
    made.rules.now = RoutingPolicy(mode=Mode.MANUAL, version=3)
    made.agent("agt_ana", 5, ("team_1",), {})
    made.choose("agt_ana", Intent.ONLINE)
    for name in ("cnv_0001", "cnv_0002", "cnv_0003"):
        made.opens(name)
        made.now += timedelta(minutes=1)
    return made


def test_nothing_is_given_in_manual_mode(floor: Floor) -> None:
    floor.routing.pull("agt_ana", floor.now)

    assert [floor.conversation(name).assignee_id for name in ("cnv_0001", "cnv_0002", "cnv_0003")] == [None] * 3
    decision, *_more = floor.store.decisions("cnv_0001", 5)
    assert (decision.sentence, decision.next_at) == ("It waits until somebody takes it.", None)
    assert decision.facts == {"kind": "manual"}


def test_the_one_that_waited_longest_is_taken_and_no_more_than_fits(floor: Floor) -> None:
    taken = [floor.routing.take("agt_ana", "team_1", floor.now) for _ in range(3)]

    # Five units, one kept back: two conversations of two.
    assert [one.conversation_id if one else None for one in taken] == ["cnv_0001", "cnv_0002", None]
    assert floor.workload("agt_ana").used == 4


def test_who_is_not_there_takes_nothing(floor: Floor) -> None:
    floor.choose("agt_ana", Intent.AWAY)

    with pytest.raises(AgentUnavailable) as refused:
        floor.routing.take("agt_ana", "team_1", floor.now)

    assert refused.value.facts == {"because": "away"}


def test_of_another_teams_queue_nothing_is_taken(floor: Floor) -> None:
    floor.opens("cnv_0004", team="team_2")

    assert floor.routing.take("agt_ana", "team_2", floor.now) is None


def test_what_was_returned_may_be_taken_again_by_hand_only(floor: Floor) -> None:
    floor.routing.take("agt_ana", "team_1", floor.now)
    floor.routing.give_back(floor.conversation("cnv_0001"), "returned", floor.now, declined_by="agt_ana")
    floor.rules.now = RoutingPolicy(version=4)

    floor.routing.route("cnv_0001", floor.now)
    by_itself = floor.conversation("cnv_0001").assignee_id
    again = floor.routing.take("agt_ana", "team_1", floor.now)

    assert by_itself is None
    assert again is not None
    assert again.conversation_id == "cnv_0001"


def test_priority_moves_what_waits_and_nothing_else(floor: Floor) -> None:
    for name in ("cnv_0003", "cnv_0001"):
        before = floor.conversation(name)
        floor.change(before, replace(before, priority=Priority.URGENT))
    floor.routing.take("agt_ana", "team_1", floor.now)
    floor.routing.rescore("cnv_0003", floor.now)
    floor.routing.rescore("cnv_0001", floor.now)

    waiting = floor.store.queue("team_1", 10).items

    assert [(one.conversation_id, one.points) for one in waiting] == [("cnv_0003", 120), ("cnv_0002", 0)]
    assert floor.store.entry("cnv_0001").waits is False  # type: ignore[union-attr]
