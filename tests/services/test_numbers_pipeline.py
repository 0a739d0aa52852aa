"""From events to roll-ups: in whatever order, however often, and whatever breaks off, the numbers are the same."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.measure import Measure
from chalicelib.domain.periods import local_day
from chalicelib.domain.rollup import GROUPINGS, Grain, counted
from chalicelib.services.numbers_ports import Standing
from tests.domain.clock_forms import Tale, tales
from tests.services.numbers_desk import Event, Fault, Numbers, batches, calm, retold

FIRST, LAST = date(2026, 2, 1), date(2026, 4, 30)


def told(numbers: Numbers, *lists: list[Event]) -> list[Event]:
    for nth in range(1, 4):
        numbers.contact(f"con_{nth}", "de")
    return [event for each in lists for event in each]


def everything(numbers: Numbers, standing: Standing | None = None) -> dict[Any, Any]:
    """All that reports can read."""
    return {
        (grain, grouping): numbers.rollups.read(grain, grouping, None, FIRST, LAST, standing=standing)
        for grain in Grain
        for grouping in GROUPINGS
    }


def by_hand(numbers: Numbers, standing: Standing) -> dict[Any, Any]:
    """The same from the slices, as of the same time."""
    hours = {key[0].removeprefix("HRS#") for key in numbers.cloud.tables["facts"].items if key[0].startswith("HRS#")}
    starts = sorted(datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC) for text in hours)
    measures: list[Measure] = [m for each in numbers.slices.of_hours(starts, standing.as_of) for m in each.measures]
    found: dict[Any, Any] = {}
    for grain in Grain:
        buckets: dict[str, list[Measure]] = {}
        for measure in measures:
            buckets.setdefault(_bucket(grain, measure, standing.zone), []).append(measure)
        for grouping in GROUPINGS:
            found[grain, grouping] = {
                (bucket, group): cells
                for bucket in sorted(buckets)
                for group, cells in counted(buckets[bucket], grouping).items()
            }
    return found


def _bucket(grain: Grain, measure: Measure, zone: str) -> str:
    from zoneinfo import ZoneInfo

    day = local_day(measure.at, ZoneInfo(zone))
    if grain is Grain.HOUR:
        return f"{measure.at:%Y-%m-%dT%H:00Z}"
    return (day if grain is Grain.DAY else day.replace(day=1)).isoformat()


@settings(max_examples=4, deadline=None)
@given(st.lists(tales(most=10), min_size=2, max_size=3), st.integers(0, 2**32))
def test_any_order_repetition_and_batching_gives_the_same_bytes(made: list[Tale], seed: int) -> None:
    chance = random.Random(seed)
    one, other = Numbers(), Numbers()
    lists = [retold(tale, f"t{nth}", f"con_{nth % 2 + 1}") for nth, tale in enumerate(made)]
    events = told(one, *lists)
    told(other)
    one.take(events)
    one.run()
    for batch in batches(events, chance):
        other.take(batch)
        if chance.random() < 0.3:
            other.run()
    other.run()
    assert one.dump() == other.dump() != {}


WAY = [retold(Tale().customer().later(3).says("agent").resolve(), "one"), retold(Tale().customer(), "two")]


def way(numbers: Numbers) -> None:
    """Two batches, of which the second adds to what the first told; each is counted."""
    events = told(numbers, *WAY)
    numbers.take(events[:2])
    numbers.run()
    numbers.take(events[1:])
    numbers.run()


def places() -> Iterator[tuple[int, str]]:
    numbers, fault = Numbers(), Fault()
    numbers.cloud.tap = fault
    way(numbers)
    for place in range(len(fault.calls)):
        for kind in ("refused", "crash", "lost by crash"):
            yield place, kind


def test_a_fault_at_any_call_changes_nothing() -> None:
    straight = Numbers()
    way(straight)
    wanted, tried = straight.dump(), list(places())
    assert len(tried) > 40
    # Every call is spoiled in one of three ways, in turn.
    for nth, (place, kind) in enumerate(tried):
        if nth % 3 != place % 3:
            continue
        numbers = Numbers()
        numbers.cloud.tap = Fault(place, kind)
        way(numbers)
        calm(numbers)
        numbers.run()
        assert numbers.dump() == wanted, (place, kind)


def test_every_reading_is_what_its_slices_give_by_hand() -> None:
    numbers = Numbers(zone="America/New_York")
    long = Tale().customer().later(2).assign("agt_1").later(600).says("agent").label("refund", "vip").later(900)
    for event in told(numbers, retold(long.customer().later(3).says("agent").resolve(), "long"), *WAY):
        numbers.take([event])
    numbers.run()
    standing = numbers.rollups.standing()
    assert standing is not None
    found = everything(numbers)
    assert found == by_hand(numbers, standing)
    assert len(found[Grain.DAY, ()]) == 2
