"""One report that is made and sent: once for each time at which it is due, and to each recipient once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.ids import digest, time_part
from chalicelib.domain.report_schedule import Form, Layout, Recipient, Way

KEPT_FOR = timedelta(days=90)
# After each failed round the next one waits so long; then nobody tries again by himself.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
# A report of days that are over waits for their last facts to be counted, but not for ever.
SETTLES_WITHIN = timedelta(minutes=45)
SETTLE_WAIT = timedelta(minutes=5)
# Whoever was at it and has given no sign for so long is gone: it was cancelled, or lost.
GIVEN_UP = timedelta(minutes=30)


class RunKind(StrEnum):
    """`test`: to who asks, alone."""

    SCHEDULED = "scheduled"
    NOW = "now"
    TEST = "test"


class RunState(StrEnum):
    """`retrying`: some recipients are tried again later. `partly`: some were not reached, for good."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


OVER = frozenset({RunState.DONE, RunState.PARTLY, RunState.FAILED})


class Fate(StrEnum):
    """`sending`: begun. `uncertain`: it broke off while it was sent, so it may have arrived and is not sent again by
    itself. `again`: it did not go, and is tried later."""

    WAITING = "waiting"
    SENDING = "sending"
    AGAIN = "again"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    recipient: Recipient
    fate: Fate = Fate.WAITING
    attempts: int = 0
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReportRun:
    """`layout` is as it was when the run was made. `as_of`: when its numbers held. `files`: where each form is kept,
    for some days. `round` counts how often it was begun."""

    id: str
    schedule_id: str
    owner_id: str
    kind: RunKind
    layout: Layout
    due_at: datetime
    made_at: datetime
    state: RunState = RunState.WAITING
    round: int = 0
    as_of: datetime | None = None
    document: str = ""
    files: Mapping[Form, str] = field(default_factory=dict)
    deliveries: tuple[Delivery, ...] = ()
    detail: str = ""
    ended_at: datetime | None = None
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def run_id(schedule_id: str, due_at: datetime, seed: str = "") -> str:
    """One run for each time that a schedule is due; `seed` tells runs by order apart."""
    return f"rrn_{time_part(due_at)}{digest(schedule_id, due_at.isoformat(), seed)}"


def recovered(run: ReportRun) -> ReportRun:
    """What was being sent when somebody broke off: Slack is asked whether it has it, a mail may have gone."""
    return replace(run, deliveries=tuple(_recovered(each) for each in run.deliveries))


def _recovered(delivery: Delivery) -> Delivery:
    if delivery.fate is not Fate.SENDING:
        return delivery
    if delivery.recipient.way is Way.SLACK:
        return replace(delivery, fate=Fate.WAITING)
    return replace(delivery, fate=Fate.UNCERTAIN, detail="It broke off while it was sent: it may have arrived.")


def next_place(run: ReportRun) -> int | None:
    """The next recipient of this round."""
    return next((place for place, each in enumerate(run.deliveries) if each.fate is Fate.WAITING), None)


def claimed(run: ReportRun, place: int, now: datetime) -> ReportRun:
    before = run.deliveries[place]
    return _with(run, place, replace(before, fate=Fate.SENDING, attempts=before.attempts + 1, at=now, detail=""))


def settled(run: ReportRun, place: int, fate: Fate, detail: str, now: datetime) -> ReportRun:
    """`again` is for good after the last wait."""
    before = run.deliveries[place]
    if fate is Fate.AGAIN and before.attempts > len(WAITS):
        fate = Fate.FAILED
    return _with(run, place, replace(before, fate=fate, at=now, detail=detail[:300]))


def _with(run: ReportRun, place: int, delivery: Delivery) -> ReportRun:
    return replace(run, deliveries=(*run.deliveries[:place], delivery, *run.deliveries[place + 1 :]))


def round_over(run: ReportRun, now: datetime) -> tuple[ReportRun, datetime | None]:
    """The run when every recipient of a round was tried, and when the next round is due."""
    again = [each for each in run.deliveries if each.fate is Fate.AGAIN]
    if again:
        wait = WAITS[min(each.attempts for each in again) - 1]
        return replace(run, state=RunState.RETRYING), now + wait
    sent = [each.fate is Fate.SENT for each in run.deliveries]
    state = RunState.DONE if all(sent) else RunState.PARTLY if any(sent) else RunState.FAILED
    return replace(run, state=state, ended_at=now), None


def begun(run: ReportRun) -> ReportRun:
    """The next round: those that did not go are tried again, alone."""
    tried = tuple(replace(each, fate=Fate.WAITING) if each.fate is Fate.AGAIN else each for each in run.deliveries)
    return replace(run, state=RunState.RUNNING, round=run.round + 1, deliveries=tried)


def is_under_way(run: ReportRun, now: datetime) -> bool:
    if run.state not in (RunState.WAITING, RunState.RUNNING):
        return False
    signs = [run.made_at, *(each.at for each in run.deliveries if each.at is not None)]
    return now - max(signs) < GIVEN_UP


def asked_again(run: ReportRun, *, uncertain: bool) -> ReportRun:
    """By hand: those that failed (or may have arrived, where that is wanted) begin anew."""
    wanted = {Fate.FAILED, Fate.AGAIN, *([Fate.UNCERTAIN] if uncertain else [])}
    fresh = tuple(
        replace(each, fate=Fate.WAITING, attempts=0) if each.fate in wanted else each
        for each in recovered(run).deliveries
    )
    return replace(run, state=RunState.WAITING, deliveries=fresh, detail="", ended_at=None)


def failed(run: ReportRun, detail: str, now: datetime) -> ReportRun:
    """Nothing could be made of it."""
    return replace(run, state=RunState.FAILED, detail=detail[:300], ended_at=now)


def file_stem(run: ReportRun) -> str:
    """What files of a run are called: letters and digits of its name, and its day."""
    name = re.sub(r"[\W_]+", "-", run.layout.name).strip("-")[:60] or "report"
    return f"{name}-{run.due_at:%Y-%m-%d}"


def run_snapshot(run: ReportRun) -> Mapping[str, object]:
    """As events tell it: without addresses."""
    return {
        "id": run.id,
        "schedule_id": run.schedule_id,
        "name": run.layout.name,
        "kind": run.kind.value,
        "state": run.state.value,
        "due_at": run.due_at.isoformat(),
    }
