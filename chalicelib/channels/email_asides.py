"""Mails of side threads: what goes to outside mailboxes about a conversation, never to its customer.

Answers come by a plus-address of the inbox, signed for the thread (`email_threads.aside_token`), which also stands in
References: a program that drops the address keeps those.
"""

import re
from collections.abc import Sequence

from chalicelib.channels import email_events, email_threads, untrusted
from chalicelib.channels.base import CannotSay, Credentials, MailRequest
from chalicelib.channels.email_body import body_of, signed
from chalicelib.channels.email_mail import LOOP_HEADER
from chalicelib.channels.email_mime import encoded, folded, mailbox, one_line
from chalicelib.channels.email_outbound import MAX_RAW, MAX_REFERENCES
from chalicelib.channels.email_recipients import own_addresses, plain_address, reply_domain
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.side_thread import SideMessage, SideThread

_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}")


def build(
    thread: SideThread,
    message: SideMessage,
    earlier: Sequence[SideMessage],
    files: Sequence[tuple[str | None, str, bytes]],
    inbox: Inbox,
    credentials: Credentials,
) -> MailRequest:
    """One message of a side thread as a mail; `files` are name, type, bytes. Raises CannotSay, KeyError."""
    own = own_addresses(inbox)
    if not own:
        raise KeyError("address")
    to, cc = _checked(thread.whom.to, "to"), _checked(thread.whom.cc, "cc")
    token, domain = email_threads.aside_token(thread.id, credentials), reply_domain(inbox)
    company = one_line(untrusted.text(inbox.settings.get("display_name")))
    local = own[0].rpartition("@")[0].partition("+")[0]
    lines = [
        f"From: {mailbox(_name(message, company), own[0])}",
        f"To: {folded(to, ', ')}",
        *([f"Cc: {folded(cc, ', ')}"] if cc else []),
        f"Reply-To: {mailbox(company, f'{local}+{token}@{domain}')}",
        f"Subject: {encoded(_subject(thread, message), 'Subject')}",
        *_references(f"{token}@{domain}", earlier),
        f"{LOOP_HEADER}: {token}",
    ]
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii")
    raw = head + body_of(signed(message.text, inbox), files, f"{message.id}.{message.attempt}")
    if len(raw) > MAX_RAW:
        raise CannotSay("The mail is larger than 40 MB with its files.", field="attachments")
    tags = {email_events.LEG: thread.id, email_events.MESSAGE: message.id, email_events.ATTEMPT: str(message.attempt)}
    configuration = untrusted.optional(inbox.settings.get("configuration_set"))
    return MailRequest(own[0], tuple(dict.fromkeys([*to, *cc])), raw, tags, configuration)


def _checked(addresses: Sequence[str], name: str) -> list[str]:
    """They were checked when they were stored; no header is made of anything else."""
    found = [plain_address(address) for address in addresses]
    if None in found:
        raise CannotSay("This is no e-mail address.", field=f"with.{name}")
    return [address for address in found if address]


def _name(message: SideMessage, company: str) -> str:
    author = one_line(message.author.name) if message.author.kind == "agent" else ""
    return f"{author} ({company})" if author and company else author or company


def _subject(thread: SideThread, message: SideMessage) -> str:
    subject = one_line(thread.subject)
    return subject if message.number == 1 else f"Re: {subject}"


def _references(own: str, earlier: Sequence[SideMessage]) -> list[str]:
    """Our name of the thread first, then the newest of what came in."""
    came = [untrusted.text(one.content.get("message_id")) for one in earlier if one.came]
    known = [one for one in dict.fromkeys(came) if _ID.fullmatch(one) and "@" in one][-(MAX_REFERENCES - 1) :]
    answers = [f"In-Reply-To: <{known[-1]}>"] if known else []
    return [*answers, f"References: {folded([f'<{one}>' for one in (own, *known)], ' ')}"]
