"""A long haul by keyboard alone, enlarged four times (a screen of 1280 by 1024 is one of 320 by 256 then), dark, in two
languages: a thread of thousands, its older pages, what is new, what is looked for, another size. What has the focus is
always seen, nothing is scrolled sideways, and what is read does not move."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.cloud import eventually
from infra.local.desk import Json
from infra.local.flows import tag
from infra.local.workspace import AGENT
from tests.web.browser import Visit, WebDesk, findings, sign_in

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

PAGE = 100
ENLARGED: ViewportSize = {"width": 320, "height": 256}
LESS_ENLARGED: ViewportSize = {"width": 640, "height": 512}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TABLET: ViewportSize = {"width": 900, "height": 700}
PHONE: ViewportSize = {"width": 390, "height": 760}
MOST_DRAWN = 40
MANY_ROWS = 10_000
MOST_ROWS = 60
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
# What is read: the first message that begins in sight, or the one that reaches over all of it; how far below the upper
# end of the box it begins, how high it is.
READ = """() => {
  const box = document.querySelector('[data-thread]').getBoundingClientRect();
  const all = [...document.querySelectorAll('[data-thread] [role=article]')]
    .map(each => [each.dataset.key, each.getBoundingClientRect()]);
  const [key, { top, height }] = all.find(([, { top }]) => top >= box.top - 1 && top < box.bottom)
    ?? all.find(([, { top, bottom }]) => top < box.top && bottom > box.top);
  return [key, top - box.top, height];
}"""
PLACE = """key => {
  const box = document.querySelector('[data-thread]'), found = box.querySelector(`[data-key="${key}"]`);
  const { top, height } = found.getBoundingClientRect();
  return [top - box.getBoundingClientRect().top, height];
}"""
# The box has another size than this one, and some frames have been drawn.
RESIZED = """([width, height]) => new Promise(resolve => {
  const box = document.querySelector('[data-thread]');
  const rest = left => left === 0 ? resolve() : requestAnimationFrame(() => rest(left - 1));
  const look = () =>
    box.clientWidth !== width || box.clientHeight !== height ? rest(6) : requestAnimationFrame(look);
  look();
})"""
SIZE = "() => (({ clientWidth, clientHeight }) => [clientWidth, clientHeight])(document.querySelector('[data-thread]'))"
# How far the first message in sight is, at most, from where a scroll of 100 px brings it, towards the beginning.
SCROLLED_UP = """async box => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  let worst = 0;
  for (let step = 0; step < 20; step += 1) {
    const { top } = box.getBoundingClientRect();
    const first = [...box.querySelectorAll('[role=article]')].find(each => each.getBoundingClientRect().top >= top);
    const before = first.getBoundingClientRect().top;
    box.scrollTop -= 100;
    for (let wait = 0; wait < 3; wait += 1) await frame();
    worst = Math.max(worst, Math.abs(first.getBoundingClientRect().top - before - 100));
  }
  return worst;
}"""
FROM_END = "box => box.scrollHeight - box.clientHeight - box.scrollTop"


@pytest.fixture(autouse=True)
def patience() -> None:
    expect.set_options(timeout=20_000)


@dataclass
class _Thread:
    """Answers with thousands of messages before those that there are. The first older page is kept back until it is let
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
        _answer(route, {"conversation": self.conversation, "items": items, "before": before, "after": None})


def _answer(route: Route, body: Json) -> None:
    origin = route.request.headers.get("origin", "*")
    headers = {"access-control-allow-origin": origin, "content-type": "application/json"}
    route.fulfill(status=200, headers=headers, body=json.dumps(body))


@pytest.mark.parametrize(("language", "locale", "many"), [("ru", "ru-RU", 400), ("zh-Hant", "zh-TW", 5_000)])
def test_a_long_thread_is_walked_through_by_keyboard_at_four_times_the_size(
    desk: WebDesk, language: str, locale: str, many: int
) -> None:
    thread = _long(desk, f"Haul {tag()}", many)
    shown = {"viewport": ENLARGED, "device_scale_factor": 4, "locale": locale, "color_scheme": "dark"}
    visit = _opened(desk, thread, {"parley.language": language, "parley.theme": "dark"}, shown)
    page, log = visit.page, visit.page.locator("[data-thread]")

    page.keyboard.press("Shift+U")
    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _seen(page)
    _older_ones_move_nothing(page, log, thread)
    _to_both_ends(page, log, many)
    _found(page, log)
    _another_size(page, log)
    _first_unread_after_it(page, log)
    assert findings(page) == []
    assert visit.complaints == []


def test_what_is_read_stays_where_it_is_at_any_width_and_the_end_at_any_height(desk: WebDesk) -> None:
    thread = _long(desk, f"Wide {tag()}", 300)
    thread.holds = False
    visit = _opened(desk, thread, {}, {"viewport": DESKTOP})
    page, log = visit.page, visit.page.locator("[data-thread]")

    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _end_stays_the_end(page, log)
    log.get_by_role("article").last.focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    for change in (lambda: page.keyboard.press("i"), lambda: page.keyboard.press("i")):
        _keeps_its_place(page, change)
    for size in (TABLET, PHONE, TABLET, DESKTOP):
        _keeps_its_place(page, partial(page.set_viewport_size, size))
        assert log.evaluate(SCROLLED_UP) <= 1
    _keeps_its_place(page, lambda: page.locator("[data-composer] textarea").fill("A line\n" * 8))
    assert visit.complaints == []


def test_ten_thousand_rows_are_walked_through_by_keyboard(desk: WebDesk) -> None:
    thread = _long(desk, f"Rows {tag()}", 1)
    thread.holds = False
    visit = desk.visit(viewport=DESKTOP)
    page = visit.page
    page.route(re.compile(r"/conversations\?.*view=all"), lambda route: _answer(route, _rows(thread.conversation)))
    page.route(re.compile(r"/conversations/cnv_0{9}"), thread.answer)
    page.goto(f"{desk.url}/inbox/all")
    sign_in(page, desk.workspace.people[AGENT])

    rows = page.get_by_role("grid").get_by_role("row")
    rows.first.focus()
    last = MANY_ROWS - 1
    for key, place in (("j", 1), ("j", 2), ("k", 1), ("End", last), ("k", last - 1), ("Home", 0), ("j", 1)):
        page.keyboard.press(key)
        focused = page.locator(f"[role=row][data-key='{_row_id(place)}']:focus")
        expect(focused).to_be_in_viewport(ratio=1)
        assert rows.count() <= MOST_ROWS
    assert visit.complaints == []


def _row_id(place: int) -> str:
    return f"cnv_{place:029d}"


def _rows(conversation: Json) -> Json:
    """One page of all, the newest first. What happens at the desk meanwhile comes neither first nor last."""
    newest = datetime.now(UTC) + timedelta(days=1)
    items = []
    for place in range(MANY_ROWS):
        at = (newest - timedelta(minutes=place)).isoformat()
        row = {"id": _row_id(place), "contact_name": f"Customer {place}", "last_activity_at": at}
        items.append({**conversation, **row})
    return {"items": items, "reasons": {each["id"]: [] for each in items}, "next_cursor": None}


def _opened(desk: WebDesk, thread: _Thread, chosen: dict[str, str], shown: Json) -> Visit:
    visit = desk.visit(**shown)
    page = visit.page
    page.add_init_script(f"for (const pair of Object.entries({json.dumps(chosen)})) localStorage.setItem(...pair);")
    path = re.compile(rf"/conversations/{thread.conversation['id']}/messages(\?|$)")
    page.route(path, thread.answer)
    page.goto(f"{desk.url}/inbox/all?c={thread.conversation['id']}")
    sign_in(page, desk.workspace.people[AGENT])
    page.locator("[data-thread] [data-unread-line]").wait_for(state="attached")
    return visit


def _long(desk: WebDesk, name: str, many: int) -> _Thread:
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
    return _Thread(page["conversation"], [*_before(said[0], many), *page["items"]])


def _with(page: Json, many: int) -> Json | None:
    said = [each for each in page["items"] if each["type"] == "message"]
    return page if len(said) >= many and page["conversation"]["unread"] == 1 else None


def _before(first: Json, many: int) -> list[Json]:
    """Earlier than it, as their ids say."""
    length = len(first["id"]) - len("msg_")
    texts = [f"Line {place}, " + "and more of it " * (place % 9) for place in range(many)]
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


def _to_both_ends(page: Page, log: Locator, many: int) -> None:
    first = log.get_by_text(re.compile("^Line 0,"))
    height = log.evaluate("box => box.scrollHeight")
    # Each time one page more is here.
    for _ in range(many // PAGE):
        page.keyboard.press("Home")
        if first.count() > 0:
            break
        page.evaluate(GROWN, height)
        height = log.evaluate("box => box.scrollHeight")
        assert log.get_by_role("article").count() <= MOST_DRAWN
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
    """Less enlarged, and as before: what has the focus stays in sight, what is read where it is, and no more of the
    thread is drawn."""
    for size in (LESS_ENLARGED, ENLARGED):
        _keeps_its_place(page, partial(page.set_viewport_size, size))
        expect(page.locator("input[type=search]:focus")).to_be_in_viewport()
        _seen(page)
        assert log.get_by_role("article").count() <= MOST_DRAWN


def _first_unread_after_it(page: Page, log: Locator) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("input[type=search]")).to_have_count(0)
    page.keyboard.press("Shift+U")
    expect(log.get_by_text("The newest one")).to_be_in_viewport()
    _seen(page)


def _keeps_its_place(page: Page, change: Callable[[], object]) -> None:
    size, (key, before, height) = page.evaluate(SIZE), page.evaluate(READ)
    change()
    page.evaluate(RESIZED, size)
    now, higher = page.evaluate(PLACE, key)
    # Of what reaches over all of the box, as much as before is above.
    assert abs(now - (before if before > -2 else before / height * higher)) <= 1


def _end_stays_the_end(page: Page, log: Locator) -> None:
    for change in (
        lambda: page.locator("[data-composer] textarea").fill("A line\n" * 8),
        lambda: page.set_viewport_size(PHONE),
        lambda: page.set_viewport_size({**PHONE, "height": PHONE["height"] - 80}),
        lambda: page.locator("[data-composer] textarea").fill(""),
        lambda: page.set_viewport_size(DESKTOP),
    ):
        size = page.evaluate(SIZE)
        change()
        page.evaluate(RESIZED, size)
        assert log.evaluate(FROM_END) <= 1
        expect(log.get_by_text("The newest one")).to_be_in_viewport(ratio=1)
