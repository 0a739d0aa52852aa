"""Administration of people and time in a real browser: somebody is invited, learns, and works by hours that are shown
as the API counts them."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.local.flows import tag
from infra.local.workspace import ADMIN
from tests.web.browser import WebDesk

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

FRIDAY, SPRING = "2026-12-18", "2027-03-28"


def test_somebody_is_invited_and_learns_a_skill(desk: WebDesk) -> None:
    mark = tag()
    name, skill = f"Lee {mark}", f"skill-{mark}"
    api = desk.workspace.desk(desk.cloud, ADMIN)
    visit = desk.signed_in(ADMIN, "/admin/agents/new")
    page = visit.page
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address").fill(f"lee-{mark}@example.test")
    page.get_by_text("Send an invitation by e-mail").click()
    page.get_by_role("button", name="Create").click()
    shown = page.get_by_role("dialog", name=f"{name} can sign in")
    shown.get_by_role("button", name="Show: Password for the first time").click()
    assert len(shown.locator("code").inner_text()) > 8
    shown.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    agent_id = page.url.rpartition("/")[2]

    page.get_by_role("link", name="Skills").click()
    page.get_by_role("textbox", name="Add a skill").fill(skill)
    page.keyboard.press("Enter")
    cell = page.get_by_role("button", name=f"{name}, {skill}: ")
    # By keyboard alone: into the row, along its cells, a digit.
    cell.wait_for()
    columns = page.get_by_role("columnheader").all_inner_texts()
    page.get_by_role("row").filter(has_text=name).focus()
    for _ in range(columns.index(skill) + 1):
        page.keyboard.press("ArrowRight")
    expect(cell).to_be_focused()
    page.keyboard.press("3")
    expect(cell).to_have_accessible_name(f"{name}, {skill}: 3")
    page.get_by_role("status").get_by_text(f"{name}, {skill}: 3").wait_for()
    assert api.call("GET", f"/agents/{agent_id}/presence")["skills"] == {skill: 3}

    cell.click()
    page.get_by_role("menuitemradio", name="5 · expert").click()
    page.get_by_role("status").get_by_text(f"{name}, {skill}: 5").wait_for()
    page.get_by_role("button", name="Undo").last.click()
    expect(cell).to_have_accessible_name(f"{name}, {skill}: 3")
    assert api.call("GET", f"/agents/{agent_id}/presence")["skills"] == {skill: 3}
    assert visit.complaints == []


def test_hours_over_midnight_and_days_of_other_clocks_are_shown_as_the_api_counts_them(
    desk: WebDesk,
) -> None:
    mark = tag()
    api = desk.workspace.desk(desk.cloud, ADMIN)
    visit = desk.signed_in(ADMIN, "/admin/hours/new")
    page = visit.page
    page.get_by_label("Name", exact=True).fill(f"Night {mark}")
    page.get_by_role("combobox", name="Time zone").fill("berlin")
    page.get_by_role("option", name="Europe/Berlin").click()
    page.get_by_role("radio", name="An empty week").check(force=True)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("heading", name=f"Night {mark}").wait_for()
    path = f"/hours/{page.url.rpartition('/')[2]}"

    interval(page, "Friday", "22:00", "02:00")
    interval(page, "Sunday", "01:00", "04:00")
    expect(page.get_by_role("button", name="+1 day: Friday, 1")).to_have_attribute("aria-pressed", "true")
    # Nothing is saved yet: the day is shown as it would be.
    preview(page, FRIDAY, "Open 10:00 PM to Dec 19, 2026, 2:00 AM: 2 hr")
    assert api.call("GET", path)["weekly"].get("4", []) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    assert api.call("GET", path)["weekly"]["4"] == [["22:00", "26:00"]]

    friday = asked(api, path, FRIDAY)
    assert friday["spans"] == [{"opens_at": "2026-12-18T21:00:00Z", "closes_at": "2026-12-19T01:00:00Z"}]
    preview(page, FRIDAY, "4 hours from 11:00 AM on is due Dec 19, 2026, 2:00 AM")
    spring = asked(api, path, SPRING)
    assert (spring["clock_shift_seconds"], spring["open_seconds"]) == (3600, 2 * 3600)
    preview(page, SPRING, "The clocks go forward by 1 hour on this day: it has 23 hours.")
    preview(page, SPRING, "Open 1:00 AM to 4:00 AM: 2 hr")
    assert visit.complaints == []


def interval(page: Page, day: str, start: str, end: str) -> None:
    page.get_by_role("button", name=f"Add an interval: {day}").click()
    group = page.get_by_role("group", name=day, exact=True)
    group.get_by_label("From", exact=True).fill(start)
    group.get_by_label("To", exact=True).fill(end)


def preview(page: Page, day: str, text: str) -> None:
    page.get_by_label("Date", exact=True).last.fill(day)
    expect(page.get_by_test_id("hours-day")).to_contain_text(text)


def asked(api: Any, path: str, day: str) -> Any:
    return api.call("POST", f"{path}/preview", {"date": day, "time": "11:00", "target_seconds": 4 * 3600})
