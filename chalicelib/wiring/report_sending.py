"""What makes and sends reports, and writes them into files: for the function `jobs`; made on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.aws.mail import MailSender
    from chalicelib.services.report_delivery import ReportDelivery
    from chalicelib.services.report_delivery_ports import Sending
    from chalicelib.services.report_exports import ReportExport
    from chalicelib.services.team_slack import TeamSlack


@cache
def delivering() -> ReportDelivery:
    from chalicelib.domain.report_schedule import Way
    from chalicelib.services.report_delivery import ReportDelivery
    from chalicelib.services.report_mail import MailedReports
    from chalicelib.services.report_slack import PostedReports
    from chalicelib.wiring import reports
    from chalicelib.wiring.lazy import Lazy
    from chalicelib.wiring.report_delivery import agents, run_store
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
    return f"{origin}/schedules?run={run_id}" if origin else ""


def _mails() -> MailSender:
    from chalicelib.aws.clients import once_client
    from chalicelib.aws.mail import MailSender

    return MailSender(once_client("sesv2"))


def _slack() -> TeamSlack:
    from chalicelib.wiring.team_slack import team_slack

    return team_slack()
