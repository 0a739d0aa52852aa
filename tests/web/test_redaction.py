"""What should not have been written is made unreadable: at once, on every page, wherever it is shown or found."""

import re
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.cloud import eventually
from infra.local.flows import phone_number
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, findings, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

NUMBER = "106540352242922"
CARD, BLOCKS = "4111 1111 1111 1111", "████ ████ ████ ████"
OTHER_CARD = "5500 0000 0000 0004"
# More than are read when a conversation is opened.
BEFORE = 54


@dataclass
class Case:
    """A customer's conversation, its agent and a supervisor, each with a page of their own."""

    desk: WebDesk
    mark: str
    team: str
    id: str
    mine: Page
    lead: Page

    def says(self, number: str, **message: str) -> str:
        return self.desk.cloud.providers.whatsapp_says(NUMBER, number, name=f"Kim {self.mark}", **message)

    def has(self, reader: Colleague, count: int) -> None:
        """So many messages, so that what is said next stands below them."""
        path = f"/conversations/{self.id}/messages?limit=100"
        eventually(
            lambda: [one["type"] for one in reader.api.items(path)].count("message") == count, "not all arrived", 120
        )

    def both(self) -> tuple[Page, Page]:
        return self.mine, self.lead


def test_what_is_redacted_is_gone_from_every_page_and_from_every_search(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark, number = token_hex(3), phone_number()
    team = team_of(desk, f"Discreet {mark}")
    owner, lead = hired(desk, f"Vera {mark}", team), hired(desk, f"Lena {mark}", team, "supervisor")
    visits = desk.visit(), desk.visit()
    case = Case(desk, mark, team, "", visits[0].page, visits[1].page)
    case.says(number, text=f"🙂 The word for my account is plum-{mark}")
    case.id = arrived(desk, f"Kim {mark}", owner, team)
    for place in range(BEFORE):
        case.says(number, text=f"Please wait {place}")
    case.has(owner, BEFORE + 1)
    typo = case.says(number, text=f"My card is {OTHER_CARD}, no")
    case.has(owner, BEFORE + 2)
    case.says(number, type="edit", message_id=typo, text=f"My card is {CARD}")
    case.has(owner, BEFORE + 3)
    owner.api.call("POST", f"/conversations/{case.id}/notes", {"client_id": token_hex(8), "text": f"By card {CARD}"})
    for visit, who in zip(visits, (owner, lead), strict=True):
        _comes(case, visit, who)

    _an_agent_takes_out_a_card(case)
    _and_that_of_a_note(case)
    _a_supervisor_takes_out_words_far_above(case)
    for visit in visits:
        assert visit.complaints == []


def _comes(case: Case, visit: Visit, who: Colleague) -> None:
    page = visit.page
    page.goto(f"{case.desk.url}/inbox/team/{case.team}?c={case.id}")
    sign_in(page, who.person)
    page.get_by_role("button", name="Connection: Live").wait_for()
    _log(page).evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(_log(page).get_by_text(f"My card is {CARD}")).to_be_visible()


def _log(page: Page) -> Locator:
    return page.get_by_role("log")


def _row(case: Case, page: Page) -> Locator:
    return page.get_by_role("grid", name="Conversations").get_by_role("row").filter(has_text=f"Kim {case.mark}")


def _begins(page: Page, text: str, title: str) -> Locator:
    article = _log(page).get_by_role("article").filter(has_text=text).last
    article.hover()
    article.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Redact…").click()
    dialog = page.get_by_role("alertdialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def _ends(page: Page, dialog: Locator, reason: str) -> None:
    dialog.get_by_label("Reason").fill(reason)
    assert findings(page) == []
    dialog.get_by_role("button", name="Redact for good").click()
    expect(dialog).to_have_count(0)


def _finds(page: Page, text: str, count: str | re.Pattern[str]) -> None:
    """By the search in this conversation."""
    page.evaluate("() => document.activeElement instanceof HTMLElement && document.activeElement.blur()")
    page.keyboard.press("s")
    field = page.get_by_role("searchbox", name="Search in this conversation")
    field.fill(text)
    expect(page.get_by_role("search").get_by_role("status")).to_have_text(count)
    page.get_by_role("search").get_by_role("button", name="Close the search").click()


def _palette_has(page: Page, text: str) -> None:
    """For the digits of the card."""
    page.keyboard.press("Control+k")
    page.get_by_placeholder("What do you want to do?").fill(CARD[5:])
    expect(page.get_by_role("dialog").get_by_text(text)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _an_agent_takes_out_a_card(case: Case) -> None:
    """Of all that the message ever said: it was edited."""
    _finds(case.lead, CARD, re.compile("of 2"))
    _palette_has(case.lead, f"My card is {CARD}")
    dialog = _begins(case.mine, f"My card is {CARD}", "Make parts of it unreadable")
    expect(dialog.get_by_label("The whole message")).to_have_count(0)
    expect(dialog.get_by_label("These words")).to_have_count(0)
    dialog.get_by_text("Card numbers").click()
    _ends(case.mine, dialog, "A card number")
    for page in case.both():
        expect(_log(page).get_by_text(f"My card is {BLOCKS}")).to_be_visible()
        expect(_log(page)).to_contain_text("made parts of a message unreadable")
        expect(_row(case, page)).not_to_contain_text("4111")
        _log(page).get_by_role("button", name="Edited").last.click()
        history = page.get_by_role("dialog", name="What it said before")
        expect(history.get_by_text(f"My card is {BLOCKS}, no")).to_be_visible()
        page.keyboard.press("Escape")


def _and_that_of_a_note(case: Case) -> None:
    dialog = _begins(case.mine, f"By card {CARD}", "Make parts of this note unreadable")
    dialog.get_by_text("Card numbers").click()
    _ends(case.mine, dialog, "A card number")
    for page in case.both():
        expect(_log(page).get_by_text(f"By card {BLOCKS}")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("1111")
        _finds(page, CARD, "Nothing found")
        _palette_has(page, "Nothing has this name.")


def _goes_up(page: Page, text: str) -> bool:
    """To the oldest that is here; older ones come meanwhile."""
    _log(page).get_by_role("article").last.focus()
    page.keyboard.press("Home")
    return _log(page).get_by_text(text).is_visible()


def _a_supervisor_takes_out_words_far_above(case: Case) -> None:
    """Where both have read so far back, what is shown there is of no live page."""
    word = f"plum-{case.mark}"
    for page in case.both():
        eventually(partial(_goes_up, page, word), "the beginning was not reached")
    dialog = _begins(case.lead, word, "Make parts of it unreadable")
    dialog.get_by_label("These words").fill("pear")
    expect(dialog.get_by_text("They are not in its text.")).to_be_visible()
    dialog.get_by_label("These words").fill(word)
    _ends(case.lead, dialog, "A secret word")
    for page in case.both():
        expect(_log(page).get_by_text(f"🙂 The word for my account is {'█' * len(word)}", exact=True)).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(word)
