"""A conversation moves from WhatsApp to e-mail: proven first, chosen by keys, and one conversation all the time."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import randbelow, token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import MAIL_ADDRESS
from infra.local.cloud import eventually
from infra.local.desk import Json
from infra.local.workspace import ADMIN
from tests.web.browser import PATIENCE_MS, WebDesk, findings, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

NUMBER = "106540352242922"
# A change of policies holds everywhere within this time.
POLICIES_SECONDS = 16
ASKED, MORE, ANSWERED = "Where is my parcel?", "I need it on Friday.", "I look for it."
STAYS = ("id", "contact_id", "assignee_id", "team_id", "opened_at", "episode", "inbox_id", "channel", "labels")
CLOCK = ("kind", "started_at", "due_at", "target_seconds", "policy_id")


class Rita:
    """A customer with a phone and a mailbox, of which the desk has been told."""

    def __init__(self, desk: WebDesk, mark: str) -> None:
        self.providers, self.name = desk.cloud.providers, f"Rita {mark}"
        self.number, self.mailbox = f"49155{randbelow(10**8):08}", f"rita.{mark}@example.test"

    def says(self, text: str) -> None:
        self.providers.whatsapp_says(NUMBER, self.number, text=text, name=self.name)

    def phone(self) -> list[str]:
        shown = self.providers.whatsapp_phone(NUMBER, self.number)
        return [str(one["text"]) for one in shown if one["author"] == "business"]

    def mails(self) -> list[Json]:
        return [one for one in self.providers.mailbox(MAIL_ADDRESS, self.mailbox) if one["author"] == "desk"]


@contextmanager
def promised(desk: WebDesk, mark: str) -> Iterator[float]:
    """An answer is promised to everybody; since when. Afterwards the policies are as before."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    before = admin.call("GET", "/sla/policies")
    policy = {"id": f"moves-{mark}", "name": "Moves", "targets": {"first_response": 3600, "resolution": 86400}}
    after = admin.call("PUT", "/sla/policies", {**before, "policies": [policy, *before["policies"]]})
    try:
        yield time.monotonic()
    finally:
        admin.call("PUT", "/sla/policies", {"version": after["version"], "policies": before["policies"]})


def test_a_conversation_moves_to_mail_and_stays_one(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark = token_hex(3)
    with promised(desk, mark) as since:
        rita, team = Rita(desk, mark), team_of(desk, f"Parcels {mark}")
        lena = hired(desk, f"Lena {mark}", team)
        visit = desk.visit(viewport={"width": 1280, "height": 1600})
        page = visit.page
        page.goto(f"{desk.url}/inbox/mine")
        sign_in(page, lena.person)
        page.get_by_role("button", name="Connection: Live").wait_for()
        page.wait_for_timeout(max(0.0, since + POLICIES_SECONDS - time.monotonic()) * 1000)
        conversation = _begun(desk, rita, lena, team)
        before = _stays(lena, conversation)

        page.get_by_role("grid", name="Conversations").get_by_role("row").filter(has_text=rita.name).click()
        expect(_shown(page, ANSWERED)).to_be_visible()
        _is_refused(page, lena, conversation)
        _proves(page, rita)
        said = f"Here is the label. {mark}"
        _moves(page, rita, said)

        mail = eventually(lambda: next((one for one in rita.mails() if said in one["text"]), None), "no mail came")
        assert mail["text"].startswith("Continuing from WhatsApp.")
        assert [each for each in (ASKED, MORE, ANSWERED) if each not in mail["text"]] == []
        assert rita.phone() == [ANSWERED]
        back = f"I have it, thank you. {mark}"
        rita.providers.email_answers(MAIL_ADDRESS, rita.mailbox, mail["id"], text=back)
        expect(_shown(page, back)).to_be_visible()

        assert _stays(lena, conversation) == before
        assert _spoken(lena, conversation) == [ASKED, MORE, ANSWERED, said, back]
        log = page.locator("[data-thread]").inner_text()
        places = [log.index(each) for each in (ASKED, MORE, ANSWERED, said, back)]
        assert places == sorted(places), log
        assert findings(page) == []
        assert visit.complaints == []


def _begun(desk: WebDesk, rita: Rita, lena: Colleague, team: str) -> str:
    """Two messages and an answer on WhatsApp, and an address that somebody has typed."""
    rita.says(ASKED)
    conversation = arrived(desk, rita.name, lena, team)
    rita.says(MORE)
    eventually(lambda: _spoken(lena, conversation) == [ASKED, MORE], "she was not heard")
    lena.api.reply(conversation, ANSWERED)
    eventually(lambda: rita.phone() == [ANSWERED], "she was not answered")
    contact = lena.api.call("GET", f"/contacts/{lena.api.call('GET', f'/conversations/{conversation}')['contact_id']}")
    typed = {"kind": "email", "value": rita.mailbox, "label": "", "version": contact["version"]}
    lena.api.call("POST", f"/contacts/{contact['id']}/contact-points", typed)
    return conversation


def _stays(who: Colleague, conversation: str) -> Json:
    """What is the same on whatever channel; both clocks run."""
    found = who.api.call("GET", f"/conversations/{conversation}")
    clocks = who.api.items(f"/conversations/{conversation}/clocks")
    assert len(clocks) == 2
    timed = sorted(([clock[name] for name in CLOCK] for clock in clocks), key=str)
    return {**{name: found[name] for name in STAYS}, "clocks": timed}


def _spoken(who: Colleague, conversation: str) -> list[str]:
    """What was said, without what the desk noted, the code's message and the lines that it was asked for by."""
    entries = [each for each in who.api.messages(conversation) if each["type"] == "message"]
    # The first mail begins with what was said before.
    return [each["text"].split("\n")[-1] for each in entries if "••••••" not in each["text"]]


def _shown(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text, exact=True)


def _picker(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Ways to reach the customer")


def _chooses_mail(page: Page) -> None:
    """By keys: from the thread to the list of ways, to mail."""
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("c")
    mail = _picker(page).get_by_role("option").filter(has_text="E-mail")
    expect(mail).to_be_visible()
    expect(_picker(page).get_by_role("option", selected=True)).to_be_focused()
    for _ in range(_picker(page).get_by_role("option").count()):
        if mail.evaluate("option => option === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    expect(mail).to_be_focused()
    page.keyboard.press("Enter")


def _is_refused(page: Page, who: Colleague, conversation: str) -> None:
    """In the desk's own words, with ways out; the conversation stays where it is."""
    ways = who.api.call("GET", f"/conversations/{conversation}/legs")["items"]
    mail = next(way for way in ways if way["channel"] == "email")
    assert [each["code"] for each in mail["refusals"]] == ["identity_unproven"]
    _chooses_mail(page)
    refusal = _picker(page).get_by_role("status")
    expect(refusal).to_contain_text(mail["refusals"][0]["text"].replace("'", "’"))
    expect(refusal.get_by_role("button", name="Ask whether we may write on E-mail")).to_be_visible()
    expect(refusal.get_by_role("button", name="Verify by code")).to_be_visible()
    assert findings(page) == []


def _proves(page: Page, rita: Rita) -> None:
    """She tells the code that has come to her mailbox."""
    _picker(page).get_by_role("button", name="Verify by code").press("Enter")
    _picker(page).get_by_role("button", name=f"Send a code to {rita.mailbox}").press("Enter")
    field = _picker(page).get_by_label("Code that the customer says")
    expect(field).to_be_visible()
    (code,) = eventually(lambda: re.findall(r"\b\d{6}\b", "".join(one["text"] for one in rita.mails())), "no code came")
    field.fill("000000" if code != "000000" else "111111")
    field.press("Enter")
    expect(_picker(page).get_by_role("alert")).to_be_visible()
    field.fill(code)
    field.press("Enter")
    expect(page.get_by_text(f"{rita.mailbox} is the customer’s.").first).to_be_visible()
    expect(_picker(page).get_by_role("button", name="Verify by code")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(_picker(page)).to_have_count(0)


def _moves(page: Page, rita: Rita, said: str) -> None:
    _chooses_mail(page)
    expect(_picker(page)).to_have_count(0)
    page.keyboard.press("r")
    field = page.get_by_role("textbox", name=f"Reply to {rita.name} on E-mail")
    expect(field).to_be_focused()
    page.keyboard.type(said)
    page.keyboard.press("Control+Enter")
    expect(field).to_have_value("")
    expect(page.get_by_role("log").get_by_text(said)).to_be_visible()
