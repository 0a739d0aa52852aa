"""A transcript: what was said in a conversation, on all its legs, in order, as text or as one page of HTML.

Every word in it was written by strangers. In a text no word of theirs begins a line, so that none can be taken for
what somebody else said; in HTML all of them are text and nothing else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape

from chalicelib.domain.ids import digest

INDENT = "    "
_NAMES = {
    "api": "API",
    "apple": "Apple Messages",
    "email": "E-mail",
    "line": "LINE",
    "sms": "SMS",
    "wechat": "WeChat",
    "whatsapp": "WhatsApp",
}
# What moves or hides other words: controls, marks of direction, characters without a width.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "article{margin:0 0 1em}header{color:#555;font-size:85%}"
    "p{margin:.2em 0;white-space:pre-wrap;overflow-wrap:anywhere}.us p{font-weight:500}.note{background:#fff6d6}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One entry. `side` is customer, us or colleagues (a note, never the customer's to see); `files` are names; `mark`
    is what has to be known of it (`not delivered`)."""

    id: str
    at: datetime
    side: str
    who: str
    channel: str
    kind: str
    text: str
    files: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """`said` are in order. `zone` is how its times are shown."""

    conversation_id: str
    customer: str
    zone: tzinfo
    zone_name: str
    said: Sequence[Said]


def file_key(conversation_id: str, client_id: str) -> str:
    """Where the file of a transcript that was sent lies; its message tells both, so it is found again."""
    return f"attachments/transcript_{digest(conversation_id, client_id)}"


def channel_name(channel: str) -> str:
    """As people call it."""
    return _NAMES.get(channel) or channel.replace("_", " ").capitalize()


def as_text(of: Transcript) -> str:
    lines = [f"Conversation with {one_line(of.customer)}", f"Times are those of {of.zone_name}.", ""]
    for said in of.said:
        lines.append(f"{_head(said, of.zone)}:")
        lines += [f"{INDENT}{line}" for line in plain(said.text).splitlines()]
        lines += [f"{INDENT}[file: {one_line(name)}]" for name in said.files]
        lines.append("")
    return "\n".join(lines)


def as_html(of: Transcript) -> str:
    """A whole page that loads nothing and runs nothing."""
    title = _html(f"Conversation with {one_line(of.customer)}")
    return "\n".join(
        (
            "<!doctype html>",
            '<html><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="referrer" content="no-referrer">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1><bdi>{title}</bdi></h1><p>Times are those of {_html(of.zone_name)}.</p>",
            *(_article(said, of.zone) for said in of.said),
            "</body></html>",
            "",
        )
    )


def _article(said: Said, zone: tzinfo) -> str:
    side = {"customer": "customer", "us": "us"}.get(said.side, "note")
    files = "".join(f"<p>[file: <bdi>{_html(one_line(name))}</bdi>]</p>" for name in said.files)
    words = f'<p dir="auto">{_html(plain(said.text))}</p>' if said.text else ""
    return (
        f'<article class="{side}"><header><time datetime="{said.at.isoformat()}">{_time(said.at, zone)}</time> '
        f"<bdi>{_html(_by(said))}</bdi></header>{words}{files}</article>"
    )


def _head(said: Said, zone: tzinfo) -> str:
    return f"{_time(said.at, zone)} {_by(said)}"


def _by(said: Said) -> str:
    where = one_line(channel_name(said.channel)) if said.channel else "internal note"
    marks = [mark for mark in (where, said.mark) if mark]
    return f"{one_line(said.who)} ({', '.join(marks)})"


def _time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _html(words: str) -> str:
    return escape(words, quote=True)


def plain(words: str) -> str:
    """Without what cannot be seen."""
    return _UNSEEN.sub("", words)


def one_line(words: str, most: int = 120) -> str:
    line = " ".join(plain(words).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def file_names(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(one_line(name or "file") for name in names)
