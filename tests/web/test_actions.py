"""What is done with conversations: offers that pass on, acts by key with a way back, the palette, notices."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.desk import Desk
from infra.local.workspace import ADMIN
from tests.web.browser import WebDesk, choose, findings, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

OFFER_SECONDS = 6
# Rules hold everywhere after so long (docs/routing.md); by then there was other work to do, mostly.
RULES_SECONDS = 16


@dataclass
class Crew:
    desk: WebDesk
    mark: str
    team: str
    first: Colleague
    second: Colleague
    ruled_at: float

    def customer(self, name: str, text: str, owner: Colleague | None = None) -> str:
        """A conversation of somebody's, or in the team's queue."""
        name = f"{name} {self.mark}"
        self.desk.cloud.providers.custom_says(
            CUSTOM_SYSTEM, name.lower().replace(" ", "-"), text=text, contact={"name": name}
        )
        return arrived(self.desk, name, owner, self.team)


@contextmanager
def crew(desk: WebDesk) -> Iterator[Crew]:
    """A team in which work is offered, with two agents; while it is there, nobody else's work comes to them."""
    admin, mark = desk.workspace.desk(desk.cloud, ADMIN), token_hex(3)
    team = team_of(desk, f"Refunds {mark}")
    first, second = (hired(desk, f"{name} {mark}", team) for name in ("Olga", "Pavel"))
    rules = admin.call("GET", "/routing/rules")
    ours = {"modes": {**rules["modes"], "fallback": "manual", team: "offer"}, "offer_seconds": OFFER_SECONDS}
    _rule(admin, ours)
    try:
        yield Crew(desk, mark, team, first, second, time.monotonic())
    finally:
        for each in (first, second):
            each.choose("offline")
        _rule(admin, {name: rules[name] for name in ours})


def _rule(admin: Desk, changes: dict[str, Any]) -> None:
    admin.call("PUT", "/routing/rules", {**admin.call("GET", "/routing/rules"), **changes})


def test_an_agent_answers_offers_acts_by_keys_and_is_told(desk: WebDesk) -> None:
    expect.set_options(timeout=20_000)
    with crew(desk) as team:
        taken = team.customer("Taken", "My order is late.", team.first)
        visit = desk.visit()
        page = visit.page
        page.goto(f"{desk.url}/inbox/all?c={taken}")
        sign_in(page, team.first.person)
        page.get_by_role("group", name="Actions").wait_for()

        _acts(page, team, taken)
        _is_mentioned(page, team, taken)
        _finds_by_name(page)
        choose(page, language="en", theme="light")
        _passes_on(page, team)
        _accepts(page, team)

        assert findings(page) == []
        # A conflict that is wanted is none of the page's complaints.
        assert [each for each in visit.complaints if "409" not in each] == []


def _offer(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation offer")


def _passes_on(page: Page, team: Crew) -> None:
    """Nobody answers: it goes to the next one, and whoever was writing goes on writing."""
    page.wait_for_timeout(max(0.0, team.ruled_at + RULES_SECONDS - time.monotonic()) * 1000)
    team.customer("Held", "Where is my refund?")
    words = page.get_by_role("textbox", name=f"Reply to Taken {team.mark}")
    words.focus()
    page.keyboard.type("Dear Bob")
    team.first.choose("online")
    expect(_offer(page)).to_contain_text(f"Held {team.mark}")
    expect(words).to_be_focused()
    team.second.choose("online")
    expect(_offer(page)).to_have_count(0, timeout=40_000)
    eventually(lambda: len(team.second.offered()) == 1, "the next one was not asked")
    page.get_by_text(f"You did not answer in time: Held {team.mark}").first.wait_for()
    expect(words).to_be_focused()
    team.second.api.call("POST", f"/conversations/{team.second.offered()[0]}/offer/accept")
    team.second.choose("busy")
    words.fill("")


def _accepts(page: Page, team: Crew) -> None:
    """By key, and with the conversation that was open kept as a tab."""
    late = team.customer("Late", "Nobody has called.")
    expect(_offer(page)).to_contain_text("Nobody has called.")
    _outside(page)
    page.keyboard.press("w")
    accept = page.get_by_role("button", name=f"Accept: Late {team.mark}")
    expect(accept).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**c={late}**")
    expect(_offer(page)).to_have_count(0)
    expect(page.get_by_role("grid", name="Open conversations").get_by_role("row")).to_have_count(2)


def _acts(page: Page, team: Crew, taken: str) -> None:
    api = team.first.api

    def now(field: str) -> Any:
        return api.call("GET", f"/conversations/{taken}")[field]

    resolve = page.get_by_role("group", name="Actions").get_by_role("button", name="Resolve")
    expect(resolve).to_be_enabled()
    _outside(page)
    page.keyboard.press("e")
    page.get_by_text("Resolved.").first.wait_for()
    assert now("status") == "resolved"
    page.keyboard.press("Control+z")
    page.get_by_text("Taken back.").first.wait_for()
    assert now("status") == "open"

    expect(resolve).to_be_visible()
    page.keyboard.press("z")
    page.get_by_role("radio", name="In a week").click(force=True)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Snoozed until").first.wait_for()
    assert (now("status"), now("wake_on")) == ("snoozed", "any_inbound")

    _outside(page)
    page.keyboard.press("Shift+E")
    page.get_by_text("Open again.").first.wait_for()
    expect(resolve).to_be_visible()
    page.keyboard.press("t")
    page.keyboard.type("Pavel")
    page.get_by_role("option", name=f"Pavel {team.mark}").click()
    page.get_by_label("Note for the next one").fill("He paid twice.")
    page.get_by_role("button", name="Transfer", exact=True).last.click()
    page.get_by_text(f"Transferred: Pavel {team.mark}.").first.wait_for()
    assert now("assignee_id") == team.second.id
    entries = api.call("GET", f"/conversations/{taken}/messages")["items"]
    assert "He paid twice." in [entry.get("text") for entry in entries]


def _is_mentioned(page: Page, team: Crew, taken: str) -> None:
    bell = page.locator("nav").get_by_role("button", name="Notifications")
    mention = {"text": "@Olga, look", "client_id": token_hex(8), "mentions": [{"kind": "agent", "id": team.first.id}]}
    team.second.api.call("POST", f"/conversations/{taken}/notes", mention)
    title = f"Pavel {team.mark} mentioned you: Taken {team.mark}"
    bell.click()
    notice = page.get_by_role("dialog").get_by_role("listitem").filter(has_text=title)
    expect(notice).to_contain_text("New")
    assert findings(page) == []
    notice.get_by_role("button", name="Mark as seen").click()
    expect(notice).not_to_contain_text("New")
    page.keyboard.press("Escape")


def _finds_by_name(page: Page) -> None:
    """In Chinese, by an input method; by the English name too. Enter that ends a composition does nothing."""
    choose(page, language="zh-Hant")
    _outside(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("指令面板")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_role("textbox").or_(page.get_by_role("dialog").get_by_role("searchbox"))
    typed = field.or_(page.get_by_role("dialog").get_by_role("combobox")).first
    expect(typed).to_be_focused()
    page.keyboard.insert_text("深色")
    dark = page.get_by_role("menuitem", name="主題：深色")
    expect(dark).to_be_visible()
    typed.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True, "bubbles": True})
    expect(dark).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")

    page.keyboard.press("Control+k")
    page.keyboard.insert_text("escalate")
    page.get_by_role("menuitem", name="降回上一層").wait_for()
    expect(page.get_by_role("menuitem", name="降回上一層")).to_contain_text("尚未升級處理")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _outside(page: Page) -> None:
    """Where single keys are commands: out of any field."""
    page.evaluate("() => document.activeElement instanceof HTMLElement && document.activeElement.blur()")
