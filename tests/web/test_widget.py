"""The chat widget on a company's site: another origin, a strict policy, no storage for third parties, lost networks."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Frame, Route, expect

from infra.local.cloud import eventually
from infra.local.desk import Desk
from infra.local.workspace import ADMIN, AGENT
from simulators.web_chat import identity_token
from tests.web import foreign
from tests.web.browser import PATIENCE_MS, WebDesk, findings
from tests.web.foreign import Site

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

LINK = re.compile(r"/frame\?build=[\w-]+#continue=\S+$")
SECRET = "identity-s3cret-of-a-shop-0123456789"


def inbox(desk: WebDesk, origin: str, **settings: Any) -> str:
    """A chat of its own for this site alone."""
    made = desk.workspace.desk(desk.cloud, ADMIN).call(
        "POST",
        "/inboxes",
        {
            "channel": "web_chat",
            "name": f"Shop {uuid4().hex[:8]}",
            "credentials": {"identity_secret": SECRET},
            "settings": {"allowed_origins": [origin], **settings},
        },
    )
    return str(made["id"])


def conversation(agent: Desk, chat: str) -> Any:
    """The only one of this chat."""

    def found() -> Any:
        return agent.items(f"/conversations?view=all&inbox_id={chat}&limit=5")

    return eventually(found, "what the visitor wrote did not reach the desk")[0]


def messages(agent: Desk, conversation_id: str, direction: str) -> list[Any]:
    told = agent.items(f"/conversations/{conversation_id}/messages")
    return [each for each in told if each.get("direction") == direction]


def replies(agent: Desk, case: str, text: str) -> None:
    """Once, however often it has to be asked."""
    body = {"client_id": uuid4().hex, "text": text}
    eventually(lambda: agent.ask("POST", f"/conversations/{case}/messages", body).ok, "the reply was not taken")


def says(frame: Frame, text: str) -> None:
    frame.get_by_role("textbox").fill(text)
    frame.get_by_role("textbox").press("Enter")


def delivered(frame: Frame, text: str) -> None:
    bubble = frame.get_by_role("article").filter(has_text=text)
    expect(bubble).to_have_count(1, timeout=PATIENCE_MS)
    expect(bubble.get_by_text("Delivered")).to_be_visible(timeout=PATIENCE_MS)


def test_a_visitor_is_answered_on_a_strict_foreign_page_and_nothing_is_lost_or_said_twice(desk: WebDesk) -> None:
    with foreign.served(desk) as origin:
        chat = inbox(
            desk,
            origin,
            brand_name="Lamps & Co",
            accent_color="#ffcc00",
            pre_chat=["name", "email!"],
            suggestions=["Where is my order?"],
        )
        context = desk.visit().page.context
        context.add_init_script(foreign.NO_STORAGE_IN_FRAMES)
        before = context.new_page()
        before.goto(f"{origin}/?chat=none")
        globals_before, height = before.evaluate("() => [Object.keys(window).length, document.body.scrollHeight]")
        site = Site.opened(context, f"{origin}/?chat={chat}")
        frame = site.open()
        assert site.page.evaluate("() => [Object.keys(window).length, document.body.scrollHeight]") == [
            globals_before,
            height,
        ]
        agent = desk.workspace.desk(desk.cloud, AGENT)
        _introduces(frame)
        says(frame, "Do you deliver to Norway?")
        delivered(frame, "Do you deliver to Norway?")
        case = conversation(agent, chat)["id"]
        _is_answered(frame, agent, case)
        _loses_its_network(site, frame, agent, case)
        frame = _reloads(site)
        frame = _goes_on_with_a_file(site, frame, agent, case)
        _is_answered_while_it_is_closed(site, frame, agent, case)
        assert findings(frame) == []
        assert site.complaints == []
        assert not site.page.context.cookies(origin)


def _introduces(frame: Frame) -> None:
    """Asked first; what is wrong is said beside its field, and stays."""
    frame.get_by_label("Your name").fill("Ann")
    frame.get_by_role("button", name="Start chat").click()
    expect(frame.get_by_text("Please fill this in.")).to_be_visible()
    frame.get_by_label("E-mail").fill(f"ann-{uuid4().hex[:6]}@example.org")
    frame.get_by_role("button", name="Start chat").click()
    expect(frame.get_by_role("button", name="Where is my order?")).to_be_visible(timeout=PATIENCE_MS)


def _is_answered(frame: Frame, agent: Desk, case: str) -> None:
    contact = agent.call("GET", f"/conversations/{case}")["contact_id"]
    assert agent.call("GET", f"/contacts/{contact}")["name"] == "Ann"

    def seen_writing() -> bool:
        # Of what passes, nothing is told to who does not listen yet.
        agent.ask("POST", f"/conversations/{case}/typing", {})
        frame.page.wait_for_timeout(500)
        return frame.get_by_text("Nia Okafor is writing…").is_visible()

    eventually(seen_writing, "the visitor was not told that somebody writes")
    agent.call(
        "POST", f"/conversations/{case}/messages", {"client_id": uuid4().hex, "text": "Yes, see https://a.test/"}
    )
    said = frame.get_by_role("article").filter(has_text="Nia Okafor")
    expect(said.get_by_role("link", name="https://a.test/")).to_be_visible(timeout=PATIENCE_MS)
    expect(frame.get_by_text("is writing…")).to_have_count(0)
    expect(frame.get_by_role("article").filter(has_text="Norway").get_by_text("Read")).to_be_visible(
        timeout=PATIENCE_MS
    )
    eventually(lambda: messages(agent, case, "outbound")[0]["state"] == "read", "the visitor's mark did not come")


def _loses_its_network(site: Site, frame: Frame, agent: Desk, case: str) -> None:
    """Once the answer is lost, once the whole network."""

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    site.page.route("**/messages", swallow, times=1)
    says(frame, "The answer to this was lost")
    delivered(frame, "The answer to this was lost")
    site.page.context.set_offline(True)
    says(frame, "First of two")
    says(frame, "Second of two")
    expect(frame.get_by_text("You are offline.")).to_be_visible()
    expect(frame.get_by_text("Waiting to be sent")).to_have_count(2)
    assert sum(":out:" in key for key in site.kept()) == 2
    site.page.context.set_offline(False)
    delivered(frame, "First of two")
    delivered(frame, "Second of two")
    expect(frame.get_by_text("You are offline.")).to_have_count(0)
    texts = [each["text"] for each in messages(agent, case, "inbound")]
    assert texts == ["Do you deliver to Norway?", "The answer to this was lost", "First of two", "Second of two"]


def _reloads(site: Site) -> Frame:
    """What was said and what was not sent yet are there again."""
    site.frame().get_by_role("textbox").fill("Half a sent")
    site.page.reload()
    frame = site.frame()
    delivered(frame, "Second of two")
    expect(frame.get_by_role("textbox")).to_have_value("Half a sent")
    assert not any(":out:" in key for key in site.kept())
    return frame


def _goes_on_with_a_file(site: Site, frame: Frame, agent: Desk, case: str) -> Frame:
    """A page that goes while a file is on its way leaves it to the next one, which sends it once."""
    held: list[Route] = []
    site.page.route(
        "**/uploads/**", lambda route: held.append(route) if route.request.method == "PUT" else route.continue_()
    )
    name = f"lamp-{uuid4().hex[:6]}.txt"
    frame.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": b"broken"})
    expect(frame.get_by_role("progressbar", name=name)).to_be_visible()
    eventually(lambda: _files_kept(site) == 1 and held, "the file was not kept")
    site.page.unroute_all(behavior="ignoreErrors")
    site.page.reload()
    frame = site.frame()
    delivered(frame, name)
    files = [file["name"] for each in messages(agent, case, "inbound") for file in each["attachments"]]
    assert files == [name]
    eventually(lambda: _files_kept(site) == 0, "the file was not forgotten")
    site.page.reload()
    frame = site.frame()
    expect(frame.get_by_role("article").filter(has_text=name)).to_have_count(1, timeout=PATIENCE_MS)
    return frame


def _files_kept(site: Site) -> int:
    """In the site's own origin."""
    found: int = site.page.evaluate(
        """async () => {
          let kept = 0;
          for (const { name } of await indexedDB.databases()) {
            if (!name.startsWith("parley:")) continue;
            kept += await new Promise((told, failed) => {
              const opening = indexedDB.open(name);
              opening.onerror = failed;
              opening.onsuccess = () => {
                const counting = opening.result.transaction("files").objectStore("files").count();
                counting.onsuccess = () => (opening.result.close(), told(counting.result));
              };
            });
          }
          return kept;
        }"""
    )
    return found


def _is_answered_while_it_is_closed(site: Site, frame: Frame, agent: Desk, case: str) -> None:
    frame.get_by_role("textbox").press("Escape")
    eventually(lambda: (site.launcher() or {}).get("name") == "Open chat", "Esc did not close it")
    replies(agent, case, "Anything else?")

    def told() -> bool:
        site.page.wait_for_timeout(50)
        return (site.launcher() or {}).get("name") == "Open chat. 1 new message"

    eventually(told, "the launcher did not tell of the answer", seconds=PATIENCE_MS / 1000)
    site.page.keyboard.press("Enter")
    expect(frame.get_by_text("New messages")).to_be_visible()
    expect(frame.get_by_text("Anything else?").first).to_be_visible()


def test_the_same_chat_on_another_device_for_who_is_signed_in_and_right_to_left_on_a_small_screen(
    desk: WebDesk,
) -> None:
    with foreign.served(desk) as origin:
        chat = inbox(desk, origin)
        small = {"viewport": {"width": 320, "height": 640}, "locale": "ru-RU", "color_scheme": "dark"}
        context = desk.visit(**small).page.context
        context.add_init_script(foreign.NO_STORAGE)
        site = Site.opened(context, f"{origin}/?chat={chat}&lang=ru&dir=rtl")
        proof = identity_token(SECRET, "u-1", chat, datetime.now(UTC), name="Анна")
        site.page.wait_for_function("() => typeof parley === 'function'")
        site.page.evaluate("jwt => { parley('identify', { jwt }); parley('open'); }", proof)
        frame = site.frame()
        assert frame.evaluate("() => [document.documentElement.dir, document.documentElement.lang, innerWidth]") == [
            "rtl",
            "ru",
            320,
        ]
        expect(frame.get_by_text("Браузер не хранит данные")).to_be_visible()
        says(frame, "Здравствуйте")
        expect(frame.get_by_text("Доставлено")).to_be_visible(timeout=PATIENCE_MS)
        assert findings(frame) == []
        frame.get_by_role("button", name="Ещё").click()
        frame.get_by_role("menuitem", name="Продолжить на другом устройстве").click()
        link = frame.get_by_label("Ссылка на этот чат")
        expect(link).to_have_value(LINK, timeout=PATIENCE_MS)
        assert findings(frame) == []
        phone = desk.visit().page
        phone.goto(link.input_value())
        expect(phone.get_by_role("article").filter(has_text="Здравствуйте")).to_be_visible(timeout=PATIENCE_MS)
        assert "continue" not in phone.url
        again = desk.visit().page
        again.goto(link.input_value())
        expect(again.get_by_role("textbox")).to_be_visible(timeout=PATIENCE_MS)
        expect(again.get_by_text("Здравствуйте")).to_have_count(0)
        assert site.complaints == []


def test_a_site_that_the_chat_does_not_name_cannot_frame_it(desk: WebDesk) -> None:
    with foreign.served(desk) as origin:
        chat = inbox(desk, "https://shop.example")
        site = Site.opened(desk.visit().page.context, f"{origin}/?chat={chat}")
        site.page.wait_for_function("() => typeof parley === 'function'")
        site.page.evaluate("() => parley('open')")

        def refused() -> bool:
            site.page.wait_for_timeout(50)
            return any("frame-ancestors" in each for each in site.complaints)

        eventually(refused, "the browser let the frame in", seconds=PATIENCE_MS / 1000)
