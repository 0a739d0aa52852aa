"""Routing rules, business hours and what is set up for agents, by API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import AGENTS, Desk

AGENT = AGENTS["agent"]
WEEKLY = {"0": [["09:00", "12:30"], ["13:30", "18:00"]], "4": [["20:00", "26:00"]]}
OFFICE = {"name": "Office", "zone": "Europe/Berlin", "weekly": WEEKLY}
GERMAN = {"name": "German", "condition": {"field": "contact.language", "is": "de"}, "skills": {"lang:de": 3}}
CLOSING = {"name": "Silent", "after_seconds": 3600, "farewell": "Goodbye"}
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
SUMMARY:New Year\\, the\r
  first day\r
DTSTART;VALUE=DATE:20200101\r
RRULE:FREQ=YEARLY\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:Stocktaking\r
DTSTART:20300105T080000Z\r
END:VEVENT\r
END:VCALENDAR\r
"""


def made(desk: Desk, **more: Any) -> Any:
    answer = desk.call("POST", "/hours", {**OFFICE, **more}, role="admin")
    assert answer.status == 201, answer.body
    return answer.json


# --- rules -------------------------------------------------------------------------------------------------------


def test_rules_begin_with_none_and_are_written_on_the_version_that_was_read(desk: Desk) -> None:
    before = desk.call("GET", "/routing/rules", role="supervisor").json
    body = {"version": before["version"], "routes": [GERMAN], "sticky_seconds": 90, "reply_seconds": 300}
    body |= {"closings": [CLOSING], "vip": {"field": "contact.tier", "is": "gold"}}

    written = desk.call("PUT", "/routing/rules", body, role="admin")
    stale = desk.call("PUT", "/routing/rules", body, role="admin")

    assert (before["version"], before["mode"], before["routes"]) == (0, "direct", [])
    assert (written.status, written.json["version"], written.json["sticky_seconds"]) == (200, 1, 90)
    assert (written.json["reply_seconds"], written.json["hibernate_seconds"]) == (300, 0)
    assert written.json["routes"][0]["skills"] == {"lang:de": 3}
    assert (before["closings"], before["vip"]) == ([], None)
    assert (written.json["closings"], written.json["vip"]) == ([{**CLOSING, "condition": {}}], body["vip"])
    assert (stale.status, stale.json["code"], stale.json["field"]) == (409, "version_conflict", "version")
    assert desk.call("GET", "/routing/rules", role="supervisor").json == written.json


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"routes": [{**GERMAN, "team_id": "team_0000"}]}, "routes[0].team_id"),
        ({"routes": [{**GERMAN, "skills": {"x": 6}}]}, "routes[0].skills.x"),
        ({"routes": [{**GERMAN, "steps": [{"after_seconds": 9, "overflow_team_id": "team_0000"}]}]}, None),
        ({"routes": [{**GERMAN, "condition": {"field": "shoe_size", "is": 44}}]}, None),
        ({"priorities": [{"name": "Gold", "points": 10_001}]}, "priorities[0].points"),
        ({"mode": "auction"}, "mode"),
        ({"closings": [{**CLOSING, "after_seconds": 59}]}, "closings[0].after_seconds"),
        ({"closings": [{**CLOSING, "condition": {"field": "shoe_size", "is": 44}}]}, "closings[0].condition.field"),
        ({"vip": {"field": "shoe_size", "is": 44}}, "vip.field"),
        ({"modes": {"team_0000": "offer"}}, "modes.team_0000"),
        ({"modes": {"fallback": "auction"}}, "modes[...]"),
        ({"offer_seconds": 4}, "offer_seconds"),
        ({"missed_offers": -1}, "missed_offers"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_rules_are_refused_by_place(desk: Desk, rules: dict[str, Any], field: str | None) -> None:
    refused = desk.call("PUT", "/routing/rules/draft", {"version": 0, **rules}, role="admin")

    assert refused.status == 400
    assert refused.json["field"] == field if field else refused.json["field"].startswith("routes[0].")


def test_a_draft_holds_once_it_is_published(desk: Desk) -> None:
    published = desk.call("GET", "/routing/rules", role="admin").json["version"]
    draft = desk.call("PUT", "/routing/rules/draft", {"version": 0, "mode": "manual"}, role="admin").json

    unseen = {"version": published, "draft_version": draft["version"] + 1}
    refused = desk.call("POST", "/routing/rules/publish", unseen, role="admin")
    right = {"version": published, "draft_version": draft["version"]}
    done = desk.call("POST", "/routing/rules/publish", right, role="admin")

    assert (refused.status, refused.json["field"]) == (409, "draft_version")
    assert (done.json["mode"], done.json["version"]) == ("manual", published + 1)
    assert desk.call("GET", "/routing/rules", role="supervisor").json["mode"] == "manual"


# --- business hours ----------------------------------------------------------------------------------------------


def test_hours_are_kept_as_they_were_given(desk: Desk) -> None:
    hours = made(desk, exceptions={"2026-12-25": {"name": "Christmas Day"}})

    assert hours["weekly"] == WEEKLY
    assert hours["exceptions"] == {"2026-12-25": {"intervals": [], "name": "Christmas Day"}}
    assert desk.call("GET", f"/hours/{hours['id']}").json["weekly"] == WEEKLY
    assert hours["id"] in [one["id"] for one in desk.call("GET", "/hours").json["items"]]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"weekly": {"7": []}}, "weekly.7"),
        ({"weekly": {"0": [["09:00", "08:00"]]}}, "weekly.0[0]"),
        ({"weekly": {"0": [["nine", "ten"]]}}, "weekly.0[0]"),
        ({"exceptions": {"25.12.": {}}}, "exceptions.25.12."),
        ({"name": ""}, "name"),
    ],
)
def test_bad_hours_are_refused_by_place(desk: Desk, more: dict[str, Any], field: str) -> None:
    refused = desk.call("POST", "/hours", {**OFFICE, **more}, role="admin")

    assert (refused.status, refused.json["field"]) == (400, field)


def test_a_preview_is_exact_over_the_end_of_summer_time(desk: Desk) -> None:
    hours = made(desk)
    path = f"/hours/{hours['id']}/preview?from=2026-10-23T12:00:00Z&to=2026-10-26T12:00:00Z"

    found = desk.call("GET", path).json

    assert found["spans"] == [
        {"opens_at": "2026-10-23T18:00:00Z", "closes_at": "2026-10-24T00:00:00Z"},
        {"opens_at": "2026-10-26T08:00:00Z", "closes_at": "2026-10-26T11:30:00Z"},
    ]
    assert found["open_seconds"] == (6 * 60 + 210) * 60


@pytest.mark.parametrize("until", ["2026-10-23T12:00:00Z", "2027-10-23T12:00:00Z"])
def test_a_preview_is_bounded(desk: Desk, until: str) -> None:
    refused = desk.call("GET", f"/hours/{made(desk)['id']}/preview?from=2026-10-23T12:00:00Z&to={until}")

    assert (refused.status, refused.json["field"]) == (400, "to")


def day(desk: Desk, calendar: Any, **asked: Any) -> Any:
    answer = desk.call("POST", f"/hours/{calendar['id']}/preview", asked, role="agent")
    assert answer.status == 200, answer.body
    return answer.json


def test_a_day_is_shown_with_what_goes_on_over_midnight_the_next_opening_and_a_target(desk: Desk) -> None:
    found = day(desk, made(desk), date="2026-12-18", time="21:30", target_seconds=5 * 3600)

    assert found["spans"] == [{"opens_at": "2026-12-18T19:00:00Z", "closes_at": "2026-12-19T01:00:00Z"}]
    assert (found["open_seconds"], found["clock_shift_seconds"], found["is_open"]) == (4 * 3600, 0, True)
    assert (found["at"], found["next_opening_at"]) == ("2026-12-18T20:30:00Z", "2026-12-21T08:00:00Z")
    # Four and a half hours until 02:00 on Saturday, the last half hour on Monday.
    assert found["due_at"] == "2026-12-21T08:30:00Z"


def test_a_day_without_an_opening_tells_when_it_is_never_again(desk: Desk) -> None:
    found = day(desk, made(desk, weekly={}), date="2026-12-18", target_seconds=60)

    assert (found["spans"], found["open_seconds"], found["is_open"]) == ([], 0, False)
    assert (found["next_opening_at"], found["due_at"]) == (None, None)


@pytest.mark.parametrize(
    ("on", "hours_of_day", "shift", "open_hours"), [("2026-03-29", 23, 3600, 2), ("2026-10-25", 25, -3600, 4)]
)
def test_a_day_on_which_the_clocks_change_is_shown_as_it_is_written_and_not_yet_kept(
    desk: Desk, on: str, hours_of_day: int, shift: int, open_hours: int
) -> None:
    night = {**OFFICE, "weekly": {"6": [["01:00", "04:00"]]}}

    found = day(desk, made(desk), date=on, hours=night)

    length = datetime.fromisoformat(found["ends_at"]) - datetime.fromisoformat(found["starts_at"])
    assert (length, found["clock_shift_seconds"]) == (timedelta(hours=hours_of_day), shift)
    assert found["open_seconds"] == open_hours * 3600


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"date": "1990-01-01"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": "2026-02-01", "time": "24:00"}, "time"),
        ({"date": "2026-02-01", "target_seconds": 0}, "target_seconds"),
        ({"date": "2026-02-01", "hours": {**OFFICE, "zone": "Mars/Olympus"}}, "zone"),
    ],
)
def test_a_day_that_cannot_be_shown_names_what_is_wrong(desk: Desk, asked: dict[str, Any], field: str) -> None:
    refused = desk.call("POST", f"/hours/{made(desk)['id']}/preview", asked, role="agent")

    assert (refused.status, refused.json["field"]) == (400, field)


def test_hours_change_on_the_version_that_was_read(desk: Desk) -> None:
    hours = made(desk)
    body = {**OFFICE, "name": "Shop", "version": 1}

    changed = desk.call("PUT", f"/hours/{hours['id']}", body, role="admin")
    stale = desk.call("PUT", f"/hours/{hours['id']}", body, role="admin")

    assert (changed.json["name"], changed.json["version"]) == ("Shop", 2)
    assert (stale.status, stale.json["field"]) == (409, "version")


def test_holidays_are_shown_before_they_are_taken(desk: Desk) -> None:
    hours = made(desk)
    path, body = f"/hours/{hours['id']}/holidays", {"version": 1, "ics": ICS}

    dry = desk.call("POST", path, body, role="admin").json
    done = desk.call("POST", path, {**body, "dry_run": False}, role="admin").json
    again = desk.call("POST", path, {**body, "version": 2, "dry_run": False}, role="admin").json

    year = datetime.now(UTC).year
    names = {day: name for day, name in dry["closed"].items() if day == f"{year + 1}-01-01"}
    assert names == {f"{year + 1}-01-01": "New Year, the first day"}
    assert dry["skipped"] == ["Stocktaking"]
    assert (dry["changed"], dry["hours"]["version"], dry["hours"]["exceptions"]) == (False, 1, {})
    assert (done["changed"], done["hours"]["version"]) == (True, 2)
    assert set(done["hours"]["exceptions"]) == set(dry["closed"])
    assert (again["changed"], again["closed"], again["known"]) == (False, {}, sorted(dry["closed"]))


def test_hours_that_are_a_shift_stay(desk: Desk) -> None:
    hours = made(desk)
    mark = desk.call("GET", f"/agents/{AGENT}/presence").json["version"]
    body = {"version": mark, "units": 10, "reserve": 1, "hours_id": hours["id"]}
    put = desk.call("PUT", f"/agents/{AGENT}/capacity", body, role="supervisor").json

    kept = desk.call("DELETE", f"/hours/{hours['id']}", role="admin")
    desk.call("PUT", f"/agents/{AGENT}/capacity", {**body, "version": put["version"], "hours_id": None}, role="admin")
    gone = desk.call("DELETE", f"/hours/{hours['id']}", role="admin")

    assert (kept.status, kept.json["code"]) == (409, "hours_in_use")
    assert gone.status == 204
    assert desk.call("GET", f"/hours/{hours['id']}").status == 404
    assert hours["id"] not in [one["id"] for one in desk.call("GET", "/hours").json["items"]]


# --- agents ------------------------------------------------------------------------------------------------------


def test_capacity_is_set_on_what_was_read_and_heartbeats_do_not_disturb(desk: Desk) -> None:
    mark = desk.call("GET", f"/agents/{AGENT}/presence").json["version"]
    desk.call("PUT", "/me/presence", {"intent": "busy"})
    body = {"version": mark, "units": 6, "reserve": 2, "weights": {"live": 4}}

    answer = desk.call("PUT", f"/agents/{AGENT}/capacity", body, role="supervisor")
    stale = desk.call("PUT", f"/agents/{AGENT}/capacity", body, role="supervisor")

    assert answer.status == 200, answer.body
    assert (answer.json["units"], answer.json["reserve"], answer.json["intent"]) == (6, 2, "busy")
    assert answer.json["weights"] == {"live": 4, "messaging": 2, "asynchronous": 1, "voice": 9}
    assert (stale.status, stale.json["field"]) == (409, "version")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("capacity", {"units": 2, "reserve": 3}, "reserve"),
        ("capacity", {"units": -1, "reserve": 0}, "units"),
        ("capacity", {"units": 2, "reserve": 0, "weights": {"live": 0}}, "weights.live"),
        ("capacity", {"units": 2, "reserve": 0, "hours_id": "hrs_0000"}, "hours_id"),
        ("skills", {"skills": {"lang:de": 6}}, "skills.lang:de"),
        ("skills", {"skills": {"": 1}}, "skills."),
    ],
)
def test_bad_set_ups_are_refused_by_field(desk: Desk, path: str, body: dict[str, Any], field: str) -> None:
    mark = desk.call("GET", f"/agents/{AGENT}/presence").json["version"]

    refused = desk.call("PUT", f"/agents/{AGENT}/{path}", {"version": mark, **body}, role="supervisor")

    assert (refused.status, refused.json["field"]) == (400, field)


def test_skills_are_replaced_as_a_whole(desk: Desk) -> None:
    path = f"/agents/{AGENT}/skills"
    for skills in ({"lang:de": 5, "refunds": 3}, {"refunds": 4}, {}):
        mark = desk.call("GET", f"/agents/{AGENT}/presence").json["version"]
        assert desk.call("PUT", path, {"version": mark, "skills": skills}, role="supervisor").json["skills"] == skills


def test_an_agent_is_lent_and_taken_back(desk: Desk) -> None:
    team = desk.call("POST", "/teams", {"name": "Night"}, role="admin").json["id"]
    until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()

    lent = desk.call("POST", f"/agents/{AGENT}/loans", {"team_id": team, "until": until}, role="supervisor")
    board = desk.call("GET", f"/presence?team_id={team}", role="supervisor").json
    back = desk.call("DELETE", f"/agents/{AGENT}/loans/{team}", role="supervisor")

    assert list(lent.json["lent_until"]) == [team]
    assert [one["agent_id"] for one in board["items"]] == [AGENT]
    assert (back.status, back.json["lent_until"]) == (200, {})


@pytest.mark.parametrize("minutes", [-1, 60 * 24 * 367])
def test_a_loan_ends_in_the_future_within_a_year(desk: Desk, minutes: int) -> None:
    team = desk.call("POST", "/teams", {"name": "Late"}, role="admin").json["id"]
    until = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()

    refused = desk.call("POST", f"/agents/{AGENT}/loans", {"team_id": team, "until": until}, role="supervisor")

    assert (refused.status, refused.json["field"]) == (400, "until")
