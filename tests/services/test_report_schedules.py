"""Scheduled reports: one run for each time, one mail for each recipient, whatever breaks off where."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels.base import HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.errors import InvalidInput, StoreUnavailable, VersionConflict
from chalicelib.domain.errors_report_schedules import ReportRunNotFound, ReportRunRefused, ReportScheduleNotFound
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report_run import Fate, RunKind, RunState
from chalicelib.domain.report_schedule import Form, Recipient, ReportSchedule, Section, Way
from chalicelib.services.report_schedules import Wanted
from chalicelib.services.team_slack_api import SlackFailed
from tests.services.report_office import ADMIN, LAYOUT, START, SUPERVISOR, Office, Power

MONDAYS = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"
WEEK = timedelta(days=7)
EVERYBODY = {"ada@example.com", "boss@example.com"}


def wanted(**more: Any) -> Wanted:
    return Wanted(**{"layout": LAYOUT, "rule": MONDAYS, "zone": "UTC", **more})


def scheduled(office: Office, **more: Any) -> ReportSchedule:
    return office.schedules.create(wanted(**more), ADMIN, office.now)


def fates(office: Office) -> list[list[str]]:
    return [[each.fate.value for each in run.deliveries] for run in office.all_runs()]


def test_a_report_comes_each_monday_and_to_each_once() -> None:
    office = Office()
    schedule = scheduled(office)
    office.run(3 * WEEK - timedelta(days=1))

    runs = office.all_runs()
    assert [run.due_at for run in runs] == [START.replace(hour=8) + place * WEEK for place in range(3)]
    assert {run.state for run in runs} == {RunState.DONE}
    assert {run.as_of for run in runs} == {run.due_at - timedelta(seconds=90) for run in runs}
    assert {address: len(office.mails.of(address)) for address in office.mails.got} == dict.fromkeys(EVERYBODY, 3)
    assert len(office.slack.said) == 3
    found = office.schedules.get(schedule.id, ADMIN)
    assert (found.next_at, found.version) == (START.replace(hour=8) + 3 * WEEK, 1)


def test_monday_eight_stays_eight_when_the_clocks_change() -> None:
    office = Office()
    office.now = datetime(2026, 3, 17, tzinfo=UTC)
    schedule = scheduled(office, zone="Europe/Madrid")
    due = []
    for _ in range(3):
        due.append(schedule.next_at)
        schedule = schedule.armed(schedule.next_at or office.now)
    assert due == [datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((23, 7), (30, 6))] + [
        datetime(2026, 4, 6, 6, tzinfo=UTC)
    ]


def test_a_timer_that_comes_twice_early_or_for_what_was_changed_does_nothing_more() -> None:
    office = Office()
    schedule = scheduled(office)
    changed = office.schedules.change(schedule.id, wanted(rule="FREQ=WEEKLY;BYDAY=TU;BYHOUR=8"), 1, ADMIN, office.now)
    office.runs.due(schedule.id, 1, START + WEEK)
    office.runs.due(schedule.id, 2, office.now)
    assert office.all_runs() == []
    for _ in range(3):
        office.runs.due(schedule.id, 2, START + timedelta(days=1, hours=3))
    office.run(timedelta(days=3))
    assert [run.due_at for run in office.all_runs()] == [changed.next_at]
    assert len(office.mails.got["boss@example.com"]) == 1


def test_what_was_missed_is_made_up_for_with_the_days_that_it_was_about() -> None:
    office = Office()
    schedule = scheduled(office)
    office.records.clear()
    office.now = START + 2 * WEEK + timedelta(hours=3)
    office.runs.due(schedule.id, 1, office.now)
    office.run(2 * WEEK + timedelta(hours=4))
    runs = office.all_runs()
    assert [run.due_at for run in runs] == [START.replace(hour=8) + place * WEEK for place in range(3)]
    first = office.delivery._document(runs[0])["sections"][0]["ask"]
    assert (first["first"], first["last"]) == ("2026-11-09", "2026-11-15")


def test_a_change_of_what_is_due_already_lets_it_come_first() -> None:
    office = Office()
    schedule = scheduled(office)
    office.records.clear()
    office.now = START + timedelta(hours=3)
    office.schedules.change(schedule.id, wanted(enabled=False), 1, ADMIN, office.now)
    office.run(2 * WEEK)
    assert [run.due_at for run in office.all_runs()] == [START.replace(hour=8)]


@pytest.mark.parametrize("lost", ["before", "after"])
def test_one_run_and_one_mail_wherever_a_process_ends(lost: str) -> None:
    """The process ends at one call to the outside after the other, before it or after it. A mail that may have gone is
    not sent again, and says so; whoever asks for it gets it."""
    place, whole = 0, False
    while not whole:
        office = Office(facts=2)
        sections = (Section("Arrivals", "yesterday", ("arrivals",)),)
        scheduled(office, layout=replace(LAYOUT, forms=(Form.MAIL, Form.CSV), sections=sections))
        calls = 0

        def tap(name: str, call: Any, office: Office = office, place: int = place) -> Any:
            nonlocal calls
            calls += 1
            if calls == place + 1:
                if lost == "after":
                    call()
                raise Power
            return call()

        office.tap = tap
        office.run(timedelta(days=2))
        whole = calls <= place
        (run,) = office.all_runs()
        assert run.is_over, place
        for address, each in (("ada@example.com", 0), ("boss@example.com", 1)):
            count = len(office.mails.of(address))
            assert count <= 1, place
            assert run.deliveries[each].fate in ((Fate.SENT, Fate.UNCERTAIN) if count else (Fate.UNCERTAIN,)), place
        assert (len(office.slack.said), run.deliveries[2].fate) == (1, Fate.SENT), place
        assert [each.fate for each in run.deliveries].count(Fate.UNCERTAIN) <= 1
        if run.state is RunState.PARTLY:
            office.runs.again(run.id, ADMIN, uncertain=True, now=office.now)
            office.run(timedelta(days=3))
            assert {each.fate for each in office.all_runs()[0].deliveries} == {Fate.SENT}
        place += 1
    assert place > 20


def test_a_recipient_that_fails_is_tried_again_alone_and_seen() -> None:
    office = Office()
    answers: Iterator[HttpResponse | Exception] = iter([HttpResponse(503, {}, b"busy"), NotSent("no route")])
    office.mails.answer = lambda address: next(answers, HttpResponse(200, {}, b"")) if "boss" in address else _OK
    office.slack.fails = [SlackFailed("ratelimited", FailureClass.RETRY, "Slow down.", is_certain=True)]
    scheduled(office)
    office.run(timedelta(hours=2, seconds=30))
    (run,) = office.all_runs()
    assert (run.state, fates(office)) == (RunState.RETRYING, [["sent", "again", "again"]])
    assert "503" in run.deliveries[1].detail
    assert _told(office) == ["retrying"]

    office.run(timedelta(hours=3))
    (run,) = office.all_runs()
    assert (run.state, fates(office)) == (RunState.DONE, [["sent", "sent", "sent"]])
    assert [each.attempts for each in run.deliveries] == [1, 3, 2]
    assert {address: len(got) for address, got in office.mails.got.items()} == dict.fromkeys(EVERYBODY, 1)
    # The numbers are those of the first time.
    assert run.as_of == run.due_at - timedelta(seconds=90)


_OK = HttpResponse(200, {}, b"")


def test_what_fails_for_good_ends_and_is_told_to_the_owner() -> None:
    office = Office()
    office.mails.answer = lambda address: (
        HttpResponse(503, {}, b"") if "ada" in address else HttpResponse(400, {}, b"?")
    )
    office.slack.fails = [SlackFailed("channel_not_found", FailureClass.RECIPIENT, "No such channel.", is_certain=True)]
    scheduled(office)
    office.run(timedelta(days=1))
    (run,) = office.all_runs()
    assert (run.state, fates(office)) == (RunState.FAILED, [["failed", "failed", "failed"]])
    assert [each.attempts for each in run.deliveries] == [6, 1, 1]
    assert _told(office) == ["retrying", "failed"]

    office.mails.answer = lambda address: _OK
    office.runs.again(run.id, ADMIN, uncertain=False, now=office.now)
    office.run(timedelta(days=1, hours=1))
    assert office.all_runs()[0].state is RunState.DONE
    with pytest.raises(ReportRunRefused):
        office.runs.again(run.id, ADMIN, uncertain=True, now=office.now)


def test_a_run_whose_work_was_cancelled_can_be_asked_for_again() -> None:
    office = Office(facts=2)
    run = office.runs.by_hand(scheduled(office), RunKind.NOW, ADMIN, "one", office.now)
    job_id = next(body for _at, _number, (kind, body) in office.records if kind == "job")
    office.jobs.cancel(job_id, office.now)
    office.run(timedelta(minutes=10))
    with pytest.raises(ReportRunRefused):
        office.runs.again(run.id, ADMIN, uncertain=False, now=office.now)
    office.run(timedelta(minutes=40))
    office.runs.again(run.id, ADMIN, uncertain=False, now=office.now)
    office.run(timedelta(minutes=45))
    assert office.runs.get(run.id, ADMIN).state is RunState.DONE


def test_a_mail_without_an_answer_is_not_sent_again() -> None:
    office = Office()
    office.mails.answer = lambda address: OutcomeUnknown("read timeout") if "boss" in address else _OK
    scheduled(office)
    office.run(timedelta(days=1))
    assert fates(office) == [["sent", "uncertain", "sent"]]
    assert office.all_runs()[0].state is RunState.PARTLY


def test_what_cannot_be_counted_fails_with_its_reason() -> None:
    office = Office()
    scheduled(office)
    office.agents["agt_adm"] = replace(office.agents["agt_adm"], role=Role.AGENT)
    office.run(timedelta(days=1))
    (run,) = office.all_runs()
    assert run.state is RunState.FAILED
    assert "owner" in run.detail
    assert (office.mails.got, _told(office)) == ({}, ["failed"])


def test_days_that_are_not_counted_to_their_end_are_waited_for() -> None:
    office = Office(facts=2)
    scheduled(
        office,
        rule="FREQ=DAILY;BYHOUR=0;BYMINUTE=1",
        layout=replace(LAYOUT, sections=(Section("Day", "yesterday", ("arrivals",)),)),
    )
    office.run(timedelta(hours=18, minutes=1, seconds=30))
    assert [run.state for run in office.all_runs()] == [RunState.RETRYING]
    office.run(timedelta(hours=19))
    (run,) = office.all_runs()
    assert run.state is RunState.DONE
    assert run.as_of is not None
    assert run.as_of > START.replace(hour=0) + timedelta(days=1)
    assert _told(office) == []


def test_a_store_that_fails_for_a_while_changes_nothing() -> None:
    office = Office()
    scheduled(office)
    down = START.replace(hour=8), START.replace(hour=9)

    def tap(name: str, call: Any) -> Any:
        if name.startswith(("dynamodb", "s3")) and down[0] <= office.now < down[1]:
            raise StoreUnavailable("throttled")
        return call()

    office.tap = tap
    office.run(timedelta(days=1))
    assert fates(office) == [["sent", "sent", "sent"]]


def test_a_supervisors_report_is_of_their_teams() -> None:
    office = Office()
    office.schedules.create(wanted(layout=replace(LAYOUT, where={})), SUPERVISOR, office.now)
    office.run(timedelta(days=1))
    document = office.delivery._document(office.all_runs()[0])
    assert {row["group"][0]["name"] for row in document["sections"][0]["rows"]} == {"First line"}
    assert document["sections"][1]["ask"]["where"] == {"team": ["team_1"]}

    foreign = replace(LAYOUT, where={Dimension.TEAM: ("team_2",)})
    office.schedules.create(wanted(layout=foreign), SUPERVISOR, office.now)
    office.run(2 * WEEK)
    assert any("may not see" in run.detail for run in office.all_runs())


def test_each_sees_their_own_and_administrators_all() -> None:
    office = Office()
    schedule = scheduled(office)
    assert office.schedules.every(SUPERVISOR) == []
    with pytest.raises(ReportScheduleNotFound):
        office.schedules.get(schedule.id, SUPERVISOR)
    run = office.runs.by_hand(schedule, RunKind.NOW, ADMIN, "one", office.now)
    assert office.runs.by_hand(schedule, RunKind.NOW, ADMIN, "one", office.now + WEEK).id == run.id
    with pytest.raises(ReportRunNotFound):
        office.runs.get(run.id, SUPERVISOR)
    with pytest.raises(InvalidInput) as refused:
        office.schedules.create(wanted(owner_id="agt_adm"), SUPERVISOR, office.now)
    assert refused.value.field == "owner_id"
    with pytest.raises(VersionConflict):
        office.schedules.remove(schedule.id, 7, ADMIN)
    office.schedules.remove(schedule.id, 1, ADMIN)
    office.run(WEEK)
    assert [each.kind for each in office.all_runs()] == [RunKind.NOW]


def test_a_test_goes_to_who_asks_alone() -> None:
    office = Office()
    schedule = scheduled(office)
    run = office.runs.by_hand(schedule, RunKind.TEST, ADMIN, "one", office.now)
    office.run(timedelta(minutes=5))
    assert office.runs.get(run.id, ADMIN).state is RunState.DONE
    assert (set(office.mails.got), office.slack.said) == ({"ada@example.com"}, {})
    with pytest.raises(ReportRunRefused):
        office.runs.by_hand(schedule, RunKind.TEST, Principal("key", "key_1", "CRM", Role.ADMIN), "two", office.now)


BAD: dict[str, dict[str, Any]] = {
    "sections": {"sections": ()},
    "sections[0].period": {"sections": (Section("A", "someday", ("arrivals",)),)},
    "sections[0].metrics": {"sections": (Section("A", "yesterday", ("happiness",)),)},
    "sections[0].where": {"sections": (Section("A", "yesterday", ("arrivals",), where={Dimension.CHANNEL: ("sms",)}),)},
    "formats": {"forms": ()},
    "recipients": {"recipients": ()},
    "recipients[0].address": {"recipients": (Recipient(Way.EMAIL, "a@example.com, b@example.com"),)},
    "recipients[1].address": {"recipients": (Recipient(Way.AGENT, "agt_one"), Recipient(Way.AGENT, "agt_none"))},
    "recipients[1]": {"recipients": (Recipient(Way.EMAIL, "a@example.com"), Recipient(Way.EMAIL, "A@example.com"))},
}


@pytest.mark.parametrize("field", BAD)
def test_a_layout_that_cannot_be_sent_is_refused_by_its_field(field: str) -> None:
    office = Office(facts=2)
    with pytest.raises(InvalidInput) as refused:
        scheduled(office, layout=replace(LAYOUT, **BAD[field]))
    assert refused.value.field == field
    assert (office.schedules_kept.list(), office.records) == ([], [])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rule": "FREQ=MINUTELY"}, "recurrence.rule"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "recurrence.rule"),
        ({"zone": "Mars/Olympus"}, "recurrence.zone"),
        ({"start": datetime(2026, 1, 1, tzinfo=UTC)}, "recurrence.start"),
        ({"start": datetime.fromisoformat("1800-01-01")}, "recurrence.start"),
        ({"owner_id": "agt_one"}, "owner_id"),
    ],
)
def test_a_time_that_never_comes_is_refused(more: dict[str, Any], field: str) -> None:
    office = Office(facts=2)
    with pytest.raises(InvalidInput) as refused:
        scheduled(office, **more)
    assert refused.value.field == field


def _told(office: Office) -> list[str]:
    """What the stream would tell the owner, in order."""
    import json

    images = [image["dynamodb"].get("NewImage", {}) for image in office.client.tables["desk"].stream]
    return [entry["data"]["state"] for item in images if "events" in item for entry in json.loads(item["events"]["S"])]
