"""A page as a company has it, with the chat widget in it: strict, foreign, and with nothing else of ours.

It is asked for by another name than the widget's program (`localhost`, not 127.0.0.1), so it is another site.
"""

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qs, urlsplit

PATH = "/dev/site"
LANGUAGES = frozenset({"en", "zh-Hant", "zh-Hans", "ru", "ar"})
INBOX = re.compile(r"ibx_[a-z0-9]{1,60}")


def page(chats: Mapping[str, str], query: str) -> str:
    """`?chat=ibx_…` is the chat's inbox, `lang=ru` and `dir=rtl` the page's language and direction."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    inbox = asked.get("chat", "")
    language = asked["lang"] if asked.get("lang") in LANGUAGES else "en"
    direction = "rtl" if asked.get("dir") == "rtl" else "ltr"
    address = f"{chats['inbound']}/widget/v1/{inbox if INBOX.fullmatch(inbox) else ''}"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>A shop</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A shop</h1>'
        "<p>This stands for a company's own page. The chat is in the corner.</p></main>"
        f'<script async src="{escape(chats["program"])}/widget.js" data-chat="{escape(address)}"></script>'
        "</body></html>\n"
    )


def policy(chats: Mapping[str, str]) -> dict[str, str]:
    """All that a site has to allow."""
    frame = urlsplit(chats["inbound"])
    rules = f"default-src 'none'; script-src {chats['program']}; frame-src {frame.scheme}://{frame.netloc}"
    return {"Content-Security-Policy": f"{rules}; base-uri 'none'; form-action 'none'"}
