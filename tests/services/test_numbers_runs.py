"""Runs of the aggregation: what readers see meanwhile, lists that give their numbers, zones, days of 23 and 25 hours,
and numbers made anew."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.measure import Dimension, Dims, Measure
from chalicelib.domain.rollup import GROUPINGS, Cell, Grain, counted
from chalicelib.services.folding import Folding
from chalicelib.services.numbers_ports import Standing
from tests.domain.clock_forms import START, Tale
from tests.services.numbers_desk import MINUTE, Event, Numbers, calm, retold

FIRST, LAST = date(2026, 2, 1), date(2026, 4, 30)
HOUR = timedelta(hours=1)
CHANNEL = (Dimension.CHANNEL,)


def case(name: str, minutes: float = 10, start: datetime = START, contact: str = "con_1") -> list[Event]:
    """A customer writes, is answered after so many minutes, and all is done."""
    tale = Tale(now=start).customer().later(2).assign("agt_1").later(minutes).says("agent").later(5).resolve().later(30)
    return retold(tale, name, contact)


def standing(numbers: Numbers) -> Standing:
    found = numbers.rollups.standing()
    assert found is not None
    return found


def arrivals(numbers: Numbers, **more: Any) -> int:
    cells = numbers.rollups.read(Grain.DAY, (), None, FIRST, LAST, ["arrivals"], **more)
    return sum(each["arrivals"].n for each in cells.values())


def by_list(numbers: Numbers, as_of: datetime, hours: list[datetime]) -> dict[Any, Cell]:
    measures = [each for held in numbers.slices.of_hours(hours, as_of) for each in held.measures]
    return {(group, kind): cell for group, cells in counted(measures, CHANNEL).items() for kind, cell in cells.items()}


def by_rollups(numbers: Numbers, grain: Grain, at: Standing | None = None) -> dict[Any, Cell]:
    found = numbers.rollups.read(grain, CHANNEL, None, FIRST, LAST, standing=at)
    assert len({bucket for bucket, _ in found}) == 1
    return {(group, kind): cell for (_, group), cells in found.items() for kind, cell in cells.items()}


HOURS = [START + nth * HOUR for nth in range(-1, 24)]


def test_a_number_is_what_its_list_gives_also_after_more_is_known() -> None:
    numbers = Numbers()
    numbers.contact("con_1", "de")
    numbers.take(case("one"))
    numbers.run()
    first = standing(numbers)
    frozen = by_rollups(numbers, Grain.DAY)
    assert frozen == by_rollups(numbers, Grain.MONTH) == by_list(numbers, first.as_of, HOURS)
    numbers.take(case("two", 40))
    late = retold(Tale().customer().later(600).says("agent"), "one")
    numbers.take([{**event, "id": f"{event['id']}x"} for event in late])
    assert by_rollups(numbers, Grain.DAY) == frozen
    numbers.run()
    now = standing(numbers)
    assert by_rollups(numbers, Grain.DAY) == by_list(numbers, now.as_of, HOURS) != frozen
    assert by_list(numbers, first.as_of, HOURS) == frozen


def test_readers_see_one_run_whole_while_the_next_is_at_work() -> None:
    numbers = Numbers()
    numbers.take(case("one"))
    numbers.run()
    held, before = standing(numbers), arrivals(numbers)
    numbers.take(case("two"))
    seen: list[int] = []

    def watching(name: str, call: Callable[[], Any]) -> Any:
        numbers.cloud.tap = lambda _, inner: inner()
        seen.append(arrivals(numbers, standing=held))
        numbers.cloud.tap = watching
        return call()

    numbers.cloud.tap = watching
    numbers.run()
    calm(numbers)
    assert set(seen) == {before} and len(seen) > 5
    assert arrivals(numbers) == before + 1
    numbers.take(case("three"))
    numbers.run()
    with pytest.raises(StoreUnavailable):
        arrivals(numbers, standing=held)


def test_a_second_run_leaves_the_first_one_its_work() -> None:
    numbers = Numbers()
    numbers.take(case("one"))
    others: list[object] = []

    def second(name: str, call: Callable[[], Any]) -> Any:
        calm(numbers)
        answer = call()
        others.append(numbers.aggregation.run(numbers.now + MINUTE))
        return answer

    numbers.cloud.tap = second
    done = numbers.run()
    assert done is not None and done.settled and others == [None]
    calls: list[str] = []

    def noted(name: str, call: Callable[[], Any]) -> Any:
        calls.append(name)
        return call()

    numbers.cloud.tap = noted
    numbers.run()
    # Nothing is to be done: the lease, settings and marks, and no more.
    assert len(calls) <= 4


def test_the_zone_is_changed_while_the_old_one_is_read() -> None:
    numbers, fresh = Numbers(zone="Europe/Berlin"), Numbers(zone="Asia/Kolkata")
    events = case("one") + case("two", start=START + timedelta(hours=13))
    for each in (numbers, fresh):
        each.take(events)
        each.run()
    old = arrivals(numbers)
    numbers.zone = "Asia/Kolkata"
    numbers.aggregation.runs.begin(numbers.now, numbers.now, "Asia/Kolkata", numbers.now)
    assert arrivals(numbers) == old
    numbers.run(2)
    assert standing(numbers).zone == "Asia/Kolkata" and not standing(numbers).settling
    ours = {key: text for key, text in numbers.dump().items() if "Berlin" not in key[0]}
    assert ours == fresh.dump()


@pytest.mark.parametrize("lost", ["all", "some", "nothing"])
def test_numbers_made_anew_from_the_archive_are_the_same(lost: str) -> None:
    numbers = Numbers()
    for nth in range(3):
        numbers.contact(f"con_{nth}", "de")
        numbers.take(case(f"c{nth}", start=START + timedelta(days=nth), contact=f"con_{nth // 2}"))
        numbers.now += timedelta(days=1)
    numbers.run()
    wanted = numbers.dump()
    table = numbers.cloud.tables["facts"]
    if lost == "all":
        numbers.lose_facts()
    elif lost == "some":
        for key in [key for key in table.items if key[0].startswith(("CLK#", "HRS#", "RUP#", "CAL#"))][::2]:
            del table.items[key]
        numbers.forget()
    job, steps = Job("job_1", "numbers.rebuild", "agt_1", numbers.now, {"anew": lost == "some"}), 0
    while not job.is_over:
        numbers.now += MINUTE
        job = numbers.rebuilding.step(job, numbers.now)
        steps += 1
    assert (job.done, job.total, job.errors) == (3, 3, 0) and steps > 3 and job.result["lines"] > 10
    numbers.run()
    assert numbers.dump() == wanted


def test_two_invocations_on_one_conversation_lose_nothing() -> None:
    one, both = Numbers(), Numbers()
    events = case("one")
    one.take(events)
    one.run()
    half = len(events) // 2

    def between(name: str, call: Callable[[], Any]) -> Any:
        if name == "dynamodb.transact_write_items":
            calm(both)
            both.take(events[half:])
        return call()

    both.cloud.tap = between
    both.take(events[:half])
    both.run()
    assert both.dump() == one.dump()


def test_one_that_cannot_be_measured_holds_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    numbers = Numbers()
    real = numbers.folding.derive

    def broken(ledger: ClockLedger, hours: Any) -> Any:
        if ledger.conversation_id == "cnv_bad":
            raise ZeroDivisionError
        return real(ledger, hours)

    numbers.measuring = _with(numbers, Folding(numbers.folding.ledgers, numbers.folding.calendars, broken))
    events: list[Any] = [*case("good"), *case("bad"), {"id": "evt_1", "type": "message.created"}]
    good = len(case("good"))
    failed = numbers.measuring.take(events, numbers.now)
    measured = [nth for nth in range(good, len(events) - 1) if events[nth]["type"] != "conversation.read"]
    assert failed == {*measured, len(events) - 1}
    numbers.run()
    assert arrivals(numbers) == 1


def _with(numbers: Numbers, folding: Folding) -> Any:
    from dataclasses import replace

    return replace(numbers.measuring, folding=folding)


def test_who_comes_back_within_a_week_was_not_helped_by_the_first_contact() -> None:
    week = timedelta(days=7)
    events = case("one") + case("two", start=START + timedelta(days=3)) + case("far", start=START + timedelta(days=30))
    found = []
    for order in (events, events[::-1]):
        numbers = Numbers()
        numbers.contact("con_1")
        numbers.take(order[:5])
        numbers.take(order[5:])
        numbers.take(order)
        back = [line for day in numbers.archive.archived_days() for line in numbers.archive.archived(day)]
        told = {
            (line["conversation_id"], line["id"], line["at"]) for line in back if line["type"] == "contact.came_back"
        }
        assert {each[0] for each in told} == {"cnv_one"}
        numbers.run()
        cells = numbers.rollups.read(Grain.DAY, (), None, FIRST, LAST, ["first_contact"])
        found.append((sum(each["first_contact"].hits for each in cells.values()), told, numbers.dump()))
    assert found[0] == found[1] and found[0][0] == 2
    assert week > timedelta(days=3)


# --- days as the clocks show them


def put(numbers: Numbers, *moments: datetime) -> None:
    """A measure of a conversation of its own at each moment."""

    def derive(ledger: ClockLedger, hours: Any) -> list[Measure]:
        at = moments[int(ledger.conversation_id.removeprefix("cnv_"))]
        return [Measure("arrivals", at, 1, dims=Dims(channel="email"))]

    folding = Folding(numbers.folding.ledgers, numbers.folding.calendars, derive)
    lines = [{"id": f"evt_{nth}", "conversation_id": f"cnv_{nth}", "type": "x", "at": 0} for nth in range(len(moments))]
    assert folding.fold(lines, numbers.now) == set()


def days_of(numbers: Numbers, grain: Grain = Grain.DAY) -> dict[str, int]:
    cells = numbers.rollups.read(grain, (), None, date(2025, 1, 1), date(2027, 12, 31))
    return {bucket: each["arrivals"].n for (bucket, _), each in cells.items()}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 4), 24)])
def test_a_day_has_as_many_hours_as_the_clocks_show(day: date, hours: int) -> None:
    numbers = Numbers(zone="Europe/Berlin", now=datetime(2026, 12, 1, tzinfo=UTC))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    put(numbers, *(noon + nth * HOUR for nth in range(-30, 30)))
    numbers.run()
    assert days_of(numbers)[day.isoformat()] == hours
    assert days_of(numbers, Grain.MONTH)[day.replace(day=1).isoformat()] == 60
    assert sum(days_of(numbers, Grain.HOUR).values()) == 60


ZONES = ("UTC", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata", "America/Sao_Paulo")


@pytest.mark.parametrize("zone", ZONES)
def test_months_and_days_begin_at_local_midnight(zone: str) -> None:
    numbers = Numbers(zone=zone, now=datetime(2026, 12, 1, tzinfo=UTC))
    border = datetime(2026, 6, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    # Hours of the numbers are UTC's: where midnight lies inside one, that hour is of the day on which it begins.
    first = border if border.minute == 0 else border.replace(minute=0) + HOUR
    put(numbers, first - timedelta(milliseconds=1), first, first + 24 * HOUR - timedelta(milliseconds=1))
    numbers.run()
    assert days_of(numbers) == {"2026-05-31": 1, "2026-06-01": 2}
    assert days_of(numbers, Grain.MONTH) == {"2026-05-01": 1, "2026-06-01": 2}
    assert len(GROUPINGS) > 10
