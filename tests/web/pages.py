"""What is looked at by axe-core: every route, and every area of administration. A page more is a row here.

Path, with what `things.py` has for its names: who looks at it, and a selector that is there once the page has its data.
"""

from infra.local.workspace import ADMIN, AGENT, SUPERVISOR

LANGUAGES = ("en", "zh-Hant", "zh-Hans", "ru")
WIDTHS = (1280, 768, 360)
THEMES = ("light", "dark")
FORM, TABLE, PLACES = "form", "table", "ul a"

# One of each kind: looked at in each language.
PAGES = {
    "/inbox/all": (AGENT, "[role=grid] [role=row]"),
    "/inbox/all?c={conversation}": (AGENT, "[role=log] [role=article]"),
    "/board": (SUPERVISOR, "dl dd"),
    "/reports?period=today": (SUPERVISOR, "[role=tabpanel] p"),
    "/schedules": (SUPERVISOR, "section p, section table"),
    "/contacts": (AGENT, TABLE),
    "/contacts/{contact}": (AGENT, "dl dd"),
    "/contacts/{contact}/merge/{other}": (AGENT, TABLE),
    "/admin": (ADMIN, PLACES),
    "/admin/inboxes/{inbox}": (ADMIN, "[role=tabpanel] dl dd"),
    "/admin/hours/{hours}": (ADMIN, FORM),
    "/me": (SUPERVISOR, "dl dd"),
    "/nowhere": (AGENT, "h1"),
}
# The others, made of the same parts: in one language, at one width and in one theme, in turn.
VIEWS = {
    "/inbox/mine": (AGENT, "footer [role=meter]"),
    "/inbox/windows": (AGENT, "footer [role=meter]"),
    "/c/{conversation}/routing": (AGENT, "dl, p"),
    "/board/queues/{queue}": (SUPERVISOR, TABLE),
    "/me/notifications": (AGENT, TABLE),
    "/me/shortcuts": (AGENT, TABLE),
    "/admin/keys": (ADMIN, "h1"),
    "/admin/roles": (ADMIN, "h2 button"),
    "/admin/skills": (ADMIN, FORM),
    "/admin/capacity": (ADMIN, TABLE),
    "/admin/labels?view=rules": (ADMIN, FORM),
    "/admin/privacy?view=retention": (ADMIN, FORM),
    "/admin/privacy": (ADMIN, TABLE),
    "/admin/privacy/{request}": (ADMIN, "dl dd"),
    "/admin/inboxes": (ADMIN, TABLE),
    "/admin/inboxes/new": (ADMIN, PLACES),
    "/admin/webhooks/{webhook}": (ADMIN, "[role=tabpanel]"),
    "/admin/inboxes/new?channel=whatsapp": (ADMIN, FORM),
}
# Areas with a list, a form for one more, and a page for each; what `things.py` calls one of them.
LISTED = {
    "agents": "agent",
    "teams": "team",
    "announcements": "announcement",
    "hours": "hours",
    "replays": "replay",
    "canned": "canned",
    "macros": "macro",
    "segments": "segment",
    "webhooks": "webhook",
    "sources": "source",
}
# Areas that are one form.
FORMS = [
    "labels",
    "attributes",
    "slack",
    "sla",
    "routing",
    "escalations",
    "entitlements",
    "waiting",
    "resume",
    "windows",
    "legs",
    "numbers",
    "warnings",
    "rates",
    "benchmarks",
]
REPORTS = ("why", "heat", "compare", "cohorts", "journeys", "targets", "costs")
VIEWS.update({f"/reports?view={view}&period=today": (SUPERVISOR, "[role=tabpanel] p") for view in REPORTS})
for area, one in LISTED.items():
    VIEWS[f"/admin/{area}"] = (ADMIN, TABLE)
    VIEWS[f"/admin/{area}/new"] = (ADMIN, FORM)
    VIEWS.setdefault(f"/admin/{area}/{{{one}}}", (ADMIN, "form, dl dd, table"))
VIEWS.update({f"/admin/{area}": (ADMIN, FORM) for area in FORMS})
