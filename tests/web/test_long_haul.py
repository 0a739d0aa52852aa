"""A long haul by keyboard alone, enlarged four times (a screen of 1280 by 1024 is one of 320 by 256 then), dark, in two
languages: a thread of hundreds, its older pages, what is new, what is looked for. What has the focus is always seen,
nothing is scrolled sideways, and what is read does not move."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, TimeoutError, ViewportSize, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.desk import Json
from infra.local.flows import tag
from infra.local.workspace import AGENT
from tests.web.browser import WebDesk, findings, sign_in

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

MANY = 400
ENLARGED: ViewportSize = {"width": 320, "height": 256}
LESS_ENLARGED: ViewportSize = {"width": 640, "height": 512}
# Whether what has the focus is seen, at its upper and its lower end, as far as the screen reaches.
OBSCURED = """() => {
  const [found, wide] = [document.activeElement, document.documentElement];
  const { left, top, right, bottom, width } = found.getBoundingClientRect();
  const box = found.closest('[data-thread]')?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
  const [high, low] = [Math.max(top, box.top, 0), Math.min(bottom, box.bottom, innerHeight)];
  const told = [];
  if (low - high < Math.min(24, bottom - top)) told.push(`only ${Math.round(low - high)} px of it are on the screen`);
  for (const y of [high + 3, low - 3]) {
    const there = document.elementFromPoint(left + Math.min(12, width / 2), y);
    if (!there || found.contains(there) || there.contains(found)) continue;
    told.push(`${there.outerHTML.slice(0, 120)} is over it`);
  }
  if (left < 0 || right > innerWidth) told.push('it reaches beyond the side of the screen');
  for (const each of [wide, ...document.querySelectorAll('[data-thread], [data-composer]')])
    if (each.scrollWidth > each.clientWidth) told.push(`${each.tagName} is scrolled sideways`);
  return told;
}"""
AT = "() => [document.activeElement.dataset.id, document.activeElement.getBoundingClientRect().top]"
# Two frames after the older ones have been put in.
GROWN = """height => new Promise(resolve => {
  const box = document.querySelector('[data-thread]');
  const rest = left => left === 0 ? resolve() : requestAnimationFrame(() => rest(left - 1));
  const look = () => box.scrollHeight > height ? rest(4) : requestAnimationFrame(look);
  look();
})"""


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=20_000)


@dataclass
class _Thread:
    """Answers with hundreds of messages before those that there are. The first older page is kept back until it is let
    go."""

    conversation: Json
    messages: list[Json]
    kept: list[Route] = field(default_factory=list)
    holds: bool = True

    def answer(self, route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        if route.request.method != "GET":
            route.continue_()
        elif self.holds and "before" in asked:
            self.kept.append(route)
        else:
            self._fulfil(route, asked)

    def let_go(self) -> None:
        self.holds = False
        for route in self.kept:
            self._fulfil(route, parse_qs(urlsplit(route.request.url).query))

    def _fulfil(self, route: Route, asked: dict[str, list[str]]) -> None:
        first = asked.get("before", ["~"])[0]
        older = [each for each in self.messages if each["id"] < first]
        items = older[-int(asked["limit"][0]) :]
        before = items[0]["id"] if len(items) < len(older) else None
        page = {"conversation": self.conversation, "items": items, "before": before, "after": None}
        origin = route.request.headers.get("origin", "*")
        headers = {"access-control-allow-origin": origin, "content-type": "application/json"}
        route.fulfill(status=200, headers=headers, body=json.dumps(page))


@pytest.mark.parametrize(("language", "locale"), [("ru", "ru-RU"), ("zh-Hant", "zh-TW")])
def test_a_long_thread_is_walked_through_by_keyboard_at_four_times_the_size(
    desk: WebDesk, language: str, locale: str
) -> None:
    name = f"Haul {tag()}"
    thread = _long(desk, name)
    shown = {"viewport": ENLARGED, "device_scale_factor": 4, "locale": locale, "color_scheme": "dark"}
    visit = desk.visit(**shown)
    page = visit.page
    chosen = {"parley.language": language, "parley.theme": "dark"}
    page.add_init_script(f"for (const pair of Object.entries({json.dumps(chosen)})) localStorage.setItem(...pair);")
    path = re.compile(rf"/conversations/{thread.conversation['id']}/messages(\?|$)")
    page.route(path, thread.answer)
    page.goto(f"{desk.url}/inbox/all?c={thread.conversation['id']}")
    sign_in(page, desk.workspace.people[AGENT])

    log = page.locator("[data-thread]")
    log.locator("[data-unread-line]").wait_for(state="attached")
    page.keyboard.press("Shift+U")
    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _seen(page)
    _older_ones_move_nothing(page, log, thread)
    _to_both_ends(page, log)
    _found(page, log)
    _another_size(page, log)
    assert findings(page) == []
    assert visit.complaints == []


def _long(desk: WebDesk, name: str) -> _Thread:
    contact = name.lower().replace(" ", "-")
    for text in ("Good morning", "Is anybody there?"):
        desk.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text=text, contact={"name": name})
    api = desk.workspace.desk(desk.cloud, AGENT)

    def look() -> Json | None:
        rows: list[Json] = api.items("/conversations?view=all&limit=100")
        return next((row for row in rows if row["contact_name"] == name and row["unread"] >= 2), None)

    row = eventually(look, f"the conversation with {name}", 120)
    api.call("POST", f"/conversations/{row['id']}/read")
    desk.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text="The newest one", contact={"name": name})
    newest = f"/conversations/{row['id']}/messages?limit=50"
    page = eventually(lambda: _with(api.call("GET", newest), 3), "all of it", 60)
    said = [each for each in page["items"] if each["type"] == "message"]
    return _Thread(page["conversation"], [*_before(said[0]), *page["items"]])


def _with(page: Json, many: int) -> Json | None:
    said = [each for each in page["items"] if each["type"] == "message"]
    return page if len(said) >= many and page["conversation"]["unread"] == 1 else None


def _before(first: Json) -> list[Json]:
    """Earlier than it, as their ids say."""
    length = len(first["id"]) - len("msg_")
    texts = [f"Line {place}, " + "and more of it " * (place % 9) for place in range(MANY)]
    return [{**first, "id": f"msg_{place:0{length}d}", "text": text.strip()} for place, text in enumerate(texts)]


def _seen(page: Page) -> None:
    assert page.evaluate(OBSCURED) == []


def _older_ones_move_nothing(page: Page, log: Locator, thread: _Thread) -> None:
    for key in ("PageUp", "ArrowUp", "Home"):
        page.keyboard.press(key)
        _seen(page)
    expect(log).to_have_attribute("aria-busy", "true")
    height = log.evaluate("box => box.scrollHeight")
    page.keyboard.press("ArrowDown")
    (was, before) = page.evaluate(AT)
    thread.let_go()
    page.evaluate(GROWN, height)
    (still, now) = page.evaluate(AT)
    assert still == was
    assert abs(now - before) <= 1
    _seen(page)


def _to_both_ends(page: Page, log: Locator) -> None:
    first = log.get_by_text(re.compile("^Line 0,"))
    # Each time one page more is here.
    for _ in range(MANY // 100 * 5):
        page.keyboard.press("Home")
        with suppress(TimeoutError):
            first.wait_for(state="attached", timeout=1_000)
            break
    page.keyboard.press("Home")
    expect(first).to_be_in_viewport()
    _seen(page)
    page.keyboard.press("End")
    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _seen(page)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+U")
    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _seen(page)


def _found(page: Page, log: Locator) -> None:
    page.keyboard.press("s")
    expect(page.locator("input[type=search]:focus")).to_be_visible()
    _seen(page)
    page.keyboard.type("line 137,")
    hit = log.locator("article, [role=article]").filter(has_text=re.compile("Line 137,"))
    page.keyboard.press("Enter")
    expect(hit).to_be_in_viewport()
    _seen(page)


def _another_size(page: Page, log: Locator) -> None:
    """Less enlarged, and as before: what has the focus stays in sight, and no more of the thread is drawn."""
    for size in (LESS_ENLARGED, ENLARGED):
        page.set_viewport_size(size)
        expect(page.locator("input[type=search]:focus")).to_be_in_viewport()
        _seen(page)
        assert log.get_by_role("article").count() <= 40
