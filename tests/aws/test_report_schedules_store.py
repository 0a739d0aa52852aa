"""Schedules and runs of reports as items: they come back as they were, one of two writers wins, lists are in order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from chalicelib.aws.stores.report_schedules import ReportRunStore, ReportScheduleStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.report_run import run_id
from chalicelib.domain.report_schedule import ReportSchedule
from chalicelib.domain.writes import Written
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from
from tests.domain.report_forms import LAYOUT, a_run
from tests.domain.values import identifiers, times

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SCHEDULE = ReportSchedule(
    "rps_1", "agt_1", LAYOUT, "FREQ=DAILY", "Europe/Madrid", datetime.fromisoformat("2026-03-02T08:00"), AT, next_at=AT
)


def desk() -> Desk:
    tables = tables_from(load(PARTS / "tables.yaml")["Resources"], (("desk", "DeskTable"),))
    return Desk(MemoryDynamoDB(tables), "desk")


def test_a_schedule_comes_back_and_moves_on_once() -> None:
    store = ReportScheduleStore(desk())
    assert store.put(SCHEDULE, 0) is Written.DONE
    assert store.put(SCHEDULE, 0) is Written.CONFLICT
    assert (store.get("rps_1"), store.list()) == (SCHEDULE, [SCHEDULE])
    later = AT + timedelta(days=1)
    assert store.move_on(SCHEDULE, later) is Written.DONE
    assert store.move_on(SCHEDULE, later) is Written.CONFLICT
    moved = store.get("rps_1")
    assert moved == replace(SCHEDULE, next_at=later)
    assert store.move_on(moved, None) is Written.DONE
    assert store.get("rps_1") == replace(SCHEDULE, next_at=None)
    assert store.delete("rps_1", 2) is Written.CONFLICT
    assert store.delete("rps_1", 1) is Written.DONE
    assert store.get("rps_1") is None


def test_runs_come_back_and_are_listed_newest_first() -> None:
    store = ReportRunStore(desk())
    runs = [
        replace(
            a_run(version=1),
            id=f"rrn_{place}",
            schedule_id=f"rps_{place % 2}",
            owner_id=f"agt_{place % 3}",
            due_at=AT + timedelta(hours=place),
        )
        for place in range(6)
    ]
    for run in runs:
        assert store.put(run, 0) is Written.DONE
    assert store.put(runs[0], 0) is Written.CONFLICT
    assert store.get("rrn_3") == runs[3]
    assert [run.id for run in store.list(None, None, 10, None).items] == [run.id for run in runs[::-1]]
    assert [run.id for run in store.list("rps_1", None, 10, None).items] == ["rrn_5", "rrn_3", "rrn_1"]
    page = store.list(None, "agt_0", 1, None)
    assert [run.id for run in page.items] == ["rrn_3"]
    assert [run.id for run in store.list(None, "agt_0", 9, page.next).items] == ["rrn_0"]


@given(identifiers("rps"), identifiers("rps"), times, st.text(max_size=20))
def test_keys_name_one_thing_each(one: str, other: str, at: datetime, seed: str) -> None:
    assert keys_work.report_schedule(one) == ("RPS", one)
    run = run_id(one, at, seed)
    assert keys.identifier(keys_work.report_run(run)[0]) == run
    assert (run == run_id(other, at, seed)) is (one == other)
    assert len({keys_work.report_runs(), keys_work.report_runs(one), keys_work.report_runs(owner_id="agt_1")}) == 3
