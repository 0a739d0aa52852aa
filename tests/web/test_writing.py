"""Beside the words of a message: emoji by name, why a channel refuses, a template's file, another channel later."""

from datetime import UTC, datetime, timedelta
from secrets import randbelow, token_hex
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import ACCOUNTS
from infra.local.cloud import eventually
from infra.local.workspace import ADMIN, AGENT
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, choose, findings, go

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

NUMBER, WABA = "106540352242922", "100000000000001"
TEMPLATE = "return_label"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
    "00017f5f0a2db40000000049454e44ae426082"
)
# A file that no image of WhatsApp's is.
BITMAP = b"BM" + bytes(60)


class Writer:
    """A customer of WhatsApp, and the page of the agent who answers."""

    def __init__(self, desk: WebDesk, name: str) -> None:
        self.desk, self.name = desk, f"{name} {token_hex(3)}"
        self.number = f"49155{randbelow(10**8):08}"
        desk.cloud.providers.whatsapp_says(NUMBER, self.number, text="Where is it?", name=self.name)
        self.id = str(eventually(self._found, f"{self.name} was not heard")["id"])
        self.visit: Visit = desk.signed_in(AGENT, f"/inbox/all?c={self.id}")
        self.page: Page = self.visit.page
        expect(self.page.get_by_role("log").get_by_text("Where is it?").first).to_be_visible()

    def _found(self) -> dict[str, str] | None:
        agent = self.desk.workspace.desk(self.desk.cloud, AGENT)
        rows = agent.call("GET", "/conversations?view=all&status=open&limit=100")["items"]
        return next((row for row in rows if row["contact_name"] == self.name), None)

    @property
    def composer(self) -> Locator:
        return self.page.locator("[data-composer]")

    @property
    def field(self) -> Locator:
        return self.composer.locator("textarea")

    def phone(self) -> list[dict[str, Any]]:
        """What the business has written, as the phone shows it."""
        shown = self.desk.cloud.providers.whatsapp_phone(NUMBER, self.number)
        return [one for one in shown if one["author"] == "business"]


@pytest.fixture(autouse=True)
def patience() -> None:
    # Functions of a machine with much to do take their time.
    expect.set_options(timeout=PATIENCE_MS)


def test_emoji_are_found_by_name_in_the_text_and_in_the_picker(desk: WebDesk) -> None:
    writer = Writer(desk, "Rita")
    page, field = writer.page, writer.field
    menu = page.get_by_role("listbox", name="Emoji")
    field.press_sequentially("At 12:30, see https://a.example :D :smile")
    expect(menu.get_by_role("option").first).to_contain_text("😄")
    field.press("Enter")
    expect(field).to_have_value("At 12:30, see https://a.example :D 😄")
    expect(menu).to_have_count(0)
    field.press_sequentially(" :than")
    expect(menu.get_by_role("option", name="🙏")).to_be_visible()
    field.press("Escape")
    expect(menu).to_have_count(0)
    expect(field).to_be_focused()

    _composes(page, field)
    choose(page, language="ru")
    writer.composer.get_by_role("button", name="Эмодзи").click()
    search = page.get_by_role("searchbox", name="Поиск эмодзи")
    search.fill("спасибо")
    expect(
        page.get_by_role("listbox", name="Найденные эмодзи").get_by_role("option", name="сложенные руки")
    ).to_be_visible()
    assert findings(page) == []
    search.press("Enter")
    expect(field).to_have_value("🙏")
    choose(page, language="en")
    writer.composer.get_by_role("button", name="Send on WhatsApp").click()
    eventually(lambda: [one["text"] for one in writer.phone()] == ["🙏"], f"the phone shows {writer.phone()}")
    assert writer.visit.complaints == []


def _composes(page: Page, field: Locator) -> None:
    """The key that takes a candidate of an input method takes no emoji; what was composed is looked for."""
    field.fill("")
    session = page.context.new_cdp_session(page)
    field.press_sequentially(":")
    session.send("Input.imeSetComposition", {"text": "xiexie", "selectionStart": 6, "selectionEnd": 6})
    expect(page.get_by_role("listbox", name="Emoji")).to_have_count(0)
    taken = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", taken)
    session.send("Input.insertText", {"text": "thanks"})
    expect(field).to_have_value(":thanks")
    expect(page.get_by_role("listbox", name="Emoji").get_by_role("option").first).to_be_visible()
    field.fill("")


def test_why_a_channel_refuses_is_said_in_the_agents_language(desk: WebDesk) -> None:
    writer = Writer(desk, "Boris")
    page = writer.page
    choose(page, language="ru")
    writer.field.fill("Очень длинно. " * 400)
    expect(writer.composer.get_by_text("WhatsApp: текст слишком длинный. Символов: 5")).to_be_visible()
    writer.composer.get_by_role("button", name="Выбрать другой канал").first.click()
    sms = page.get_by_role("option", name="SMS").first
    expect(sms).to_contain_text("SMS: текст слишком длинный. Символов: 5")
    expect(sms).to_contain_text("можно: 1")
    assert findings(page) == []
    assert writer.visit.complaints == []


def test_a_template_takes_its_file_along(desk: WebDesk) -> None:
    _has_a_header(desk)
    writer = Writer(desk, "Nora")
    page = writer.page
    writer.field.fill("It stays")
    writer.composer.get_by_role("button", name="Send a template…").click()
    dialog = page.get_by_role("dialog", name="Template for WhatsApp")
    dialog.locator("button[aria-haspopup=listbox]").click()
    page.get_by_role("option", name=TEMPLATE).click()
    send = dialog.get_by_role("button", name="Send template on WhatsApp")
    dialog.get_by_label("Text: 1").fill("Nora")
    expect(dialog.locator("blockquote")).to_contain_text("Hello Nora")
    expect(send).to_be_disabled()
    file = dialog.locator("input[type=file]")
    file.set_input_files({"name": "label.bmp", "mimeType": "image/bmp", "buffer": BITMAP})
    expect(dialog.get_by_text("WhatsApp shows no files of this type (image/bmp).")).to_be_visible()
    expect(send).to_be_disabled()
    file.set_input_files({"name": "label.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(dialog.get_by_text("label.png")).to_be_visible()
    expect(send).to_be_enabled()
    assert findings(page) == []
    send.click()
    expect(dialog).to_have_count(0)
    eventually(lambda: [one["type"] for one in writer.phone()] == ["template"], f"the phone shows {writer.phone()}")
    expect(page.get_by_role("log").get_by_role("button", name="Open the picture: label.png")).to_be_visible()
    expect(writer.field).to_have_value("It stays")
    assert writer.visit.complaints == []


def test_what_goes_later_may_go_by_another_channel(desk: WebDesk) -> None:
    writer = Writer(desk, "Otto")
    page, agent = writer.page, desk.workspace.desk(desk.cloud, AGENT)
    sms = {"inbox_id": desk.workspace.inboxes["sms"].id, "address": f"+{writer.number}"}
    agent.call("POST", f"/conversations/{writer.id}/legs", {"client_id": token_hex(4), "text": "By SMS now.", **sms})
    expect(writer.composer.get_by_role("button", name="Send on SMS")).to_be_visible()
    text = f"Back on WhatsApp {token_hex(3)}"
    writer.field.fill(text)
    writer.composer.get_by_role("button", name="via SMS").click()
    page.get_by_role("option", name="WhatsApp").first.click()
    expect(writer.composer.get_by_role("button", name="Send on WhatsApp")).to_be_visible()

    writer.composer.get_by_role("button", name="Send later…").click()
    dialog = page.get_by_role("dialog", name="Send later…")
    expect(dialog.get_by_text(f"It goes by WhatsApp ({writer.number})")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_role("button", name="Schedule", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(writer.composer.get_by_role("listitem").filter(has_text=text)).to_contain_text("via WhatsApp")
    expect(writer.field).to_have_value("")
    expect(writer.composer.get_by_role("button", name="Send on SMS")).to_be_visible()

    # It is taken back as it was, and scheduled anew; then its time is near.
    writer.composer.get_by_role("button", name="Take back and edit").click()
    expect(writer.field).to_have_value(text)
    expect(writer.composer.get_by_role("button", name="Send on WhatsApp")).to_be_visible()
    writer.composer.get_by_role("button", name="Send later…").click()
    dialog.get_by_role("button", name="Schedule", exact=True).click()
    expect(dialog).to_have_count(0)
    path = f"/conversations/{writer.id}/scheduled"
    (waits,) = [one for one in agent.call("GET", path)["items"] if one["state"] == "scheduled"]
    soon = datetime.now(UTC) + timedelta(seconds=5)
    agent.call("PATCH", f"{path}/{waits['id']}", {"version": waits["version"], "send_at": soon.isoformat()})
    eventually(lambda: text in str(writer.phone()), f"the phone shows {writer.phone()}")
    expect(page.get_by_role("log").get_by_text(text)).to_be_visible()
    expect(writer.composer.get_by_role("button", name="Send on WhatsApp")).to_be_visible()
    assert writer.visit.complaints == []


def test_a_contact_is_written_to_from_their_page(desk: WebDesk) -> None:
    writer = Writer(desk, "Ines")
    page, agent = writer.page, desk.workspace.desk(desk.cloud, AGENT)
    contact = agent.call("GET", f"/conversations/{writer.id}")["contact_id"]
    writer.field.fill("Begun already")
    agent.call("POST", f"/conversations/{writer.id}/status", {"status": "resolved"})
    go(page, f"/contacts/{contact}")
    page.get_by_role("button", name="Message", exact=True).click()
    menu = page.get_by_role("menu", name="Message")
    expect(menu.get_by_text("The latest conversation is over: it is opened again.")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="WhatsApp").first).to_be_visible()
    assert findings(page) == []
    menu.get_by_role("menuitem", name="SMS").first.click()
    expect(writer.composer.get_by_role("button", name="Send on SMS")).to_be_visible()
    expect(writer.field).to_have_value("Begun already")
    assert agent.call("GET", f"/conversations/{writer.id}")["status"] == "open"
    writer.composer.get_by_role("button", name="Send on SMS").click()
    expect(page.get_by_role("log").get_by_text("Begun already")).to_be_visible()
    eventually(lambda: _channel_of(agent.call("GET", f"/conversations/{writer.id}")) == "sms", "it did not move to SMS")
    assert writer.visit.complaints == []


def _channel_of(conversation: dict[str, Any]) -> str:
    return next(str(leg["channel"]) for leg in conversation["legs"] if leg["id"] == conversation["active_leg_id"])


def _has_a_header(desk: WebDesk) -> None:
    """The number has a template that begins with an image, and the desk has read of it."""
    number, admin = f"/whatsapp/numbers/{NUMBER}", desk.workspace.desk(desk.cloud, ADMIN)
    known = desk.cloud.providers.call("GET", number)["templates"]
    components = [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hello {{1}}, here is your label."}]
    ours = {"name": TEMPLATE, "language": "en", "components": components}
    others = [one for one in known if one["name"] != TEMPLATE]
    desk.cloud.providers.call("PUT", number, {"templates": [*others, ours]})
    inbox = admin.call("GET", f"/inboxes/{desk.workspace.inboxes['whatsapp'].id}")
    if "waba_id" not in inbox["settings"]:
        settings = {**ACCOUNTS["whatsapp"].settings(desk.cloud), "waba_id": WABA}
        admin.call("PATCH", f"/inboxes/{inbox['id']}", {"version": inbox["version"], "settings": settings})
    listed = f"/inboxes/{inbox['id']}/templates"
    eventually(lambda: admin.ask("POST", f"{listed}/sync").ok, "the list of templates was not read")
