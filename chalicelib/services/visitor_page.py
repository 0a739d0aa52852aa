"""The widget's own document, one for each inbox: which sites may frame it depends on the inbox."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from chalicelib.channels import web_chat_fields
from chalicelib.domain.inbox import Inbox

# Of the widget's program: a part of its file's name.
BUILD = re.compile(r"[A-Za-z0-9_-]{6,32}")
_ORIGIN = re.compile(r"(https?|wss?)://[A-Za-z0-9.\-]+(:[0-9]{1,5})?")
ANY_SITE = "*"


@dataclass(frozen=True, slots=True)
class PageOrigins:
    """Where the widget's program comes from, where its sockets go, where files are."""

    program: str
    sockets: str
    files: str


def origin_of(url: str) -> str:
    """Scheme, host and port of an address; empty where it is none."""
    found = _ORIGIN.match(url)
    return found[0] if found else ""


def page(inbox: Inbox, build: str, origins: PageOrigins, hours: Mapping[str, Any] | None) -> str:
    """The document; `build` as BUILD has it."""
    told = {"inbox": inbox.id, "look": web_chat_fields.look(inbox.settings), "hours": hours}
    # No word of it can end the element that it stands in.
    facts = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    program = escape(f"{origins.program}/assets/widget-{build}.js")
    title = escape(str(told["look"]["brand"]) or "Chat") if isinstance(told["look"], Mapping) else "Chat"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>' + title + "</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f'<script type="application/json" id="facts">{facts}</script>'
        f'<script defer src="{program}"></script></head><body></body></html>\n'
    )


def headers(inbox: Inbox, origins: PageOrigins) -> Mapping[str, str]:
    """Only the sites that the inbox names may frame it; every site, where it names none."""
    files = _list(origins.files)
    sites = _list(*(origin_of(str(site)) for site in inbox.settings.get("allowed_origins") or ())) or ANY_SITE
    rules = {
        "default-src": "'none'",
        "script-src": origins.program,
        "img-src": f"data: blob: {files}",
        "media-src": f"blob: {files}",
        "connect-src": _list("'self'", origins.sockets, files),
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": sites,
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}".strip() for name, value in rules.items()),
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


def _list(*sources: str) -> str:
    return " ".join(source for source in sources if source)


def may_call(allowed: Sequence[str], request_headers: Mapping[str, str]) -> bool:
    """The sites that an inbox names, and the widget's own page, which has the API's origin."""
    origin = request_headers.get("origin")
    if not allowed or origin in allowed:
        return True
    if origin is None:
        # A browser leaves it out where a page asks its own origin for something; pages cannot write this one.
        return request_headers.get("sec-fetch-site") == "same-origin"
    return origin.partition("://")[2] == request_headers.get("host", "") != ""
