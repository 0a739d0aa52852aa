"""Long work: every portion is done, whatever ends a run in the middle, and nobody works beside somebody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.stores.jobs import JobStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.errors import InvalidInput, JobNotFound, JobOver, StoreUnavailable
from chalicelib.domain.job import LEASE_SECONDS, MAX_FAULTS, Job, JobState
from chalicelib.services.jobs import RUN_SECONDS, JobIsHeld, Jobs, Step
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PORTIONS = 7


class Power(BaseException):
    """The process ended."""


class Office:
    """Counts up to `PORTIONS`, a second each; `ends` are the moments (counted in calls) at which the process dies."""

    def __init__(self, ends: set[int] | None = None) -> None:
        tables = tables_from(load(PARTS / "tables.yaml")["Resources"], (("desk", "DeskTable"),))
        self.store = JobStore(Desk(MemoryDynamoDB(tables), "desk"))
        self.queued: list[str] = []
        self.seconds = 0.0
        self.done: list[int] = []
        self.ends = ends or set()
        self.moments = 0
        self.step: Step = self.count
        self.jobs = Jobs(self.store, self, {"count": lambda: self.step}, lambda: self.seconds)

    def put(self, job_id: str) -> None:
        self.moment()
        self.queued.append(job_id)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def moment(self) -> None:
        self.moments += 1
        if self.moments in self.ends:
            raise Power

    def count(self, job: Job, now: datetime) -> Job:
        self.moment()
        place = job.cursor.get("place", 0)
        self.done.append(place)
        self.seconds += 1
        self.moment()
        after = replace(job, cursor={"place": place + 1}, done=place + 1, total=PORTIONS)
        return after.ended(now, {"counted": PORTIONS}) if place + 1 == PORTIONS else after

    def work(self) -> None:
        """What the queue does: a record comes back until it was handled."""
        for _ in range(200):
            if not self.queued:
                return
            job_id = self.queued.pop(0)
            try:
                self.jobs.carry_out(job_id, self.now)
            except (Power, JobIsHeld, StoreUnavailable):
                self.queued.append(job_id)
                self.seconds += LEASE_SECONDS / 2
        raise AssertionError("the job does not end")

    def ask(self) -> Job:
        return self.jobs.ask("count", "agt_1", {"to": PORTIONS}, self.now())


def test_a_job_is_carried_out() -> None:
    office = Office()
    asked = office.ask()
    assert (asked.state, office.queued) == (JobState.WAITING, [asked.id])

    office.work()

    done = office.jobs.get(asked.id)
    assert (done.state, done.done, done.total, done.result) == (
        JobState.DONE,
        PORTIONS,
        PORTIONS,
        {"counted": PORTIONS},
    )
    assert done.params == {"to": PORTIONS}
    assert office.done == list(range(PORTIONS))


def test_a_run_queues_itself_again_when_its_time_is_up() -> None:
    office = Office()
    asked = office.ask()
    count = office.count

    def slowly(job: Job, now: datetime) -> Job:
        office.seconds += RUN_SECONDS / 2
        return count(job, now)

    office.step = slowly
    office.jobs.carry_out(office.queued.pop(), office.now)
    assert (office.done, office.queued) == ([0, 1], [asked.id])

    office.work()
    assert office.done == list(range(PORTIONS))


@given(ends=st.sets(st.integers(2, 40), max_size=12))
def test_every_portion_is_done_wherever_runs_end(ends: set[int]) -> None:
    office = Office(ends)
    asked = office.ask()

    office.work()

    assert office.jobs.get(asked.id).result == {"counted": PORTIONS}
    # A portion that was not saved is done again; none is left out, and none comes before its turn.
    assert sorted(set(office.done)) == list(range(PORTIONS))
    assert office.done == sorted(office.done)


def test_nobody_works_beside_somebody_else() -> None:
    office = Office()
    asked = office.ask()
    count = office.count

    def meanwhile(job: Job, now: datetime) -> Job:
        with pytest.raises(JobIsHeld):
            office.jobs.carry_out(asked.id, office.now)
        return count(job, now)

    office.step = meanwhile
    office.work()
    assert office.done == list(range(PORTIONS))


def test_what_is_cancelled_begins_no_portion_more() -> None:
    office = Office()
    asked = office.ask()
    count = office.count

    def cancelled(job: Job, now: datetime) -> Job:
        if len(office.done) == 2:
            office.jobs.cancel(asked.id, now)
        return count(job, now)

    office.step = cancelled
    office.work()
    assert office.jobs.get(asked.id).state is JobState.CANCELLED
    assert office.done == [0, 1, 2]
    with pytest.raises(JobOver):
        office.jobs.cancel(asked.id, NOW)


def failing(error: Exception) -> Callable[[Job, datetime], Job]:
    def step(job: Job, now: datetime) -> Job:
        raise error

    return step


def test_a_refusal_ends_it_with_its_reason() -> None:
    office = Office()
    office.step = failing(InvalidInput("The file is empty.", field="upload_id"))
    asked = office.ask()
    office.work()
    assert (office.jobs.get(asked.id).state, office.jobs.get(asked.id).detail) == (
        JobState.FAILED,
        "The file is empty.",
    )


def test_a_fault_is_tried_again_and_then_ends_it() -> None:
    office = Office()
    office.step = failing(KeyError("x"))
    asked = office.ask()
    office.work()
    failed = office.jobs.get(asked.id)
    assert (failed.state, failed.faults) == (JobState.FAILED, MAX_FAULTS - 1)
    assert "KeyError" in failed.detail


def test_a_repeat_with_the_same_seed_is_the_same_job() -> None:
    office = Office()
    first = office.jobs.ask("count", "agt_1", {}, NOW, seed="one")
    again = office.jobs.ask("count", "agt_1", {}, NOW + timedelta(hours=1), seed="one")
    assert again == first
    office.work()
    assert office.done == list(range(PORTIONS))
    office.jobs.ask("count", "agt_1", {}, NOW, seed="one")
    assert office.queued == []


def test_an_unknown_job_is_not_found() -> None:
    office = Office()
    for job_id in ("job_1", "", "cnv_1", "job_~"):
        with pytest.raises(JobNotFound):
            office.jobs.get(job_id)


def test_jobs_are_listed_newest_first() -> None:
    office = Office()
    asked = [office.jobs.ask("count", "agt_1", {}, NOW + timedelta(minutes=place)).id for place in range(3)]
    assert [job.id for job in office.store.list(10, None).items] == asked[::-1]
