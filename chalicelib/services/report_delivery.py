"""A report is counted, written and sent: a portion of long work at a time (`services/jobs.py`).

It is counted once, and the document kept: a retry hours later sends the same numbers. Before it goes to a recipient
that is noted, and after; so nobody gets it twice. Where the sender dies in between, Slack is asked whether it has the
message; a mail may have gone, and is not sent again unless somebody says so.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import ORDER, Agent, Principal, Role
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import InvalidInput, Refusal, StoreUnavailable
from chalicelib.domain.events_reports import ReportDeliveryFailed
from chalicelib.domain.job import MAX_FAULTS, Job
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import Ask, Report, Where
from chalicelib.domain.report_document import document, values_in
from chalicelib.domain.report_run import (
    SETTLE_WAIT,
    SETTLES_WITHIN,
    Fate,
    ReportRun,
    RunKind,
    RunState,
    begun,
    claimed,
    failed,
    next_place,
    recovered,
    round_over,
    settled,
)
from chalicelib.domain.report_schedule import FILES, Form, Way, both
from chalicelib.domain.report_timers import RETRY
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.report_delivery_ports import Agents, Answers, Calendars, Files, Naming, RunStore, Sending
from chalicelib.services.report_files import MIMES, written
from chalicelib.services.report_scope import limits, narrowed
from chalicelib.services.routing_ports import Timers

ATTEMPTS = 3
MAX_DOCUMENT = 20 * 1024 * 1024


class MovedOnMeanwhile(Exception):
    """Somebody else has written the run: what they did counts."""


@dataclass(frozen=True, slots=True)
class ReportDelivery:
    """The step of a job of the kind `reports.deliver`. `params`: run_id, round."""

    runs: RunStore
    answers: Answers
    names: Naming
    calendar: Calendars
    agents: Agents
    files: Files
    ways: Mapping[Way, Sending]
    timers: Timers

    def __call__(self, job: Job, now: datetime) -> Job:
        run = self.runs.get(job.params["run_id"])
        if run is None or not _is_of(run, job):
            return job.ended(now)
        try:
            return self._portion(job, run, now)
        except MovedOnMeanwhile:
            return job
        except StoreUnavailable:
            raise
        except Refusal as refused:
            self._end(failed(run, refused.detail, now), run, now)
            return job.failed(now, refused.detail)
        except Exception as error:
            if job.faults + 1 >= MAX_FAULTS:
                self._end(failed(run, f"It broke off several times ({type(error).__name__}).", now), run, now)
            raise

    def _portion(self, job: Job, run: ReportRun, now: datetime) -> Job:
        if run.state is not RunState.RUNNING:
            return _told(job, self._put(begun(recovered(run)), run))
        if any(each.fate is Fate.SENDING for each in run.deliveries):
            return _told(job, self._put(recovered(run), run))
        if not run.document:
            return self._counted(job, run, now)
        missing = [form for form in FILES if form in run.layout.forms and form not in run.files]
        if missing:
            return _told(job, self._written(run, missing[0]))
        place = next_place(run)
        if place is not None:
            return _told(job, self._sent(run, place, now))
        after, again_at = round_over(run, now)
        if again_at is not None:
            # The timer first: one that finds no such round does nothing.
            self.timers.set(RETRY, run.id, run.round, again_at)
        self._end(after, run, now)
        return _told(job, after).ended(now)

    def _counted(self, job: Job, run: ReportRun, now: datetime) -> Job:
        owner = self.agents.get(run.owner_id)
        if owner is None or not owner.enabled or ORDER[owner.role] < ORDER[Role.SUPERVISOR]:
            raise InvalidInput("Its owner is no supervisor of this desk any more: give it another one.")
        calendar = self.calendar()
        today = calendar.day(run.due_at)
        asks = [
            (section.title, replace(ask, where=_seen(both(ask.where, run.layout.where), owner)))
            for section in run.layout.sections
            for ask in (section.ask(today, calendar.first_weekday),)
        ]
        found = self._answered(asks, now)
        late = any(report.settling and report.ask.last < today for _title, report in found)
        if late and run.kind is RunKind.SCHEDULED and now - run.due_at < SETTLES_WITHIN:
            return self._postponed(job, run, now)
        made = document(_head(run), found, self._naming([report for _title, report in found]))
        key = f"jobs/reports/{run.id}/report.json"
        self.files.put(key, json.dumps(made, ensure_ascii=False).encode("utf-8", "replace"), MIMES[Form.JSON])
        as_of = datetime.fromisoformat(made["as_of"]) if made["as_of"] else None
        return _told(job, self._put(replace(run, document=key, as_of=as_of), run))

    def _answered(self, asks: Sequence[tuple[str, Ask]], now: datetime) -> list[tuple[str, Report]]:
        """All of one moment: where the numbers are counted anew meanwhile, they are asked again."""
        found: list[tuple[str, Report]] = []
        for _ in range(ATTEMPTS):
            found = [(title, self.answers.answer(ask, now)) for title, ask in asks]
            if len({report.as_of for _title, report in found}) <= 1:
                break
        return found

    def _postponed(self, job: Job, run: ReportRun, now: datetime) -> Job:
        """The last facts of its days are still being counted: it is looked at again in a moment."""
        self.timers.set(RETRY, run.id, run.round, now + SETTLE_WAIT)
        self._put(replace(run, state=RunState.RETRYING), run)
        return job.ended(now)

    def _naming(self, reports: list[Report]) -> Callable[[Dimension, str], str]:
        found = {
            dimension: self.names.names(dimension, sorted(values)) for dimension, values in values_in(reports).items()
        }
        return lambda dimension, value: found.get(dimension, {}).get(value, value)

    def _written(self, run: ReportRun, form: Form) -> ReportRun:
        key = f"jobs/reports/{run.id}/report.{form.value}"
        if form is Form.JSON:
            key = run.document
        else:
            self.files.put(key, written(form, self._document(run), run.layout.language), MIMES[form])
        return self._put(replace(run, files={**run.files, form: key}), run)

    def _sent(self, run: ReportRun, place: int, now: datetime) -> ReportRun:
        content = self._document(run)
        files = {form: self._file(key) for form, key in run.files.items()}
        begun_with = self._put(claimed(run, place, now), run)
        way = self.ways[run.deliveries[place].recipient.way]
        try:
            fate, detail = way.send(begun_with, place, content, files)
        except StoreUnavailable as error:
            fate, detail = Fate.AGAIN, f"It could not be sent: {error}"
        return self._put(settled(begun_with, place, fate, detail, now), begun_with)

    def _document(self, run: ReportRun) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file(run.document))
        return found

    def _file(self, key: str) -> bytes:
        found = self.files.read(key, limit_bytes=MAX_DOCUMENT)
        if found is None:
            raise InvalidInput("Its files are gone: they are kept for 14 days. Have it made anew.")
        return found

    def _end(self, after: ReportRun, before: ReportRun, now: datetime) -> None:
        """What did not reach everybody is told to the owner: when that is first seen, and when it is given up."""
        is_first = any(each.fate is Fate.AGAIN and each.attempts == 1 for each in after.deliveries)
        is_news = after.state in (RunState.PARTLY, RunState.FAILED) or is_first
        event = ReportDeliveryFailed(after.schedule_id, after.layout.name, after.state.value, (after.owner_id,))
        self._put(after, before, Recorded((event,), SYSTEM, now) if is_news else None)

    def _put(self, after: ReportRun, before: ReportRun, recorded: Recorded | None = None) -> ReportRun:
        saved = replace(after, version=before.version + 1)
        if self.runs.put(saved, before.version, recorded) is not Written.DONE:
            raise MovedOnMeanwhile
        return saved


def _is_of(run: ReportRun, job: Job) -> bool:
    """Whether a job is about this round: it begins it, or has begun it."""
    asked = job.params["round"]
    if run.state in (RunState.WAITING, RunState.RETRYING):
        return bool(run.round == asked)
    return run.state is RunState.RUNNING and bool(run.round == asked + 1)


def _head(run: ReportRun) -> Mapping[str, Any]:
    return {"name": run.layout.name, "schedule_id": run.schedule_id, "run_id": run.id, "due_at": run.due_at}


def _seen(where: Where, owner: Agent) -> Where:
    """Within what the owner may see. Raises NotPermitted."""
    return narrowed(where, limits(Principal("agent", owner.id, owner.name, owner.role), owner.team_ids))


def _told(job: Job, run: ReportRun) -> Job:
    """The job with its progress: the count, the files, each recipient."""
    forms = [form for form in FILES if form in run.layout.forms]
    over = sum(each.fate not in (Fate.WAITING, Fate.SENDING) for each in run.deliveries)
    total = 1 + len(forms) + len(run.deliveries)
    return replace(job, done=bool(run.document) + len(run.files) + over, total=total)
