"""The list of conversations: what comes in is seen at once, found, chosen by keys, changed by the dozen."""

import re
from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.workspace import AGENT
from tests.web.browser import WebDesk, findings

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_an_agent_lives_in_the_list(desk: WebDesk) -> None:
    # Functions of a machine with much to do take their time.
    expect.set_options(timeout=30_000)
    tag = token_hex(3)
    mia, leo = f"Mia {tag}", f"Leo {tag}"
    visit = desk.signed_in(AGENT, "/inbox/all?sort=newest")
    page = visit.page
    page.get_by_role("button", name="Connection: Live").wait_for()

    _write(desk, mia, "Where is my parcel?")
    expect(_row(page, mia)).to_contain_text("Where is my parcel?")
    expect(_row(page, mia).get_by_role("img", name="Own system")).to_be_visible()
    _write(desk, leo, "And mine?")
    expect(_row(page, leo)).to_contain_text("And mine?")

    _opens_both(page, mia, leo)
    _changes_both(page, mia, leo)
    _finds_and_narrows(page, mia, leo)
    _keeps_a_view(page, tag, mia, leo)

    assert findings(page) == []
    assert visit.complaints == []


def _write(desk: WebDesk, name: str, text: str) -> None:
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, name.lower().replace(" ", "-"), text=text, contact={"name": name})


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name="Conversations").get_by_role("row").filter(has_text=name)


def _bulk(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Change the selected conversations")


def _tabs(page: Page) -> Locator:
    return page.get_by_role("grid", name="Open conversations").get_by_role("row")


def _opens_both(page: Page, mia: str, leo: str) -> None:
    """By pointer, then by keys; tabs are chosen by number and closed with the middle button."""
    _row(page, mia).click()
    expect(page).to_have_url(re.compile("[?&]c=cnv_"))
    first = page.url
    _row(page, leo).focus()
    page.keyboard.press("o")
    expect(_tabs(page)).to_have_count(2)
    expect(_tabs(page).filter(has_text=leo)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("1")
    expect(_tabs(page).filter(has_text=mia)).to_have_attribute("aria-selected", "true")
    assert re.search("c=(cnv_[^&]+)", page.url)[1] == re.search("c=(cnv_[^&]+)", first)[1]  # type: ignore[index]
    _tabs(page).filter(has_text=leo).click(button="middle")
    expect(page.get_by_role("grid", name="Open conversations")).to_have_count(0)


def _changes_both(page: Page, mia: str, leo: str) -> None:
    for name in (mia, leo):
        _row(page, name).focus()
        page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    _bulk(page).get_by_role("button", name="Priority").click()
    page.get_by_role("menuitem", name="Urgent").click()
    for name in (mia, leo):
        expect(_row(page, name)).to_contain_text("Urgent")
    page.get_by_role("button", name="Undo").click()
    for name in (mia, leo):
        expect(_row(page, name)).not_to_contain_text("Urgent")


def _finds_and_narrows(page: Page, mia: str, leo: str) -> None:
    """What was assigned to somebody leaves the list of what is nobody's."""
    _view(page, "Unassigned")
    page.get_by_role("button", name=re.compile("Order")).click()
    page.get_by_role("option", name="Newest").click()
    _row(page, leo).focus()
    page.keyboard.press("x")
    _bulk(page).get_by_role("button", name="Assign").click()
    page.get_by_role("menuitem", name="(you)").click()
    expect(_row(page, leo).locator("[data-leaving=true]")).to_be_visible()
    page.mouse.move(900, 400)
    expect(_row(page, leo)).to_have_count(0)
    expect(_row(page, mia)).to_have_count(1)
    _view(page, "Mine")
    expect(_row(page, leo)).to_have_count(1)

    page.locator("main").focus()
    page.keyboard.press("/")
    expect(page.get_by_label("Search customers")).to_be_focused()
    # A new customer is found within some seconds.
    for _attempt in range(10):
        page.get_by_label("Search customers").fill(mia)
        try:
            expect(_row(page, mia)).to_have_count(1, timeout=3_000)
            break
        except AssertionError:
            page.get_by_label("Search customers").fill("")
    expect(_row(page, mia)).to_have_count(1)
    expect(_row(page, leo)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(_row(page, leo)).to_have_count(1)


def _keeps_a_view(page: Page, tag: str, mia: str, leo: str) -> None:
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name=re.compile("Priority")).click()
    page.get_by_role("option", name="Urgent").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("No conversation matches the filter.")).to_be_visible()
    page.get_by_role("button", name="More for this list").click()
    page.get_by_role("menuitem", name="Save as a view").click()
    page.get_by_label("Name", exact=True).fill(f"Urgent {tag}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name=re.compile(f"Urgent {tag}"))).to_be_visible()
    _changes_the_view(page, tag, mia, leo)
    page.get_by_role("button", name="More for this list").click()
    page.get_by_role("menuitem", name="Delete this view").click()
    page.get_by_role("button", name="Delete this view").click()
    expect(page.get_by_role("button", name=re.compile("Mine"))).to_be_visible()


def _changes_the_view(page: Page, tag: str, mia: str, leo: str) -> None:
    """From what is the caller's and urgent to what is nobody's, of any urgency."""
    page.get_by_role("button", name="More for this list").click()
    page.get_by_role("menuitem", name="Edit this view").click()
    form = page.get_by_role("dialog", name="Edit this view")
    expect(form.get_by_role("button", name=re.compile("^Urgent Priority|Priority.*Urgent"))).to_be_visible()
    for field, choice in (("Priority", "Any"), ("List", "Unassigned"), ("Order", "Newest")):
        form.get_by_role("button", name=re.compile(field)).click()
        page.get_by_role("option", name=choice, exact=True).click()
    form.get_by_label("Name", exact=True).fill(f"Waiting {tag}")
    assert findings(page) == []
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile(f"Waiting {tag}"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Order"))).to_contain_text("Newest")
    expect(_row(page, mia)).to_have_count(1)
    expect(_row(page, leo)).to_have_count(0)


def _view(page: Page, name: str) -> None:
    page.get_by_role("banner").or_(page.locator("main header")).first.get_by_role("button").first.click()
    page.get_by_role("option", name=re.compile(f"^{name}")).first.click()
