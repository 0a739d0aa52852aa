"""A thread: every kind of message, how far ours have come, what failed and why, mails, notes, the line where the new
ones begin, older pages that do not move what is read."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.accounts import CUSTOM_SYSTEM, MAIL_ADDRESS
from infra.local.cloud import eventually
from infra.local.desk import Desk, Json
from infra.local.flows import phone_number, tag
from infra.local.workspace import AGENT, SUPERVISOR
from tests.web.browser import WebDesk, findings, go

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

MAIL = (
    '<p style="color: #a00">Where is <b>my lamp</b>?</p><img src="https://pictures.example.test/p.png" alt="p">'
    "<script>document.title = 'taken'</script><blockquote>What was said before</blockquote>"
)


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=20_000)


def test_every_kind_of_message_is_shown_and_ticks_only_rise(desk: WebDesk) -> None:
    person = _Person(desk, f"Zoë {tag()}")
    first = person.says(text="Hello, see https://example.com/a for it.")
    person.says(type="image", caption="The parcel")
    person.says(type="location", latitude=52.52, longitude=13.4, address="Alexanderplatz 1")
    person.says(type="contacts")
    person.says(type="button_reply", id="b1", title="Yes, please")
    person.says(type="order", catalog_id="c1", product_items=[{"product_retailer_id": "lamp-1", "quantity": 2}])
    person.says(type="unsupported", unsupported_type="poll")
    person.says(type="reaction", message_id=first, emoji="🎉")
    typo = person.says(text="Tpyo")
    person.says(type="edit", message_id=typo, text="Typo, mended")
    person.says(type="revoke", message_id=person.says(text="a secret"))
    person.says(text="An answer to that", reply_to=first)
    row = person.conversation(unread=10)
    api = desk.workspace.desk(desk.cloud, SUPERVISOR)
    api.call("POST", f"/conversations/{row['id']}/notes", {"client_id": tag(), "text": "Take care of Zoë."})
    api.call("POST", f"/conversations/{row['id']}/status", {"status": "pending"})

    visit = desk.signed_in(AGENT, f"/inbox/all?c={row['id']}")
    page = visit.page
    thread = page.get_by_role("log", name=re.compile("^Messages with Zoë"))
    thread.get_by_text("New messages").wait_for()
    article = thread.get_by_role("article")
    # Another message quotes these words: only their own has a link.
    link = page.get_by_role("link", name="https://example.com/a")
    _in_sight(page, thread, link)
    expect(link).to_have_attribute("href", "https://example.com/a")
    expect(article.filter(has=link).get_by_role("button", name=re.compile("🎉 by Zoë"))).to_be_visible()
    for text in ("The parcel", "Alexanderplatz 1", "Rui Costa", "Yes, please", "lamp-1", "cannot be shown here (poll)"):
        _seen(page, thread, text)
    _seen(page, thread, "Typo, mended")
    _seen(page, thread, re.compile("Deleted by Zoë"))
    assert "a secret" not in thread.inner_html()
    _seen(page, thread, "Take care of Zoë.")
    _seen(page, thread, "waits for the customer.")
    page.get_by_role("button", name=re.compile("Go to what is answered")).click()
    expect(thread.locator("[data-marked=true]")).to_contain_text("Hello, see")

    thread.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    _ticks_only_rise(desk, api, article, row["id"])
    _a_failure_says_why(person, api, article, row["id"])
    assert findings(page) == []
    assert visit.complaints == []


def _ticks_only_rise(desk: WebDesk, api: Desk, article: Locator, conversation_id: str) -> None:
    """Told in the other order: read, delivered, sent."""
    desk.cloud.providers.call("PUT", "/whatsapp/knobs", {"status_order": "reversed"})
    try:
        sent = api.reply(conversation_id, f"On its way {tag()}")
        ours = article.filter(has_text=sent["text"])
        ours.get_by_text("Read", exact=True).wait_for()
    finally:
        desk.cloud.providers.call("DELETE", "/whatsapp/knobs")
    eventually(lambda: len(_message(api, conversation_id, sent["id"])["marks"]) >= 3 or None, "all marks", 30)
    expect(ours.get_by_text("Read", exact=True)).to_be_visible()


def _a_failure_says_why(person: "_Person", api: Desk, article: Locator, conversation_id: str) -> None:
    """Nobody can be reached there: the same again does not help."""
    person.is_(reachable=False)
    lost = api.reply(conversation_id, f"Are you there? {tag()}")
    failed = article.filter(has_text=lost["text"])
    failed.get_by_text(re.compile("^Not delivered: ")).wait_for()
    expect(failed.get_by_role("button", name="Another channel")).to_be_visible()
    expect(failed.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_mail_is_shown_in_a_frame_where_nothing_runs(desk: WebDesk) -> None:
    name = f"Ida {tag()}"
    desk.cloud.providers.email_says(
        MAIL_ADDRESS, f"ida-{tag()}@customer.test", text="Where is my lamp?", html=MAIL, name=name, subject="Lamps"
    )
    row = _conversation_of(desk.workspace.desk(desk.cloud, AGENT), name, 1)
    visit = desk.signed_in(AGENT, f"/inbox/all?c={row['id']}")
    page = visit.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("https://pictures.example.test/**", lambda route: route.fulfill(status=200, content_type="image/png"))

    frame = page.frame_locator("iframe[title=Mail]")
    frame.get_by_text("my lamp").wait_for()
    expect(frame.locator("p")).to_have_css("color", "rgb(170, 0, 0)")
    expect(frame.get_by_text("What was said before")).to_be_hidden()
    frame.get_by_text("Quoted text").click()
    expect(frame.get_by_text("What was said before")).to_be_visible()
    assert not [url for url in asked if "pictures.example" in url]
    page.get_by_role("button", name="Show images").click()
    expect(frame.locator("img")).to_have_attribute("src", "https://pictures.example.test/p.png")
    page.get_by_role("button", name="Plain text").click()
    expect(page.locator("iframe[title=Mail]")).to_have_count(0)
    expect(page.get_by_role("log").get_by_text("Where is my lamp?")).to_be_visible()
    assert page.title() == f"{name} · Parley"
    assert findings(page) == []
    assert visit.complaints == []


def test_a_long_thread_opens_at_the_new_ones_and_does_not_move_when_older_ones_come(desk: WebDesk) -> None:
    name = f"Long {tag()}"
    contact = name.lower().replace(" ", "-")
    for place in range(70):
        text = f"Message {place}" + (", and more of it" * (place % 7))
        desk.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text=text, contact={"name": name})
    api = desk.workspace.desk(desk.cloud, AGENT)
    row = _conversation_of(api, name, 70)
    api.call("POST", f"/conversations/{row['id']}/read")
    for place in range(70, 80):
        desk.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text=f"Message {place}", contact={"name": name})
    row = _conversation_of(api, name, 10)

    visit = desk.signed_in(AGENT, f"/inbox/all?c={row['id']}", viewport={"width": 1280, "height": 700})
    page = visit.page
    thread = page.get_by_role("log", name=re.compile(f"^Messages with {name}"))
    thread.get_by_text("New messages").wait_for()
    expect(thread.get_by_text("New messages")).to_be_in_viewport()
    expect(thread.get_by_text("Message 70", exact=True)).to_be_in_viewport()

    # Older pages come in above what is read.
    assert _moved(page) <= 1
    thread.get_by_role("article").first.focus()
    page.keyboard.press("Home")
    expect(thread.get_by_text("Message 0", exact=True)).to_be_visible()
    expect(thread.get_by_text("The conversation begins here.")).to_be_visible()
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text="One more", contact={"name": name})
    page.get_by_role("button", name=re.compile("Latest · 1 new")).click()
    expect(thread.get_by_text("One more")).to_be_in_viewport()
    eventually(lambda: api.call("GET", f"/conversations/{row['id']}")["unread"] == 0 or None, "it is read", 30)

    page.keyboard.press("Escape")
    thread.get_by_role("article").last.focus()
    page.keyboard.press("s")
    page.get_by_role("searchbox", name="Search in this conversation").fill("message 17")
    expect(page.get_by_text("The whole conversation was searched.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(thread.locator("[data-marked=true]")).to_contain_text("Message 17")
    go_to = thread.locator("[data-marked=true]").get_attribute("data-id")
    go(page, f"/inbox/all?c={row['id']}#m={go_to}")
    expect(thread.get_by_text(re.compile("^Message 17"))).to_be_in_viewport()
    assert thread.get_by_role("article").count() <= 60
    assert findings(page) == []
    assert visit.complaints == []


def _moved(page: Page) -> float:
    """Scrolls up until an older page is asked for: how far what was first in sight has moved when it is there."""
    found: float = page.evaluate(
        """async () => {
          const box = document.querySelector('[data-thread]');
          const rest = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          const first = () => [...box.querySelectorAll('[role=article]')]
            .find(each => each.getBoundingClientRect().top >= box.getBoundingClientRect().top);
          for (let step = 0; step < 200 && box.getAttribute('aria-busy') !== 'true'; step += 1) {
            box.scrollTop -= 60;
            await rest();
          }
          if (box.getAttribute('aria-busy') !== 'true') return 0;
          const [seen, height] = [first(), box.scrollHeight];
          const before = seen.getBoundingClientRect().top;
          while (box.scrollHeight === height) await rest();
          for (let step = 0; step < 10; step += 1) await rest();
          return Math.abs(seen.getBoundingClientRect().top - before);
        }"""
    )
    return found


def _seen(page: Page, thread: Locator, text: str | re.Pattern[str]) -> None:
    _in_sight(page, thread, thread.get_by_text(text).first)


def _in_sight(page: Page, thread: Locator, wanted: Locator) -> None:
    """Whatever is not in sight is not drawn: it is scrolled to."""
    for _ in range(20):
        if wanted.count() and wanted.is_visible():
            return
        thread.evaluate("box => { box.scrollTop += 200; }")
        page.wait_for_timeout(50)
    thread.evaluate("box => { box.scrollTop = 0; }")
    expect(wanted).to_be_visible()


class _Person:
    """A customer on WhatsApp."""

    def __init__(self, desk: WebDesk, name: str) -> None:
        self.desk, self.name, self.number = desk, name, phone_number()
        self.account = str(desk.workspace.inboxes["whatsapp"].account_id)

    def says(self, **message: Any) -> str:
        return self.desk.cloud.providers.whatsapp_says(self.account, self.number, name=self.name, **message)

    def is_(self, **settings: Any) -> None:
        path = f"/whatsapp/numbers/{self.account}/customers/{self.number}"
        self.desk.cloud.providers.call("PUT", path, settings)

    def conversation(self, unread: int) -> Json:
        return _conversation_of(self.desk.workspace.desk(self.desk.cloud, AGENT), self.name, unread)


def _conversation_of(api: Desk, name: str, unread: int) -> Json:
    """Once so much of it is new."""

    def look() -> Json | None:
        # A desk that has just been started may be busy.
        answer = api.ask("GET", "/conversations?view=all&limit=100")
        rows = answer.body["items"] if answer.ok and isinstance(answer.body, dict) else []
        return next((each for each in rows if each["contact_name"] == name and each["unread"] >= unread), None)

    found: Json = eventually(look, f"the conversation with {name}", 120)
    return found


def _message(api: Desk, conversation_id: str, message_id: str) -> Json:
    return next(each for each in api.messages(conversation_id) if each["id"] == message_id)
