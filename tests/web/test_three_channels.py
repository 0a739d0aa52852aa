"""The whole of it: customers on WhatsApp, in the web chat and by mail at once; one agent answers all three in one page,
through a cut line, and moves one of them to mail."""

from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import MAIL_ADDRESS
from infra.local.cloud import eventually
from infra.local.workspace import AGENT
from simulators.web_chat import Visitor
from tests.web.browser import PATIENCE_MS, WebDesk, findings

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

NUMBER = "106540352242922"


def _row(page: Page, said: str) -> Locator:
    return page.get_by_role("grid").get_by_role("row").filter(has_text=said)


def _open(page: Page, said: str) -> Locator:
    """Opens the conversation with this newest message; its composer's field."""
    _row(page, said).click()
    expect(_said(page, said)).to_be_visible()
    return page.locator("[data-composer] textarea")


def _said(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text, exact=True)


def test_one_agent_answers_on_three_channels_through_a_cut_line(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    cloud, mark = desk.cloud, token_hex(3)
    refund, lamp, porto = (f"{text} {mark}" for text in ("Where is my refund?", "The lamp is broken.", "To Porto?"))
    left = f"It left this morning, Bob. {mark}"
    phone, mailbox = f"4915550{int(mark, 16) % 10**7:07}", f"anna.{mark}@example.test"
    visit = desk.signed_in(AGENT, "/inbox/all")
    page = visit.page
    page.get_by_role("grid").or_(page.get_by_text("Nobody is waiting")).first.wait_for()

    cloud.providers.whatsapp_says(NUMBER, phone, text=refund, name="Bob")
    cloud.providers.email_says(MAIL_ADDRESS, mailbox, text=lamp, subject="Lamp", name="Anna")
    visitor = Visitor(cloud.inbound_url, desk.workspace.inboxes["web_chat"].id, timeout_seconds=60)
    visitor.start()
    visitor.send(porto)
    for said, channel in ((refund, "WhatsApp"), (lamp, "E-mail"), (porto, "Web chat")):
        expect(_row(page, said).get_by_role("img", name=channel)).to_be_visible()

    _open(page, refund).fill(left)
    page.keyboard.press("Enter")
    _open(page, lamp).fill("A new one is on its way, Anna.")
    page.keyboard.press("ControlOrMeta+Enter")
    _open(page, porto).fill("We do, Vera.")
    page.keyboard.press("Enter")
    _told(lambda: _whatsapp(desk, phone), [left])
    _told(lambda: _mails(desk, mailbox), ["A new one is on its way, Anna."])
    visitor.wait_for(lambda message: message.get("text") == "We do, Vera.")
    assert findings(page) == []

    # The line is cut while Bob goes on: nothing is missing afterwards, and what was written meanwhile goes out once.
    field = _open(page, left)
    page.context.set_offline(True)
    page.get_by_role("button", name="Connection: You are offline").wait_for()
    cloud.providers.whatsapp_says(NUMBER, phone, text="And the receipt?", name="Bob")
    field.fill("It follows by mail.")
    page.keyboard.press("Enter")
    expect(_said(page, "It follows by mail.")).to_be_visible()
    page.context.set_offline(False)
    expect(_said(page, "And the receipt?")).to_be_visible()
    # He has said something meanwhile: whoever answers is asked first.
    anyway = page.get_by_role("button", name="Send anyway").first

    def arrived() -> bool:
        if anyway.is_visible():
            anyway.click()
        return _whatsapp(desk, phone) == [left, "It follows by mail."]

    eventually(arrived, "what was written without a line did not arrive")
    expect(_said(page, "It follows by mail.")).to_have_count(1)
    assert [each for each in visit.complaints if "409" not in each] == []


def _told(look: Any, wanted: list[str]) -> None:
    eventually(lambda: look() == wanted, f"not {wanted}")


def _whatsapp(desk: WebDesk, phone: str) -> list[str]:
    shown = desk.cloud.providers.whatsapp_phone(NUMBER, phone)
    return [str(one["text"]) for one in shown if one["author"] == "business"]


def _mails(desk: WebDesk, mailbox: str) -> list[str]:
    shown = desk.cloud.providers.mailbox(MAIL_ADDRESS, mailbox)
    return [str(one["text"]).split("\n")[0] for one in shown if one["author"] == "desk"]
