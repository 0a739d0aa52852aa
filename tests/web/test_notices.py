"""Telling who does not look: one sound for one fact, of the class that was chosen, and none in quiet hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.workspace import ADMIN
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, findings, go, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of
from tests.web.listening import GIVEN_UP, KEEPS_BACK, LISTENS, MENTION, MESSAGE, OFFER, SLA, heard, heard_at, looks_at

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

RINGS, EVERY, OFFERED_FOR = 30, 3, 40
# What is published holds everywhere after so long.
RULES = timedelta(seconds=16)


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Pair:
    """An agent with two tabs, and a colleague."""

    desk: WebDesk
    mark: str
    team: str
    vera: Colleague
    igor: Colleague
    visits: list[Visit]

    @property
    def pages(self) -> list[Page]:
        return [visit.page for visit in self.visits]

    def customer(self, name: str, text: str = "Where is it?", owner: bool = True) -> str:
        told = {"text": text, "contact": {"name": f"{name} {self.mark}"}}
        self.desk.cloud.providers.custom_says(CUSTOM_SYSTEM, f"{name.lower()}-{self.mark}", **told)
        return arrived(self.desk, f"{name} {self.mark}", self.vera if owner else None, self.team)

    def mentions(self, conversation: str, text: str) -> None:
        mention = {"kind": "agent", "id": self.vera.id}
        body = {"text": text, "client_id": token_hex(8), "mentions": [mention]}
        self.igor.api.call("POST", f"/conversations/{conversation}/notes", body)

    def hears(self, *sounds: list[int]) -> None:
        """All that was heard so far, by both tabs."""
        wanted = [tone for sound in sounds for tone in sound]
        eventually(lambda: len(heard(*self.pages)) >= len(wanted), f"heard {heard(*self.pages)}, not {wanted}", 60)
        assert heard(*self.pages) == wanted

    def told(self, count: int) -> None:
        for page in self.pages:
            expect(page.locator("nav").get_by_role("button", name=f"Notifications, {count} new")).to_be_visible()


def _pair(desk: WebDesk, path: str, beside: str, browser: str = "") -> Pair:
    mark = token_hex(3)
    team = team_of(desk, f"Heard {mark}")
    vera, igor = (hired(desk, f"{name} {mark}", team) for name in ("Vera", "Igor"))
    first = desk.visit()
    first.page.context.add_init_script(LISTENS + browser)
    first.page.goto(desk.url + path)
    sign_in(first.page, vera.person)
    first.page.get_by_role("button", name="Connection: Live").wait_for()
    second = desk.beside(first.page.context)
    second.page.goto(desk.url + beside)
    for visit in (first, second):
        visit.page.get_by_role("button", name="Connection: Live").wait_for()
        visit.page.locator("main").click(position={"x": 5, "y": 5})
    looks_at(first.page)
    return Pair(desk, mark, team, vera, igor, [first, second])


def test_a_fact_is_heard_once_over_all_tabs_and_not_by_who_looks_at_it(desk: WebDesk) -> None:
    pair = _pair(desk, "/inbox/mine", "/contacts")
    page, other = pair.pages
    kim, lea = pair.customer("Kim"), pair.customer("Lea")
    pair.told(2)
    # That somebody gets a conversation makes a sound only for who wants it.
    pair.mentions(kim, "@Vera, look")
    pair.told(3)
    pair.hears(MENTION)

    go(page, f"/inbox/mine?c={kim}")
    note = "@Vera, and here"
    pair.mentions(kim, note)
    expect(page.get_by_role("log").get_by_text(note)).to_be_visible()
    pair.told(4)
    pair.mentions(lea, "@Vera, this one too")
    pair.told(5)
    pair.hears(MENTION, MENTION)

    # Their eyes are on the other tab: there it is news.
    looks_at(other)
    pair.mentions(kim, "@Vera, once more")
    pair.told(6)
    pair.hears(MENTION, MENTION, MENTION)
    assert [complaint for visit in pair.visits for complaint in visit.complaints] == []


def test_classes_are_chosen_and_quiet_hours_are_quiet_in_every_tab(desk: WebDesk) -> None:
    pair = _pair(desk, "/me/notifications", "/inbox/mine")
    page, _ = pair.pages
    page.get_by_role("button", name="Play: Mentions and colleagues").click()
    pair.hears(MENTION)
    pair.customer("Kim")
    pair.told(1)
    page.get_by_text("Messages", exact=True).click()
    ann = pair.customer("Ann")
    pair.told(2)
    pair.hears(MENTION, MESSAGE)
    assert findings(page) == []

    with promised(desk, pair.mark):
        _keeps_quiet(page, pierce=False)
        pair.mentions(ann, "@Vera, quietly")
        pair.told(3)
        _keeps_quiet(page, pierce=True)
        pair.mentions(ann, "@Vera, still quietly")
        # What is urgent comes all the same: an answer that is due soon.
        pair.customer("Uma", f"Urgent {pair.mark}")
        pair.hears(MENTION, MESSAGE, SLA)
    assert [complaint for visit in pair.visits for complaint in visit.complaints] == []


def _keeps_quiet(page: Page, *, pierce: bool) -> None:
    """From an hour ago until in an hour."""
    if pierce:
        page.get_by_text("What is urgent comes all the same").click()
    else:
        page.get_by_text("Nothing disturbs me at these times").click()
        clock = page.evaluate("() => [-1, 1].map(by => new Date(Date.now() + by * 3600000).toTimeString().slice(0, 5))")
        for label, time in zip(("From", "To"), clock, strict=True):
            page.get_by_label(label, exact=True).fill(time)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").last).to_be_visible()
    expect(page.get_by_text("Saved.")).to_have_count(0)


@contextmanager
def promised(desk: WebDesk, mark: str) -> Iterator[None]:
    """Who writes this word is to be answered within a minute."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    before = admin.call("GET", "/sla/policies")
    ours = {
        "id": f"quick_{mark}",
        "name": f"Quick {mark}",
        "condition": {"field": "text", "contains": mark},
        "targets": {"first_response": 60},
        "warn_percent": 20,
    }
    made = admin.call("PUT", "/sla/policies", {"version": before["version"], "policies": [ours, *before["policies"]]})
    since = datetime.now(UTC)
    eventually(lambda: datetime.now(UTC) - since > RULES, "time stands still")
    try:
        yield
    finally:
        admin.call("PUT", "/sla/policies", {"version": made["version"], "policies": before["policies"]})


def test_an_offer_rings_in_one_tab_for_half_a_minute(desk: WebDesk) -> None:
    pair = _pair(desk, "/inbox/mine", "/contacts")
    with offering(desk, pair.team):
        pair.customer("Olaf", owner=False)
        pair.vera.choose("online")
        card = pair.pages[0].get_by_role("region", name="Conversation offer")
        expect(card).to_contain_text(f"Olaf {pair.mark}")
        eventually(lambda: len(pair.vera.offered()) == 1, "it is not offered")
        expect(card).to_have_count(0)
        pair.vera.choose("offline")
    rings, times = heard(*pair.pages), heard_at(*pair.pages)
    count = len(rings) // len(OFFER)
    assert rings == OFFER * count
    # As often as it goes into half a minute, in one tab: the other one was silent.
    assert RINGS // EVERY - 2 <= count <= RINGS // EVERY + 1
    assert times[-1] - times[0] <= RINGS + 1
    assert sorted(len(heard(page)) for page in pair.pages)[0] == 0


@contextmanager
def offering(desk: WebDesk, team: str) -> Iterator[None]:
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    rules = admin.call("GET", "/routing/rules")
    change = partial(_ruled, admin)
    change({"modes": {**rules["modes"], team: "offer"}, "offer_seconds": OFFERED_FOR})
    since = datetime.now(UTC)
    eventually(lambda: datetime.now(UTC) - since > RULES, "time stands still")
    try:
        yield
    finally:
        change({name: rules[name] for name in ("modes", "offer_seconds")})


def _ruled(admin: Any, changes: dict[str, Any]) -> None:
    admin.call("PUT", "/routing/rules", {**admin.call("GET", "/routing/rules"), **changes})


def test_a_browser_that_keeps_sounds_back_says_so_until_they_are_turned_on(desk: WebDesk) -> None:
    pair = _pair(desk, "/inbox/mine", "/contacts", KEEPS_BACK)
    page, other = pair.pages
    other.close()
    pair.visits.pop()
    kim = pair.customer("Kim")
    # Nobody has pressed anything in this page.
    page.reload()
    page.get_by_role("button", name="Connection: Live").wait_for()
    pair.mentions(kim, "@Vera, look")
    blocked = page.get_by_role("status").filter(has_text="Sound is blocked")
    expect(blocked).to_be_visible()
    assert findings(page) == []
    pair.mentions(kim, "@Vera, again")
    pair.told(3)
    page.wait_for_function(GIVEN_UP, arg=2)
    expect(blocked).to_be_visible()
    assert heard(*pair.pages) == []

    blocked.get_by_role("button", name="Turn on").click()
    expect(blocked).to_have_count(0)
    pair.mentions(kim, "@Vera, now")
    pair.hears(MENTION)
    assert pair.visits[0].complaints == []
