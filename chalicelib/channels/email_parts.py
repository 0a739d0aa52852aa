"""What a mail is made of: its text, its HTML, and its files in the order in which they stand."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import partial

from chalicelib.channels import email_headers, email_transfer, email_tree

MAX_NAME = 200

_MIME = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,80}")
# What no file may be called by.
_NO_NAME = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]+")
# Shown by nothing that shows HTML or text, and always beside one of them.
_SKIPPED = ("text/x-amp-html", "text/watch-html")
_TOLD_NAMES = {
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "application/pgp-encrypted": "pgp-version.txt",
}


@dataclass(frozen=True)
class Segment:
    """A piece of what is read: as text, as HTML, or as either."""

    plain: str | None
    html: str | None


@dataclass(frozen=True)
class File:
    name: str | None
    mime: str
    content_id: str | None
    content: Callable[[], bytes]


@dataclass
class Content:
    segments: list[Segment] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    def plain(self) -> str:
        return "\n\n".join(each.plain for each in self.segments if each.plain)

    def html(self) -> str:
        return "\n".join(each.html for each in self.segments if each.html)


def read(message: Message) -> Content:
    """All of it. The place of a file is its place in `files`."""
    found = Content()
    _read(message, found)
    return found


def _read(part: Message, into: Content) -> None:
    kind = part.get_content_type()
    children = email_tree.children(part)
    if kind.startswith("multipart/") and children:
        if kind == "multipart/alternative":
            _read_alternatives(children, into)
        else:
            for child in children:
                _read(child, into)
    elif _is_body(part, kind):
        _read_text(part, kind, into)
    elif kind not in _SKIPPED:
        into.files.append(_file(part, kind))


def _read_alternatives(children: list[Message], into: Content) -> None:
    """The same, said in several ways: the first that is text, and the last that is HTML."""
    found = [Content() for _ in children]
    for child, way in zip(children, found, strict=True):
        _read(child, way)
        into.files += way.files
    plain = next((way.plain() for way in found if way.plain().strip()), None)
    html = next((way.html() for way in reversed(found) if way.html().strip()), None)
    into.segments.append(Segment(plain, html))


def _is_body(part: Message, kind: str) -> bool:
    if part.get_content_disposition() == "attachment" or _filename(part):
        return False
    # One that calls itself multipart and has no parts is the text that it holds.
    return kind in ("text/plain", "text/html") or kind.startswith("multipart/")


def _read_text(part: Message, kind: str, into: Content) -> None:
    text = email_headers.text_of(content(part), part.get_content_charset() if kind.startswith("text/") else None)
    if kind == "text/html":
        into.segments.append(Segment(None, text))
        return
    rest, files = email_transfer.without_uuencoded(text)
    into.segments.append(Segment(rest, None))
    for name, found in files:
        into.files.append(File(_safe(name), "application/octet-stream", None, partial(bytes, found)))


def content(part: Message) -> bytes:
    """What a part holds, unpacked."""
    written = email_tree.content_of(part).encode("utf-8", "surrogateescape")
    return email_transfer.decoded(written, str(part.get("content-transfer-encoding", "")))


def _file(part: Message, kind: str) -> File:
    mime = kind if _MIME.fullmatch(kind) else "application/octet-stream"
    name = _filename(part) or _TOLD_NAMES.get(mime)
    children = email_tree.children(part)
    if mime in ("message/rfc822", "message/global"):
        subject = email_headers.first(children[0], "subject") if children else ""
        name = name or f"{_safe(subject) or 'message'}.eml"
    content_id = "".join(str(part.get("content-id", "")).strip().strip("<>").split())[:MAX_NAME] or None
    return File(name, mime, content_id, partial(_file_bytes, part))


def _file_bytes(part: Message) -> bytes:
    children = email_tree.children(part)
    if not children:
        return content(part)
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        # Against the standard, and done all the same: the mail within is packed.
        return email_transfer.decoded(email_tree.content_of(children[0]).encode("utf-8", "surrogateescape"), "base64")
    return b"".join(email_tree.written(child) for child in children)


def _filename(part: Message) -> str | None:
    try:
        found = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return None
    return _safe(email_headers.words(email_headers.clean(found))) if found else None


def _safe(name: str) -> str | None:
    """A name without the folders that it was in, and without what no file system takes."""
    last = re.split(r"[/\\]", name.replace("\n", " "))[-1]
    shown = " ".join(_NO_NAME.sub(" ", email_headers.clean(last)).split()).lstrip(".")
    if len(shown) <= MAX_NAME:
        return shown or None
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: MAX_NAME - 20]}.{ending[:19]}" if dot and stem else shown[:MAX_NAME]
