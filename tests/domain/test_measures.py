"""Measures: each is what somebody would reckon by hand, and the parts of each make it up."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.business_hours import DAY, BusinessHours
from chalicelib.domain.clock import intervals
from chalicelib.domain.clock_hours import BLOCK, OpenTime
from chalicelib.domain.clock_ledger import ClockLedger, with_lines
from chalicelib.domain.conversation import Status
from chalicelib.domain.definition import AMOUNT, COUNT, DURATION, HIGHER, LOWER, NEITHER, RATE
from chalicelib.domain.measure import NONE, Measure
from chalicelib.domain.measures import measures
from chalicelib.domain.metrics import DEFINITIONS, Definition
from tests.domain.clock_by_hand import Hand, Told
from tests.domain.clock_forms import HOURS, ID, MINUTE, START, Tale, tales
from tests.domain.measures_by_hand import by_hand
from tests.domain.test_business_hours_against_library import library_of
from tests.domain.test_clock_known_faults import wire


def told(found: Measure) -> Told:
    dims = found.dims
    value, business = (None if each is None else each // 60_000 for each in (found.value, found.business))
    agent, team = (None if each == NONE else each for each in (dims.agent, dims.team))
    at = int((found.at - START) / MINUTE)
    return found.kind, found.episode, at, value, business, found.hit, agent, team, dims.inbox


@settings(max_examples=30)
@given(tales())
def test_each_measure_is_that_of_who_reckons_by_hand(tale: Tale) -> None:
    assert sorted(map(told, measures(tale.ledger, HOURS)), key=repr) == by_hand(Hand(tale.events))


@settings(max_examples=20)
@given(tales())
def test_parts_sum_to_the_whole(tale: Tale) -> None:
    found = measures(tale.ledger, HOURS)
    for whole, family in (("response", "wait_"), ("resolution", "held_")):
        for of in (each for each in found if each.kind == whole):
            parts = [each for each in found if each.kind.startswith(family)]
            mine = [each for each in parts if (each.episode, each.at, each.dims) == (of.episode, of.at, of.dims)]
            wholes = [
                each
                for each in found
                if each.kind == whole and (each.episode, each.at, each.dims) == (of.episode, of.at, of.dims)
            ]
            for name in ("value", "business"):
                total = sum(getattr(each, name) for each in wholes)
                assert sum(getattr(each, name) for each in mine) == total
    resolved = {each.episode: each.value for each in found if each.kind == "resolution"}
    held = intervals(tale.ledger, HOURS, tale.now)
    for episode, value in resolved.items():
        assert sum(each.length for each in held if each.episode == episode) == value


@settings(max_examples=20)
@given(tales())
def test_places_count_the_measures_of_a_kind_and_episode(tale: Tale) -> None:
    found = measures(tale.ledger, HOURS)
    keys = [(each.kind, each.episode, each.place) for each in found]
    assert keys == sorted(set(keys))
    assert all(each.place == 0 or (each.kind, each.episode, each.place - 1) in keys for each in found)


@settings(max_examples=20)
@given(
    start=st.integers(0, 300 * DAY),
    length=st.integers(0, 40 * DAY),
    weekly=st.dictionaries(st.integers(0, 6), st.just(((480, 725), (800, 1080))), min_size=1),
)
def test_business_time_is_that_of_another_library(
    start: int, length: int, weekly: dict[int, tuple[tuple[int, int], ...]]
) -> None:
    hours = BusinessHours("hrs_9", "Shop", "Asia/Kathmandu", weekly)
    tale = Tale(now=START + start * MINUTE).customer()
    begin = tale.now
    tale.later(length).says("agent")
    lines = [{**line, "hours": "shop"} for line in tale.lines()]
    found = measures(with_lines(ClockLedger(ID), lines), {"shop": hours})
    (first,) = (each for each in found if each.kind == "first_response")
    expected = library_of(hours).difference(begin, tale.now).timedelta
    assert (first.value, first.business) == (length * 60_000, expected.total_seconds() * 1000)


def test_open_time_is_the_same_when_it_reaches_over_the_blocks_it_is_reckoned_in() -> None:
    opened = OpenTime(BusinessHours("hrs_9", "Always", "UTC", dict.fromkeys(range(7), ((0, DAY),))))
    start = 700 * BLOCK - 5
    assert [*opened.spans(start, start + 10)] == [(start, start + 5), (start + 5, start + 10)]
    assert opened.between(start, start + 3 * BLOCK) == 3 * BLOCK
    assert opened.between(start, start) == 0


def test_every_kind_that_is_made_is_defined_and_every_definition_is_made() -> None:
    tale = (
        Tale()
        .customer()
        .assign(None)
        .later(130)
        .offer("agt_1", 5)
        .later(2)
        .assign("agt_1")
        .later(3)
        .read("agt_1")
        .later(4)
        .ask()
    )
    tale.later(1).reply().later(1).status(Status.SNOOZED).later(1).status(Status.OPEN).later(1).says("agent").later(1)
    tale.customer().later(1).assign(None).later(1).says("bot", "bot_1").later(1).assign("agt_2").later(1).says("agent")
    sent = tale.events[-1]
    tale.events.append({**sent, "id": "evt_m", "type": "message.state_changed", "data": {"state": "sent"}})
    at = START.isoformat()
    tale.events += [
        wire("sla.met", f"clock_{kind}", 2, clock=kind, met_at=at)
        for kind in ("first_response", "next_response", "resolution")
    ]
    tale.events.append(wire("promise.kept", "prm_1", 2, kept_at=at))
    tale.later(5).resolve()
    lines = [{**line, "fees": {"provider": 5, "aws": 2}} for line in tale.lines()]
    made = {each.kind for each in measures(with_lines(ClockLedger(ID), lines), HOURS)}
    others = {kind for other in _otherwise_ended() for kind in other}
    assert made | others == set(DEFINITIONS)


def _otherwise_ended() -> Iterator[set[str]]:
    for tale in (
        Tale().customer().later(5).resolve(),
        Tale().customer().assign("agt_1").later(1).says("agent").later(5).resolve(),
        Tale().customer().assign("agt_1").later(1).says("agent").later(5).resolve().later(60).customer(),
    ):
        found = {each.kind for each in measures(with_lines(ClockLedger(ID), tale.lines()), HOURS)}
        assert len({kind for kind in found if kind.startswith("ended_")}) == 1
        yield found


@pytest.mark.parametrize("row", DEFINITIONS.values(), ids=DEFINITIONS.keys())
def test_a_definition_says_what_its_number_is(row: Definition) -> None:
    assert row.shape in (COUNT, DURATION, RATE, AMOUNT) and row.better in (LOWER, HIGHER, NEITHER)
    assert row.formula and row.events and row.unit and not row.formula.endswith(".")
