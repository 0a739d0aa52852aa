"""What the simulated Amazon SES knows: desks' addresses, and the mailboxes that write to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import Any

from simulators.wire import Json

KEPT = 2_000
# How a mailbox takes mail: it reads it, it is not there, it is full, its owner is away, its owner presses "spam".
BEHAVIOURS = ("reads", "missing", "full", "away", "complains")
SETTINGS = frozenset({"webhook_url", "topic_arn", "bucket"})


@dataclass(slots=True)
class Account:
    """One desk's address, and the topic that its notifications go to."""

    address: str
    webhook_url: str = ""
    topic_arn: str = "arn:aws:sns:us-east-1:000000000000:parley-mail"
    bucket: str = ""
    confirmed: bool = False
    mailboxes: dict[str, list[Json]] = field(default_factory=dict)
    behaviours: dict[str, str] = field(default_factory=dict)

    def keep(self, mailbox: str, mail: Json) -> None:
        """Put a mail into a mailbox, forgetting the oldest."""
        box = self.mailboxes.setdefault(mailbox, [])
        box.append(mail)
        del box[:-KEPT]

    def find(self, mailbox: str, identifier: str) -> Json:
        """A mail of a mailbox; LookupError if there is none."""
        for mail in self.mailboxes.get(mailbox, []):
            if mail["id"] == identifier:
                return mail
        raise LookupError(f"mail {identifier}")

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("address", "webhook_url", "topic_arn", "bucket", "confirmed")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Stores:
    """Where received mails are put: S3, unless a test has something else."""

    put: Callable[[str, str, bytes], None]


def put_into_s3(bucket: str, key: str, body: bytes) -> None:
    """By the SDK's usual settings: in the local cloud they lead to the emulator."""
    import boto3

    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def shown(raw: bytes, identifier: str, tags: dict[str, str]) -> Json:
    """A mail of the desk's as the customer's program shows it."""
    mail: Any = message_from_bytes(raw, policy=default)
    body = mail.get_body(("plain",))
    return {
        "id": identifier,
        "author": "desk",
        "from": str(mail["From"] or ""),
        "reply_to": str(mail["Reply-To"] or ""),
        "to": str(mail["To"] or ""),
        "cc": [address for _, address in getaddresses([str(mail["Cc"] or "")]) if address],
        "subject": str(mail["Subject"] or "").strip(),
        "text": body.get_content().replace("\r\n", "\n") if body else "",
        "in_reply_to": str(mail["In-Reply-To"] or ""),
        "references": str(mail["References"] or "").split(),
        "automatic": str(mail["Auto-Submitted"] or ""),
        "files": [part.get_filename() for part in mail.iter_attachments()],
        "tags": tags,
    }


def written(headers: dict[str, str], text: str, files: list[Json], html: str = "") -> bytes:
    """A mail of a customer's. `files` have name, mime and content (bytes)."""
    mail = EmailMessage()
    for name, value in headers.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for file in files:
        maintype, _, subtype = str(file.get("mime", "application/octet-stream")).partition("/")
        mail.add_attachment(file["content"], maintype=maintype, subtype=subtype, filename=file.get("name"))
    return mail.as_bytes()
