"""A recorded day: what the trail of the real stores tells, and that running it again gives the day that was."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bench import days
from chalicelib.aws.stores.trail import Trail, TrailedRoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.capacity import Capacity
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.routing_values import Outcome
from chalicelib.domain.trail import Decided, Line, Moved, Stood
from chalicelib.domain.workload import Workload
from chalicelib.services.replay import replay
from chalicelib.services.replay_recorded import USUAL_SECONDS, past_of, reproduce
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_replay import START, Product, small_day

END = START + timedelta(hours=20)
ASSIGNED, CHANGED = "conversation.assigned", "conversation.status_changed"


def no_hours(hours_id: str) -> BusinessHours | None:
    return None


def recorded(seed: int) -> tuple[list[Line], Any]:
    """A day through the real service and stores, with the trail that it leaves. Moves are told by events: here by
    hand."""
    made = small_day(seed)
    day = replay(days.POLICY, made.staff, made.arrivals)
    trail = Trail(Desk(MemoryDynamoDB({"live": MemoryTable({})}), "live"))
    product = Product(made)
    floor = product.floor
    floor.routing = replace(floor.routing, store=TrailedRoutingStore(floor.raw, trail))
    outside: list[tuple[Any, int, str, Any]] = []
    for each in day.served:
        assert each.given_at is not None
        done = each.given_at + timedelta(seconds=each.arrival.handling_seconds)
        outside += [(each.arrival.at, 1, each.arrival.conversation_id, each)]
        outside += [(done, 0, each.arrival.conversation_id, each)]
    for at, comes, name, each in sorted(outside, key=lambda one: one[:3]):
        floor.passes((at - floor.now) / timedelta(seconds=1))
        if comes:
            product.arrives(each.arrival)
        else:
            product.ends(name)
            trail.write(Moved(at, CHANGED, name, "resolved", each.agent_id, "agent"))
    return list(trail.between(START - timedelta(hours=1), END + timedelta(days=1))), (made, day)


@pytest.mark.parametrize("seed", range(3))
def test_a_recorded_day_run_again_is_the_day_that_was(seed: int) -> None:
    lines, (made, day) = recorded(seed)
    earlier = [
        Stood(
            START - timedelta(hours=3),
            Workload(each.agent_id, each.name, each.team_ids, online(), each.capacity, each.skills),
        )
        for each in made.staff
    ]

    past = past_of(earlier, lines, START - timedelta(hours=1), END, no_hours)

    assert (past.reproduced.decisions, past.reproduced.same) == (len(day.decisions), len(day.decisions))
    assert {each.agent_id for each in past.recording.staff} == {each.agent_id for each in made.staff}
    assert [each.conversation_id for each in past.recording.arrivals] == [
        each.arrival.conversation_id for each in day.served
    ]
    run = replay(days.POLICY, past.recording.staff, past.recording.arrivals)
    then = [(each.arrival.conversation_id, each.agent_id, each.given_at) for each in day.served]
    assert [(each.arrival.conversation_id, each.agent_id, each.given_at) for each in run.served] == then


def online() -> Presence:
    return Presence(Intent.ONLINE, "", START, START + timedelta(days=9))


def test_who_was_not_heard_of_before_is_there_from_the_first_decision_that_saw_them() -> None:
    lines, _ = recorded(0)
    first = next(line for line in lines if isinstance(line, Decided))
    gone = Workload("agt_00000", "Ana", ("team_support",), Presence(Intent.OFFLINE), Capacity(8, 1))
    leaves = first.at + timedelta(minutes=20)

    told = [line for line in lines if line.at < leaves] + [Stood(leaves, gone)]
    past = past_of([], told, START - timedelta(hours=1), END, no_hours)

    shifts = {each.agent_id: each.shifts for each in past.recording.staff}
    assert shifts["agt_00000"] == ((first.at, leaves),)
    assert {span[1] for name, spans in shifts.items() if name != "agt_00000" for span in spans} == {END}


def test_a_shift_by_business_hours_ends_with_them() -> None:
    hours = BusinessHours("hrs_1", "Day", "UTC", dict.fromkeys(range(7), ((0, 9 * 60),)))
    there = replace(online(), hours_id="hrs_1")
    stood = Stood(START - timedelta(hours=1), Workload("agt_00000", "Ana", (), there, Capacity(8, 1)))

    past = past_of(
        [stood], [], START, START + timedelta(hours=10), lambda hours_id: hours if hours_id == "hrs_1" else None
    )

    (ana,) = past.recording.staff
    assert ana.shifts == ((START, START.replace(hour=9)),)


def test_who_nobody_was_done_with_is_taken_to_be_as_the_others() -> None:
    lines, _ = recorded(0)
    decided = [line for line in lines if isinstance(line, Decided)]
    first = next(line for line in decided if line.decision.agent_id is not None)
    waits = replace(first, decision=replace(first.decision, agent_id=None, outcome=Outcome.WAITING))

    alone = past_of([], [waits], START - timedelta(hours=1), END, no_hours).recording.arrivals
    held = past_of([], [first], START - timedelta(hours=1), END, no_hours).recording.arrivals
    moved = Moved(first.at + timedelta(seconds=77), ASSIGNED, first.decision.conversation_id, "open", None, "agent")
    returned = past_of([], [first, moved], START - timedelta(hours=1), END, no_hours).recording.arrivals

    assert [each.handling_seconds for each in alone] == [USUAL_SECONDS]
    assert [each.handling_seconds for each in held] == [round((END - first.at).total_seconds())]
    assert [each.handling_seconds for each in returned] == [77]


def test_what_nobody_wrote_down_is_counted() -> None:
    lines, _ = recorded(0)
    given = next(line for line in lines if isinstance(line, Decided) and line.decision.agent_id is not None)
    name, agent_id = given.decision.conversation_id, given.decision.agent_id
    events = [Moved(given.at, ASSIGNED, name, "open", agent_id, "system")]
    events += [Moved(given.at, ASSIGNED, "cnv_other", "open", agent_id, by) for by in ("system", "agent")]

    assert reproduce([*lines, *events]).unrecorded == 1
    blank = replace(given, decision=replace(given.decision, seen=None))
    assert reproduce([blank]).unlike == (blank.decision,)
