"""A thread of 5,000 messages in a headless browser: how smoothly it scrolls, how much of it is drawn at once, and
whether what is read stays where it is while older messages come above."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench import web_browser
from bench.budgets import Figure, figure

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("web.thread_frame_ms", "web.thread_frame_cpu_ms", "web.thread_dom", "web.thread_anchor_px")
# From the end towards the beginning, a little more than a screen in four frames.
STEP = -250
JUMPS = """async () => {
  const box = document.querySelector('[data-thread]');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  let most = 0;
  for (const part of [0, 0.3, 0.9, 0.5, 1]) {
    box.scrollTop = box.scrollHeight * part;
    for (let wait = 0; wait < 6; wait += 1) await frame();
    most = Math.max(most, box.querySelectorAll('[role=article]').length);
  }
  return most;
}"""
# How far what is first in sight moves, at most, while ten older pages come in above it.
MOVED = """async () => {
  const box = document.querySelector('[data-thread]');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const first = () => [...box.querySelectorAll('[role=article]')]
    .find(each => each.getBoundingClientRect().top >= box.getBoundingClientRect().top);
  let worst = 0;
  for (let page = 0; page < 10; page += 1) {
    for (let step = 0; step < 2000 && box.getAttribute('aria-busy') !== 'true'; step += 1) {
      box.scrollTop -= 150;
      await frame();
    }
    for (let still = 0; still < 2; still += 1) await frame();
    const [seen, height] = [first(), box.scrollHeight];
    const key = seen.dataset.key;
    const before = seen.getBoundingClientRect().top;
    for (let wait = 0; wait < 200 && box.scrollHeight === height; wait += 1) await frame();
    if (box.scrollHeight === height) throw new Error('no older page came');
    for (let wait = 0; wait < 10; wait += 1) await frame();
    const now = box.querySelector(`[data-key="${key}"]`);
    worst = Math.max(worst, now ? Math.abs(now.getBoundingClientRect().top - before) : 10_000);
  }
  return worst;
}"""


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node or a browser there is nothing to be measured."""
    if without := web_browser.unmeasured(NAMES):
        yield from without
        return
    frames = 120 if quick else 600
    with web_browser.built() as address, web_browser.a_browser() as browser:
        floor = web_browser.bare(browser, frames, -STEP)
        page = browser.new_page(viewport={"width": 900, "height": 800})
        _opened(page, f"{address}/bench/thread.html")
        found = web_browser.scrolled(page, "[data-thread]", "[role=article]", frames=frames, step=STEP)
        most = max(found.most, int(page.evaluate(JUMPS)))
        _opened(page, f"{address}/bench/thread.html?from=4900")
        moved = float(page.evaluate(MOVED))
    yield figure("web.thread_frame_ms", found.wall, f"5,000 messages, from the end; bare rows {floor.wall:.1f}")
    yield figure("web.thread_frame_cpu_ms", found.cpu, f"bare rows {floor.cpu:.1f}, in the same run")
    yield figure("web.thread_dom", most, "of 5,000, also after jumps to places far apart")
    yield figure("web.thread_anchor_px", moved, "the most that was read moved, ten older pages")


def _opened(page: "Page", address: str) -> None:
    page.goto(address)
    page.get_by_role("article").last.wait_for(timeout=60_000)
