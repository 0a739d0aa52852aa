"""Long work: imports, exports, erasure, rebuilding. What asks for it is beside what it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, JobNotFound, JobOver
from chalicelib.domain.job import Job
from chalicelib.domain.reads import Page
from chalicelib.wiring import api as wiring

resource = Resource("jobs")


class JobView(View, frozen=True, kw_only=True):
    """`done` of `total` says how far it is (`total` 0: not known yet); `errors` counts what could not be done, and
    `problems` are the first of them. `result` depends on `kind`; `detail` says why it failed."""

    id: str
    kind: str
    state: str
    asked_by: str
    asked_at: datetime
    done: int
    total: int
    errors: int
    problems: list[Json]
    result: Json
    detail: str
    ended_at: datetime | None


class JobPage(View, frozen=True, kw_only=True):
    items: list[JobView]
    next_cursor: str | None


@resource.route("GET", "/jobs", role=Role.SUPERVISOR, query=PageQuery, gives=JobPage, refuses=(CursorInvalid,))
def list_jobs(caller: Caller, query: PageQuery) -> JobPage:
    """Long work of the last 30 days, newest first."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Job]:
        return wiring.jobs().store.list(limit, start)

    page, cursor = cursors.page_of("jobs", pages, wiring.cursor_secret, caller, query)
    return JobPage(items=[view(job) for job in page], next_cursor=cursor)


@resource.route("GET", "/jobs/{job_id}", role=Role.SUPERVISOR, gives=JobView, refuses=(JobNotFound,))
def get_job(caller: Caller, job_id: str) -> JobView:
    """How far it is."""
    return view(wiring.jobs().get(job_id))


@resource.route(
    "POST", "/jobs/{job_id}/cancellation", role=Role.SUPERVISOR, gives=JobView, refuses=(JobNotFound, JobOver)
)
def cancel_job(caller: Caller, job_id: str) -> JobView:
    """No portion more is begun; what is done stays done."""
    return view(wiring.jobs().cancel(job_id, caller.now))


def view(job: Job) -> JobView:
    values = {name: getattr(job, name) for name in JobView.__struct_fields__}
    values |= {"state": job.state.value, "problems": [dict(each) for each in job.problems], "result": dict(job.result)}
    return JobView(**values)
