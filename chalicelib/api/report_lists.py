"""The lists behind numbers, and counts that take long."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.api import cursors
from chalicelib.api.jobs import JobView
from chalicelib.api.jobs import view as job_view
from chalicelib.api.report_queries import CountBody, ReportListQuery, ask_of_body, list_ask_of
from chalicelib.api.report_schemas import CountView, ListedPage
from chalicelib.api.report_views import CSV, JSON, listed_csv, listed_names, listed_view, report_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, InvalidInput, JobNotFound, NotPermitted, ReportGone, ReportTooLarge
from chalicelib.services.report_scope import narrowed
from chalicelib.wiring import api
from chalicelib.wiring import reports as wiring

NAME = "reports/conversations"

resource = Resource("report_lists")


@resource.route(
    "GET",
    "/reports/conversations",
    role=Role.AGENT,
    query=ReportListQuery,
    gives=ListedPage,
    refuses=(InvalidInput, NotPermitted, CursorInvalid, ReportGone),
)
def list_report_conversations(caller: Caller, query: ReportListQuery) -> ListedPage:
    """What a number counts, one by one, as of the moment at which it held: whatever came since, counting this list
    gives the number. Give the `as_of` of its answer; without it the list is as of now."""
    calendar, limits = wiring.calendar(), wiring.limits(caller.principal)
    ask = list_ask_of(query, calendar.day(caller.now), calendar)
    ask = replace(ask, where=narrowed(ask.where, limits))
    of = _list_name(caller, query, ask.where)
    start = cursors.read(api.cursor_secret(), of, query.cursor, caller.now) if query.cursor else None
    as_of = datetime.fromisoformat(start["as_of"]) if start else query.as_of
    found = wiring.lists().page(ask, as_of, query.limit, start, caller.now)
    items = [listed_view(each) for each in found.page.items]
    following = {**found.page.next, "as_of": found.as_of.isoformat()} if found.page.next and found.as_of else None
    return ListedPage(
        metric=query.metric,
        zone=calendar.zone.key,
        as_of=found.as_of,
        items=[] if query.format == "csv" else items,
        names=listed_names(found.page.items, wiring.names()),
        next_cursor=cursors.issue(api.cursor_secret(), of, following, caller.now) if following else None,
        media_type=CSV if query.format == "csv" else JSON,
        content=listed_csv(items) if query.format == "csv" else None,
    )


@resource.route(
    "POST",
    "/report-counts",
    role=Role.SUPERVISOR,
    body=CountBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(InvalidInput, NotPermitted),
    example={
        "client_id": "labels-by-agent",
        "metrics": ["resolution"],
        "first": "2026-01-01",
        "last": "2026-06-30",
        "by": ["agent", "label"],
    },
)
def create_report_count(caller: Caller, body: CountBody) -> JobView:
    """Count what no roll-up holds, over any time: long work with progress. A repeat with the same `client_id` and
    question is the same work."""
    ask = ask_of_body(body)
    ask = replace(ask, where=narrowed(ask.where, wiring.limits(caller.principal)))
    return job_view(wiring.counting().ask(api.jobs(), ask, caller.principal.id, body.client_id, caller.now))


@resource.route(
    "GET",
    "/report-counts/{job_id}",
    role=Role.SUPERVISOR,
    gives=CountView,
    refuses=(JobNotFound, ReportGone, ReportTooLarge),
)
def get_report_count(caller: Caller, job_id: str) -> CountView:
    """How far it is; once it is done, the report. One's own only."""
    job = api.jobs().get(job_id)
    found = wiring.counting().result(job, caller.principal.id)
    return CountView(job=job_view(job), report=report_view(found, wiring.names()) if found else None)


def _list_name(caller: Caller, query: ReportListQuery, where: Any) -> str:
    """A page is of what its caller may see: whose teams change starts again."""
    seen = msgspec.json.encode({key.value: values for key, values in where.items()}).decode()
    return f"{cursors.list_name(NAME, caller.principal, query)}{seen}"
