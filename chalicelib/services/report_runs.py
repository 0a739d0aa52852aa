"""Reports that are due, or asked for: one run for each time, however often and late a timer calls.

The order is: the run, its long work, then the schedule moves on, and the timer of what is next. Whatever breaks off in
between, the timer's record comes back and finds what is there already. What was missed is made up for, time by time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.errors_report_schedules import ReportRunNotFound, ReportRunRefused
from chalicelib.domain.reads import Page
from chalicelib.domain.recurrence import next_after
from chalicelib.domain.report_run import (
    Delivery,
    Fate,
    ReportRun,
    RunKind,
    RunState,
    asked_again,
    is_under_way,
    run_id,
)
from chalicelib.domain.report_schedule import Recipient, ReportSchedule, Way
from chalicelib.domain.report_timers import REPORT
from chalicelib.domain.writes import Written
from chalicelib.services.report_delivery_ports import Asking, RunStore, ScheduleStore
from chalicelib.services.report_schedules import may_see
from chalicelib.services.routing_ports import Timers

DELIVER = "reports.deliver"
# So many missed times are made up for in one call.
AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class ReportRuns:
    schedules: ScheduleStore
    runs: RunStore
    jobs: Asking
    timers: Timers

    def due(self, schedule_id: str, epoch: int, now: datetime) -> None:
        """A timer's call: it may come late, twice, or for what has changed. Raises StoreUnavailable."""
        for _ in range(AT_ONCE):
            schedule = self.schedules.get(schedule_id)
            if schedule is None or schedule.version != epoch or schedule.next_at is None:
                return
            if schedule.next_at > now:
                self.timers.set(REPORT, schedule_id, epoch, schedule.next_at)
                return
            self._make(schedule, RunKind.SCHEDULED, schedule.next_at, now)
            self.schedules.move_on(schedule, next_after(schedule.recurrence, schedule.next_at))
        self.timers.set(REPORT, schedule_id, epoch, now)

    def by_hand(
        self, schedule: ReportSchedule, kind: RunKind, principal: Principal, seed: str, now: datetime
    ) -> ReportRun:
        """Make it now, for all recipients or (a test) for who asks. The same seed is the same run.
        Raises ReportRunRefused, StoreUnavailable."""
        if kind is RunKind.TEST:
            if principal.kind != "agent":
                raise ReportRunRefused("A test goes to the person who asks for it: sign in as one.")
            layout = replace(schedule.layout, recipients=(Recipient(Way.AGENT, principal.id),))
            schedule = replace(schedule, layout=layout)
        return self._make(schedule, kind, now, now, seed)

    def get(self, identifier: str, principal: Principal) -> ReportRun:
        """Raises ReportRunNotFound."""
        found = self.runs.get(identifier)
        if found is None or not may_see(found.owner_id, principal):
            raise ReportRunNotFound("There is no such report run.")
        return found

    def page(
        self, schedule_id: str | None, owner_id: str | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[ReportRun]:
        return self.runs.list(schedule_id, owner_id, limit, start)

    def again(self, identifier: str, principal: Principal, *, uncertain: bool, now: datetime) -> ReportRun:
        """Send it to those it did not reach; `uncertain`: those too that it may have reached.
        Raises ReportRunNotFound, ReportRunRefused, StoreUnavailable."""
        run = self.get(identifier, principal)
        if is_under_way(run, now):
            raise ReportRunRefused("It is being made or sent just now.")
        after = asked_again(run, uncertain=uncertain)
        if not any(each.fate is Fate.WAITING for each in after.deliveries):
            raise ReportRunRefused("There is nobody left whom it did not reach.")
        saved = replace(after, version=run.version + 1)
        if self.runs.put(saved, run.version) is not Written.DONE:
            raise ReportRunRefused("It is being made or sent just now.")
        self.queue(saved, now)
        return saved

    def retry(self, identifier: str, epoch: int, now: datetime) -> None:
        """A timer's call: those that did not get it, once more. Raises StoreUnavailable."""
        run = self.runs.get(identifier)
        if run is not None and run.state is RunState.RETRYING and run.round == epoch:
            self.queue(run, now)

    def queue(self, run: ReportRun, now: datetime) -> None:
        """The same round is the same work."""
        params = {"run_id": run.id, "round": run.round}
        self.jobs.ask(DELIVER, run.owner_id, params, now, seed=f"{run.id}/{run.round}/{_turn(run)}")

    def _make(
        self, schedule: ReportSchedule, kind: RunKind, due_at: datetime, now: datetime, seed: str = ""
    ) -> ReportRun:
        identifier = run_id(schedule.id, due_at if not seed else schedule.created_at, seed)
        made = ReportRun(
            id=identifier,
            schedule_id=schedule.id,
            owner_id=schedule.owner_id,
            kind=kind,
            layout=schedule.layout,
            due_at=due_at,
            made_at=now,
            deliveries=tuple(Delivery(each) for each in schedule.layout.recipients),
            version=1,
        )
        if self.runs.put(made, 0) is not Written.DONE:
            there = self.runs.get(identifier)
            if there is None:
                raise StoreUnavailable("a run that was there is gone")
            made = there
        if made.state is RunState.WAITING:
            self.queue(made, now)
        return made


def _turn(run: ReportRun) -> int:
    """Tells what was asked for by hand from what came by itself: as it is asked, the run has a version of its own."""
    return run.version if run.state is RunState.WAITING and run.version > 1 else 0
