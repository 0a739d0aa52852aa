"""What benchmarks of the page share: a browser, what is built for them, frames that are counted.

A frame's time is that of the clock, which a busy machine makes longer; its CPU is that of the page's own thread alone.
Beside both stand those of bare rows, which nobody can go below, in the same run."""

import functools
import importlib.util
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from bench.budgets import Figure, figure
from infra import web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONFIG = "vite.bench.config.ts"
# Scrolls by one step in each frame.
SCROLLED = """async ({ box, part, frames, step }) => {
  const scroller = document.querySelector(box);
  const frame = () => new Promise(done => requestAnimationFrame(done));
  let [most, slowest, last] = [0, 0, await frame()];
  const began = last;
  for (let at = 0; at < frames; at += 1) {
    scroller.scrollTop += step;
    const now = await frame();
    slowest = Math.max(slowest, now - last);
    last = now;
    most = Math.max(most, scroller.querySelectorAll(part).length);
  }
  return [(last - began) / frames, slowest, most];
}"""
# As many rows as fill the box, moved and written anew where they leave it.
BARE = """() => {
  const [height, many] = [76, 14];
  document.body.innerHTML = '<div id=box><div id=sheet></div></div>';
  const [box, sheet] = [document.getElementById('box'), document.getElementById('sheet')];
  box.style.cssText = 'block-size:700px;inline-size:320px;overflow:auto';
  sheet.style.cssText = `position:relative;block-size:${10_000 * height}px`;
  const rows = Array.from({ length: many }, () => sheet.appendChild(document.createElement('div')));
  const draw = () => {
    const first = Math.floor(box.scrollTop / height);
    for (let place = first; place < first + many; place += 1) {
      const row = rows[place % many];
      if (row.dataset.place === String(place)) continue;
      row.dataset.place = place;
      row.style.cssText = `position:absolute;inset-block-start:${place * height}px;block-size:${height}px`;
      row.textContent = `Customer ${place}: where is my order number ${place}?`;
    }
  };
  box.addEventListener('scroll', draw);
  draw();
}"""


@dataclass(frozen=True, slots=True)
class Frames:
    """Milliseconds of one of many frames; `most` parts were in the document at once."""

    wall: float
    cpu: float
    slowest: float
    most: int


def unmeasured(names: Sequence[str]) -> list[Figure]:
    """Where there is nothing to be measured: these figures, with the reason."""
    reason = _missing()
    return [figure(name, None, reason) for name in names] if reason else []


def _missing() -> str:
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    from tests.web.browser import chromium

    if not chromium():
        return "no Chromium here: apt-get install chromium"
    try:
        web.install()
    except web.NoWorkspace as without:
        return str(without).splitlines()[0]
    return ""


@contextmanager
def built() -> Iterator[str]:
    """The benchmarks' pages, built as the workspace is: where they are."""
    with tempfile.TemporaryDirectory() as folder:
        vite = ["node", "node_modules/vite/bin/vite.js", "build", "--config", CONFIG, "--outDir", folder]
        subprocess.run([*vite, "--emptyOutDir"], cwd=web.WEB, check=True, capture_output=True)
        with _served(folder) as address:
            yield address


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def _served(folder: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextmanager
def a_browser() -> Iterator["Browser"]:
    from tests.web.browser import chromium, launched

    with launched(chromium() or "") as browser:
        yield browser


def scrolled(page: "Page", box: str, part: str, *, frames: int, step: int) -> Frames:
    asked = {"box": box, "part": part, "frames": frames, "step": step}
    page.evaluate(SCROLLED, {**asked, "frames": 20})
    told = page.context.new_cdp_session(page)
    told.send("Performance.enable", {"timeDomain": "threadTicks"})

    def cpu() -> float:
        metrics = told.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration") * 1_000

    before = cpu()
    wall, slowest, most = page.evaluate(SCROLLED, asked)
    return Frames(wall, (cpu() - before) / frames, slowest, most)


def bare(browser: "Browser", frames: int, step: int) -> Frames:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.evaluate(BARE)
    found = scrolled(page, "#box", "div", frames=frames, step=step)
    page.close()
    return found
