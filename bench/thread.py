"""A thread of 5,000 messages in a headless browser: how smoothly it scrolls, and how much of it is drawn at once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from bench.budgets import Figure, figure
from infra import web

NAMES = ("web.thread_frame_ms", "web.thread_dom", "web.thread_anchor_px")
WIDTH, HEIGHT = 900, 800
# From the end towards the beginning, a little more than a screen in four frames; then in jumps to places far apart.
SCROLLED = """async ({ frames, step }) => {
  const box = document.querySelector('[data-thread]');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const drawn = () => box.querySelectorAll('[role=article]').length;
  let most = drawn();
  for (let warm = 0; warm < 20; warm += 1) { box.scrollTop -= step; await frame(); }
  const began = performance.now();
  for (let at = 0; at < frames; at += 1) {
    box.scrollTop -= step;
    await frame();
    most = Math.max(most, drawn());
  }
  const seconds = (performance.now() - began) / 1000;
  for (const part of [0, 0.3, 0.9, 0.5, 1]) {
    box.scrollTop = box.scrollHeight * part;
    for (let wait = 0; wait < 6; wait += 1) await frame();
    most = Math.max(most, drawn());
  }
  return { frame_ms: seconds * 1000 / frames, most };
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
    try:
        found = _measured(120 if quick else 600)
    except (web.NoWorkspace, ImportError) as missing:
        for name in NAMES:
            yield figure(name, None, str(missing).splitlines()[0])
        return
    said = "5,000 messages, headless, scrolled from the end"
    yield figure("web.thread_frame_ms", found["frame_ms"], said)
    yield figure("web.thread_dom", found["most"], said)
    yield figure("web.thread_anchor_px", found["moved"], "the most that was read moved, ten older pages")


def _measured(frames: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    from tests.web.browser import chromium

    executable = chromium()
    if executable is None:
        raise web.NoWorkspace("there is no Chromium")
    web.install()
    with tempfile.TemporaryDirectory() as folder:
        web.npm("exec", "--", "vite", "build", "--config", "bench/vite.config.ts", "--outDir", folder)
        with _served(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"{address}/thread.html")
            page.get_by_role("article").last.wait_for()
            found: dict[str, Any] = page.evaluate(SCROLLED, {"frames": frames, "step": 250})
            page.goto(f"{address}/thread.html?from=4900")
            page.get_by_role("article").last.wait_for()
            found["moved"] = page.evaluate(MOVED)
            browser.close()
    return found


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """What is asked for is no news."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
