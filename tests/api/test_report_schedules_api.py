"""Reports that come by themselves, by REST: kept by supervisors, sent now, files by order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.wiring import jobs as work
from chalicelib.wiring import report_delivery, report_sending
from chalicelib.wiring.shared import now
from tests.api.desk import Desk

REPORT = {
    "name": "WhatsApp, weekly",
    "sections": [{"title": "Answers", "period": "last_week", "metrics": ["arrivals"], "by": ["team"]}],
    "where": {"channel": ["whatsapp"]},
    "recurrence": {"rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", "zone": "Europe/Madrid"},
    "recipients": [{"way": "email", "address": "boss@example.com"}],
    "formats": ["mail", "csv", "json", "xlsx"],
    "language": "zh-Hant",
}


@pytest.fixture(scope="module", autouse=True)
def anew(desk: Desk) -> None:
    for module in (report_delivery, report_sending, work):
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()


def test_a_schedule_is_kept_changed_and_removed(desk: Desk) -> None:
    made = desk.call("POST", "/report-schedules", REPORT, role="supervisor")
    assert made.status == 201
    kept = made.json
    assert kept["owner_id"] == "agt_0spv"
    due = datetime.fromisoformat(kept["next_at"])
    assert (due.weekday(), due.tzinfo, due > datetime.now(UTC)) == (0, UTC, True)
    at = f"/report-schedules/{kept['id']}"
    times = desk.call("GET", f"{at}/times", role="supervisor").json["times"]
    assert (len(times), times[0]) == (10, kept["next_at"])

    off = desk.call("PUT", at, {**REPORT, "version": 1, "enabled": False}, role="supervisor").json
    assert (off["version"], off["next_at"], off["enabled"]) == (2, None, False)
    assert desk.call("PUT", at, {**REPORT, "version": 1}, role="supervisor").status == 409
    assert [each["id"] for each in desk.call("GET", "/report-schedules", role="admin").json["items"]] == [kept["id"]]
    assert desk.call("GET", at, role="agent").status == 403
    assert desk.call("DELETE", f"{at}?version=2", role="supervisor").status == 204
    assert desk.call("GET", at, role="supervisor").status == 404


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"recurrence": {"rule": "FREQ=HOURLY", "zone": "UTC"}}, "recurrence.rule"),
        ({"recurrence": {"rule": "FREQ=DAILY", "zone": "Mars"}}, "recurrence.zone"),
        ({"recurrence": {"rule": "FREQ=DAILY", "zone": "UTC", "start": "2026-02-30T08:00"}}, "recurrence.start"),
        ({"recipients": [{"way": "slack", "address": "#general"}]}, "recipients[0].address"),
        ({"sections": [{"title": "A", "period": "today", "metrics": ["luck"]}]}, "sections[0].metrics"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(desk: Desk, more: dict[str, Any], field: str) -> None:
    refused = desk.call("POST", "/report-schedules", {**REPORT, **more}, role="admin")
    assert (refused.status, refused.json["field"]) == (400, field)


def test_times_are_shown_before_anything_is_kept(desk: Desk) -> None:
    rule = {"rule": "RRULE:FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8;BYMINUTE=0", "zone": "Asia/Hong_Kong"}
    told = desk.call("POST", "/report-schedules/preview", rule, role="supervisor").json
    assert told["rule"] == "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8;BYMINUTE=0"
    assert all(datetime.fromisoformat(each).hour == 0 for each in told["times"])


def test_a_report_is_sent_now_and_its_files_are_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    class Mails:
        def send(self, mail: Any) -> Any:
            from chalicelib.channels.base import HttpResponse

            sent.append(mail)
            return HttpResponse(200, {}, b"{}")

    monkeypatch.setenv("PARLEY_NOTICES_ADDRESS", "desk@example.com")
    monkeypatch.setattr(report_sending, "_mails", Mails)
    at = f"/report-schedules/{desk.call('POST', '/report-schedules', REPORT, role='supervisor').json['id']}"
    run = desk.call("POST", f"{at}/runs", {"client_id": "one"}, role="supervisor").json
    again = desk.call("POST", f"{at}/runs", {"client_id": "one"}, role="supervisor").json
    assert (run["state"], again["id"]) == ("waiting", run["id"])
    jobs = [
        job for job in desk.call("GET", "/jobs", role="supervisor").json["items"] if job["kind"] == "reports.deliver"
    ]
    work.jobs().carry_out(jobs[0]["id"], now)

    found = desk.call("GET", f"/report-runs/{run['id']}", role="supervisor").json
    assert (found["state"], found["deliveries"][0]["fate"], found["detail"]) == ("done", "sent", "")
    assert (len(sent), set(found["formats"])) == (1, {"csv", "json", "xlsx"})
    listed = desk.call("GET", f"/report-runs?schedule_id={run['schedule_id']}", role="supervisor").json["items"]
    assert [each["id"] for each in listed] == [run["id"]]
    assert [each["id"] for each in desk.call("GET", "/report-runs", role="supervisor").json["items"]] == [run["id"]]
    file = desk.call("GET", f"/report-runs/{run['id']}/file?format=xlsx", role="supervisor").json
    assert "report.xlsx" in file["url"]
    assert desk.call("POST", f"/report-runs/{run['id']}/again", {}, role="supervisor").status == 409


def test_an_answer_and_a_list_are_written_into_files(desk: Desk) -> None:
    day = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    asked = {"client_id": "a", "metrics": ["arrivals"], "first": day, "last": day, "by": ["channel"], "format": "json"}
    listed = {"client_id": "a", "metric": "arrivals", "first": day, "last": day}
    for path, body in (("/report-exports", asked), ("/report-exports/lists", listed)):
        job = desk.call("POST", path, body, role="supervisor").json
        work.jobs().carry_out(job["id"], now)
        done = desk.call("GET", f"/jobs/{job['id']}", role="supervisor").json
        assert (done["state"], done["detail"]) == ("done", "")
        assert "url" in desk.call("GET", f"/report-exports/{job['id']}/file", role="supervisor").json
        assert desk.call("GET", f"/report-exports/{job['id']}/file", role="admin").status == 404
    refused = desk.call("POST", "/report-exports", {**asked, "metrics": ["luck"]}, role="supervisor")
    assert (refused.status, refused.json["field"]) == (400, "metrics")
    assert json.dumps(refused.json)
