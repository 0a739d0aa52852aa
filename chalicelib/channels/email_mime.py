"""The words of a mail in the forms that mail has: one line, ASCII, folded; and a text as HTML.

Source: RFC 2047, RFC 5322 section 2.1.1 (lines have an end).
"""

import html
import re
from collections.abc import Sequence
from email.header import Header

BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
EOL = "\r\n"


def page_of(text: str) -> str:
    """The text as HTML: nothing of it is markup, addresses become links."""
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        link = html.escape(found[0])
        pieces += [html.escape(text[end : found.start()]), f'<a href="{link}">{link}</a>']
        end = found.end()
    pieces.append(html.escape(text[end:]))
    shown = "".join(pieces).replace("\n", "<br>\n")
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body><div>{shown}</div></body></html>\n'


def one_line(text: str) -> str:
    """One line: whatever could end a header is a space."""
    return " ".join(BREAKS.sub(" ", text).encode("utf-8", "replace").decode().split())


def encoded(text: str, name: str) -> str:
    """As it is where that is short and ASCII, else in encoded words (RFC 2047), folded."""
    if text.isascii() and len(text) <= 200 and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=76).encode(linesep=EOL)


def mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if name.isascii() and len(name) <= 200 and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{Header(name[:200], 'utf-8', maxlinelen=76).encode(linesep=EOL)}{EOL} <{address}>"


def folded(words: Sequence[str], between: str) -> str:
    """One a line: lines have an end."""
    return f"{between.rstrip()}{EOL} ".join(words)


def plain_type(mime: str) -> str:
    """A type that can stand in a header. Mails and parts in parts may not be in base64, so they go as bytes."""
    plain = mime.partition(";")[0].strip().lower()
    is_plain = _MIME.fullmatch(plain) and not plain.startswith(("message/", "multipart/"))
    return plain if is_plain else "application/octet-stream"
