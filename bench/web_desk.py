"""The whole workspace in a real browser, before a desk that is in the page itself (web/bench/fakeDesk.ts): how long a
person waits for the page alone, from a key, a frame of the line or a click until it is painted.

The floor is a page that only puts the words there, measured in the same way in the same run."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import TYPE_CHECKING

from bench import web_browser
from bench.budgets import Figure, figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("web.key_to_bubble_ms", "web.event_to_bubble_ms", "web.open_cached_ms", "web.open_ms")
# As long as the page's own desk takes for each answer.
WAIT = 100
OPENED = 4
MANY = 20
# Nothing waits to be stored: until then what the customer says stands above it, out of sight behind so many.
ALL_STORED = "() => document.querySelector('[role=log] [role=article]:not([data-id])') === null"
BARE = """<!doctype html><div role="log"></div><div data-composer><textarea></textarea></div><script>
  window.frames_ = [];
  const log = document.querySelector("[role=log]");
  const put = text => log.appendChild(document.createElement("p")).textContent = text;
  const field = document.querySelector("textarea");
  field.addEventListener("keydown", ({ key }) => key === "Enter" && put(field.value));
  window.says = text => { window.frames_.push([performance.now(), text]); put(text); };
</script>"""
# From the button's release until the last message of that conversation is painted; null where it is not within 10 s.
CLICKED = """id => {
  const painted = (resolve, from) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
  window.opened_ = new Promise(resolve => {
    setTimeout(() => resolve(null), 10_000);
    addEventListener("pointerup", event => {
      const there = () => document.querySelector(`[role=article][data-id="${id}"]`);
      const watch = new MutationObserver(() => there() && (watch.disconnect(), painted(resolve, event.timeStamp)));
      watch.observe(document.body, { childList: true, subtree: true });
    }, { capture: true, once: true });
  });
}"""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node or a browser there is nothing to be measured."""
    if without := web_browser.unmeasured(NAMES):
        yield from without
        return
    with web_browser.built() as address, web_browser.a_browser() as browser:
        yield from _told(_bubbles(browser, address, MANY), NAMES[:2])
        yield from _told(_opening(browser, address, 1 if quick else 3), NAMES[2:])


def _told(figures: Iterator[Figure], names: Sequence[str]) -> Iterator[Figure]:
    """A page that does not come is told as such."""
    from playwright.sync_api import Error

    try:
        yield from list(figures)
    except Error as fault:
        for name in names:
            yield figure(name, None, f"the page failed: {str(fault).splitlines()[0][:80]}")


def _bubbles(browser: "Browser", address: str, many: int) -> Iterator[Figure]:
    floor = browser.new_page()
    floor.set_content(BARE)
    bare = _waits(floor, "window.says(text)", many)
    floor.close()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    _at(page, address, "/inbox/all?c=cnv_4", messages=500)
    page.get_by_role("article").last.wait_for(timeout=60_000)
    own = _waits(page, "window.desk.customerSays(4, text)", many)
    page.close()
    for name, least, found in zip(("key", "event"), bare, own, strict=True):
        note = f"median {median(found):.0f} of {many}; bare {_most(least):.0f}, median {median(least):.0f}"
        yield figure(f"web.{name}_to_bubble_ms", _most(found), note)


def _waits(page: "Page", says: str, many: int) -> tuple[list[float], list[float]]:
    """From keys, and from frames."""
    from tests.web import bubbles

    def say(text: str) -> None:
        page.evaluate(f"text => {{ setTimeout(() => {says}); }}", text)

    sent = bubbles.key_to_bubble(page, [f"Sent {place}, on its way" for place in range(many + 5)])
    page.wait_for_function(ALL_STORED, timeout=bubbles.PATIENCE_MS)
    told = bubbles.event_to_bubble(page, say, [f"Told {place}, on its way" for place in range(many + 5)])
    # The first ones are compiled.
    return sent[5:], told[5:]


def _most(found: Sequence[float]) -> float:
    """What 95 of 100 do not exceed."""
    return sorted(found)[max(0, -(-len(found) * 95 // 100) - 1)]


def _at(page: "Page", address: str, path: str, messages: int) -> None:
    page.goto(f"{address}/bench/desk.html?at={path}&wait={WAIT}&messages={messages}")
    page.get_by_role("row").first.wait_for(timeout=60_000)


def _opening(browser: "Browser", address: str, rounds: int) -> Iterator[Figure]:
    cached: list[float] = []
    fresh: list[float] = []
    for _ in range(rounds + 1):
        page = browser.new_page(viewport={"width": 1280, "height": 1100})
        _at(page, address, "/inbox/all", messages=60)
        # By turns, each once: what is behind an open one is read ahead.
        for place in range(4, 4 + OPENED):
            ahead = place % 2 == 1
            row = page.locator(f'[role=row][data-key="cnv_{place + (0 if ahead else 4)}"]')
            if ahead:
                row.hover()
                page.wait_for_function("id => window.desk.read.includes(id)", arg=f"cnv_{place}")
                page.wait_for_timeout(WAIT)
            page.evaluate(CLICKED, f"msg_{(place + (0 if ahead else 4)) * 10_000 + 59:029d}")
            row.click()
            if (waited := page.evaluate("() => window.opened_")) is not None:
                (cached if ahead else fresh).append(float(waited))
        page.close()
    # The first page compiles everything.
    cached, fresh = cached[OPENED // 2 :], fresh[OPENED // 2 :]
    if not cached or not fresh:
        yield from (figure(name, None, "no conversation was opened in time") for name in NAMES[2:])
        return
    note = f"{{}} to {{}} of {len(cached)}"
    yield figure("web.open_cached_ms", median(cached), note.format(f"{min(cached):.0f}", f"{max(cached):.0f}"))
    yield figure(
        "web.open_ms", median(fresh) - WAIT, note.format(f"{min(fresh) - WAIT:.0f}", f"{max(fresh) - WAIT:.0f}")
    )
