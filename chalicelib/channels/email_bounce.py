"""Mail about mail: what could not be delivered, comes late, or was complained about.

Standards: delivery status notifications (RFC 3464) and feedback reports (RFC 5965). Programs that follow neither are
known by how they name themselves and by what they say.
"""

import re
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import Literal

from chalicelib.channels import email_addresses, email_bounce_words, email_headers, email_parts, email_tree
from chalicelib.channels.email_mail import Bounce, BouncedRecipient

MAX_RECIPIENTS = 50
MAX_DIAGNOSTIC = 500
MAX_TEXT = 100_000

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/news")
_RECIPIENT_FIELDS = ("final-recipient", "original-recipient", "action", "status", "diagnostic-code")
# What is not a complaint: it was wanted after all, or it is about signatures of servers.
_NO_COMPLAINTS = ("not-spam", "auth-failure", "dmarc")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_ID_LINE = re.compile(r"^[>\s]{0,8}message-id:[ \t]*(\S{1,600})", re.IGNORECASE | re.MULTILINE)

Fields = Mapping[str, str]


def bounce_of(message: Message) -> Bounce | None:
    """What a report says; None where a mail is none."""
    parts = list(_parts(message))
    complaint = _complaint(message, parts)
    if complaint:
        return complaint
    told = [fields for part in parts if part.get_content_type() in _STATUS_PARTS for fields in _groups(part)]
    recipients = [fields for fields in told if "final-recipient" in fields or "original-recipient" in fields]
    if recipients:
        return _by_status(recipients, _originals(message, parts, told))
    return _by_words(message, parts)


def _parts(message: Message) -> Iterator[Message]:
    """The parts of the report itself: what is within a mail within it is another's."""
    yield message
    if message.get_content_type().startswith("multipart/"):
        for child in email_tree.children(message):
            yield from _parts(child)


def _groups(part: Message) -> Iterator[Fields]:
    """The fields of a report: the first are about the mail, the next ones about a recipient each."""
    for child in email_tree.children(part):
        yield {name.lower(): email_headers.first(child, name) for name in list(child.keys())[:100]}


def _complaint(message: Message, parts: list[Message]) -> Bounce | None:
    reports = [part for part in parts if part.get_content_type() == "message/feedback-report"]
    told = [fields for part in reports for fields in _groups(part)]
    is_report = bool(told) or str(message.get_param("report-type") or "").lower() == "feedback-report"
    kind = next((fields["feedback-type"].lower() for fields in told if fields.get("feedback-type")), "")
    if not is_report or kind in _NO_COMPLAINTS:
        return None
    named = [fields.get(name, "") for fields in told for name in ("original-rcpt-to", "removal-recipient")]
    found = [address for value in named for address in email_addresses.anywhere(value)]
    if not found:
        originals = [original for part in parts for original in _original(part)]
        found = [box.address for original in originals for box in email_addresses.addresses(original, "to")]
    recipients = tuple(BouncedRecipient(address, "", kind) for address in list(dict.fromkeys(found))[:MAX_RECIPIENTS])
    return Bounce("complaint", True, recipients, _originals(message, parts, told))


def _original(part: Message) -> Iterator[Message]:
    """The mail that the report is about, or its headers."""
    kind = part.get_content_type()
    if kind not in _ORIGINALS:
        return
    children = email_tree.children(part)
    yield children[0] if children else email_tree.parsed(email_parts.content(part)[:MAX_TEXT])


def _originals(message: Message, parts: list[Message], told: list[Fields]) -> tuple[str, ...]:
    """The ids of the mail that the report is about, the surest first."""
    values = [value for part in parts for mail in _original(part) for value in email_headers.values(mail, "message-id")]
    values += [fields.get(name, "") for fields in told for name in ("x-original-message-id", "original-message-id")]
    values += _ID_LINE.findall(_text(parts))
    values += [value for name in ("in-reply-to", "references") for value in email_headers.values(message, name)]
    own = email_headers.message_ids(email_headers.first(message, "message-id"))
    found = [each for value in values for each in email_headers.message_ids(value) if each not in own]
    return tuple(dict.fromkeys(found))[: email_headers.MAX_IDS]


def _text(parts: list[Message]) -> str:
    """What the report says itself."""
    texts = [part for part in parts if part.get_content_type() == "text/plain"]
    return "\n".join(
        email_headers.text_of(email_parts.content(part)[:MAX_TEXT], part.get_content_charset()) for part in texts
    )


def _by_status(recipients: list[Fields], originals: tuple[str, ...]) -> Bounce | None:
    failed = [fields for fields in recipients if _action(fields) == "failed"]
    delayed = [fields for fields in recipients if _action(fields) == "delayed"]
    about = failed or delayed
    if not about:
        # It was delivered, or passed on: good news is no bounce.
        return None
    found = tuple(map(_recipient, about[:MAX_RECIPIENTS]))
    kind: Literal["bounce", "delay"] = "bounce" if failed else "delay"
    return Bounce(kind, bool(failed) and all(map(_is_permanent, found)), found, originals)


def _action(fields: Fields) -> str:
    """What became of it; where that is not said, the status tells."""
    said = (fields.get("action", "").replace("(", " ").split() or [""])[0].lower().strip(";,.")
    return said or {"5": "failed", "4": "delayed"}.get(fields.get("status", "")[:1], "")


def _recipient(fields: Fields) -> BouncedRecipient:
    written = fields.get("final-recipient") or fields.get("original-recipient", "")
    address = next(iter(email_addresses.anywhere(written)), "")
    diagnostic = fields.get("diagnostic-code", "")[:MAX_DIAGNOSTIC]
    status = _STATUS.search(fields.get("status", "")) or _STATUS.search(diagnostic)
    return BouncedRecipient(address, status[1] if status else "", diagnostic)


def _is_permanent(recipient: BouncedRecipient) -> bool:
    """Only what says so is: a status, or a server's reply."""
    code = _REPLY_CODE.search(recipient.diagnostic)
    return (recipient.status or (code[1] if code else "")).startswith("5")


def _by_words(message: Message, parts: list[Message]) -> Bounce | None:
    subject, text = email_headers.first(message, "subject"), _text(parts)
    if not email_bounce_words.is_report(message, subject, text):
        return None
    said, _ = email_bounce_words.before_original(text)
    in_text = [fields for fields in _told_in(said) if "final-recipient" in fields]
    originals = _originals(message, parts, [])
    if in_text:
        return _by_status([{"action": "failed", **fields} for fields in in_text], originals)
    addresses = _addresses(message, said)
    status, code = _STATUS.search(said), _REPLY_CODE.search(said)
    shown = status[1] if status else ""
    line = next((line for line in said.split("\n") if _STATUS.search(line) or _REPLY_CODE.search(line)), "")
    found = tuple(BouncedRecipient(address, shown, line.strip()[:MAX_DIAGNOSTIC]) for address in addresses)
    if email_bounce_words.is_delay(subject, said):
        return Bounce("delay", False, found, originals)
    is_permanent = (shown or (code[1] if code else "")).startswith("5") and not email_bounce_words.is_full(said)
    return Bounce("bounce", is_permanent, found, originals)


def _told_in(text: str) -> Iterator[Fields]:
    """The fields of a report that was written down as text."""
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        small = name.strip().lower()
        if colon and small in _RECIPIENT_FIELDS:
            if small in fields:
                yield fields
                fields = {}
            fields[small] = value.strip()
    yield fields


def _addresses(message: Message, said: str) -> list[str]:
    failed = email_addresses.anywhere(" ".join(email_headers.raw_values(message, "x-failed-recipients")))
    concerned = {box.address for box in email_addresses.addresses(message, "from", "to")}
    named = [address for address in email_addresses.anywhere(said) if address not in concerned]
    return list(dict.fromkeys(failed or named))[:MAX_RECIPIENTS]
