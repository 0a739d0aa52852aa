"""A real browser before the workspace: Debian's Chromium, or another one by CHROMIUM, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, Playwright, sync_playwright

from infra.local.cloud import LocalCloud
from infra.local.workspace import Person, Workspace

NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
# Functions start cold, one process for each of the calls that a page makes at once.
PATIENCE_MS = 60_000
# Chromium's own words for a line that a test has cut.
EXPECTED = ("net::ERR_INTERNET_DISCONNECTED", "status of 401", "status of 400")


def chromium() -> str | None:
    """Where the browser is; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Visit:
    """A page of somebody, and what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in EXPECTED):
            self.complaints.append(message.text)


@dataclass
class WebDesk:
    """The workspace on the local cloud, and a browser."""

    url: str
    cloud: LocalCloud
    workspace: Workspace
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def visit(self, **settings: Any) -> Visit:
        """A browser of its own, as of somebody who was never here."""
        asked = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **settings}
        context = self.browser.new_context(**asked)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return self.beside(context)

    def beside(self, context: BrowserContext) -> Visit:
        """Another tab."""
        visit = Visit(context.new_page())
        visit.page.on("console", visit.heard)
        visit.page.on("pageerror", lambda fault: visit.complaints.append(str(fault)))
        return visit

    def signed_in(self, role: str, path: str = "/", **settings: Any) -> Visit:
        """The page of the person with this role."""
        visit = self.visit(**settings)
        visit.page.goto(self.url + path)
        sign_in(visit.page, self.workspace.people[role])
        visit.page.get_by_role("navigation").first.wait_for()
        return visit

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def sign_in(page: Page, person: Person, password: str | None = None) -> None:
    """Fill and send the form, whatever the language."""
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=password]").fill(password or person.password)
    page.locator("button[type=submit]").click()


def go(page: Page, path: str) -> None:
    """As a link does it: without loading everything again."""
    page.evaluate("path => { history.pushState(null, '', path); }", path)


def choose(page: Page, **preferences: str) -> None:
    """Language, theme and density, as another tab would choose them; waits until the page shows the language."""
    page.evaluate(
        """chosen => {
          for (const [name, value] of Object.entries(chosen)) localStorage.setItem(`parley.${name}`, value);
          dispatchEvent(new StorageEvent("storage", { key: "parley.language" }));
        }""",
        preferences,
    )
    if language := preferences.get("language"):
        page.wait_for_function("wanted => document.documentElement.lang === wanted", arg=language)


def findings(page: Page | Frame) -> list[str]:
    """What axe-core finds that is serious, and text that leaves the screen sideways."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # Colours in the middle of a change are those of neither theme. What turns for ever is not waited for.
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter(each => each.effect.getComputedTiming().endTime < Infinity)
          .map(each => each.finished.catch(() => null)))"""
    )
    # What was just read out names a button that may be gone by now; React Aria empties it after seven seconds.
    found = page.evaluate("() => axe.run({ exclude: ['[data-live-announcer]'] }, { resultTypes: ['violations'] })")
    told = [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]
    return [*told, *too_wide(page)]


def too_wide(page: Page | Frame) -> list[str]:
    """Whether anything leaves the screen sideways."""
    excess = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {excess} px too wide"] if excess > 0 else []


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    """A headless Chromium, ended with the block."""
    with sync_playwright() as playwright:
        yield _launch(playwright, executable)


def _launch(playwright: Playwright, executable: str) -> Browser:
    # As root in a container there is no sandbox to be had.
    return playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
