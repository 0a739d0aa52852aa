"""What a mail says, as read from its bytes: values only, and every word in them was written by strangers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# The header by which we know our own mail when it comes back to us.
LOOP_HEADER = "X-Parley-Loop"


@dataclass(frozen=True)
class Address:
    """A mailbox: `address` as written but for its domain in lower case; `name` is what stood beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Part:
    """A file of a mail: whatever is neither its text nor its HTML. `place` is how `email_parse.part` finds it."""

    place: int
    name: str | None
    mime: str
    size_bytes: int
    # Without its angle brackets: what the HTML names as `cid:...`.
    content_id: str | None
    inline: bool


@dataclass(frozen=True)
class BouncedRecipient:
    """One whom a report is about. `status` is like 5.1.1; either may be empty."""

    address: str
    status: str
    diagnostic: str


@dataclass(frozen=True)
class Bounce:
    """A report about mail that was sent before. `permanent` is never true of a delay; a complaint always is."""

    kind: Literal["bounce", "complaint", "delay"]
    permanent: bool
    recipients: tuple[BouncedRecipient, ...]
    # Of the mail that the report is about, without angle brackets. Empty where the report does not say.
    original_message_ids: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """A mail. Ids have no angle brackets and are never empty; texts have no lone surrogates and no NUL."""

    # Made from the bytes where the mail has none (`derived:...`).
    message_id: str
    # None where the mail has no date that can be read.
    sent_at: datetime | None
    sender: Address | None
    # Everybody of From, the sender first: there should be one.
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    # Without Re:, Fwd: and their like.
    base_subject: str
    in_reply_to: tuple[str, ...]
    # Newest last, each once.
    references: tuple[str, ...]
    # Every address that a reply token may sit in, envelope-like headers first, in lower-case domain, each once.
    delivered_to: tuple[str, ...]
    # The whole text: of the plain part, else of the HTML.
    text: str
    # Sanitised; None where the mail has none.
    html: str | None
    # `text` without quotes and signature, and what was left out.
    visible: str
    hidden: str
    parts: tuple[Part, ...]
    # Why this was not written by a person for us: `auto-submitted`, `precedence`, `list` ...; None where a person did.
    automatic: str | None
    bounce: Bounce | None
    forwarded: bool
    # The values of our own loop headers.
    loop: tuple[str, ...]
