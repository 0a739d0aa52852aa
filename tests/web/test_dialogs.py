"""What needs more than a press: each dialog changes what the desk has, keeps what was typed where the desk refuses, and
is taken back where that can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.desk import Json
from infra.local.workspace import ADMIN
from tests.web.browser import PATIENCE_MS, WebDesk, findings, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

FIRST, SECOND = "My kettle leaks.", "And where is my invoice?"


@dataclass
class Case:
    """A supervisor's page, an agent of theirs, and a customer of the agent's who writes about two things."""

    desk: WebDesk
    page: Page
    mark: str
    lead: Colleague
    agent: Colleague
    team: str
    id: str

    @property
    def customer(self) -> str:
        return f"Kim {self.mark}"

    def now(self, field: str, conversation: str = "") -> Any:
        return self.lead.api.call("GET", f"/conversations/{conversation or self.id}")[field]

    def becomes(self, field: str, wanted: Any, conversation: str = "") -> None:
        eventually(lambda: self.now(field, conversation) == wanted, f"{field} is {self.now(field, conversation)}")

    def says(self, text: str, name: str = "") -> None:
        name = name or self.customer
        told = {"text": text, "contact": {"name": name}}
        self.desk.cloud.providers.custom_says(CUSTOM_SYSTEM, name.lower().replace(" ", "-"), **told)

    def opens(self, act: str) -> Locator:
        """A dialog that is in the menu."""
        self.page.get_by_role("button", name="More actions").click()
        self.page.get_by_role("menuitem", name=act).click()
        dialog = self.page.get_by_role("dialog", name=act)
        expect(dialog).to_be_visible()
        return dialog

    def by_key(self, key: str, title: str) -> Locator:
        self.page.evaluate("() => document.activeElement instanceof HTMLElement && document.activeElement.blur()")
        self.page.keyboard.press(key)
        dialog = self.page.get_by_role("dialog", name=title)
        expect(dialog).to_be_visible()
        return dialog

    def told(self, text: str) -> None:
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.get_by_text(text).first).to_be_visible()

    def takes_back(self) -> None:
        self.page.evaluate("() => document.activeElement instanceof HTMLElement && document.activeElement.blur()")
        self.page.keyboard.press("Control+z")


@contextmanager
def ruled(desk: WebDesk, mark: str, *teams: str) -> Iterator[None]:
    """A label of the test's own, and a path for what has it; afterwards all is as before."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    labels, paths = admin.call("GET", "/labels"), admin.call("GET", "/escalations")
    tiers = [{"name": name, "team_id": team} for name, team in zip(("First line", "Experts"), teams, strict=True)]
    path = {"name": f"Kettles {mark}", "condition": {"field": "labels", "is": f"kettle_{mark}"}, "tiers": tiers}
    ours = {"key": f"kettle_{mark}", "name": f"Kettle {mark}"}
    vocabulary = admin.call("PUT", "/labels", {"version": labels["version"], "labels": [*labels["labels"], ours]})
    after = admin.call("PUT", "/escalations", {"version": paths["version"], "paths": [path, *paths["paths"]]})
    try:
        yield
    finally:
        admin.call("PUT", "/escalations", {"version": after["version"], "paths": paths["paths"]})
        admin.call("PUT", "/labels", {"version": vocabulary["version"], "labels": labels["labels"]})


def test_each_dialog_does_what_it_says_and_loses_nothing(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark = token_hex(3)
    team, experts = team_of(desk, f"Kitchen {mark}"), team_of(desk, f"Experts {mark}")
    with ruled(desk, mark, team, experts):
        lead, agent = hired(desk, f"Sonja {mark}", team, "supervisor"), hired(desk, f"Oleg {mark}", team)
        visit = desk.visit()
        case = Case(desk, visit.page, mark, lead, agent, team, "")
        case.says(FIRST)
        case.id = arrived(desk, case.customer, agent, team)
        case.says(SECOND)
        eventually(lambda: case.now("unread") == 2, "the second message did not arrive")
        case.page.goto(f"{desk.url}/inbox/team/{team}?c={case.id}")
        sign_in(case.page, lead.person)
        case.page.get_by_role("button", name="Connection: Live").wait_for()
        expect(case.page.get_by_role("log").get_by_text(SECOND, exact=True)).to_be_visible()

        _takes_over_and_hands_back(case)
        _presses_more_and_less(case)
        _goes_up(case)
        _splits_and_merges(case)
        _changes_many(case)
        # Refusals that are wanted are none of the page's complaints.
        assert [each for each in visit.complaints if "409" not in each] == []


def _presses_more_and_less(case: Case) -> None:
    """Priority and a snooze are taken back by key; the label is kept for the path."""
    dialog = case.by_key("p", "Priority")
    dialog.get_by_role("radio", name="Urgent").check(force=True)
    case.page.keyboard.press("Control+Enter")
    case.told("Priority: Urgent.")
    assert case.now("priority") == "urgent"
    case.takes_back()
    case.becomes("priority", "normal")

    dialog = case.by_key("z", "Snooze")
    dialog.get_by_role("radio", name="In a week").check(force=True)
    case.page.keyboard.press("Control+Enter")
    case.told("Snoozed until")
    assert case.now("status") == "snoozed"
    case.takes_back()
    case.becomes("status", "open")

    dialog = case.by_key("l", "Labels")
    case.page.keyboard.type(f"kettle {case.mark}")
    expect(dialog.get_by_role("option")).to_have_count(1)
    case.page.keyboard.press("ArrowDown")
    case.page.keyboard.press("Enter")
    expect(dialog.get_by_role("option", name=f"Kettle {case.mark}", selected=True)).to_be_visible()
    assert findings(case.page) == []
    case.page.keyboard.press("Control+Enter")
    case.told("Labels changed.")
    assert case.now("labels") == [f"kettle_{case.mark}"]


def _takes_over_and_hands_back(case: Case) -> None:
    dialog = case.opens("Take over")
    take = dialog.get_by_role("button", name="Take over")
    expect(take).to_be_disabled()
    dialog.get_by_label("Reason").fill("She is angry.")
    take.click()
    case.told("You have taken it over.")
    assert case.now("assignee_id") == case.lead.id
    assert case.now("taken_over")["previous"] == case.agent.id
    case.page.get_by_role("button", name="More actions").click()
    expect(case.page.get_by_role("menuitem", name="Take over")).to_have_count(0)
    case.page.keyboard.press("Escape")

    dialog = case.opens("Hand back")
    dialog.get_by_role("button", name="Hand back").click()
    case.told("Handed back.")
    # Its agent is not there: it waits for them.
    assert (case.now("assignee_id"), case.now("taken_over")) == (None, None)


def _goes_up(case: Case) -> None:
    """The desk refuses while the case is over: what was typed stays, and goes up once it is open again."""
    path = f"/conversations/{case.id}/escalation"
    eventually(lambda: case.lead.api.call("GET", path)["path"] is not None, "no path applies")
    dialog = case.opens("Escalate")
    expect(dialog).to_contain_text(f"Path: Kettles {case.mark}")
    dialog.get_by_label("Reason").fill("A recall")
    note = dialog.get_by_label("What the next one has to know")
    note.fill("Serial number 77, she wants a new one.")
    assert findings(case.page) == []
    case.agent.api.call("POST", f"/conversations/{case.id}/status", {"status": "resolved"})
    dialog.get_by_role("button", name="Escalate").click()
    expect(dialog.get_by_role("alert")).to_contain_text("open")
    expect(note).to_have_value("Serial number 77, she wants a new one.")
    case.agent.api.call("POST", f"/conversations/{case.id}/status", {"status": "open"})
    dialog.get_by_role("button", name="Escalate").click()
    case.told("Escalated: ")
    tier = case.lead.api.call("GET", path)
    assert tier["tiers"][tier["place"]]["name"] in ("First line", "Experts")
    notes = [each.get("text") for each in case.lead.api.messages(case.id)]
    assert "Serial number 77, she wants a new one." in notes


def _splits_and_merges(case: Case) -> None:
    dialog = case.opens("Split off a part")
    dialog.get_by_role("option", name=SECOND).click()
    dialog.get_by_role("button", name="Split off").click()
    case.told("Split off.")
    expect(case.page.get_by_role("log").get_by_text(SECOND, exact=True)).to_be_visible()
    split = case.page.evaluate("() => new URLSearchParams(location.search).get('c')")
    assert split != case.id
    assert _said(case, split) == [SECOND]
    assert _said(case, case.id) == [FIRST]

    tabs = case.page.get_by_role("grid", name="Open conversations").get_by_role("row")
    tabs.first.click()
    expect(case.page.get_by_role("log").get_by_text(FIRST, exact=True)).to_be_visible()
    dialog = case.opens("Merge")
    dialog.get_by_role("option").first.click()
    preview = dialog.get_by_role("table", name="Preview: nothing is saved yet")
    expect(preview.get_by_role("row", name="Labels")).to_contain_text(f"kettle_{case.mark}")
    assert case.now("merged_into", split) is None
    assert findings(case.page) == []
    dialog.get_by_role("button", name="Merge 2 conversations").click()
    case.told("Merged.")
    assert case.now("merged_into", split) == case.id
    case.takes_back()
    case.becomes("merged_into", None, split)


def _said(case: Case, conversation: str) -> list[str]:
    entries: list[Json] = case.lead.api.messages(conversation)
    return [each["text"] for each in entries if each["type"] == "message"]


def _changes_many(case: Case) -> None:
    """Two are given to an agent who has room for one: the other is told with its reason, and all is taken back."""
    names = [f"{name} {case.mark}" for name in ("Ben", "Ida")]
    ids = []
    for name in names:
        case.says(f"Hello, {name}", name)
        ids.append(arrived(case.desk, name, None, case.team))
    version = case.agent.api.call("GET", "/me/presence")["version"]
    room = {"version": version, "units": 1, "reserve": 0, "weights": {"live": 1, "messaging": 1, "asynchronous": 1}}
    case.lead.api.call("PUT", f"/agents/{case.agent.id}/capacity", room)
    rows = case.page.get_by_role("grid", name="Conversations").get_by_role("row")
    for name in names:
        row = rows.filter(has_text=name)
        row.focus()
        case.page.keyboard.press("x")
    bar = case.page.get_by_role("toolbar", name="Change the selected conversations")
    bar.get_by_role("button", name="Assign").click()
    case.page.get_by_role("menuitem", name=f"Oleg {case.mark}").click()
    refused = case.page.get_by_role("dialog")
    expect(refused.get_by_role("listitem")).to_have_count(1)
    assert findings(case.page) == []
    refused.get_by_role("button", name="Close").last.click()
    assert sorted([case.now("assignee_id", each) or "" for each in ids]) == ["", case.agent.id]
    case.takes_back()
    eventually(lambda: [case.now("assignee_id", each) for each in ids] == [None, None], "it was not taken back")
