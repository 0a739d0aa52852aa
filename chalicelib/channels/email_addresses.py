"""Mailboxes in headers. Whose address a mail shows decides who its writer is taken for, so nothing is guessed: what
stands in quotes or comments is never an address, and every character is read once.
"""

import re
from email.message import Message

from chalicelib.channels import email_headers
from chalicelib.channels.email_mail import Address

MAX_ADDRESSES = 1_000
# RFC 5321's longest local part and domain, and the sign between them.
MAX_ADDRESS = 64 + 1 + 255
MAX_NAME = 500

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|<[^<>]*>?|[(,;:]|[^"<(,;:]+|.', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# No mailbox has them outside of quotes (`[192.0.2.1]` is a domain).
_ODD = re.compile(r'[\s"<>(),;:\\]')
_SEPARATOR = re.compile(r"[\s,;<>()\"':]+")


def addresses(message: Message, *names: str) -> tuple[Address, ...]:
    """The mailboxes of these headers, in their order."""
    found = [box for name in names for value in email_headers.raw_values(message, name) for box in mailboxes(value)]
    return tuple(found[:MAX_ADDRESSES])


def mailboxes(value: str) -> list[Address]:
    """The mailboxes of a list; groups are their members."""
    found: list[Address | None] = []
    said: list[str] = []
    comment, at = "", 0
    while at < len(value):
        token = _token(value, at)
        if token[0] == '"' and (len(token) == 1 or not token.endswith('"')):
            # A quote that never ends is none; nor are those in it.
            value = value[:at] + value[at:].replace('"', " ")
            continue
        at += len(token)
        if token[0] == "(":
            comment = token[1:-1]
        elif token[0] in ",;":
            found.append(_mailbox(said, comment))
            said, comment = [], ""
        elif token[0] == ":" and not any("@" in word for word in said):
            said = []
        else:
            said.append(token)
    found.append(_mailbox(said, comment))
    return [box for box in found if box]


def _token(value: str, at: int) -> str:
    found = _TOKEN.match(value, at)
    if value[at] == "(":
        return value[at : _comment_end(value, at)]
    return found[0] if found else value[at]


def _comment_end(value: str, start: int) -> int:
    """Comments may stand in comments; one that never ends is all that follows."""
    depth = 0
    for found in _IN_COMMENT.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return len(value)


def _mailbox(said: list[str], comment: str) -> Address | None:
    angle = next((at for at, token in enumerate(said) if token.startswith("<")), None)
    if angle is not None:
        return _address(said[angle].strip("<>"), _name(said[:angle]) or comment)
    if any(token.startswith('"') and "@" not in token for token in said):
        # A local part in quotes, or words in quotes and no address at all.
        return _address("".join(said), comment)
    words = " ".join(said).split()
    at = next((at for at, word in enumerate(words) if "@" in word.strip("@") and not word.startswith('"')), None)
    return None if at is None else _address(words[at], comment or " ".join(words[:at]))


def _address(written: str, name: str) -> Address | None:
    # `@relay,@relay:ann@example.com` is a route of old.
    bare = written.rpartition(":")[2].strip(" \t.,;'")
    local, _, domain = (bare if bare.startswith('"') else "".join(bare.split())).rpartition("@")
    is_odd = _ODD.search(domain) or (_ODD.search(local) and not _QUOTED.fullmatch(local))
    if not local or not domain or is_odd or len(bare) > MAX_ADDRESS:
        return None
    return Address(f"{local}@{domain.lower().rstrip('.')}", email_headers.words(name).strip()[:MAX_NAME])


def _name(said: list[str]) -> str:
    texts = [_ESCAPED.sub(r"\1", token.strip('"')) if token.startswith('"') else token.strip() for token in said]
    return " ".join(text for text in texts if text)


def anywhere(value: str) -> list[str]:
    """Whatever looks like an address in a header that keeps no form."""
    words = [word.strip(".") for word in _SEPARATOR.split(value)]
    found = [word.rpartition("@") for word in words if "@" in word.strip("@") and len(word) <= MAX_ADDRESS]
    return [f"{local}@{domain.lower()}" for local, _, domain in found if local and domain]
