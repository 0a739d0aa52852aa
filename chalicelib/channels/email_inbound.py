"""A received mail as a neutral message: whose thread it is of, who wrote it, and how far that is proven.

Source: "Contents of notifications for Amazon SES email receiving"; RFC 5322, 3834, 7489.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.channels import email_bounce_marks, email_threads, untrusted
from chalicelib.channels.base import (
    Credentials,
    Ignored,
    Inbound,
    InboundMessage,
    PayloadNotUnderstood,
    Peer,
    Pointer,
    Profile,
)
from chalicelib.channels.email_mail import Address, Mail, Part
from chalicelib.channels.email_recipients import is_own, own_addresses
from chalicelib.channels.email_verdicts import Proof, proof
from chalicelib.domain import ids
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, AttachmentState, MessageKind

MAIL = "mail"
# SES takes up to 40 MB. Reading a mail takes ten times its size, and the intake function has 512 MB.
MAIL_BYTES = 30 * 1024 * 1024
# The receipt rule puts mails there, and nothing else of the bucket is read.
PREFIX = "inbound/"
SETUP_KEY = "AMAZON_SES_SETUP_NOTIFICATION"
# A longer HTML part is left out whole: what is shown is the text.
MAX_HTML_BYTES = 24 * 1024
MAX_HIDDEN = 6_000
MAX_PEOPLE = 50
MAX_PARTS = 100

_KINDS = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification of SES, by the inbox that was called."""

    account_id: str
    kind: str
    message: Mapping[str, Any]
    at: datetime
    inbox: Inbox | None
    credentials: Credentials
    fetched: Mapping[str, bytes]

    @property
    def mail(self) -> Mapping[str, Any]:
        return untrusted.mapping(self.message.get("mail"))

    @property
    def receipt(self) -> Mapping[str, Any]:
        return untrusted.mapping(self.message.get("receipt"))


def is_for(message: Mapping[str, Any], inbox: Inbox) -> bool:
    """Whether the rule matched by an address of this inbox: several inboxes may share a topic."""
    receipt = untrusted.mapping(message.get("receipt"))
    recipients = [untrusted.text(one) for one in untrusted.items(receipt.get("recipients"))]
    return not recipients or not own_addresses(inbox) or any(is_own(one, inbox) for one in recipients)


def pointers(message: Mapping[str, Any], inbox: Inbox) -> tuple[Pointer, ...]:
    """The raw mail in our bucket, where the notification has it not in itself. Raises PayloadNotUnderstood."""
    action = untrusted.mapping(untrusted.mapping(message.get("receipt")).get("action"))
    if untrusted.text(action.get("type")) != "S3" or not is_for(message, inbox):
        return ()
    key = untrusted.text(action.get("objectKey"))
    if key.endswith(SETUP_KEY):
        return ()
    ours = untrusted.text(inbox.settings.get("mail_bucket"))
    if ours and action.get("bucketName") != ours:
        raise PayloadNotUnderstood("the mail is in another bucket")
    if not is_mail_key(key):
        raise PayloadNotUnderstood("the mail's key is none of ours")
    return (Pointer(MAIL, object_key=key, limit_bytes=MAIL_BYTES),)


def is_mail_key(key: str) -> bool:
    """Below our prefix, and nothing that could lead out of it."""
    rest = key.removeprefix(PREFIX)
    is_plain = all(letter.isascii() and (letter.isalnum() or letter in "._-/=") for letter in rest)
    return key.startswith(PREFIX) and 0 < len(rest) <= 300 and is_plain and not {"", ".", ".."} & set(rest.split("/"))


def received(notice: Notice) -> list[Inbound]:
    """A mail: a message, or a report about one of ours, or nothing for this inbox."""
    action = untrusted.mapping(notice.receipt.get("action"))
    key = untrusted.text(action.get("objectKey"))
    if key.endswith(SETUP_KEY):
        return [Ignored("setup")]
    if notice.inbox is not None and not is_for(notice.message, notice.inbox):
        return [Ignored("other_recipient")]
    raw = _raw(notice, action)
    # Imported here: the parser is large, and most notifications are about mails that we sent.
    from chalicelib.channels import email_parse  # noqa: PLC0415

    mail = email_parse.parse(raw)
    reading = _Reading(notice, mail, raw, key)
    if mail.bounce is not None:
        aside = reading.aside()
        if aside:
            return email_bounce_marks.reported_aside(notice.account_id, mail, aside, notice.at, key)
        return email_bounce_marks.reported(notice.account_id, mail.bounce, notice.at)
    loop = _loop(notice, mail)
    return [Ignored(loop, item_id=mail.message_id)] if loop else [reading.message()]


def _raw(notice: Notice, action: Mapping[str, Any]) -> bytes:
    """Raises PayloadNotUnderstood: the notification is kept then, and says where the mail is."""
    if MAIL in notice.fetched:
        return notice.fetched[MAIL]
    content = notice.message.get("content")
    if not isinstance(content, str):
        raise PayloadNotUnderstood("the mail is not there")
    if untrusted.text(action.get("encoding")).upper() != "BASE64":
        return content.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError) as error:
        raise PayloadNotUnderstood("the mail is no base64") from error


def _loop(notice: Notice, mail: Mail) -> str | None:
    """Why a mail is our own that came back."""
    if notice.inbox is None:
        return None
    marks = [f"{word}@" for word in mail.loop]
    legs = email_threads.legs_named(marks, notice.inbox.id, notice.credentials)
    if legs or email_threads.asides_named(marks, notice.credentials):
        return "own_loop"
    return "own_address" if mail.sender and is_own(mail.sender.address, notice.inbox) else None


@dataclass(frozen=True, slots=True)
class _Reading:
    notice: Notice
    mail: Mail
    raw: bytes
    key: str

    def message(self) -> InboundMessage:
        mail, notice = self.mail, self.notice
        proven = proof(mail, notice.mail, notice.receipt)
        inbox_id = notice.inbox.id if notice.inbox else notice.account_id
        legs = email_threads.legs_named(self._places(), inbox_id, notice.credentials)
        sender = mail.sender or Address(untrusted.text(notice.mail.get("source")) or "unknown")
        address = sender.address.strip().lower() or "unknown"
        files = self._files(proven)
        answers = bool(legs or mail.in_reply_to or mail.references)
        is_silent = mail.automatic is not None and answers
        return InboundMessage(
            account_id=notice.account_id,
            external_id=self._external_id(),
            peer=Peer(
                addresses=email_threads.names(mail, legs, address, proven=proven.verified),
                identity=address if proven.verified else email_threads.UNPROVEN + address,
                profile=Profile(name=sender.name or None, email=address if proven.verified else None),
            ),
            occurred_at=notice.at,
            # Two mail servers may both hand in one mail: the second gets the first one's time, and is the same.
            untimed=True,
            kind=MessageKind.SYSTEM if is_silent else self._kind(files),
            text=mail.visible.strip() or mail.text.strip() or ("" if files else mail.subject),
            attachments=files,
            reply_to=next((found for found in map(email_threads.ses_id, mail.in_reply_to) if found), None),
            content=self._content(sender, proven, files, silent=is_silent, known_leg=bool(legs)),
            # A mail that names a conversation too is the conversation's: nothing of a customer's gets lost.
            aside=None if legs else self.aside(),
        )

    def aside(self) -> str | None:
        """The side thread that the mail answers."""
        return next(iter(email_threads.asides_named(self._places(), self.notice.credentials)), None)

    def _places(self) -> list[str]:
        """Where our token may stand, the envelope first."""
        envelope = [untrusted.text(one) for one in untrusted.items(self.notice.receipt.get("recipients"))]
        return [*envelope, *self.mail.delivered_to, *self.mail.in_reply_to, *self.mail.references]

    def _external_id(self) -> str:
        """The Message-ID, with a digest of what is said: some programs send all their mails under one id."""
        mail = self.mail
        said = ids.digest(mail.subject, mail.text, *(f"{part.name}/{part.size_bytes}" for part in mail.parts))
        identifier = mail.message_id if len(mail.message_id) <= 400 else ids.digest(mail.message_id)
        return f"{identifier}#{said}"

    def _kind(self, files: tuple[Attachment, ...]) -> MessageKind:
        if not files or self.mail.visible.strip():
            return MessageKind.TEXT
        return _KINDS.get(files[0].mime.partition("/")[0], MessageKind.DOCUMENT)

    def _files(self, proven: Proof) -> tuple[Attachment, ...]:
        return tuple(self._file(part, proven) for part in self.mail.parts[:MAX_PARTS])

    def _file(self, part: Part, proven: Proof) -> Attachment:
        """To be taken out of the stored mail; one with a virus, or of a mail that is not stored, never is."""
        place = f"{self.key}#{part.place}"
        file = Attachment(part.mime, part.name, part.size_bytes, media_id=place, source_url=place)
        if proven.words["virus"] == "fail":
            return replace(file, state=AttachmentState.FAILED, reason="The mail has a virus: its files are not opened.")
        if not is_mail_key(self.key):
            reason = "The mail was not stored: let the receipt rule put mails into the bucket."
            return replace(file, state=AttachmentState.FAILED, reason=reason)
        return file

    def _content(
        self, sender: Address, proven: Proof, files: tuple[Attachment, ...], *, silent: bool, known_leg: bool
    ) -> dict[str, Any]:
        mail = self.mail
        html = mail.html if mail.html and len(mail.html.encode("utf-8", "replace")) <= MAX_HTML_BYTES else None
        inline = {part.content_id: place for place, part in enumerate(mail.parts[: len(files)]) if part.content_id}
        # Whoever forges a sender into a thread must not lead its answers elsewhere.
        answer_to = mail.reply_to[0].address if mail.reply_to and (proven.verified or not known_leg) else None
        return untrusted.known(
            type="automatic_reply" if silent else None,
            automatic=mail.automatic,
            subject=mail.subject,
            **{"from": {"address": sender.address, "name": sender.name}},
            answer_to=answer_to,
            to=_people(mail.to),
            cc=_people(mail.cc) or None,
            message_id=mail.message_id,
            in_reply_to=list(mail.in_reply_to[:5]) or None,
            references=list(mail.references[:1] + mail.references[1:][-19:]) or None,
            sent_at=mail.sent_at.isoformat() if mail.sent_at else None,
            html=html,
            html_left_out=True if mail.html and html is None else None,
            hidden=mail.hidden[:MAX_HIDDEN],
            inline=inline or None,
            forwarded=mail.forwarded or None,
            authentication={**proven.words, "verified": proven.verified},
            files_left_out=max(len(mail.parts) - MAX_PARTS, 0) or None,
            object_key=self.key or None,
        )


def _people(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [untrusted.known(address=one.address, name=one.name) for one in addresses[:MAX_PEOPLE]]
