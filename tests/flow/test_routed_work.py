"""A working day by API: an agent comes online, is given what comes in as far as there is room, resolves, and is given
the next one. The router's function runs on the events that the desk announces."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.presence import Intent
from chalicelib.services import desk as desk_service
from chalicelib.services.presence import CONNECTED_FOR
from chalicelib.wiring import routing as wiring
from chalicelib.wiring import shared, work
from functions.routing.handler import handler
from tests.flow.conftest import ANA, Stage

AGENT = Agent(ANA.id, ANA.name, "ana@example.com", Role.AGENT, shared.now())
CUSTOMERS = [f"8526123450{place}" for place in range(6)]


@pytest.fixture
def routed(stage: Stage) -> Iterator[Stage]:
    stage.world.routes = True
    yield stage


def load() -> Any:
    return work.board().standing(AGENT, shared.now()).workload


def timer(kind: str, subject: str, epoch: int, due_at: str) -> dict[str, Any]:
    """A timer's record as the timers queue brings it."""
    body = {"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at}
    return {"Records": [{"messageId": "1", "body": json.dumps(body), "attributes": {}, "receiptHandle": "r"}]}


def test_a_day_of_work(routed: Stage) -> None:
    for wa_id in CUSTOMERS[:5]:
        routed.customer_says("Where is my order?", wa_id)
    assert {each.assignee_id for each in routed.conversations()} == {None}

    wiring.presence().choose(AGENT, Intent.ONLINE, "", shared.now())
    routed.settle()

    # Ten units, one kept back, two for each: the four that have waited longest. WhatsApp tells whole seconds.
    given = sorted(routed.conversations(), key=lambda each: (each.opened_at, each.id))
    assert [each.assignee_id for each in given] == [ANA.id] * 4 + [None]
    whole = [routed.desk.conversation(each.id) for each in given]
    assert [each.weight for each in whole if each is not None] == [2] * 4 + [0]
    assert load().used == 8

    routed.agent_replies(given[0].id, "It is on its way.")
    routed.settle()
    assert [entry.text for entry in routed.entries(given[0].id)] == ["Where is my order?", "It is on its way."]

    desk_service.set_status(routed.desk, ANA, given[0].id, Status.RESOLVED, shared.now())
    routed.settle()

    (last,) = [each for each in routed.conversations() if each.id == given[4].id]
    assert (last.assignee_id, load().used) == (ANA.id, 8)
    decision, *_earlier = work.routing_store().decisions(given[4].id, 5)
    assert decision.agent_id == ANA.id
    assert decision.sentence.startswith("Ana gets it")


def test_who_stops_sending_heartbeats_is_given_nothing(routed: Stage) -> None:
    chosen = wiring.presence().choose(AGENT, Intent.ONLINE, "", shared.now() - 2 * CONNECTED_FOR)
    until = chosen.presence.connected_until
    assert until is not None
    handler(timer("disconnect", AGENT.id, int(until.timestamp()), until.isoformat()), None)
    routed.customer_says("Hello?")

    (waiting,) = routed.conversations()

    assert waiting.assignee_id is None
    assert load().presence.connected_until is None


def test_a_loan_ends_by_itself(routed: Stage) -> None:
    now = shared.now()
    team = "team_night"
    wiring.presence().choose(AGENT, Intent.ONLINE, "", now)
    started = now - CONNECTED_FOR
    until = now - CONNECTED_FOR / 3
    wiring.presence().lend(AGENT, team, until, Actor("agent", "agt_boss"), started)
    wiring.routing_store().refresh_places(load(), started, there=True)
    assert [each.agent_id for each in wiring.routing_store().pool(team, 100).items] == [AGENT.id]

    handler(timer("loan_over", AGENT.id, int(until.timestamp()), until.isoformat()), None)

    assert list(wiring.routing_store().pool(team, 100).items) == []
