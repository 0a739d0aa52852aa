"""The first administrator, who is on no list of the desk's yet: their name is there, and nothing is asked in vain."""

import pytest
from playwright.sync_api import expect

from infra.local.workspace import ADMIN
from tests.web.browser import PATIENCE_MS, WebDesk

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_who_is_no_agent_is_named_and_told_what_that_means(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    visit, ada = desk.signed_in(ADMIN, "/me"), desk.workspace.people[ADMIN]
    page = visit.page
    # Whoever has made them an agent has no use for this test.
    assert desk.workspace.desk(desk.cloud, ADMIN).call("GET", "/me")["listed"] is False
    expect(page.locator("main dd").filter(has_text=ada.name)).to_be_visible()
    page.reload()
    page.get_by_role("button", name=ada.name, exact=True).click()
    expect(page.get_by_text("You are not on the desk's list of people yet")).to_be_visible()
    expect(page.get_by_text("agt_")).to_have_count(0)
    page.get_by_role("menuitem", name="Add me to the people").click()
    page.wait_for_url("**/admin/agents/new")
    page.get_by_role("button", name="Connection: Live").wait_for()
    assert visit.complaints == []
