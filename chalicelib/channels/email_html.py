"""The HTML of mails: made harmless to be shown, and made text.

`nh3` (Ammonia) does what only a browser's own parser can do: it parses as browsers do, lets through what is listed
here, and writes it anew. It is imported when a mail is read: the webhook function never does.
"""

import re
from html import escape
from typing import Any

from chalicelib.channels.email_html_text import Writer

# A page shows these only when its reader asks: it takes the prefix off. No browser loads such an address.
REMOTE = "remote:"
# Parsing takes more than its share of time where tags are nested, names are given or characters are referred to
# without end. Nobody writes so many; the whole of it is in the mail as it came.
MAX_HTML = 1_000_000
MAX_TAGS = 10_000
MAX_IN_TAG = 10_000
MAX_REFERENCES = 1_000
MAX_ROUNDS = 4

_TAGS = (
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li main mark ol p pre q rp rt ruby s samp section small "
    "span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
# Their content is no text, or not meant to be read where they are not understood.
_DROPPED = "script style title template noscript noembed noframes iframe object applet svg math head"
_EVERYWHERE = frozenset(("style", "dir", "lang", "title", "align", "valign", "bgcolor", "width", "height"))
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "border"}),
    "table": frozenset({"border", "cellpadding", "cellspacing"}),
    "td": frozenset({"colspan", "rowspan", "nowrap"}),
    "th": frozenset({"colspan", "rowspan", "nowrap"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "font": frozenset({"color", "face", "size"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
}
# Nothing that moves out of its place, covers what stands beside it, or loads.
_STYLES = (
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse "
    "border-color border-left border-left-color border-left-style border-left-width border-radius border-right "
    "border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color "
    "border-top-style border-top-width border-width color direction display font font-family font-size font-style "
    "font-variant font-weight height letter-spacing line-height list-style-type max-width min-width padding "
    "padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent text-transform "
    "vertical-align white-space width word-break word-spacing word-wrap"
)
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid", "data", REMOTE.rstrip(":")})
_LOADING_STYLE = re.compile(r"[\\@]|url|image|expression|/\*|//", re.IGNORECASE)
# Browsers take these out of addresses before they read them.
_IGNORED = re.compile("[\x00-\x20]")
_LINK = re.compile("https?://|mailto:|tel:")
_SHOWN_IMAGE = re.compile("cid:.|data:image/(?:png|gif|jpe?g|webp|bmp);|remote:https?://")
_REMOTE_IMAGE = re.compile("https?://")
_TAG = re.compile("<[a-zA-Z]")
_SEGMENT = re.compile("<?[^<>]+")
_BETWEEN_NAMES = re.compile(r"[\s/=\"']")


def sanitise(html: str) -> str:
    """The HTML fit to be shown: no scripts, no forms, nothing that loads unasked. Images of the mail itself stay as
    `cid:...`; those from elsewhere have `remote:` before their address. Sanitised again, it stays the same."""
    for _ in range(MAX_ROUNDS):
        before, html = html, _harmless(html)
        if html == before:
            return html
    # Whatever reads differently each time it is written is shown as what it says.
    return _harmless(f"<pre>{escape(to_text(html))}</pre>")


def _harmless(html: str) -> str:
    return _clean(
        html,
        tags=set(_TAGS.split()),
        clean_content_tags=set(_DROPPED.split()),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filtered,
        filter_style_properties=set(_STYLES.split()),
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes=set(_SCHEMES),
        url_relative="deny",
    )


def _clean(html: str, **how: Any) -> str:
    import nh3  # noqa: PLC0415 - only where a mail is read

    return nh3.clean(_within_limits(html[:MAX_HTML].replace("\x00", "")), **how)


def _within_limits(html: str) -> str:
    """Cut where it has more tags than anybody would write, and mended where one thing has too many parts."""
    bounded = _SEGMENT.sub(_bounded, html)
    if bounded.count("<") <= MAX_TAGS:
        return bounded
    for count, found in enumerate(_TAG.finditer(bounded)):
        if count == MAX_TAGS:
            return bounded[: found.start()]
    return bounded


def _bounded(found: re.Match[str]) -> str:
    segment = found[0]
    if segment[0] == "<" and len(segment) > MAX_IN_TAG and len(_BETWEEN_NAMES.findall(segment)) > MAX_IN_TAG:
        return ""
    if segment.count("&") <= MAX_REFERENCES:
        return segment
    # A comment ends the piece of text that grows by each reference; it is left out afterwards.
    pieces = segment.split("&")
    several = ["&".join(pieces[at : at + MAX_REFERENCES]) for at in range(0, len(pieces), MAX_REFERENCES)]
    return "<!---->&".join(several)


def _filtered(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return None if _LOADING_STYLE.search(value) else value
    if name not in ("href", "src"):
        return value
    address = _IGNORED.sub("", value)
    start = address[:40].lower()
    if tag == "img":
        return _image(address, start)
    return address if _LINK.match(start) else None


def _image(address: str, start: str) -> str | None:
    if _SHOWN_IMAGE.match(start):
        return address
    return f"{REMOTE}{address}" if _REMOTE_IMAGE.match(start) else None


def to_text(html: str) -> str:
    """The HTML as text: quotes have `> ` before them, links their address behind them."""
    tidy = _clean(
        html,
        tags=set(_TAGS.split()),
        clean_content_tags=set(_DROPPED.split()),
        attributes={"a": {"href"}, "img": {"alt"}},
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
    )
    writer = Writer()
    writer.feed(tidy)
    writer.close()
    return writer.text()
