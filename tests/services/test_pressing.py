"""What presses more as time goes by moves forward in its queue, once, and only where it waits."""

from typing import Any

import pytest

from chalicelib.domain.presence import Intent
from chalicelib.domain.priority import PriorityRule
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.services.pressing import Pressing
from tests.services.test_routing import Floor

RISK = PriorityRule("at risk", 60, {"field": "sla_at_risk", "is": True})
FIRST, SECOND = "cnv_0001", "cnv_0002"


def floor() -> tuple[Floor, Pressing]:
    """Two conversations that wait; the first came first."""
    made = Floor()
    made.rules.now = RoutingPolicy(priorities=(RISK,))
    for name in (FIRST, SECOND):
        made.opens(name)
        made.passes(30)
    return made, Pressing(made.store, made.rules.policy)


def event(kind: str, conversation_id: str = SECOND) -> dict[str, Any]:
    return {"type": kind, "data": {"conversation_id": conversation_id}}


def order(made: Floor) -> list[str]:
    return [entry.conversation_id for entry in made.store.queue("team_1", 10).items]


@pytest.mark.parametrize("kind", ["sla.warned", "sla.breached"])
def test_what_is_at_risk_goes_before_what_came_first(kind: str) -> None:
    made, pressing = floor()
    assert order(made) == [FIRST, SECOND]
    pressing.react(event(kind))
    assert order(made) == [SECOND, FIRST]
    moved = made.store.entry(SECOND)
    for again in ("sla.warned", "sla.breached"):
        pressing.react(event(again))
    assert made.store.entry(SECOND) == moved
    assert moved is not None and moved.points == RISK.points


def test_other_events_and_other_conversations_move_nothing() -> None:
    made, pressing = floor()
    for each in (event("sla.met"), event("sla.started"), event("sla.warned", "cnv_0009")):
        pressing.react(each)
    assert order(made) == [FIRST, SECOND]


def test_what_is_somebodys_already_is_left_alone() -> None:
    made, pressing = floor()
    made.agent("ana", 10, ("team_1",), {})
    made.choose("ana", Intent.ONLINE)
    before = made.store.entry(SECOND)
    pressing.react(event("sla.warned"))
    assert made.store.entry(SECOND) == before
