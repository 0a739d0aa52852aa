"""An outbound message as a mail: text and HTML, files, and the headers by which it stays in its thread.

SES writes Message-ID and Date itself, so neither is here; our own id goes into References, which it leaves alone.
Source: RFC 5322, 2045 to 2047, 2231, 3834; SES "Email header fields", "SendEmail".
"""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from chalicelib.channels import email_events, email_threads, untrusted
from chalicelib.channels.base import CannotSay, Credentials, MailRequest, Outgoing, OutgoingAttachment, ReadFile, Step
from chalicelib.channels.email_body import body_of, signed
from chalicelib.channels.email_mail import LOOP_HEADER
from chalicelib.channels.email_mime import BREAKS, encoded, folded, mailbox, one_line
from chalicelib.channels.email_recipients import own_addresses, plain_address, reply_domain
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

MEGABYTE = 1024 * 1024
MAX_TEXT = 50_000
# With its files in base64, a third more, a mail may have 40 MB.
MAX_RAW = 40 * MEGABYTE
MAX_FILES_BYTES = 28 * MEGABYTE
MAX_FILES = 50
MAX_BYTES: Mapping[str, int] = dict.fromkeys(("image", "audio", "video", "document"), MAX_FILES_BYTES)
MAX_RECIPIENTS = 50
MAX_SUBJECT = 500
MAX_REFERENCES = 20
MAX_REFERENCE = 250
KINDS = frozenset({MessageKind.TEXT, MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.DOCUMENT})

_ID = re.compile(rf"[\x21-\x3b\x3d\x3f-\x7e]{{1,{MAX_REFERENCE}}}")
_REPLY = re.compile(r"\s*(?:re|aw|sv|vs|antw|ref|odp|rif|res|tr)(?:\[\d+\])?\s*:", re.IGNORECASE)


def check(message: Outgoing) -> None:
    """Raises CannotSay."""
    if message.kind not in KINDS:
        raise CannotSay(f"There are no mails of kind {message.kind.value}. Send it as text.", field="kind")
    if len(message.text) > MAX_TEXT:
        raise CannotSay(
            f"The text has {len(message.text)} characters; {MAX_TEXT} go. Attach it as a file.", field="text"
        )
    if not message.text.strip() and not message.attachments and message.kind is MessageKind.TEXT:
        raise CannotSay("The text is empty.", field="text")
    if message.kind in MEDIA and not message.attachments:
        raise CannotSay("There is no file.", field="attachments")
    _check_files(message.attachments)
    _check_content(message.content)


def _check_files(files: Sequence[OutgoingAttachment]) -> None:
    if len(files) > MAX_FILES:
        raise CannotSay(f"{len(files)} files; {MAX_FILES} go with one mail.", field="attachments")
    if sum(file.size_bytes or 0 for file in files) > MAX_FILES_BYTES:
        limit = MAX_FILES_BYTES // MEGABYTE
        raise CannotSay(f"The files are larger than {limit} MB together. Send a link instead.", field="attachments")


def _check_content(content: Mapping[str, Any]) -> None:
    subject = content.get("subject")
    if subject is not None and (not isinstance(subject, str) or len(subject) > MAX_SUBJECT):
        raise CannotSay(f"The subject is a text of at most {MAX_SUBJECT} characters.", field="content.subject")
    if isinstance(subject, str) and BREAKS.search(subject):
        raise CannotSay("The subject is one line, without control characters.", field="content.subject")
    people = sum(len(copies(content, name)) for name in ("cc", "bcc"))
    if people >= MAX_RECIPIENTS:
        raise CannotSay(f"A mail goes to at most {MAX_RECIPIENTS} addresses.", field="content.cc")


def copies(content: Mapping[str, Any], name: str) -> list[str]:
    """Who gets a copy. Raises CannotSay."""
    given = content.get(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise CannotSay("Copies go to a list of addresses.", field=f"content.{name}")
    found = []
    for place, one in enumerate(given):
        address = plain_address(untrusted.text(one))
        if address is None:
            raise CannotSay("This is no e-mail address.", field=f"content.{name}[{place}]")
        found.append(address)
    return list(dict.fromkeys(found))


def steps(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Generator[Step, Any, MailRequest]:
    """Reads the files, then makes the mail. Raises CannotSay, KeyError."""
    files: list[tuple[OutgoingAttachment, bytes]] = []
    for place, file in enumerate(message.attachments):
        files.append((file, (yield ReadFile(place))))
        if sum(len(body) for _, body in files) > MAX_FILES_BYTES:
            raise CannotSay("The files are too large for one mail. Send a link instead.", field="attachments")
    return _Writing(message, inbox, credentials).request(files)


class _Writing:
    def __init__(self, message: Outgoing, inbox: Inbox, credentials: Credentials) -> None:
        self.message, self.inbox = message, inbox
        own = own_addresses(inbox)
        if not own:
            raise KeyError("address")
        self.address = own[0]
        self.token = email_threads.token_of(message.leg_id, credentials)
        self.answered = message.answering.content if message.answering else {}

    def request(self, files: Sequence[tuple[OutgoingAttachment, bytes]]) -> MailRequest:
        if not self.message.human and self.answered.get("automatic"):
            raise CannotSay("The customer's mail was written by a machine: no machine answers it.", field="to")
        to = self._to()
        cc, bcc = (copies(self.message.content, name) for name in ("cc", "bcc"))
        recipients = tuple(dict.fromkeys([to, *cc, *bcc]))
        if len(recipients) > MAX_RECIPIENTS:
            raise CannotSay(f"A mail goes to at most {MAX_RECIPIENTS} addresses.", field="content.cc")
        raw = self._head(to, cc) + self._body(files)
        if len(raw) > MAX_RAW:
            raise CannotSay("The mail is larger than 40 MB with its files. Send a link instead.", field="attachments")
        return MailRequest(
            sender=self.address,
            recipients=recipients,
            raw=raw,
            tags=self._tags(to),
            configuration_set=untrusted.optional(self.inbox.settings.get("configuration_set")),
            alias=email_threads.thread_name(self.message.leg_id) if self.token else None,
        )

    def _to(self) -> str:
        """The customer, or where the customer's newest mail asks answers to go. Somebody else's mail in the thread asks
        in vain: answers go to the customer."""
        customer = self.message.to.removeprefix(email_threads.UNPROVEN)
        sender = untrusted.text(untrusted.mapping(self.answered.get("from")).get("address")).lower()
        asked = untrusted.text(self.answered.get("answer_to"))
        found = (plain_address(asked) if asked and sender == customer.lower() else None) or plain_address(customer)
        if found is None:
            raise CannotSay("The customer's address takes no mail.", field="to")
        return found

    def _tags(self, to: str) -> dict[str, str]:
        leg, _, rest = self.message.tracker.partition(".")
        identifier, _, attempt = rest.partition(".")
        named = {email_events.LEG: leg, email_events.MESSAGE: identifier, email_events.ATTEMPT: attempt}
        is_whole = all(re.fullmatch(r"[A-Za-z0-9_-]{1,200}", value) for value in named.values())
        return {**(named if is_whole else {}), email_events.CUSTOMER: email_events.customer_tag(to)}

    def _head(self, to: str, cc: Sequence[str]) -> bytes:
        lines = [
            f"From: {mailbox(self._name(), self.address)}",
            f"To: {to}",
            *([f"Cc: {folded(cc, ', ')}"] if cc else []),
            *([f"Reply-To: {mailbox(self._company(), self._reply_to())}"] if self.token else []),
            f"Subject: {encoded(self._subject(), 'Subject')}",
            *self._thread(),
        ]
        if self.token:
            lines.append(f"{LOOP_HEADER}: {self.token}")
        if not self.message.human:
            lines += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")

    def _company(self) -> str:
        return one_line(untrusted.text(self.inbox.settings.get("display_name")))

    def _name(self) -> str:
        author = one_line(self.message.author_name or "") if self.message.human else ""
        company = self._company()
        return f"{author} ({company})" if author and company else author or company

    def _reply_to(self) -> str:
        local = self.address.rpartition("@")[0].partition("+")[0]
        return f"{local}+{self.token}@{reply_domain(self.inbox)}"

    def _subject(self) -> str:
        given = untrusted.text(self.message.content.get("subject"))
        if given:
            return one_line(given)
        answered = one_line(untrusted.text(self.answered.get("subject")))[:MAX_SUBJECT]
        if self.message.answering is not None:
            return answered if _REPLY.match(answered) else f"Re: {answered}".strip()
        return one_line(untrusted.text(self.inbox.settings.get("subject"))) or self._company() or self.inbox.name

    def _thread(self) -> list[str]:
        """In-Reply-To and References; the first of a long row is kept, it names the thread."""
        newest = untrusted.text(self.answered.get("message_id"))
        known = [untrusted.text(one) for one in untrusted.items(self.answered.get("references"))]
        rows = [one for one in dict.fromkeys([*known, newest]) if _ID.fullmatch(one) and "@" in one]
        if len(rows) > MAX_REFERENCES:
            rows = [rows[0], *rows[-(MAX_REFERENCES - 1) :]]
        if self.token:
            rows.append(f"{self.token}@{reply_domain(self.inbox)}")
        answers = [f"In-Reply-To: <{newest}>"] if newest in rows else []
        return [*answers, *([f"References: {folded([f'<{one}>' for one in rows], ' ')}"] if rows else [])]

    def _body(self, files: Sequence[tuple[OutgoingAttachment, bytes]]) -> bytes:
        named = [(file.name, file.mime, body) for file, body in files]
        return body_of(signed(self.message.text, self.inbox), named, self.message.message_id)
