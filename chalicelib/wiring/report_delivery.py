"""Reports that come by themselves, made on first use: by the API, which keeps their schedules; by routing's timers,
which say that one is due; and by the function `jobs`, which makes and sends them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.aws.mail import MailSender
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.aws.stores.report_schedules import ReportRunStore, ReportScheduleStore
    from chalicelib.services.jobs import Jobs
    from chalicelib.services.report_delivery import ReportDelivery
    from chalicelib.services.report_delivery_ports import Sending
    from chalicelib.services.report_exports import ReportExport
    from chalicelib.services.report_layouts import LayoutCheck
    from chalicelib.services.report_runs import ReportRuns
    from chalicelib.services.report_schedules import ReportSchedules
    from chalicelib.services.team_slack import TeamSlack


@cache
def schedule_store() -> ReportScheduleStore:
    from chalicelib.aws.stores.report_schedules import ReportScheduleStore
    from chalicelib.wiring.shared import desk

    return ReportScheduleStore(desk())


@cache
def run_store() -> ReportRunStore:
    from chalicelib.aws.stores.report_schedules import ReportRunStore
    from chalicelib.wiring.shared import desk

    return ReportRunStore(desk())


@cache
def agents() -> AgentReader:
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.wiring.shared import desk

    return AgentReader(desk())


@cache
def asking() -> Jobs:
    """To ask for long work: what carries it out is the business of the function that does."""
    from chalicelib.aws.clients import client
    from chalicelib.aws.queues import JobQueue
    from chalicelib.aws.stores.jobs import JobStore
    from chalicelib.services.jobs import Jobs
    from chalicelib.wiring.shared import desk, settings

    return Jobs(JobStore(desk()), JobQueue(client("sqs"), settings().jobs_sqs_url), {})


@cache
def runs() -> ReportRuns:
    from chalicelib.services.report_runs import ReportRuns
    from chalicelib.wiring.timing import timers

    return ReportRuns(schedule_store(), run_store(), asking(), timers())


@cache
def schedules() -> ReportSchedules:
    from chalicelib.services.report_schedules import ReportSchedules
    from chalicelib.wiring import api
    from chalicelib.wiring.timing import timers

    return ReportSchedules(schedule_store(), timers(), api.random_ids(), agents().get, layout_check(), runs().due)


@cache
def layout_check() -> LayoutCheck:
    from chalicelib.domain.metrics import DEFINITIONS
    from chalicelib.services.report_layouts import LayoutCheck
    from chalicelib.wiring.reports import calendar

    return LayoutCheck(DEFINITIONS, calendar, agents().get)


@cache
def delivering() -> ReportDelivery:
    from chalicelib.domain.report_schedule import Way
    from chalicelib.services.report_delivery import ReportDelivery
    from chalicelib.services.report_mail import MailedReports
    from chalicelib.services.report_slack import PostedReports
    from chalicelib.wiring import reports
    from chalicelib.wiring.lazy import Lazy
    from chalicelib.wiring.shared import settings
    from chalicelib.wiring.timing import timers
    from chalicelib.wiring.transfer import files

    mailed = MailedReports(Lazy(_mails), agents(), settings().notices_address, link)
    posted = PostedReports(Lazy(_slack), link)
    ways: Mapping[Way, Sending] = {Way.AGENT: mailed, Way.EMAIL: mailed, Way.SLACK: posted}
    return ReportDelivery(
        run_store(), reports.reports(), reports.names(), reports.calendar, agents(), files(), ways, timers()
    )


@cache
def exporting() -> ReportExport:
    from chalicelib.services.report_exports import ReportExport
    from chalicelib.wiring import reports
    from chalicelib.wiring.transfer import files

    return ReportExport(reports.reports(), reports.lists(), reports.names(), files())


def link(run_id: str) -> str:
    """Where a run is read, for who signs in; "" where the workspace may be anywhere."""
    from chalicelib.wiring.shared import settings

    origin = settings().web_origin
    return f"{origin}/reports/schedules?run={run_id}" if origin else ""


def _mails() -> MailSender:
    from chalicelib.aws.clients import once_client
    from chalicelib.aws.mail import MailSender

    return MailSender(once_client("sesv2"))


def _slack() -> TeamSlack:
    from chalicelib.wiring.team_slack import team_slack

    return team_slack()
