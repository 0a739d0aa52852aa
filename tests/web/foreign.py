"""A company's own site for a browser: another origin than the desk's, with a strict policy and the chat widget."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, expect

from infra.local import site
from infra.local.cloud import eventually
from tests.web.browser import EXPECTED, PATIENCE_MS, WebDesk

# What a browser that keeps nothing for third parties does to a frame: any look at its storage throws.
NO_STORAGE_IN_FRAMES = """
if (window.parent !== window) for (const name of ["localStorage", "sessionStorage", "indexedDB"])
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
"""
NO_STORAGE = NO_STORAGE_IN_FRAMES.replace("if (window.parent !== window) ", "")


@contextmanager
def served(desk: WebDesk) -> Iterator[str]:
    """The site's origin. `?chat=`, `lang=`, `dir=` as infra.local.site has them."""
    chats = {"program": desk.cloud.outputs["WidgetOrigin"], "inbound": desk.cloud.inbound_url}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.page(chats, urlsplit(self.path).query).encode()
            self.send_response(200)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **site.policy(chats)}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Site:
    """One visitor's page, and what their browser complained about. The launcher is in a closed shadow root: it is used
    by keys, and looked at as a screen reader does."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, context: BrowserContext, url: str) -> "Site":
        opened = cls(context.new_page())
        for event in ("console", "pageerror"):
            opened.page.on(event, opened._heard)
        opened.page.goto(url)
        return opened

    def _heard(self, said: Any) -> None:
        text = said.text if getattr(said, "type", "error") == "error" and hasattr(said, "text") else ""
        text = text or ("" if hasattr(said, "type") else str(said))
        if text and not any(word in text for word in (*EXPECTED, "net::ERR_FAILED")):
            self.complaints.append(text)

    def open(self) -> Frame:
        """By the keyboard; answers the frame, once it is there."""
        eventually(self.launcher, "the launcher did not come")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        return self.frame()

    def frame(self) -> Frame:
        def there() -> Frame | None:
            # The page's messages are handled while Playwright is asked for something.
            self.page.wait_for_timeout(50)
            return next((each for each in self.page.frames if "/frame?" in each.url), None)

        frame: Frame = eventually(there, "the widget's frame did not come", seconds=PATIENCE_MS / 1000)
        expect(frame.get_by_role("dialog")).to_be_attached(timeout=PATIENCE_MS)
        return frame

    def launcher(self) -> dict[str, Any] | None:
        """Name and state of the button in the corner."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        buttons = [node for node in nodes if node.get("role", {}).get("value") == "button"]
        for node in buttons:
            states = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
            return {"name": node["name"]["value"], "expanded": states.get("expanded")}
        return None

    def kept(self) -> dict[str, str]:
        """What the site's own storage holds of the chat."""
        told: dict[str, str] = json.loads(self.page.evaluate("() => JSON.stringify({ ...localStorage })"))
        return told
