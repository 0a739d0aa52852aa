"""A mail read from its bytes. Whatever the bytes are, there is a `Mail`: strangers write them."""

import hashlib
from email.message import Message
from html import escape
from urllib.parse import quote

from chalicelib.channels import (
    email_addresses,
    email_automatic,
    email_bounce,
    email_headers,
    email_html,
    email_parts,
    email_reply,
    email_subject,
    email_tree,
    email_words,
)
from chalicelib.channels.email_mail import LOOP_HEADER, Address, Mail, Part

# More than anybody reads; the whole of it is in the mail as it came.
MAX_TEXT = 500_000
MAX_DELIVERED_TO = 100
MAX_LOOP = 20

# Where a mail was going, the surest first. Each may hold the address that a reply was asked to go to.
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "x-envelope-to", "x-rcpt-to")
_PASSED_ON = ("x-forwarded-to", "x-forwarded-for", "resent-to", "resent-cc", "to", "cc", "bcc", "apparently-to")


def parse(raw: bytes) -> Mail:
    """What the mail says. Raises nothing: of what cannot be read, the text is what can be."""
    try:
        return _mail(email_tree.parsed(raw), raw)
    except Exception:  # a mail that no rule foresaw is shown as it came, not lost
        return _unread(raw)


def part(raw: bytes, place: int) -> bytes:
    """A file of the mail, by the place that it has in `Mail.parts`. Raises ValueError where there is none."""
    try:
        files = email_parts.read(email_tree.parsed(raw)).files
        found = files[place].content() if 0 <= place < len(files) else None
    except Exception as cause:
        raise ValueError(f"part {place} cannot be read: {str(cause)[:100]}") from cause
    if found is None:
        raise ValueError(f"the mail has no part {place}")
    return found


def _mail(message: Message, raw: bytes) -> Mail:
    content = email_parts.read(message)
    text, html = _text(content)[:MAX_TEXT], _html(content)
    visible, hidden = email_reply.visible(text)
    senders = email_addresses.addresses(message, "from") or email_addresses.addresses(message, "sender")
    subject = email_headers.first(message, "subject")[: email_subject.MAX_SUBJECT]
    return Mail(
        message_id=_message_id(message, raw),
        sent_at=email_headers.date(email_headers.first(message, "date")),
        sender=next(iter(senders), None),
        senders=senders,
        reply_to=email_addresses.addresses(message, "reply-to"),
        to=email_addresses.addresses(message, "to"),
        cc=email_addresses.addresses(message, "cc"),
        subject=subject,
        base_subject=email_subject.base(subject),
        in_reply_to=_ids(message, "in-reply-to"),
        references=_ids(message, "references"),
        delivered_to=_delivered_to(message),
        text=text,
        html=email_html.sanitise(html) if html else None,
        visible=visible,
        hidden=hidden,
        parts=tuple(_part(place, file, html) for place, file in enumerate(content.files)),
        automatic=email_automatic.reason(message),
        bounce=email_bounce.bounce_of(message),
        forwarded=email_subject.is_forwarded(subject) or _announces_forward(text),
        loop=tuple(email_headers.raw_values(message, LOOP_HEADER)[:MAX_LOOP]),
    )


def _text(content: email_parts.Content) -> str:
    """The pieces one below the other, each as text."""
    pieces = [each.plain or (email_html.to_text(each.html) if each.html else "") for each in content.segments]
    return "\n\n".join(_even(piece) for piece in pieces if piece.strip())


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _html(content: email_parts.Content) -> str:
    """The pieces as HTML, where at least one of them is; `""` otherwise."""
    if not any(each.html for each in content.segments):
        return ""
    pieces = [each.html or f"<pre>{escape(each.plain or '')}</pre>" for each in content.segments]
    return "\n".join(pieces)


def _part(place: int, file: email_parts.File, html: str) -> Part:
    """Inline is what the HTML shows in its place, whatever the part calls itself."""
    names = (file.content_id, quote(file.content_id)) if file.content_id else ()
    is_shown = any(f"cid:{name}" in html for name in names)
    return Part(place, file.name, file.mime, len(file.content()), file.content_id, is_shown)


def _message_id(message: Message, raw: bytes) -> str:
    """The first that it has, else one made of its bytes: the same whenever they come again."""
    written = email_headers.first(message, "message-id")
    bare = "".join(written.strip("<> ").split())
    found = next(iter(email_headers.message_ids(written)), bare)
    return found if 0 < len(found) <= email_headers.MAX_ID else _derived_id(raw)


def _derived_id(raw: bytes) -> str:
    return f"derived:{hashlib.sha256(raw).hexdigest()}"


def _ids(message: Message, name: str) -> tuple[str, ...]:
    values = email_headers.values(message, name)
    return email_headers.newest_last([each for value in values for each in email_headers.message_ids(value)])


def _delivered_to(message: Message) -> tuple[str, ...]:
    values = [value for name in _DELIVERED + _PASSED_ON for value in email_headers.raw_values(message, name)]
    found = [address for value in values for address in email_addresses.anywhere(value)]
    return tuple(dict.fromkeys(found))[:MAX_DELIVERED_TO]


def _announces_forward(text: str) -> bool:
    """A mail passed on says so above it, at the beginning of a line that is nobody's quote of one."""
    lines = text.split("\n", 2_000)[:2_000]
    return any(email_words.announces(line.removeprefix("> ")) == "forwarded" for line in lines)


def _unread(raw: bytes) -> Mail:
    text = email_headers.text_of(raw[:MAX_TEXT], None)
    nobody: tuple[Address, ...] = ()
    return Mail(
        message_id=_derived_id(raw),
        sent_at=None,
        sender=None,
        senders=nobody,
        reply_to=nobody,
        to=nobody,
        cc=nobody,
        subject="",
        base_subject="",
        in_reply_to=(),
        references=(),
        delivered_to=(),
        text=text,
        html=None,
        visible=text,
        hidden="",
        parts=(),
        automatic="unreadable",
        bounce=None,
        forwarded=False,
        loop=(),
    )
