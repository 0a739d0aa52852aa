"""The floor as a value: what changed from one to another, and what is whose to see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.floor import (
    LISTS,
    AtRisk,
    Floor,
    FloorAgent,
    FloorChannel,
    FloorQueue,
    change,
    changed_by,
    per_minute,
    seen_by,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = st.sampled_from(("a", "b", "c", "d"))
FEW = st.integers(0, 2)


def agent(name: str, used: int = 0, teams: tuple[str, ...] = ("team_1",)) -> FloorAgent:
    return FloorAgent(name, name.upper(), teams, "online", True, True, True, "online", 10, used, used, 9 - used)


def risk(name: str, owner: str | None = None, late: bool = False) -> AtRisk:
    return AtRisk(name, f"cnv_{name}", "first_response", "whatsapp", "team_1", owner, NOW, NOW, late)


def some(make: Any, *parts: Any) -> Any:
    """A list of things with different names."""
    found = st.lists(st.tuples(NAMES, *parts), unique_by=lambda one: one[0], max_size=4)
    return found.map(lambda many: tuple(make(*one) for one in many))


FLOORS = st.builds(
    Floor,
    as_of=st.integers(0, 3).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    queues=some(lambda name, depth: FloorQueue(name, name, depth=depth), FEW),
    agents=some(agent, FEW),
    agents_are_more=st.booleans(),
    at_risk=some(lambda name, late: risk(name, late=late), st.booleans()),
    at_risk_is_more=st.booleans(),
    channels=some(lambda name, held: FloorChannel(name, open=held), FEW),
)


def by_id(floor: Floor) -> dict[str, Any]:
    lists = {name: {getattr(one, key): one for one in getattr(floor, name)} for name, key in LISTS.items()}
    return {**lists, "as_of": floor.as_of, "more": (floor.agents_are_more, floor.at_risk_is_more)}


@settings(max_examples=30)
@given(FLOORS, FLOORS)
def test_whoever_has_one_floor_has_the_other_when_told_the_change(before: Floor, after: Floor) -> None:
    told = change(before, after)

    assert by_id(changed_by(before, told)) == by_id(after)
    assert change(after, after).is_empty


def test_a_change_names_what_is_different_and_nothing_else() -> None:
    before = Floor(NOW, agents=(agent("a"), agent("b")), at_risk=(risk("x"),))
    after = Floor(NOW + timedelta(seconds=5), agents=(agent("a", used=2), agent("b")))

    told = change(before, after)

    assert {name: len(things) for name, things in told.changed.items() if things} == {"agents": 1}
    assert {name: ids for name, ids in told.gone.items() if ids} == {"at_risk": ["x"]}


def test_a_floor_nobody_looked_at_is_no_change() -> None:
    with pytest.raises(ValueError, match="nobody"):
        change(Floor(NOW), Floor())


def test_agents_see_their_queues_and_what_is_theirs_only() -> None:
    queues = tuple(FloorQueue(team, team) for team in ("team_1", "team_2", "fallback"))
    floor = Floor(
        NOW,
        queues,
        (agent("agt_1"), agent("agt_2", teams=("team_2",))),
        True,
        (risk("x", "agt_1"), risk("y", "agt_2"), risk("z")),
        channels=(FloorChannel("whatsapp", 3),),
    )

    seen = seen_by(floor, Principal("agent", "agt_1", "Ana", Role.AGENT))

    assert [queue.team_id for queue in seen.queues] == ["team_1", "fallback"]
    assert [one.agent_id for one in seen.agents] == ["agt_1"]
    assert [one.id for one in seen.at_risk] == ["x"]
    assert (seen.channels, seen.agents_are_more) == ((), False)
    assert seen_by(floor, Principal("agent", "agt_9", "Sue", Role.SUPERVISOR)) == floor


def test_arrivals_are_a_minute_of_each_span() -> None:
    assert per_minute({1: 2, 3: 3, 20: 10}) == {"last_1": 2.0, "last_5": 1.0, "last_15": 0.33, "last_60": 0.25}


def test_the_abandoned_share_is_of_waits_that_ended() -> None:
    assert FloorQueue("t", "T", taken_today=3, left_today=1).abandoned_percent == 25.0
    assert FloorQueue("t", "T").abandoned_percent is None
