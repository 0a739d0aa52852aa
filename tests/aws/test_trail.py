"""The trail of routing: lines come back as they were, by hour and by day, and a store that fails costs a line only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec_trail import line_from, line_item
from chalicelib.aws.stores.trail import Trail, TrailedRoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.giving import Given
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_values import Seen
from chalicelib.domain.trail import MAX_KEPT, Decided, Line, Moved, Stood, decided
from chalicelib.domain.workload import candidate
from chalicelib.domain.writes import Recorded, Written
from tests.aws.memory_cloud import refused
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.domain.values import times
from tests.services.test_routing import START, Floor


def a_move(at: datetime, number: int = 0) -> Moved:
    return Moved(at, "conversation.assigned", f"cnv_{number:04d}", "open", "agt_1", "system")


class Failing:
    """A client that refuses every write."""

    def put_item(self, **request: Any) -> Mapping[str, Any]:
        raise refused("ProvisionedThroughputExceededException")


def a_trail() -> Trail:
    return Trail(Desk(MemoryDynamoDB({"live": MemoryTable({})}), "live"))


@pytest.fixture
def floor() -> Floor:
    made = Floor()
    made.agent("ana", 5, ("team_1",), {"lang:de": 4})
    return made


def test_lines_of_several_hours_come_back_in_order_and_those_of_others_do_not() -> None:
    trail = a_trail()
    at = START.replace(minute=59, second=59, microsecond=999_000)
    told = [a_move(at + timedelta(minutes=30 * number), number) for number in range(6)]
    for line in reversed(told):
        trail.write(line)

    assert list(trail.between(at, at + timedelta(hours=9))) == told
    # From its first millisecond on, up to its last.
    assert list(trail.between(told[1].at, told[4].at)) == told[1:4]
    assert list(trail.agents(at, at + timedelta(hours=9))) == []


def test_agents_are_kept_by_day(floor: Floor) -> None:
    trail = a_trail()
    told = [Stood(START + timedelta(hours=10 * number), floor.workload("ana")) for number in range(4)]
    for line in told:
        trail.write(line)

    assert list(trail.agents(START, START + timedelta(days=3))) == told
    assert list(trail.agents(told[1].at, told[3].at)) == told[1:3]
    assert list(trail.between(START, START + timedelta(days=3))) == []


def test_what_was_carried_out_leaves_a_line_and_what_was_not_leaves_none(floor: Floor) -> None:
    trail = a_trail()
    store = TrailedRoutingStore(floor.raw, trail)
    floor.routing = replace(floor.routing, store=store)

    floor.choose("ana", Intent.ONLINE)
    floor.opens("cnv_0001", german=True)
    (line,) = trail.between(START - timedelta(hours=1), START + timedelta(hours=1))
    assert isinstance(line, Decided)
    assert line.decision == store.decisions("cnv_0001", 1)[0]
    assert line.decision.seen is not None
    assert [each.agent_id for each in line.decision.seen.agents] == ["ana"]
    before = floor.conversation("cnv_0001")

    old = replace(before, version=before.version - 1)
    late = Given(old, before, Recorded((), SYSTEM, START), "ana", 0, line.decision, line.entry)
    assert store.give(late) is Written.CONFLICT
    assert len(list(trail.between(START - timedelta(hours=1), START + timedelta(hours=1)))) == 1


def test_a_store_that_fails_costs_the_line_and_nothing_else(floor: Floor) -> None:
    store = TrailedRoutingStore(floor.raw, Trail(Desk(Failing(), "live")))
    floor.routing = replace(floor.routing, store=store)

    floor.choose("ana", Intent.ONLINE)
    floor.opens("cnv_0001")

    assert floor.conversation("cnv_0001").assignee_id == "ana"


def test_of_a_very_large_pool_only_those_are_kept_whom_the_decision_names(floor: Floor) -> None:
    floor.choose("ana", Intent.ONLINE)
    floor.opens("cnv_0001")
    entry = floor.store.entry("cnv_0001")
    assert entry is not None
    one = candidate(floor.workload("ana"), START)
    crowd = [replace(one, agent_id=f"agt_{number:04d}") for number in range(MAX_KEPT + 1)]
    decision = decide(work_of(entry, START), crowd, START)

    line = decided(decision, entry)

    assert line.decision.seen is not None
    assert (line.is_whole, len(line.decision.seen.agents)) == (False, 20)
    assert line.decision.agent_id in {each.agent_id for each in line.decision.seen.agents}
    assert decided(replace(decision, seen=Seen(work_of(entry, START), tuple(crowd[:5]))), entry).is_whole
    assert len(line_item(line)["z"]) < 4000


@given(times, st.sampled_from(("open", "resolved")))
def test_any_line_comes_back_out_of_its_item(at: datetime, status: str) -> None:
    line: Line = replace(a_move(at), status=status)
    assert line_from(line_item(line)) == line


@given(times, times)
def test_lines_stand_in_the_order_of_time(one: datetime, other: datetime) -> None:
    (first_pk, first), (other_pk, second) = (keys.trail(at, "Dcnv_1", agents=False) for at in (one, other))
    if first_pk == other_pk:
        assert (first < second) is (one.replace(microsecond=one.microsecond // 1000 * 1000) < other) or first == second
    assert (first_pk < other_pk) is (one.strftime("%Y%m%d%H") < other.strftime("%Y%m%d%H"))
