"""Contacts in a real browser: found, changed, joined and taken apart again; why a conversation is whose it is."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from infra.local.cloud import eventually
from infra.local.desk import Desk
from infra.local.flows.hops import tag
from infra.local.workspace import AGENT
from tests.web.browser import PATIENCE_MS, WebDesk, choose, findings

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_a_contact_is_found_changed_joined_and_taken_apart_again(desk: WebDesk) -> None:
    mark, agent = tag(), desk.workspace.desk(desk.cloud, AGENT)
    bob, robert = made(agent, f"Bob {mark}", mark), made(agent, f"Robert {mark}", mark)
    before = [agent.call("GET", f"/contacts/{each}") for each in (bob, robert)]
    visit = desk.signed_in(AGENT, "/contacts")
    page = visit.page

    page.get_by_label("Find a contact").fill(f"bob {mark}")
    page.get_by_role("table", name="Found").get_by_role("link", name=f"Bob {mark}").click()
    page.get_by_role("heading", name=f"Bob {mark}", level=1).wait_for()

    page.get_by_role("button", name="Merge…").click()
    page.get_by_role("dialog").get_by_label("Find a contact").fill(f"robert {mark}")
    page.get_by_role("option", name=f"Robert {mark}").click()
    page.get_by_text("Nothing is saved yet.").wait_for()
    name = page.get_by_role("row", name=re.compile("^Name"))
    expect(name).to_contain_text(f"Bob {mark}")
    expect(name).to_contain_text(f"Robert {mark}")
    # The number that both have is told once, among what is alike.
    page.get_by_role("button", name="identical field").click()
    expect(page.get_by_role("row", name=re.compile("^Phone"))).to_contain_text("Both say the same")
    assert seen(page) == []

    page.get_by_role("button", name="Merge 2 contacts").click()
    page.get_by_role("button", name="Open the contact").click()
    page.get_by_role("heading", name="One person, 2 contacts").wait_for()
    assert members(agent, bob) == members(agent, robert) == {bob, robert}

    page.get_by_role("button", name="Take apart").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take apart").click()
    expect(page.get_by_role("heading", name="One person, 2 contacts")).to_be_hidden()
    assert members(agent, bob) == {bob}
    assert [agent.call("GET", f"/contacts/{each}") for each in (bob, robert)] == before

    edited(page, "Language", "pt-br")
    page.get_by_text("pt-BR", exact=True).wait_for()
    # What is refused stays typed, with the desk's reason.
    page.get_by_role("button", name="Edit: Time zone").click()
    page.get_by_label("Time zone").fill("Atlantis")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Time zone").input_value() == "Atlantis"
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Add note").click()
    page.get_by_label("Note", exact=True).fill(f"Likes tea {mark}")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("listitem").filter(has_text=f"Likes tea {mark}").wait_for()
    assert agent.call("GET", f"/contacts/{bob}")["language"] == "pt-BR"
    assert seen(page) == []
    assert visit.complaints == []


def test_why_tells_what_the_api_tells_and_the_panel_shows_the_customer(desk: WebDesk) -> None:
    mark, agent = tag(), desk.workspace.desk(desk.cloud, AGENT)
    number = f"491555{int(mark, 36) % 10**7:07d}"
    desk.cloud.providers.whatsapp_says(
        str(desk.workspace.inboxes["whatsapp"].account_id), number, text=f"My parcel {mark}?", name=f"Wanda {mark}"
    )
    conversation = eventually(lambda: conversation_of(agent, f"Wanda {mark}"), "her conversation", PATIENCE_MS / 1000)
    routing = eventually(lambda: decided(agent, conversation), "a decision", PATIENCE_MS / 1000)
    visit = desk.signed_in(AGENT, f"/c/{conversation}/routing")
    page = visit.page

    # Another one may be made meanwhile, when somebody comes or goes.
    def as_told() -> bool:
        shown = page.locator("[data-testid=sentence]").inner_text(timeout=PATIENCE_MS)
        return shown in {each["sentence"] for each in decided(agent, conversation)["decisions"]}

    eventually(as_told, "the desk's own sentence")
    assert routing["decisions"]
    assert findings(page) == []

    page.get_by_role("link", name="To the conversation").click()
    panel = page.get_by_role("complementary")
    panel.get_by_role("link", name=f"Wanda {mark}").wait_for()
    expect(panel).to_contain_text(f"+{number}")
    panel.get_by_role("tab", name="Tasks").click()
    panel.get_by_role("button", name="New task").click()
    panel.get_by_label("What is to be done").fill(f"Call Wanda {mark}")
    panel.get_by_label("Checklist").fill("Ask the warehouse\nRefund")
    panel.get_by_role("button", name="Save").click()
    point = panel.get_by_role("checkbox", name="Ask the warehouse")
    panel.get_by_text("Ask the warehouse", exact=True).click()
    expect(point).to_be_checked(timeout=PATIENCE_MS)
    assert ticked(agent, conversation) == ["Ask the warehouse"]
    assert findings(page) == []
    assert visit.complaints == []


def made(agent: Desk, name: str, mark: str) -> str:
    """A contact that can be found, with a number that both have."""
    number = f"+49155{int(mark, 36) % 10**8:08d}"
    contact = agent.call("POST", "/contacts", {"client_id": f"{name}", "name": name, "phone": number})
    found = f"/contacts/search?q={name.replace(' ', '+')}"
    eventually(
        lambda: [hit for hit in agent.items(found) if hit["contact"]["id"] == contact["id"]],
        f"{name} found",
        PATIENCE_MS / 1000,
    )
    return str(contact["id"])


def seen(page: Page) -> list[str]:
    """What axe-core finds as it is, and in other languages, widths and themes; as it was afterwards."""
    found = findings(page)
    for language, width, theme in (("ru", 360, "dark"), ("zh-Hant", 768, "light"), ("en", 1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        choose(page, language=language, theme=theme)
        found += findings(page) if language != "en" else []
    return found


def members(agent: Desk, contact_id: str) -> set[str]:
    return {each["id"] for each in agent.call("GET", f"/contacts/{contact_id}/person")["members"]}


def edited(page: Page, field: str, text: str) -> None:
    page.get_by_role("button", name=f"Edit: {field}").click()
    page.get_by_label(field, exact=True).fill(text)
    page.get_by_role("button", name="Save").click()


def conversation_of(agent: Desk, name: str) -> str | None:
    return next((each["id"] for each in agent.items("/conversations") if each["contact_name"] == name), None)


def decided(agent: Desk, conversation_id: str) -> Any:
    """How it was routed, once anything was decided."""
    routing = agent.call("GET", f"/conversations/{conversation_id}/routing")
    return routing if routing["decisions"] else None


def ticked(agent: Desk, conversation_id: str) -> list[str]:
    tasks = agent.items(f"/conversations/{conversation_id}/tasks")
    return [point["text"] for task in tasks for point in task["checklist"] if point["done"]]
