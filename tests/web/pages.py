"""What is looked at by axe-core, in each language, at three widths and in both themes: a page more is a row here."""

from infra.local.workspace import AGENT, SUPERVISOR

LANGUAGES = ("en", "zh-Hant", "zh-Hans", "ru")
WIDTHS = (1280, 768, 360)
# Path: who looks at it, and a selector that is there once the page has its data.
PAGES = {
    "/inbox/all": (AGENT, "[role=grid] [role=row]"),
    "/board": (SUPERVISOR, "dl dd"),
    "/reports?period=today": (SUPERVISOR, "[role=tabpanel] p"),
    "/schedules": (SUPERVISOR, "section p, section table"),
    "/contacts": (AGENT, "table"),
    "/me": (SUPERVISOR, "dl dd"),
    "/nowhere": (AGENT, "h1"),
}
# Other views of a page above: each language once, widths and themes in turn.
VIEWS = {
    "/reports?view=why&period=today": (SUPERVISOR, "[role=tabpanel] p"),
    "/reports?view=heat&period=today": (SUPERVISOR, "[role=tabpanel] p"),
    "/reports?view=compare": (SUPERVISOR, "[role=tabpanel] p"),
}
