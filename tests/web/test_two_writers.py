"""Two agents write to one customer; one agent writes, signs out, and goes on in another browser."""

from secrets import token_hex

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


def _talk(desk: WebDesk, mark: str, owner: Colleague, team: str) -> str:
    told = {"text": f"Where is it? {mark}", "contact": {"name": f"Kim {mark}"}}
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, f"kim-{mark}", **told)
    return arrived(desk, f"Kim {mark}", owner, team)


def _at(desk: WebDesk, who: Colleague, conversation: str) -> Visit:
    visit = desk.visit()
    visit.page.goto(f"{desk.url}/inbox/all?c={conversation}")
    sign_in(visit.page, who.person)
    visit.page.get_by_role("button", name="Connection: Live").wait_for()
    return visit


def _field(page: Page) -> Locator:
    return page.locator("[data-composer] textarea")


def test_who_is_slower_sees_that_a_colleague_writes_and_what_they_said(desk: WebDesk) -> None:
    mark = token_hex(3)
    team = team_of(desk, f"Collision {mark}")
    lee, maria = (hired(desk, f"{name} {mark}", team) for name in ("Lee", "Maria"))
    conversation = _talk(desk, mark, lee, team)
    his, hers = _at(desk, lee, conversation), _at(desk, maria, conversation)
    for visit in (his, hers):
        expect(visit.page.get_by_role("log").get_by_text(f"Where is it? {mark}")).to_be_visible()
    _field(his.page).press_sequentially(f"It is on its way {mark}")
    banner = hers.page.get_by_role("status").filter(has_text=f"Lee {mark} is writing a reply")
    expect(banner).to_be_visible()
    # She may write all the same.
    _field(hers.page).press_sequentially(f"It comes on Friday {mark}")
    _field(his.page).press("Control+Enter")
    expect(hers.page.get_by_role("log").get_by_text(f"It is on its way {mark}")).to_be_visible()
    expect(banner).to_have_count(0)

    _field(hers.page).press("Control+Enter")
    held = hers.page.get_by_role("alert").filter(has_text="1 message arrived while you typed")
    expect(held.get_by_text(f"It is on its way {mark}")).to_be_visible()
    assert _replies(lee, conversation) == [f"It is on its way {mark}"]
    held.get_by_role("button", name="Send anyway").click()
    eventually(lambda: len(_replies(lee, conversation)) == 2, "it was not sent")
    assert _replies(lee, conversation) == [f"It is on its way {mark}", f"It comes on Friday {mark}"]
    expect(his.page.get_by_role("log").get_by_text(f"It comes on Friday {mark}")).to_be_visible()
    assert [each for visit in (his, hers) for each in visit.complaints if "409" not in each] == []


def _replies(who: Colleague, conversation: str) -> list[str]:
    said = who.api.messages(conversation)
    return [one["text"] for one in said if one["type"] == "message" and one["direction"] == "outbound"]


def test_drafts_are_there_after_signing_out_and_in_another_browser(desk: WebDesk) -> None:
    mark = token_hex(3)
    team = team_of(desk, f"Drafts {mark}")
    vera = hired(desk, f"Vera {mark}", team)
    conversation = _talk(desk, mark, vera, team)
    here = _at(desk, vera, conversation)
    page = here.page
    _field(page).fill(f"Dear Kim {mark}")
    page.get_by_role("tab", name="Note").click()
    _field(page).fill(f"Ask the warehouse {mark}")
    eventually(lambda: _kept(vera, conversation) == f"Ask the warehouse {mark}", "the draft was not kept")
    page.get_by_role("button", name=vera.person.name).click()
    page.get_by_role("menuitem", name="Sign out").click()
    sign_in(page, vera.person)
    expect(_field(page)).to_have_value(f"Ask the warehouse {mark}")
    page.get_by_role("tab", name="Reply").click()
    expect(_field(page)).to_have_value(f"Dear Kim {mark}")

    # The desk keeps the mode that was changed last: another browser begins with it.
    there = _at(desk, vera, conversation)
    there.page.get_by_role("tab", name="Note").click()
    expect(_field(there.page)).to_have_value(f"Ask the warehouse {mark}")
    assert here.complaints == there.complaints == []


def _kept(who: Colleague, conversation: str) -> str | None:
    drafts = who.api.items("/me/drafts?limit=100")
    return next((str(one["text"]) for one in drafts if one["conversation_id"] == conversation), None)
