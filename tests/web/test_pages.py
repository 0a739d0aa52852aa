"""Every page, in every language, at every width: nothing serious for axe-core, nothing wider than the screen."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle, product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.local.workspace import ADMIN, AGENT, SUPERVISOR
from tests.web import foreign, things
from tests.web.browser import PATIENCE_MS, WebDesk, choose, findings, go, too_wide
from tests.web.pages import LANGUAGES, PAGES, THEMES, VIEWS, WIDTHS

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]

ROOT = Path(__file__).parents[2]
LOOKS = ROOT / "build" / "looks"
SOURCES = ROOT / "web" / "src"
# Every page in every language at every width in both themes: `make looks`. It takes a while.
ALL = os.environ.get("PARLEY_LOOKS") == "all"


@dataclass
class Looks:
    """What was found, by page, language, width and theme."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    turn: Iterator[int] = field(default_factory=count)

    def at(self, page: Page, name: str, *, once: bool = False) -> None:
        look = self._everywhere if ALL else self._once if once else self._each_language
        look(page, name)

    def _each_language(self, page: Page, name: str) -> None:
        """In each language by axe-core; whether it is too wide, in each at each width."""
        for language in LANGUAGES:
            place = next(self.turn)
            self._one(page, name, language, WIDTHS[place % len(WIDTHS)], THEMES[place // len(WIDTHS) % len(THEMES)])
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                self.found(f"{name} {language} {width}", too_wide(page))

    def _once(self, page: Page, name: str) -> None:
        """In one language by axe-core; whether it is too wide where the words are long and there is little room."""
        page.set_viewport_size({"width": min(WIDTHS), "height": 800})
        choose(page, language="ru")
        self.found(f"{name} ru {min(WIDTHS)}", too_wide(page))
        place = next(self.turn)
        language, width = LANGUAGES[place % len(LANGUAGES)], WIDTHS[place % len(WIDTHS)]
        self._one(page, name, language, width, THEMES[place // len(LANGUAGES) // len(WIDTHS) % len(THEMES)])

    def _everywhere(self, page: Page, name: str) -> None:
        for language, theme, width in product(LANGUAGES, THEMES, WIDTHS):
            self._one(page, name, language, width, theme)

    def _one(self, page: Page, name: str, language: str, width: int, theme: str) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        choose(page, language=language, theme=theme)
        self.found(f"{name} {language} {width} {theme}", findings(page))
        file = f"{re.sub(r'[^a-z0-9]+', '_', name).strip('_')}-{language}-{width}-{theme}.jpg"
        page.screenshot(path=LOOKS / file, type="jpeg", quality=60, full_page=ALL)

    def told(self) -> str:
        return "\n".join(f"{look}: {each}" for look, found in self.faults.items() for each in found)

    def found(self, look: str, found: list[str]) -> None:
        """Written down at once, too: a run of everything takes long, and may be ended."""
        if found:
            self.faults[look] = found
            LOOKS.mkdir(parents=True, exist_ok=True)
            with (LOOKS / "faults.txt").open("a", encoding="utf-8") as told:
                print(look, *found, sep="\n  ", file=told)


def test_every_route_and_every_area_of_administration_is_in_the_list() -> None:
    routes = re.findall(r'path: "([^"]+)"', (SOURCES / "app" / "routes.tsx").read_text("utf-8"))
    areas = "".join(path.read_text("utf-8") for path in (SOURCES / "pages" / "admin").glob("areas*.ts"))
    # The inbox itself leads to one of its lists.
    listed = {"/inbox"} | {path.partition("?")[0] for path in (*PAGES, *VIEWS)}
    asked = [re.sub(r"/[:*]\w*\?", "", route) for route in routes]
    asked += [f"/admin/{area}" for area in re.findall(r'\bid: "(\w+)"', areas)]
    assert len(asked) > 30
    assert {_form(path) for path in asked} - {_form(path) for path in listed} == set()


def _form(path: str) -> str:
    """`/contacts/:id` and `/contacts/{contact}` are one."""
    return re.sub(r":\w+|\{\w+\}", "*", path)


def test_every_page_is_accessible_in_each_language_at_each_width_in_both_themes(desk: WebDesk) -> None:
    looks = Looks()
    ids = things.of(desk)
    visits = {role: desk.signed_in(role, "/me") for role in (AGENT, SUPERVISOR, ADMIN)}
    for path, (role, there) in (*PAGES.items(), *VIEWS.items()):
        page = visits[role].page
        go(page, path.format(**ids))
        page.locator(", ".join(f"main {each}" for each in there.split(", "))).filter(visible=True).first.wait_for()
        looks.at(page, path, once=path in VIEWS)
    things.put_away(desk, ids)
    assert not looks.faults, looks.told()
    assert [visit.complaints for visit in visits.values() if visit.complaints] == []


def test_what_is_seen_before_signing_in_is_accessible_too(desk: WebDesk) -> None:
    looks, visit = Looks(), desk.visit()
    page = visit.page
    page.goto(desk.url)
    page.locator("input[name=password]").wait_for()
    looks.at(page, "/sign-in")
    page.locator("form button[type=button]").click()
    page.locator("input[name=email]:not(:has(~ input))").wait_for()
    looks.at(page, "/sign-in forgotten", once=True)
    page.locator("input[name=email]").fill(desk.workspace.people[SUPERVISOR].email)
    page.locator("button[type=submit]").click()
    page.locator("input[name=code]").wait_for()
    looks.at(page, "/sign-in reset", once=True)
    page.goto(f"{desk.url}/dev/phones")
    page.locator("main form").first.wait_for()
    looks.at(page, "/dev/phones")
    assert not looks.faults, looks.told()
    assert visit.complaints == []


def test_the_chat_on_a_site_is_accessible_in_each_language(desk: WebDesk) -> None:
    looks = Looks()
    with foreign.served(desk) as origin:
        chat = things.chat_of(desk, origin)
        each = list(product(LANGUAGES, WIDTHS, THEMES)) if ALL else list(zip(LANGUAGES, cycle(WIDTHS), cycle(THEMES)))
        for language, width, theme in each:
            context = desk.visit(viewport={"width": width, "height": 800}, color_scheme=theme).page.context
            site = foreign.Site.opened(context, f"{origin}/?chat={chat}&lang={language}")
            frame = site.open()
            expect(frame.locator("form input").first).to_be_visible(timeout=PATIENCE_MS)
            looks.found(f"chat {language} {width} {theme}", findings(frame))
            site.page.screenshot(path=LOOKS / f"chat-{language}-{width}-{theme}.jpg", type="jpeg", quality=60)
            assert site.complaints == []
            context.close()
    assert not looks.faults, looks.told()
