"""Every page, in every language, at every width: nothing serious for axe-core, nothing wider than the screen."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Page

from infra.local.workspace import AGENT, SUPERVISOR
from tests.web.browser import WebDesk, choose, findings, go, too_wide
from tests.web.pages import LANGUAGES, PAGES, VIEWS, WIDTHS

pytestmark = [pytest.mark.web, pytest.mark.local_cloud]


def test_every_page_is_accessible_in_each_language_at_each_width_in_both_themes(desk: WebDesk) -> None:
    faults: dict[str, list[str]] = {}
    turn = count()
    visits = {role: desk.signed_in(role, "/me") for role in (SUPERVISOR, AGENT)}
    for path, (role, there) in (*PAGES.items(), *VIEWS.items()):
        page = visits[role].page
        go(page, path)
        page.locator(f"main {there}").first.wait_for()
        _look(page, path, faults, turn, each_width=path in PAGES)
    stranger = desk.visit()
    stranger.page.goto(desk.url)
    stranger.page.locator("input[name=password]").wait_for()
    _look(stranger.page, "/sign-in", faults, turn)

    assert faults == {}
    assert [visit.complaints for visit in (*visits.values(), stranger)] == [[], [], []]


def _look(page: Page, path: str, faults: dict[str, list[str]], turn: Iterator[int], *, each_width: bool = True) -> None:
    """Each language once by axe-core, at widths and in themes that change from look to look; of `PAGES` also whether
    any language is too wide anywhere."""
    for language in LANGUAGES:
        place = next(turn)
        for width in WIDTHS if each_width else (WIDTHS[place % len(WIDTHS)],):
            theme = ("light", "dark")[place // len(WIDTHS) % 2]
            page.set_viewport_size({"width": width, "height": 800})
            choose(page, language=language, theme=theme)
            looked = findings if width == WIDTHS[place % len(WIDTHS)] else too_wide
            if found := looked(page):
                faults[f"{path} {language} {width} {theme}"] = found
