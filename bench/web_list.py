"""The workspace's list of conversations with ten thousand rows, scrolled in a real browser: how long a frame takes,
and how many rows the document holds at once."""

import functools
import importlib.util
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from bench.budgets import Figure, figure
from infra import web

PAGE = "bench/list.html"
CONFIG = "vite.bench.config.ts"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node, Playwright or Chromium there is nothing to be measured."""
    if missing := _missing():
        for name in ("web.list_frame_ms", "web.list_dom"):
            yield figure(name, None, missing)
        return
    from tests.web.browser import chromium, launched

    with tempfile.TemporaryDirectory() as folder:
        _build(folder)
        with _served(folder) as address, launched(chromium() or "") as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(f"{address}/{PAGE}")
            page.wait_for_function("() => window.measured !== undefined", timeout=60_000)
            found = page.evaluate("() => window.measured")
    told = f"shown after {found['ready']:.0f} ms; the slowest frame took {found['slowest']:.0f} ms"
    yield figure("web.list_frame_ms", 1_000 / found["fps"], told)
    yield figure("web.list_dom", found["rows"], "of 10,000")


def _missing() -> str:
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    from tests.web.browser import chromium

    if not chromium():
        return "no Chromium here: apt-get install chromium"
    try:
        web.install()
    except web.NoWorkspace as missing:
        return str(missing).splitlines()[0]
    return ""


def _build(folder: str) -> None:
    vite = ["node", "node_modules/vite/bin/vite.js", "build", "--config", CONFIG, "--outDir", folder, "--emptyOutDir"]
    subprocess.run(vite, cwd=web.WEB, check=True, capture_output=True)


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
