"""The workspace's list of conversations with ten thousand rows, scrolled in a real browser: how long a frame takes,
what of it is the page's own, and how many rows the document holds at once."""

from collections.abc import Iterator

from bench import web_browser
from bench.budgets import Figure, figure

NAMES = ("web.list_frame_ms", "web.list_frame_cpu_ms", "web.list_dom")
# Two rows a frame: some ten thousand pixels a second, a hard push of a wheel.
STEP = 160


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node, Playwright or Chromium there is nothing to be measured."""
    if without := web_browser.unmeasured(NAMES):
        yield from without
        return
    frames = 120 if quick else 600
    with web_browser.built() as address, web_browser.a_browser() as browser:
        floor = web_browser.bare(browser, frames, STEP)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}/bench/list.html")
        page.wait_for_function("() => window.ready !== undefined", timeout=60_000)
        ready = page.evaluate("() => window.ready")
        found = web_browser.scrolled(page, "[role=grid]", "[role=row]", frames=frames, step=STEP)
    told = f"bare rows {floor.wall:.1f}; shown after {ready:.0f} ms; the slowest frame took {found.slowest:.0f} ms"
    yield figure("web.list_frame_ms", found.wall, told)
    yield figure("web.list_frame_cpu_ms", found.cpu, f"bare rows {floor.cpu:.1f}, in the same run")
    yield figure("web.list_dom", found.most, "of 10,000")
