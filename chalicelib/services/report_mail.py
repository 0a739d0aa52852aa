"""Reports by mail: text and HTML with the tables and bars, files attached, marked as written by a machine.

SES writes Message-ID and Date itself, and knows no idempotency key: a mail whose outcome is not known may have gone.
Source: RFC 5322, RFC 3834 (Auto-Submitted), RFC 2231 (names of files).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from chalicelib.channels.base import MailRequest, NotSent, OutcomeUnknown
from chalicelib.channels.email_mime import encoded, mailbox, one_line
from chalicelib.domain.report_run import Fate, ReportRun, file_stem
from chalicelib.domain.report_schedule import Form, Recipient, Way
from chalicelib.services.ports import MailSender
from chalicelib.services.report_delivery_ports import Agents, Went
from chalicelib.services.report_files import MIMES
from chalicelib.services.report_html import html_of
from chalicelib.services.report_text import Around, text_of

NAME = "Parley"
# SES takes 40 MB; many mailboxes take 10 MB, which is some 7 MB before it is encoded.
MAX_ATTACHED = 7 * 1024 * 1024
MAX_SUBJECT = 150
# SES refuses for a while (RFC 9110: 429, 5xx), or for good.
PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class MailedReports:
    """`sender`: the address that mails of the desk come from ("": it sends none). `link`: where a run is read; ""
    where that is not known."""

    mails: MailSender
    agents: Agents
    sender: str
    link: Callable[[str], str]

    def send(self, run: ReportRun, place: int, document: Mapping[str, Any], files: Mapping[Form, bytes]) -> Went:
        if not self.sender:
            return Fate.FAILED, "This desk has no domain for mail: an administrator sets it up."
        address = self._address(run.deliveries[place].recipient)
        if address is None:
            return Fate.FAILED, "There is no such agent any more, or they may not sign in."
        owner = self.agents.get(run.owner_id)
        name = owner.name if owner else run.owner_id
        mail = composed(self.sender, address, run, document, files, self.link(run.id), name)
        try:
            answer = self.mails.send(mail)
        except NotSent as error:
            return Fate.AGAIN, f"The mail service cannot be reached: {error}"
        except OutcomeUnknown:
            return Fate.UNCERTAIN, "The mail service did not answer: it may have arrived."
        if answer.status < 300:
            return Fate.SENT, ""
        detail = f"The mail service answers {answer.status}: {one_line(answer.body.decode('utf-8', 'replace'))[:200]}"
        return (Fate.AGAIN if answer.status in PASSING else Fate.FAILED), detail

    def _address(self, recipient: Recipient) -> str | None:
        if recipient.way is Way.EMAIL:
            return recipient.address
        agent = self.agents.get(recipient.address)
        return agent.email if agent is not None and agent.enabled else None


def composed(
    sender: str,
    address: str,
    run: ReportRun,
    document: Mapping[str, Any],
    files: Mapping[Form, bytes],
    link: str,
    owner: str,
) -> MailRequest:
    """One mail to one address."""
    attached, left = _fitting(files)
    stem = file_stem(run)
    around = Around(link, [f"{stem}.{form}" for form in attached], [f"{stem}.{form}" for form in left], one_line(owner))
    subject = one_line(f"{run.layout.name} – {run.due_at:%Y-%m-%d}")[:MAX_SUBJECT]
    lines = [
        f"From: {mailbox(NAME, sender)}",
        f"To: {one_line(address)}",
        f"Subject: {encoded(subject, 'Subject')}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ]
    part = EmailMessage(policy=SMTP)
    part.set_content(_clean(text_of(document, run.layout.language, around)), cte="quoted-printable")
    if Form.MAIL in run.layout.forms:
        body = _clean(html_of(document, run.layout.language, around))
        part.add_alternative(body, subtype="html", cte="quoted-printable")
    for form in attached:
        kind, _, subtype = MIMES[form].partition("/")
        part.add_attachment(files[form], maintype=kind, subtype=subtype, filename=f"{stem}.{form}")
    head = "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")
    return MailRequest(sender=sender, recipients=(address,), raw=head + part.as_bytes())


def _fitting(files: Mapping[Form, bytes]) -> tuple[list[Form], list[Form]]:
    """The forms that fit into a mail together, smallest first, and those that do not."""
    fit: list[Form] = []
    left: list[Form] = []
    room = MAX_ATTACHED
    for form in sorted(files, key=lambda each: (len(files[each]), each)):
        (fit if len(files[form]) <= room else left).append(form)
        room -= len(files[form])
    return fit, left


def _clean(text: str) -> str:
    """Without what has no place in a mail: control characters, halves of characters."""
    return (
        "".join(each for each in text if each in "\n\t" or each.isprintable() or each == "\u00a0")
        .encode("utf-8", "replace")
        .decode()
    )
