"""A digest as a mail: text and HTML, to one agent, marked as written by a machine.

SES writes Message-ID and Date itself. Source: RFC 5322, RFC 3834 (Auto-Submitted).
"""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.channels.base import MailRequest
from chalicelib.channels.email_mime import encoded, mailbox, one_line, page_of
from chalicelib.domain.agent import Agent
from chalicelib.domain.notice_digest import subject, text
from chalicelib.domain.notice_words import Words

NAME = "Parley"


def composed(sender: str, desk_url: str, agent: Agent, told: Sequence[Words], count: int) -> MailRequest:
    """`told`: what is named; `count`: how many things there are."""
    lines = [
        f"From: {mailbox(NAME, sender)}",
        f"To: {one_line(agent.email)}",
        f"Subject: {encoded(subject(count), 'Subject')}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ]
    words = text(one_line(agent.name), told, count, desk_url)
    part = EmailMessage(policy=SMTP)
    part.set_content(words, cte="quoted-printable")
    part.add_alternative(page_of(words), subtype="html", cte="quoted-printable")
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")
    return MailRequest(sender=sender, recipients=(agent.email,), raw=head + part.as_bytes())
