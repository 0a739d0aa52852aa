"""Reports that come by themselves, for tests: schedules, runs, the item that tells of one, and answers."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.aws.codec_report_run import run_item
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report_run import Delivery, Fate, ReportRun, RunKind, RunState
from chalicelib.domain.report_schedule import Form, Language, Layout, Recipient, Section, Way

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)

REPORTED: dict[str, dict[str, Any]] = {
    "report.delivery_failed": {
        "schedule_id": "rps_1",
        "name": "WhatsApp, weekly",
        "state": "partly",
        "agent_ids": ("agt_1",),
    },
}

LAYOUT = Layout(
    name="WhatsApp, weekly",
    sections=(
        Section("Answers", "last_week", ("first_response", "one_touch"), (Dimension.TEAM,), compare=True),
        Section("Arrivals", "last_7_days", ("arrivals",)),
    ),
    recipients=(
        Recipient(Way.AGENT, "agt_1"),
        Recipient(Way.EMAIL, "boss@example.com"),
        Recipient(Way.SLACK, "C0REPORTS"),
    ),
    forms=(Form.MAIL, Form.CSV, Form.JSON, Form.XLSX),
    language=Language.ENGLISH,
    where={Dimension.CHANNEL: ("whatsapp",)},
)


def a_run(layout: Layout = LAYOUT, **more: Any) -> ReportRun:
    made = ReportRun("rrn_1", "rps_1", "agt_1", RunKind.SCHEDULED, layout, AT, AT, version=4)
    return replace(made, deliveries=tuple(Delivery(each) for each in layout.recipients), **more)


def told_of_reports(event_type: str) -> dict[str, Any]:
    run = a_run(state=RunState.PARTLY, ended_at=AT)
    settled = tuple(replace(each, fate=Fate.FAILED, attempts=6, at=AT) for each in run.deliveries)
    return run_item(replace(run, deliveries=settled))


def day(text: str) -> date:
    return date.fromisoformat(text)
