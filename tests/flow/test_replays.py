"""A day by the desk's own functions, and then again: every decision comes out as it was, and a draft tells what it
would change. What is asked for is carried out by routing's function."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Status
from chalicelib.domain.document import Document
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.replay_run import ReplayRun, RunState
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.domain.trail import Decided, Line
from chalicelib.domain.writes import Recorded
from chalicelib.services import desk as desk_service
from chalicelib.services.documents import policy_body
from chalicelib.services.replay_recorded import reproduce
from chalicelib.wiring import replays, shared, work
from chalicelib.wiring import routing as wiring
from tests.flow.conftest import ANA, Stage

BEN = Agent("agt_ben", "Ben", "ben@example.com", Role.AGENT, shared.now())
AGENT = Agent(ANA.id, ANA.name, "ana@example.com", Role.AGENT, shared.now())
CURRENT = {"current": {**policy_body(RoutingPolicy()), "version": 0}}


@pytest.fixture
def routed(stage: Stage) -> Iterator[Stage]:
    stage.world.routes = True
    yield stage


def lines() -> list[Line]:
    now = shared.now()
    return list(wiring.trail().between(now - timedelta(hours=1), now + timedelta(hours=1)))


def decisions(stage: Stage) -> list[Any]:
    """All that stand with their conversations, whoever they are."""
    names = {item["pk"]["S"][4:] for item in stage.world.items() if item["pk"]["S"].startswith("CNV#")}
    return [each for name in names for each in work.routing_store().decisions(name, 100)]


def a_day(stage: Stage) -> None:
    """Two agents, more customers than they can hold, some done, one who comes back, one who goes home."""
    for place in range(3):
        stage.customer_says("Where is it?", f"85260000{place}00")
    presence = wiring.presence()
    for agent in (AGENT, BEN):
        presence.set_up(agent, lambda known: _of_units(known, 5), SYSTEM, shared.now())
        presence.choose(agent, Intent.ONLINE, "", shared.now())
        stage.settle()
    for place in range(3, 7):
        stage.customer_says("And mine?", f"85260000{place}00")
    done = [each for each in stage.conversations() if each.assignee_id == ANA.id][0]
    desk_service.set_status(stage.desk, ANA, done.id, Status.RESOLVED, shared.now())
    stage.settle()
    stage.customer_says("One more thing", "8526000000000"[:11])
    presence.choose(BEN, Intent.OFFLINE, "", shared.now())
    stage.settle()


def _of_units(known: Any, units: int) -> Any:
    return replace(known, capacity=Capacity(units, 1))


def test_every_decision_of_a_real_day_comes_out_again(routed: Stage) -> None:
    a_day(routed)

    found = reproduce(lines())

    stored = decisions(routed)
    assert len(stored) >= 8
    assert {each.agent_id for each in stored} == {None, ANA.id, BEN.id}
    # As many as stand with the conversations, each the same in every part, and nothing given out without a line.
    assert (found.decisions, found.same, found.unrecorded, found.unlike) == (len(stored), len(stored), 0, ())


def test_a_decision_that_was_tampered_with_does_not_come_out_again(routed: Stage) -> None:
    a_day(routed)
    told = lines()
    place = next(place for place, line in enumerate(told) if isinstance(line, Decided) and line.decision.agent_id)
    line = told[place]
    assert isinstance(line, Decided)
    told[place] = Decided(replace(line.decision, agent_id="agt_other"), line.entry)

    found = reproduce(told)

    assert found.same == found.decisions - 1
    assert [each.agent_id for each in found.unlike] == ["agt_other"]
    assert found.unrecorded == 1
    assert reproduce(told[:place] + told[place + 1 :]).unrecorded == 1


def asked(stage: Stage, source: Any, rules: Any = CURRENT) -> ReplayRun:
    run = replays.replays().ask("agt_boss", source, rules, shared.now())
    assert run.state is RunState.WAITING
    stage.settle()
    found = replays.store().get(run.id)
    assert found is not None
    return found


def the_last_hour() -> Any:
    now = shared.now()
    return {"recorded": {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}}


def test_a_recorded_day_is_run_by_the_function_and_compared_with_a_draft(routed: Stage) -> None:
    a_day(routed)
    draft = policy_body(RoutingPolicy(sticky_seconds=0))

    run = asked(routed, the_last_hour(), CURRENT | {"draft": {**draft, "version": 3}})

    assert (run.state, run.detail) == (RunState.DONE, "")
    assert run.reproduced is not None
    assert run.reproduced["same"] == run.reproduced["decisions"] >= 8
    assert run.reproduced["unlike"] == []
    assert set(run.figures) == {"current", "draft"}
    assert run.figures["current"]["arrived"] == run.conversations >= 7
    rows = replays.store().rows(run.id, 0, 100)
    assert len(rows) == run.conversations
    assert sum(row.differs for row in rows) == run.differences
    then = [row.then for row in rows if row.then is not None]
    assert {each.agent_id for each in then} >= {ANA.id, BEN.id}


def test_a_made_up_day_is_the_same_every_time(routed: Stage) -> None:
    source = {"generated": {"seed": 4, "hours": 2, "arrivals_per_hour": 40, "agents": 3}}

    first = asked(routed, source)
    again = asked(routed, source)

    assert first.state is again.state is RunState.DONE
    assert first.figures == again.figures
    assert first.figures["current"]["arrived"] > 60
    one, other = (replays.store().rows(run.id, 0, 100) for run in (first, again))
    assert [(row.conversation_id, row.fared) for row in one] == [(row.conversation_id, row.fared) for row in other]


def test_a_call_that_comes_twice_or_late_changes_nothing(routed: Stage) -> None:
    run = asked(routed, {"generated": {"seed": 4, "hours": 1, "arrivals_per_hour": 10, "agents": 2}})

    replays.replays().carry_out(run.id, 1, shared.now())
    replays.replays().carry_out("rpl_unknown", 1, shared.now())

    assert replays.store().get(run.id) == run


def test_what_breaks_off_again_and_again_fails_in_the_end(routed: Stage) -> None:
    now = shared.now()
    run = ReplayRun("rpl_0", "agt_boss", now, {"generated": {"seed": 1, "hours": 1, "arrivals_per_hour": 1}}, CURRENT)
    replays.store().put(replace(run, state=RunState.RUNNING, attempts=3), 0)

    replays.replays().carry_out(run.id, 1, now)

    found = replays.store().get(run.id)
    assert found is not None
    assert (found.state, found.detail) == (RunState.FAILED, "It broke off several times: ask for a smaller one.")


def test_a_day_that_takes_too_long_is_given_up(routed: Stage) -> None:
    ticks = iter(range(0, 10_000, 10))
    hurried = replace(replays.replays(), clock=lambda: float(next(ticks)))
    run = hurried.ask(
        "agt_boss", {"generated": {"hours": 1, "arrivals_per_hour": 50, "seed": 1, "agents": 2}}, CURRENT, shared.now()
    )

    hurried.carry_out(run.id, 1, shared.now())

    found = replays.store().get(run.id)
    assert found is not None
    assert (found.state, found.detail) == (RunState.FAILED, "It takes too long: ask for fewer arrivals or agents.")


def test_the_breaches_are_those_of_the_published_policies(routed: Stage) -> None:
    policy = {"id": "fast", "name": "Fast", "targets": {"first_response": 30}, "condition": {}}
    work.documents("sla").put(Document("published", {"policies": [policy]}, 1), 0)

    crowded = asked(routed, {"generated": {"seed": 4, "hours": 1, "arrivals_per_hour": 60, "agents": 1}})
    roomy = asked(routed, {"generated": {"seed": 4, "hours": 1, "arrivals_per_hour": 60, "agents": 90}})

    for run in (crowded, roomy):
        assert run.figures["current"]["promised"] == run.figures["current"]["arrived"]
    assert crowded.figures["current"]["breached"] > 20
    assert roomy.figures["current"]["breached"] == 0


class NoTimers:
    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        raise StoreUnavailable("no queue")


def test_a_replay_that_cannot_be_begun_is_in_nobodys_way(routed: Stage) -> None:
    source = {"generated": {"hours": 1, "arrivals_per_hour": 5, "seed": 1, "agents": 2}}

    with pytest.raises(StoreUnavailable):
        replace(replays.replays(), timers=NoTimers()).ask("agt_boss", source, CURRENT, shared.now())

    (failed,) = replays.store().newest(10)
    assert (failed.state, failed.detail) == (RunState.FAILED, "It could not be begun: ask again.")
    assert asked(routed, source).state is RunState.DONE


def test_a_draft_that_asks_who_the_customer_is_is_told_though_the_rules_of_the_day_did_not_ask(routed: Stage) -> None:
    a_day(routed)
    name = routed.conversations()[0].id
    customer = replays.Surroundings().customers([name])[name][1]
    tiered = replace(customer, attributes={"tier": "gold"}, version=customer.version + 1)
    shared_contacts = ContactStore(shared.desk())
    shared_contacts.replace(tiered, customer.version, Recorded((), SYSTEM, shared.now()))
    gold = RouteRule("Gold", {"field": "contact.tier", "is": "gold"}, skills={"gold": 5})
    draft = {**policy_body(RoutingPolicy(routes=(gold,))), "version": 3}

    run = asked(routed, the_last_hour(), {"draft": draft})

    fared = {row.conversation_id: row.fared["draft"] for row in replays.store().rows(run.id, 0, 100)}
    # Nobody has what the draft asks for of this one.
    assert fared[name].agent_id is None
    assert {each.agent_id for each in fared.values()} > {None}
