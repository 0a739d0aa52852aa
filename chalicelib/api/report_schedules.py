"""Reports that come by themselves: what is asked, when it comes again, to whom and in which form it goes."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.report_run_views import RunView, run_view
from chalicelib.api.report_schedule_schemas import (
    RecurrenceBody,
    ReportScheduleBody,
    ReportScheduleChanges,
    ReportScheduleList,
    ReportScheduleView,
    TimesView,
    local_time,
    schedule_view,
)
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Query, Version
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.errors_report_schedules import (
    ReportRunRefused,
    ReportScheduleNotFound,
    ReportSchedulesTooMany,
)
from chalicelib.domain.recurrence import Recurrence, next_times
from chalicelib.domain.recurrence_text import rule_text
from chalicelib.domain.report_run import RunKind
from chalicelib.services.report_schedules import start_of
from chalicelib.wiring import report_delivery as wiring

TIMES_SHOWN = 10

resource = Resource("report-schedules")


class SendBody(Body, frozen=True, kw_only=True):
    """`test`: to you alone."""

    client_id: Annotated[str, Meta(min_length=1, max_length=100, description="The same one again is the same run")]
    test: bool = False


class ReportScheduleVersion(Query, frozen=True, kw_only=True):
    version: Version


_EXAMPLE = {
    "name": "WhatsApp, weekly",
    "sections": [
        {"title": "Answers", "period": "last_week", "metrics": ["first_response"], "by": ["team"], "compare": True}
    ],
    "where": {"channel": ["whatsapp"]},
    "recurrence": {"rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", "zone": "Europe/Madrid"},
    "recipients": [{"way": "email", "address": "boss@example.com"}],
    "formats": ["mail", "xlsx"],
}


@resource.route("GET", "/report-schedules", role=Role.SUPERVISOR, gives=ReportScheduleList)
def list_report_schedules(caller: Caller) -> ReportScheduleList:
    """Your own, oldest first; administrators see everybody's."""
    return ReportScheduleList(items=[schedule_view(each) for each in wiring.schedules().every(caller.principal)])


@resource.route(
    "POST",
    "/report-schedules",
    role=Role.SUPERVISOR,
    body=ReportScheduleBody,
    gives=ReportScheduleView,
    status=HTTPStatus.CREATED,
    refuses=(InvalidInput, ReportSchedulesTooMany, VersionConflict),
    example=_EXAMPLE,
)
def create_report_schedule(caller: Caller, body: ReportScheduleBody) -> ReportScheduleView:
    """Have a report made and sent again and again. Its numbers are those that its owner may see."""
    return schedule_view(wiring.schedules().create(body.wanted(), caller.principal, caller.now))


@resource.route(
    "POST",
    "/report-schedules/preview",
    role=Role.SUPERVISOR,
    body=RecurrenceBody,
    gives=TimesView,
    refuses=(InvalidInput,),
    example={"rule": "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8;BYMINUTE=0", "zone": "Asia/Hong_Kong"},
)
def preview_report_schedule(caller: Caller, body: RecurrenceBody) -> TimesView:
    """When a rule would come next; nothing is kept."""
    found: Recurrence = start_of(body.rule, body.zone, local_time(body.start), caller.now)
    times = next_times(found, caller.now, TIMES_SHOWN)
    return TimesView(rule=rule_text(found.rule), zone=found.zone, times=times)


@resource.route(
    "GET",
    "/report-schedules/{schedule_id}",
    role=Role.SUPERVISOR,
    gives=ReportScheduleView,
    refuses=(ReportScheduleNotFound,),
)
def get_report_schedule(caller: Caller, schedule_id: str) -> ReportScheduleView:
    """One of them."""
    return schedule_view(wiring.schedules().get(schedule_id, caller.principal))


@resource.route(
    "PUT",
    "/report-schedules/{schedule_id}",
    role=Role.SUPERVISOR,
    body=ReportScheduleChanges,
    gives=ReportScheduleView,
    refuses=(InvalidInput, ReportScheduleNotFound, VersionConflict),
    example={"version": 1, **_EXAMPLE},
)
def put_report_schedule(caller: Caller, schedule_id: str, body: ReportScheduleChanges) -> ReportScheduleView:
    """Replace it, enable or disable it. What is due by now comes as it stood until now."""
    changed = wiring.schedules().change(schedule_id, body.wanted(), body.version, caller.principal, caller.now)
    return schedule_view(changed)


@resource.route(
    "DELETE",
    "/report-schedules/{schedule_id}",
    role=Role.SUPERVISOR,
    query=ReportScheduleVersion,
    status=HTTPStatus.NO_CONTENT,
    refuses=(ReportScheduleNotFound, VersionConflict),
)
def delete_report_schedule(caller: Caller, schedule_id: str, query: ReportScheduleVersion) -> None:
    """It comes no more; runs that were made stay for 90 days."""
    wiring.schedules().remove(schedule_id, query.version, caller.principal)


@resource.route(
    "GET",
    "/report-schedules/{schedule_id}/times",
    role=Role.SUPERVISOR,
    gives=TimesView,
    refuses=(ReportScheduleNotFound,),
)
def list_report_times(caller: Caller, schedule_id: str) -> TimesView:
    """When it comes next; none while it is disabled."""
    found = wiring.schedules().get(schedule_id, caller.principal)
    times = next_times(found.recurrence, caller.now, TIMES_SHOWN) if found.enabled else []
    return TimesView(rule=found.rule, zone=found.zone, times=times)


@resource.route(
    "POST",
    "/report-schedules/{schedule_id}/runs",
    role=Role.SUPERVISOR,
    body=SendBody,
    gives=RunView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ReportScheduleNotFound, ReportRunRefused),
    example={"client_id": "now-1", "test": True},
)
def send_report(caller: Caller, schedule_id: str, body: SendBody) -> RunView:
    """Make and send it now, to all, or as a test to you alone."""
    schedule = wiring.schedules().get(schedule_id, caller.principal)
    kind = RunKind.TEST if body.test else RunKind.NOW
    seed = f"{kind}/{caller.principal.id}/{body.client_id}"
    return run_view(wiring.runs().by_hand(schedule, kind, caller.principal, seed, caller.now))
