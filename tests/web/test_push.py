"""Pushes: asked for by a button alone, registered with the desk, sealed for this browser, said in its agent's language,
and a press brings the conversation to the front."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_bytes, token_hex

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import CDPSession, Page, expect

from chalicelib.services.web_push import public_point
from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.desk import Json
from infra.local.workspace import AGENT
from tests.services.test_web_push import opened
from tests.web.browser import PATIENCE_MS, Visit, WebDesk, choose, findings, sign_in
from tests.web.crew import Colleague, arrived, hired, team_of

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

# No push service is to be reached from a test: the browser's part is played, with keys of its own.
SUBSCRIBES = """
  const made = SUBSCRIPTION;
  let held = null;
  const subscription = (options) => ({
    endpoint: made.endpoint, options,
    toJSON: () => made,
    unsubscribe: async () => { held = null; window.unsubscribed = true; return true; },
  });
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
  PushManager.prototype.getSubscription = async () => held;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    window.subscribedWith = [userVisibleOnly, applicationServerKey];
    held = subscription({ applicationServerKey: bytes(applicationServerKey).buffer });
    return held;
  };
  const { requestPermission } = Notification;
  window.asked = 0;
  Notification.requestPermission = () => { window.asked += 1; return requestPermission.call(Notification); };
"""


@dataclass
class Browser:
    """An agent's browser that takes pushes, as its push service has it."""

    desk: WebDesk
    name: str = field(default_factory=lambda: f"laptop-{token_hex(4)}")
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: token_bytes(16))

    def __post_init__(self) -> None:
        self.desk.cloud.providers.call("PUT", f"/push/{self.name}", {})

    def script(self) -> str:
        keys = {"p256dh": _written(public_point(self.key)), "auth": _written(self.secret)}
        endpoint = f"{self.desk.cloud.providers.url}/push/{self.name}"
        return SUBSCRIBES.replace("SUBSCRIPTION", json.dumps({"endpoint": endpoint, "keys": keys}))

    def got(self) -> list[Json]:
        """What the desk has pushed, as this browser alone can read it."""
        messages = self.desk.cloud.providers.call("GET", f"/push/{self.name}")["messages"]
        return [json.loads(opened(base64.b64decode(each["body"]), self.key, self.secret)) for each in messages]


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_push_is_said_in_the_agents_language_and_leads_to_the_conversation(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    mark, browser = token_hex(3), Browser(desk)
    team = team_of(desk, f"Pushed {mark}")
    vera, igor = (hired(desk, f"{name} {mark}", team) for name in ("Vera", "Igor"))
    visit = _comes(desk, browser, vera)
    page = visit.page
    _allows(page, vera)
    choose(page, language="ru")

    # Who is not at the desk is pushed at once.
    vera.choose("away")
    name = f"Kim {mark}"
    told = {"text": "Where is it?", "contact": {"name": name}}
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, f"kim-{mark}", **told)
    conversation = arrived(desk, name, vera, team)
    mention = {"text": "@Vera", "client_id": token_hex(8), "mentions": [{"kind": "agent", "id": vera.id}]}
    igor.api.call("POST", f"/conversations/{conversation}/notes", mention)
    eventually(lambda: "mention" in [each["kind"] for each in browser.got()], "nothing was pushed")
    pushed = next(each for each in browser.got() if each["kind"] == "mention")
    assert (pushed["title"], pushed["body"]) == (f"Igor {mark} mentioned you: {name}", "")

    # Nobody looks at the desk: the page is behind another one.
    elsewhere = page.context.new_page()
    elsewhere.goto("about:blank")
    with worker(page, desk.url) as (session, registration):
        elsewhere.bring_to_front()
        _unfocused(page)
        data = {"origin": desk.url, "registrationId": registration, "data": json.dumps(pushed)}
        session.send("ServiceWorker.deliverPushMessage", data)
        shown = eventually(lambda: _shown(page, pushed["id"]), "nothing was shown")
        path = f"/inbox/all?c={conversation}#m={pushed['about']['note_id']}"
        assert shown == {"title": f"Igor {mark} упоминает вас: {name}", "path": path}
        # Twice is once.
        session.send("ServiceWorker.deliverPushMessage", data)
        assert _count(page) == 1
        _presses(page, pushed["id"])
    page.wait_for_url(f"**/inbox/all?c={conversation}#m=*")
    expect(page.get_by_role("log").get_by_text("@Vera", exact=True)).to_be_visible()
    _leaves(page, vera)
    assert visit.complaints == []


def _comes(desk: WebDesk, browser: Browser, who: Colleague) -> Visit:
    visit = desk.visit()
    visit.page.context.add_init_script(browser.script())
    visit.page.goto(f"{desk.url}/me/notifications")
    sign_in(visit.page, who.person)
    visit.page.get_by_role("button", name="Connection: Live").wait_for()
    return visit


def _allows(page: Page, who: Colleague) -> None:
    """By the button; until then the browser is asked nothing."""
    page.context.grant_permissions(["notifications"])
    allow = page.get_by_role("button", name="Allow pushes")
    expect(allow).to_be_visible()
    assert page.evaluate("() => window.asked") == 0
    allow.click()
    expect(page.get_by_text("This browser takes pushes, also while no tab is open.")).to_be_visible()
    assert findings(page) == []
    visible, key = page.evaluate("() => window.subscribedWith")
    assert (page.evaluate("() => window.asked"), visible) == (1, True)
    assert key == who.api.call("GET", "/me/push-key")["public_key"]
    assert [each["service"] for each in who.api.items("/me/push-subscriptions")] == ["127.0.0.1"]


@contextmanager
def worker(page: Page, origin: str) -> Iterator[tuple[CDPSession, str]]:
    """The browser's own line to the page's worker, and the id by which it knows that."""
    session, found = page.context.new_cdp_session(page), list[str]()
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(
            each["registrationId"] for each in told["registrations"] if each["scopeURL"].startswith(origin)
        ),
    )
    session.send("ServiceWorker.enable")
    # What the browser tells is heard while it is asked something.
    eventually(lambda: page.evaluate("() => true") and found, "the worker is not there")
    yield session, found[0]
    session.detach()


def _unfocused(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.wait_for_function("() => !document.hasFocus()")


SHOWN = """async (id) => {
  const registration = await navigator.serviceWorker.ready;
  const [found] = await registration.getNotifications({ tag: id });
  return found ? { title: found.title, path: found.data.path } : null;
}"""


def _shown(page: Page, notice: str) -> Json | None:
    found: Json | None = page.evaluate(SHOWN, notice)
    return found


def _count(page: Page) -> int:
    count: int = page.evaluate("async () => (await (await navigator.serviceWorker.ready).getNotifications()).length")
    return count


PRESSES = """async (id) => {
  // Nobody has a hand to press it with: what a browser allows after a press is noted.
  WindowClient.prototype.focus = async function () { self.brought = this.url; return this; };
  const [notification] = await self.registration.getNotifications({ tag: id });
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


def _presses(page: Page, notice: str) -> None:
    (shows,) = page.context.service_workers
    shows.evaluate(PRESSES, notice)
    brought = eventually(lambda: shows.evaluate("() => self.brought ?? null"), "no tab came forward")
    assert brought.endswith("/me/notifications")
    eventually(lambda: _count(page) == 0, "what was pressed is still shown")


def _leaves(page: Page, who: Colleague) -> None:
    """What is told later is none of the next one's who sits here."""
    choose(page, language="en")
    page.get_by_role("button", name=who.person.name).click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.locator("input[name=password]").wait_for()
    assert who.api.items("/me/push-subscriptions") == []
    assert page.evaluate("() => window.unsubscribed") is True
    assert page.evaluate("() => caches.has('parley.push')") is False


def test_a_browser_that_forbids_notifications_says_how_to_allow_them(desk: WebDesk) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    visit = desk.signed_in(AGENT, "/me/notifications")
    page = visit.page
    # A headless browser says no to whatever nobody has granted.
    page.get_by_role("button", name="Allow pushes").click()
    expect(page.get_by_text("Allow them in its settings of this site")).to_be_visible()
    expect(page.get_by_role("button", name="Allow pushes")).to_have_count(0)
    assert findings(page) == []
    assert visit.complaints == []
