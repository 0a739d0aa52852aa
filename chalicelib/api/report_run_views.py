"""Runs of reports as they are answered."""

from datetime import datetime

from chalicelib.api.schemas import View
from chalicelib.domain.report_run import Fate, ReportRun, RunKind, RunState
from chalicelib.domain.report_schedule import Form, Way


class DeliveryView(View, frozen=True, kw_only=True):
    """`fate`: waiting, sending, sent, again (it did not go, and is tried later), uncertain (it broke off while it was
    sent: it may have arrived, and is not sent again by itself), failed. `detail`: why."""

    way: Way
    address: str
    fate: Fate
    attempts: int
    at: datetime | None
    detail: str


class RunView(View, frozen=True, kw_only=True):
    """`state`: waiting, running, retrying (some are tried again later), done, partly (some were not reached), failed.
    `as_of`: when its numbers held. `formats`: files that are there, for 14 days."""

    id: str
    schedule_id: str
    name: str
    owner_id: str
    kind: RunKind
    state: RunState
    due_at: datetime
    made_at: datetime
    ended_at: datetime | None
    as_of: datetime | None
    formats: list[Form]
    deliveries: list[DeliveryView]
    detail: str


class RunPage(View, frozen=True, kw_only=True):
    items: list[RunView]
    next_cursor: str | None


def run_view(run: ReportRun) -> RunView:
    names = ("id", "schedule_id", "owner_id", "kind", "state", "due_at", "made_at", "ended_at", "as_of", "detail")
    return RunView(
        **{name: getattr(run, name) for name in names},
        name=run.layout.name,
        formats=list(run.files),
        deliveries=[
            DeliveryView(
                way=each.recipient.way,
                address=each.recipient.address,
                fate=each.fate,
                attempts=each.attempts,
                at=each.at,
                detail=each.detail,
            )
            for each in run.deliveries
        ],
    )
