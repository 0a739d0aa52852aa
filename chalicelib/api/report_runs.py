"""Reports that were made and sent: to whom they went, what failed and why, and their files. And files by order."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.imports import JobFileView
from chalicelib.api.jobs import JobView, view
from chalicelib.api.report_queries import CountBody, Day, MetricName
from chalicelib.api.report_run_views import RunPage, RunView, run_view
from chalicelib.api.report_schedule_schemas import WhereBody, where_of
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Moment, PageQuery, Query
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, InvalidInput, JobNotFound, NotPermitted
from chalicelib.domain.errors_report_schedules import ReportRunNotFound, ReportRunRefused, ReportScheduleNotFound
from chalicelib.domain.reads import Page
from chalicelib.domain.report import Ask, Where
from chalicelib.domain.report_asks import as_json, check
from chalicelib.domain.report_run import ReportRun, file_stem
from chalicelib.domain.report_schedule import Form, Language
from chalicelib.services.report_exports import EXPORT
from chalicelib.services.report_scope import narrowed
from chalicelib.wiring import api as wiring
from chalicelib.wiring import report_delivery as made
from chalicelib.wiring import reports

LINK_SECONDS = 300
ScheduleId = Annotated[str, Meta(pattern=r"^rps_[0-9a-hjkmnp-tv-z]{1,64}\Z")]

resource = Resource("report-runs")


class RunQuery(PageQuery, frozen=True, kw_only=True):
    schedule_id: ScheduleId | None = None


class AgainBody(Body, frozen=True, kw_only=True):
    """`uncertain`: those too that it may have reached: they may get it twice."""

    uncertain: bool = False


class FileQuery(Query, frozen=True, kw_only=True):
    format: Literal["csv", "json", "xlsx"]


class ReportExportBody(CountBody, frozen=True, kw_only=True):
    """The question of an answer, and the form of the file."""

    title: Annotated[str, Meta(min_length=1, max_length=80)] = "Report"
    format: Literal["csv", "json", "xlsx"] = "csv"
    language: Language = Language.ENGLISH


class ListExportBody(Body, frozen=True, kw_only=True):
    """The list behind a number. `as_of`: that of the answer, whose number the list then gives; now if left out."""

    client_id: Annotated[str, Meta(min_length=1, max_length=100, description="Your own id for it")]
    metric: MetricName
    first: Day
    last: Day
    where: WhereBody = {}
    hit: bool | None = None
    business: bool = False
    as_of: Moment | None = None
    format: Literal["csv", "jsonl"] = "csv"


@resource.route(
    "GET",
    "/report-runs",
    role=Role.SUPERVISOR,
    query=RunQuery,
    gives=RunPage,
    refuses=(CursorInvalid, ReportScheduleNotFound),
)
def list_report_runs(caller: Caller, query: RunQuery) -> RunPage:
    """Those of the last 90 days, newest first: your own, a schedule's, or (administrators) all."""
    if query.schedule_id is not None:
        made.schedules().get(query.schedule_id, caller.principal)
    owner_id = None if caller.principal.may(Role.ADMIN) else caller.principal.id

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[ReportRun]:
        return made.runs().page(query.schedule_id, owner_id, limit, start)

    page, cursor = cursors.page_of("report-runs", pages, wiring.cursor_secret, caller, query)
    return RunPage(items=[run_view(each) for each in page], next_cursor=cursor)


@resource.route(
    "GET", "/report-runs/{report_run_id}", role=Role.SUPERVISOR, gives=RunView, refuses=(ReportRunNotFound,)
)
def get_report_run(caller: Caller, report_run_id: str) -> RunView:
    """How far it is, and what became of each recipient."""
    return run_view(made.runs().get(report_run_id, caller.principal))


@resource.route(
    "POST",
    "/report-runs/{report_run_id}/again",
    role=Role.SUPERVISOR,
    body=AgainBody,
    gives=RunView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ReportRunNotFound, ReportRunRefused),
    example={"uncertain": False},
)
def send_report_again(caller: Caller, report_run_id: str, body: AgainBody) -> RunView:
    """Send the same numbers to those whom it did not reach."""
    return run_view(made.runs().again(report_run_id, caller.principal, uncertain=body.uncertain, now=caller.now))


@resource.route(
    "GET",
    "/report-runs/{report_run_id}/file",
    role=Role.SUPERVISOR,
    query=FileQuery,
    gives=JobFileView,
    refuses=(ReportRunNotFound, InvalidInput),
)
def get_report_run_file(caller: Caller, report_run_id: str, query: FileQuery) -> JobFileView:
    """A file of a run, by a short-lived address. They are kept for 14 days."""
    run = made.runs().get(report_run_id, caller.principal)
    key = run.files.get(Form(query.format))
    if key is None:
        raise InvalidInput("The run has no such file (yet).", field="format")
    return _link(key, f"{file_stem(run)}.{query.format}", caller.now)


@resource.route(
    "POST",
    "/report-exports",
    role=Role.SUPERVISOR,
    body=ReportExportBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(InvalidInput, NotPermitted),
    example={
        "client_id": "export-1",
        "metrics": ["first_response"],
        "first": "2026-03-01",
        "last": "2026-03-31",
        "by": ["channel"],
        "format": "xlsx",
    },
)
def export_report(caller: Caller, body: ReportExportBody) -> JobView:
    """Write an answer into a file."""
    ask = Ask(
        metrics=tuple(body.metrics),
        first=body.first,
        last=body.last,
        by=tuple(body.by),
        where=_seen(caller, where_of(body.where)),
        step=body.step,
        business=body.business,
        compare=body.compare,
    )
    check(ask, reports.reports().definitions, reports.calendar().day(caller.now))
    params = {"ask": as_json(ask), "title": body.title, "format": body.format, "language": body.language.value}
    return _asked(caller, params, body.client_id)


@resource.route(
    "POST",
    "/report-exports/lists",
    role=Role.SUPERVISOR,
    body=ListExportBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(InvalidInput, NotPermitted),
    example={"client_id": "list-1", "metric": "first_response", "first": "2026-03-01", "last": "2026-03-31"},
)
def export_report_list(caller: Caller, body: ListExportBody) -> JobView:
    """Write the list behind a number into a file, a line for each measure that the number counts."""
    ask = Ask((body.metric,), body.first, body.last, (), _seen(caller, where_of(body.where)))
    check(ask, reports.reports().definitions, reports.calendar().day(caller.now))
    listed = {**as_json(ask), "metric": body.metric, "hit": body.hit, "business": body.business}
    as_of = body.as_of.isoformat() if body.as_of else None
    return _asked(caller, {"list": listed, "as_of": as_of, "format": body.format}, body.client_id)


@resource.route(
    "GET",
    "/report-exports/{job_id}/file",
    role=Role.SUPERVISOR,
    gives=JobFileView,
    refuses=(JobNotFound, InvalidInput),
)
def get_report_export_file(caller: Caller, job_id: str) -> JobFileView:
    """The file of an export of yours that is done. It is kept for 14 days."""
    job = wiring.jobs().get(job_id)
    if job.kind != EXPORT or job.asked_by != caller.principal.id:
        raise JobNotFound("There is no such job.")
    key = job.result.get("file")
    if key is None:
        raise InvalidInput("The job has no such file (yet).", field="job_id")
    return _link(key, f"report.{job.params['format']}", caller.now)


def _seen(caller: Caller, where: Where) -> Where:
    return narrowed(where, reports.limits(caller.principal))


def _asked(caller: Caller, params: Mapping[str, Any], client_id: str) -> JobView:
    seed = f"{client_id}:{json.dumps(params, sort_keys=True)}"
    return view(wiring.jobs().ask(EXPORT, caller.principal.id, params, caller.now, seed))


def _link(key: str, name: str, now: datetime) -> JobFileView:
    url = wiring.blobs().url(key, seconds=LINK_SECONDS, name=name)
    return JobFileView(url=url, expires_at=now + timedelta(seconds=LINK_SECONDS))
