"""Reports that come by themselves: their schedules, and each report that was made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, events_of, moment_or_none
from chalicelib.aws.codec_report_run import run_from, run_item
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.transaction import ABSENT, Delete, Desk, Put, Update
from chalicelib.domain.reads import Page
from chalicelib.domain.report_run import ReportRun
from chalicelib.domain.report_schedule import ReportSchedule
from chalicelib.domain.writes import Recorded, Written


class ReportScheduleStore:
    """Every method is one call. `version` counts what people change; when it is due next moves on without it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, schedule_id: str) -> ReportSchedule | None:
        item = self._desk.get(keys_work.report_schedule(schedule_id))
        return _schedule(item) if item else None

    def list(self) -> Sequence[ReportSchedule]:
        """All of them, oldest first."""
        rows, _next = self._desk.query("pk = :pk", {":pk": keys_work.report_schedule()[0]}, consistent=True)
        return sorted(map(_schedule, rows), key=lambda schedule: (schedule.created_at, schedule.id))

    def put(self, schedule: ReportSchedule, read_version: int) -> Written:
        """`read_version` 0: there is none yet. CONFLICT: somebody was faster."""
        pk, sk = keys_work.report_schedule(schedule.id)
        item = {"pk": pk, "sk": sk, "version": schedule.version, "z": packed(schedule)}
        if schedule.next_at is not None:
            item["due"] = schedule.next_at
        condition = "version = :read" if read_version else ABSENT
        return self._attempt(Put(item, condition, {":read": read_version} if read_version else None))

    def move_on(self, schedule: ReportSchedule, next_at: datetime | None) -> Written:
        """It is due then (None: never again). CONFLICT: it was changed, or moved on by somebody else."""
        values: dict[str, Any] = {":read": schedule.version, ":due": schedule.next_at}
        expression = "REMOVE due"
        if next_at is not None:
            expression, values[":next"] = "SET due = :next", next_at
        key = keys_work.report_schedule(schedule.id)
        return self._attempt(Update(key, expression, values, None, "version = :read AND due = :due"))

    def delete(self, schedule_id: str, read_version: int) -> Written:
        key = keys_work.report_schedule(schedule_id)
        return self._attempt(Delete(key, "version = :read", {":read": read_version}))

    def _attempt(self, write: Put | Update | Delete) -> Written:
        try:
            self._desk.write(write)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


class ReportRunStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, run_id: str) -> ReportRun | None:
        item = self._desk.get(keys_work.report_run(run_id))
        return run_from(item) if item else None

    def put(self, run: ReportRun, read_version: int, recorded: Recorded | None = None) -> Written:
        """`read_version` 0: there is none yet. CONFLICT: there is one, or somebody was faster."""
        item = run_item(run)
        if recorded is not None:
            item["events"] = events_of(recorded)
        condition = "version = :read" if read_version else ABSENT
        try:
            self._desk.write(Put(item, condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def list(
        self, schedule_id: str | None, owner_id: str | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[ReportRun]:
        """Newest first: a schedule's, an owner's, or all. One query and one read."""
        if schedule_id is not None:
            index, condition = "by_status", "status_key = :runs"
        elif owner_id is not None:
            index, condition = "by_owner", "owner_key = :runs"
        else:
            index, condition = "by_kind", "kind_key = :runs"
        values = {":runs": keys_work.report_runs(schedule_id or "", owner_id or "")}
        rows, after = self._desk.query(condition, values, index=index, limit=limit, newest_first=True, start=start)
        wanted = [(row["pk"], row["sk"]) for row in rows]
        found = self._desk.get_many(wanted) if wanted else {}
        return Page([run_from(found[key]) for key in wanted if key in found], after)


def _schedule(item: Item) -> ReportSchedule:
    found: ReportSchedule = unpacked(item["z"], ReportSchedule)
    return replace(found, next_at=moment_or_none(item.get("due")))
