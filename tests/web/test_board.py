"""The supervisor's board: an agent is lent to a queue by keyboard and by dragging, and who waits there is seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.flows import tag
from infra.local.workspace import ADMIN, AGENT, SUPERVISOR
from tests.web.browser import PATIENCE_MS, WebDesk, findings

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


@pytest.fixture
def queue(desk: WebDesk) -> Iterator[dict]:
    """A team of nobody's, gone afterwards."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    team = admin.call("POST", "/teams", {"name": f"Refunds {tag()}"})
    yield team
    admin.ask("DELETE", f"/teams/{team['id']}")


def test_a_supervisor_lends_an_agent_and_sees_who_waits_in_the_queue(desk: WebDesk, queue: dict) -> None:
    lead, name = desk.workspace.desk(desk.cloud, SUPERVISOR), desk.workspace.people[AGENT].name
    agent = desk.workspace.desk(desk.cloud, AGENT).call("GET", "/me")["id"]
    desk.workspace.desk(desk.cloud, AGENT).call("POST", "/me/heartbeat")
    visit = desk.signed_in(SUPERVISOR, "/board")
    page = visit.page

    def lent() -> bool:
        return queue["id"] in lead.call("GET", f"/agents/{agent}/presence")["lent_until"]

    lend = page.get_by_role("button", name=f"Lend to a queue: {name}")
    expect(page.get_by_role("link", name=queue["name"])).to_be_visible(timeout=PATIENCE_MS)
    lend.focus()
    page.keyboard.press("Enter")
    _choose_queue(page, queue["name"])
    assert findings(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Lend", exact=True).press("Enter")
    expect(page.get_by_text(f"on loan to {queue['name']}")).to_be_visible(timeout=PATIENCE_MS)
    assert lent()
    page.get_by_role("button", name=f"End the loan of {name} to {queue['name']}").press("Enter")
    expect(page.get_by_text(f"on loan to {queue['name']}")).to_have_count(0, timeout=PATIENCE_MS)
    assert not lent()

    page.locator("[draggable]", has_text=name).drag_to(page.get_by_role("link", name=queue["name"]))
    expect(page.get_by_role("dialog")).to_contain_text(queue["name"])
    page.get_by_role("dialog").get_by_role("button", name="Lend", exact=True).click()
    expect(page.get_by_text(f"on loan to {queue['name']}")).to_be_visible(timeout=PATIENCE_MS)
    assert lent()
    lead.call("DELETE", f"/agents/{agent}/loans/{queue['id']}")

    customer = f"Waiting {tag()}"
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, customer, text="Where is my refund?", contact={"name": customer})
    row = eventually(lambda: _row(lead, customer), "the conversation did not appear")
    lead.call("POST", f"/conversations/{row['id']}/assignment", {"assignee_id": None, "team_id": queue["id"]})
    page.get_by_role("link", name=queue["name"]).click()
    expect(page.get_by_role("link", name=customer)).to_be_visible(timeout=PATIENCE_MS)
    assert findings(page) == []
    page.get_by_role("checkbox", name=f"Select {customer}").check(force=True)
    bulk = page.get_by_role("toolbar", name="Change the selected conversations")
    bulk.get_by_role("button", name="Priority").click()
    page.get_by_role("menuitem", name="Urgent").click()
    expect(bulk).to_have_count(0, timeout=PATIENCE_MS)
    assert lead.call("GET", f"/conversations/{row['id']}")["priority"] == "urgent"
    page.get_by_role("button", name=f"Take over: {customer}").click()
    page.get_by_label("Reason").fill("The customer asked for a manager")
    page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    expect(page.get_by_role("link", name=customer)).to_have_count(0, timeout=PATIENCE_MS)
    assert lead.call("GET", f"/conversations/{row['id']}")["assignee_id"] == lead.call("GET", "/me")["id"]
    assert visit.complaints == []


def _choose_queue(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Queue").click()
    page.get_by_role("option", name=name).click()


def _row(lead, name: str):
    rows = lead.items("/conversations?view=all&status=open")
    return next((row for row in rows if row["contact_name"] == name), None)
