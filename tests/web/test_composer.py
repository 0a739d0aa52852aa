"""The composer: what is written arrives once, where it is meant to, and is never lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import randbelow, token_hex

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from infra.local.accounts import ACCOUNTS
from infra.local.cloud import eventually
from infra.local.workspace import ADMIN, AGENT, SUPERVISOR
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, findings

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

NUMBER = "106540352242922"
WABA = "100000000000001"
LONGER_THAN_THE_WINDOW = 25 * 3600
# The refusals that these journeys are about, and an answer that is dropped on its way.
MEANT = ("status of 409", "net::ERR_FAILED")


class Customer:
    """Somebody with WhatsApp, who wrote once."""

    def __init__(self, desk: WebDesk, name: str, *, ago: int = 0) -> None:
        self.desk, self.name = desk, f"{name} {token_hex(3)}"
        self.number = f"49155{randbelow(10**8):08}"
        with _earlier(desk, ago):
            self.says("Where is it?")
        self.conversation_id = str(eventually(self._found, f"{self.name} was not heard")["id"])

    def says(self, text: str) -> None:
        self.desk.cloud.providers.whatsapp_says(NUMBER, self.number, text=text, name=self.name)

    def read(self) -> list[str]:
        """What the business has written, as the phone shows it."""
        shown = self.desk.cloud.providers.whatsapp_phone(NUMBER, self.number)
        return [str(one["text"] or one["type"]) for one in shown if one["author"] == "business"]

    def reads(self, *texts: str) -> None:
        """These arrive, and nothing else does."""
        eventually(lambda: self.read() == list(texts), f"the phone shows {self.read()}")

    def _found(self) -> dict[str, str] | None:
        """Who wrote long ago stands at the list's end."""
        agent, cursor = self.desk.workspace.desk(self.desk.cloud, AGENT), ""
        while True:
            page = agent.call("GET", f"/conversations?view=all&status=open&limit=100{cursor}")
            row = next((row for row in page["items"] if row["contact_name"] == self.name), None)
            if row is not None or page["next_cursor"] is None:
                return row
            cursor = f"&cursor={page['next_cursor']}"


@contextmanager
def _earlier(desk: WebDesk, seconds: int) -> Iterator[None]:
    """What is said meanwhile was said so long ago."""
    if seconds:
        desk.cloud.providers.call("PUT", "/clock", {"advance_seconds": -seconds})
    try:
        yield
    finally:
        if seconds:
            desk.cloud.providers.call("DELETE", "/clock")


@pytest.fixture(autouse=True)
def patience() -> None:
    # Functions of a machine with much to do take their time.
    expect.set_options(timeout=PATIENCE_MS)


def _at(desk: WebDesk, *customers: Customer) -> Visit:
    ids = [customer.conversation_id for customer in customers]
    visit = desk.signed_in(AGENT, f"/inbox/all?c={ids[0]}&open={','.join(ids)}")
    expect(visit.page.get_by_role("log").get_by_text("Where is it?").first).to_be_visible()
    return visit


def _composer(page: Page) -> Locator:
    return page.locator("[data-composer]")


def _field(page: Page) -> Locator:
    return _composer(page).locator("textarea")


def _shown(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text, exact=True)


def _no_complaints(visit: Visit) -> None:
    assert [each for each in visit.complaints if not any(text in each for text in MEANT)] == []


def test_a_reply_arrives_once_and_a_note_never(desk: WebDesk) -> None:
    customer = Customer(desk, "Rita")
    visit = _at(desk, customer)
    page, reply, note = visit.page, f"On its way {token_hex(3)}", f"Not for her {token_hex(3)}"
    expect(page.get_by_role("group", name=f"Reply to {customer.name} on WhatsApp")).to_be_visible()

    _composes(page)
    _loses_the_answer(page, "messages")
    _field(page).fill(reply)
    _field(page).press("Enter")
    expect(_shown(page, reply)).to_have_count(1)
    expect(_field(page)).to_have_value("")
    customer.reads(reply)
    page.reload()
    expect(_shown(page, reply)).to_have_count(1)
    expect(page.get_by_role("log").get_by_text("Sending…")).to_have_count(0)

    page.get_by_role("tab", name="Note").click()
    expect(page.get_by_role("group", name=f"Internal note. {customer.name} will not see it")).to_be_visible()
    assert findings(page) == []
    _loses_the_answer(page, "notes")
    _field(page).fill(note)
    _field(page).press("Control+Enter")
    expect(_shown(page, note)).to_have_count(1)
    _field(page).fill(f"{note} either, @Sam")
    page.get_by_role("option", name="Sam Ortiz").click()
    expect(_field(page)).to_have_value(f"{note} either, @Sam Ortiz ")
    _holds_a_file_for_colleagues(desk, customer, page, f"scan-{note[-6:]}.png")
    _composer(page).get_by_role("button", name="Add note", exact=True).click()
    expect(page.get_by_role("log").get_by_text(f"{note} either")).to_be_visible()
    _opens(page, f"scan-{note[-6:]}.png")
    expect(page.get_by_role("tab", name="Note")).to_have_attribute("aria-selected", "true")
    expect(_composer(page).get_by_role("button", name="Add note", exact=True)).to_be_visible()

    eventually(lambda: _notes(desk, customer) == 2, "both notes were not stored, once each")
    customer.reads(reply)
    assert _phone_types(desk, customer).count("image") == 0
    _no_complaints(visit)


def _holds_a_file_for_colleagues(desk: WebDesk, customer: Customer, page: Page, name: str) -> None:
    """It stays with the note: over a look at the reply, and over a reload."""
    files = _composer(page).get_by_role("list", name="Files").get_by_text(name)
    _composer(page).locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": _PIXEL}
    )
    expect(files).to_be_visible()
    words = _field(page).input_value()
    eventually(lambda: _uploads(desk, customer) == 1, "the file was not uploaded")
    page.get_by_role("tab", name="Reply").click()
    expect(_field(page)).to_have_value("")
    expect(files).to_have_count(0)
    page.reload()
    page.get_by_role("tab", name="Note").click()
    expect(_field(page)).to_have_value(words)
    expect(files).to_be_visible()


def _uploads(desk: WebDesk, customer: Customer) -> int:
    """Of the draft that the desk keeps."""
    drafts = desk.workspace.desk(desk.cloud, AGENT).items("/me/drafts?limit=100")
    return sum(len(one["attachments"]) for one in drafts if one["conversation_id"] == customer.conversation_id)


def _opens(page: Page, name: str) -> None:
    """The bytes come, by a link of the API's."""
    page.get_by_role("log").get_by_role("button", name=f"Open the picture: {name}").click()
    shown = page.get_by_role("dialog").get_by_role("img", name=name)
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _notes(desk: WebDesk, customer: Customer) -> int:
    entries = desk.workspace.desk(desk.cloud, AGENT).messages(customer.conversation_id)
    return sum(entry["type"] == "note" and entry["kind"] == "note" for entry in entries)


def _composes(page: Page) -> None:
    """Enter that takes a candidate of an input method sends nothing."""
    field = _field(page)
    field.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    taken = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", taken)
    session.send("Input.insertText", {"text": "你好"})
    expect(field).to_have_value("你好")
    field.fill("")


def _loses_the_answer(page: Page, path: str) -> None:
    """The desk has stored it, and nobody hears of it."""

    def lost(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(rf"/conversations/\w+/{path}$"), lost, times=1)


def test_what_is_written_outlives_a_switch_a_reload_and_another_device(desk: WebDesk) -> None:
    rita, hugo = Customer(desk, "Rita"), Customer(desk, "Hugo")
    visit = _at(desk, rita, hugo)
    page, text = visit.page, f"Half a sentence {token_hex(3)}"
    _field(page).fill(text)
    _composer(page).locator("input[type=file]").set_input_files(
        {"name": "label.png", "mimeType": "image/png", "buffer": _PIXEL}
    )
    page.get_by_role("button", name="Remove label.png").wait_for()
    page.get_by_role("tab", name="Note").click()
    _field(page).fill("Ask the warehouse")
    mine = desk.workspace.desk(desk.cloud, AGENT)
    _draft(desk, rita, "note", "Ask the warehouse")

    page.get_by_role("grid", name="Open conversations").get_by_role("row").filter(has_text=hugo.name).click()
    expect(_field(page)).to_have_value("")
    expect(page.get_by_role("tab", name="Reply")).to_have_attribute("aria-selected", "true")
    page.get_by_role("grid", name="Open conversations").get_by_role("row").filter(has_text=rita.name).click()
    expect(_field(page)).to_have_value("Ask the warehouse")
    page.reload()
    expect(_field(page)).to_have_value("Ask the warehouse")
    page.get_by_role("tab", name="Reply").click()
    expect(_field(page)).to_have_value(text)
    expect(page.get_by_role("list", name="Files").get_by_text("label.png")).to_be_visible()
    _composer(page).get_by_role("button", name="Send on WhatsApp").click()
    eventually(lambda: "image" in str(_phone_types(desk, rita)), "the picture did not arrive")

    version = _draft(desk, rita, "note", "Ask the warehouse")
    path = f"/conversations/{rita.conversation_id}/draft"
    mine.call("PUT", path, {"version": version, "kind": "note", "text": "Written on the phone"})
    page.get_by_role("tab", name="Note").click()
    _field(page).press_sequentially(" today")
    expect(page.get_by_text("A newer note draft exists on another device")).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(_field(page)).to_have_value("Written on the phone")
    _no_complaints(visit)


def _phone_types(desk: WebDesk, customer: Customer) -> list[str]:
    return [one["type"] for one in desk.cloud.providers.whatsapp_phone(NUMBER, customer.number)]


def _draft(desk: WebDesk, customer: Customer, kind: str, text: str) -> int:
    """Its version, once the desk has it."""

    def kept() -> dict[str, str] | None:
        drafts = desk.workspace.desk(desk.cloud, AGENT).items("/me/drafts?limit=100")
        of = customer.conversation_id
        return next(
            (one for one in drafts if (one["conversation_id"], one["kind"], one["text"]) == (of, kind, text)), None
        )

    return int(eventually(kept, f"the draft {text} was not kept")["version"])


def test_a_colleague_who_is_faster_is_read_first(desk: WebDesk) -> None:
    customer = Customer(desk, "Rita")
    visit = _at(desk, customer)
    page, text = visit.page, f"It comes tomorrow {token_hex(3)}"
    _field(page).press_sequentially(text)
    desk.workspace.desk(desk.cloud, SUPERVISOR).reply(customer.conversation_id, "It has arrived already")
    expect(_shown(page, "It has arrived already")).to_be_visible()
    _field(page).press("Enter")

    held = page.get_by_role("alert").filter(has_text="1 message arrived while you typed")
    expect(held.get_by_text("It has arrived already")).to_be_visible()
    customer.reads("It has arrived already")
    assert findings(page) == []
    held.get_by_role("button", name="Edit").click()
    expect(_field(page)).to_have_value(text)
    _field(page).press("Enter")
    customer.reads("It has arrived already", text)
    _no_complaints(visit)


def test_after_the_window_a_template_goes_and_the_text_stays(desk: WebDesk) -> None:
    _lists_templates(desk)
    customer = Customer(desk, "Rita", ago=LONGER_THAN_THE_WINDOW)
    visit = _at(desk, customer)
    page = visit.page
    _field(page).fill("Your parcel is here")
    expect(page.get_by_text("The WhatsApp window has closed.")).to_be_visible()
    _field(page).press("Control+Enter")
    expect(_field(page)).to_have_value("Your parcel is here")
    assert findings(page) == []
    page.get_by_role("button", name=f"Choose a way to reach {customer.name}").click()
    page.get_by_role("menuitem", name="Send a template…").click()

    dialog = page.get_by_role("dialog", name="Template for WhatsApp")
    dialog.locator("button[aria-haspopup=listbox]").click()
    page.get_by_role("option", name="order_update").click()
    dialog.get_by_label("Text: 1").fill("R-77")
    dialog.get_by_label("Text: 2").fill("on its way")
    expect(dialog.locator("blockquote")).to_contain_text("R-77")
    assert findings(page) == []
    dialog.get_by_role("button", name="Send template on WhatsApp").click()
    expect(dialog).to_have_count(0)
    eventually(lambda: "template" in _phone_types(desk, customer), "the template did not arrive")
    expect(_field(page)).to_have_value("Your parcel is here")
    _no_complaints(visit)


def _lists_templates(desk: WebDesk) -> None:
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    inbox = admin.call("GET", f"/inboxes/{desk.workspace.inboxes['whatsapp'].id}")
    if "waba_id" not in inbox["settings"]:
        settings = {**ACCOUNTS["whatsapp"].settings(desk.cloud), "waba_id": WABA}
        admin.call("PATCH", f"/inboxes/{inbox['id']}", {"version": inbox["version"], "settings": settings})
    eventually(
        lambda: admin.ask("POST", f"/inboxes/{inbox['id']}/templates/sync").ok, "the list of templates was not read"
    )


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
    "00017f5f0a2db40000000049454e44ae426082"
)
