"""Reports that come by themselves, made on first use: by the API, which keeps their schedules, and by routing's timers,
which say that one is due. What makes and sends them is in `report_sending`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.aws.stores.report_schedules import ReportRunStore, ReportScheduleStore
    from chalicelib.services.jobs import Jobs
    from chalicelib.services.report_layouts import LayoutCheck
    from chalicelib.services.report_runs import ReportRuns
    from chalicelib.services.report_schedules import ReportSchedules


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
