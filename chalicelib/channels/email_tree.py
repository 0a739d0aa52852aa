"""A mail's bytes as a tree of parts, however they are put together.

The standard library parses; what makes its parser go too deep, too far or too long is kept from it. Headers are kept
as they came (`compat32`): `email_headers` reads them.
"""

import io
from email import policy
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesFeedParser
from typing import Any

from chalicelib.channels import email_headers

# Deeper, a part is a file, whatever it calls itself.
MAX_DEPTH = 30
# Beyond these nothing is read: the whole of the mail is where it was found.
MAX_PARTS = 2_000
MAX_FIELDS = 20_000
MAX_LINES = 1_000_000
MAX_FIELD = 5_000

_AS_WRITTEN = policy.default.clone(refold_source="none", cte_type="8bit", linesep="\r\n", max_line_length=None)


class _Enough(Exception):
    """More parts or fields than a mail has."""


class BoundedMessage(Message):
    """Knows how deep it lies; reads of its headers what it needs in bounded time."""

    depth = 0
    budget: "_Budget"
    # The library gives it back decoded, by whatever codec the part names.
    body = ""

    def attach(self, payload: Any) -> None:
        payload.depth = self.depth + 1
        super().attach(payload)

    def set_payload(self, payload: Any, charset: Any = None) -> None:
        self.body = payload if isinstance(payload, str) else ""
        super().set_payload(payload, charset)

    def set_raw(self, name: str, value: str) -> None:
        self.budget.take_field()
        super().set_raw(name, value)

    def get(self, name: str, failobj: Any = None) -> Any:
        found = email_headers.raw_values(self, name)
        return found[0][:MAX_FIELD] if found else failobj

    def get_content_type(self) -> str:
        return "application/octet-stream" if self.depth > MAX_DEPTH else super().get_content_type()


class _Budget:
    """Makes the messages of one mail, and counts them."""

    def __init__(self) -> None:
        self.made: list[BoundedMessage] = []
        self.fields = 0

    def message(self, **how: Any) -> BoundedMessage:
        if len(self.made) > MAX_PARTS:
            raise _Enough
        made = BoundedMessage(**how)
        made.budget = self
        self.made.append(made)
        return made

    def take_field(self) -> None:
        self.fields += 1
        if self.fields > MAX_FIELDS:
            raise _Enough


def parsed(raw: bytes) -> BoundedMessage:
    """The mail as a tree; where it has too much of anything, as far as it was read."""
    budget = _Budget()
    parser = BytesFeedParser(budget.message, policy=policy.compat32)
    # The parser makes one to see how it is made.
    budget.made.clear()
    try:
        parser.feed(_within_lines(raw))
        parser.close()
    except _Enough:
        pass
    return budget.made[0] if budget.made else budget.message()


def _within_lines(raw: bytes) -> bytes:
    if raw.count(b"\n") <= MAX_LINES and raw.count(b"\r") <= 2 * MAX_LINES:
        return raw
    return b"\n".join(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", MAX_LINES)[:MAX_LINES])


def content_of(part: Message) -> str:
    """What a part holds, as it came; bytes that are no ASCII are kept as lone surrogates."""
    return part.body if isinstance(part, BoundedMessage) else str(part.get_payload())


def children(part: Message) -> list[Message]:
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)]


def written(part: Message) -> bytes:
    """A part with its headers, as it came but for the ends of its lines."""
    into = io.BytesIO()
    try:
        writer: Any = BytesGenerator(into, mangle_from_=False, policy=_AS_WRITTEN)
        writer.flatten(part)
    except Exception:  # what the library cannot write is written plainly
        return _plainly(part)
    return into.getvalue()


def _plainly(part: Message) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in part.raw_items())
    return f"{fields}\r\n{content_of(part)}".encode("utf-8", "surrogateescape")
