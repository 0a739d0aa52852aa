"""The simulated Amazon SES: takes the desk's mail, plays the mailboxes it goes to, and hands in what they write.

Mails come to the desk as a receipt rule would bring them: into a bucket, with a notification by SNS. What became of the
desk's mails comes by the same topic. Source: "Contents of notifications for Amazon SES email receiving", "Examples of
event data that Amazon SES publishes to Amazon SNS".
"""

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import partial
from threading import RLock
from typing import Any
from uuid import uuid4

from simulators import email_sns
from simulators.clock import Clock
from simulators.email_accounts import BEHAVIOURS, SETTINGS, Account, put_into_s3, shown, written
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.wire import Json

PROVIDER = "email"
REGION = "eu-west-1"
PREFIX = "inbound/"
CHECKS = ("spf", "dkim", "dmarc", "spam", "virus")


class Email:
    """The provider, in memory. Every public method is safe to call from any thread."""

    def __init__(
        self,
        clock: Clock,
        knobs: KnobBoard,
        poster: WebhookPoster,
        *,
        base_url: Callable[[], str],
        put: Callable[[str, str, bytes], None] = put_into_s3,
    ) -> None:
        self.clock = clock
        self.knobs = knobs
        self.accounts: dict[str, Account] = {}
        self.lock = RLock()
        self._poster = poster
        self._base_url = base_url
        self._put = put

    def register(self, address: str, **settings: Any) -> Account:
        """Create or change an address; ValueError says what is wrong with the settings."""
        if "@" not in address or not settings.keys() <= SETTINGS | {"confirmed"}:
            raise ValueError(f"an address has an @, its settings are {', '.join(sorted(SETTINGS))}")
        with self.lock:
            account = self.accounts.setdefault(address, Account(address))
            for name, value in settings.items():
                setattr(account, name, value)
        return account

    def account(self, address: str) -> Account:
        """A registered address; LookupError if there is none."""
        try:
            return self.accounts[address]
        except KeyError:
            raise LookupError(f"address {address}") from None

    def subscribe(self, address: str) -> None:
        """Ask the webhook to confirm; nothing else is posted to it before."""
        account = self.account(address)
        url = f"{self._base_url()}/sns/?Action=ConfirmSubscription&TopicArn={account.topic_arn}&Token={address}"
        text = f"You have chosen to subscribe to the topic {account.topic_arn}."
        self._post(account, self._signed(account, text, Token=address, SubscribeURL=url))

    def confirm(self, address: str) -> None:
        """The address in the request was called."""
        self.account(address).confirmed = True

    def behave(self, address: str, mailbox: str, behaviour: str) -> None:
        """How a mailbox takes mail from now on; ValueError if there is no such way."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"a mailbox {', '.join(BEHAVIOURS)}")
        self.account(address).behaviours[mailbox] = behaviour

    def write(self, address: str, mailbox: str, /, text: str = "", **spec: Any) -> str:
        """A customer writes a new mail (`subject`, `name`, `cc`, `to`, `headers`, `files`, `verdicts`, `source`).

        Returns its Message-ID."""
        account = self.account(address)
        message_id = str(spec.get("message_id") or f"<{uuid4()}@{mailbox.rpartition('@')[2]}>")
        headers = {
            "From": f"{spec['name']} <{mailbox}>" if spec.get("name") else mailbox,
            "To": str(spec.get("to") or address),
            "Cc": ", ".join(spec.get("cc", ())),
            "Subject": str(spec.get("subject", "")),
            "Date": format_datetime(self.clock.now()),
            "Message-ID": message_id,
            **dict(spec.get("headers", {})),
        }
        raw = written(headers, text, list(spec.get("files", ())), str(spec.get("html", "")))
        account.keep(mailbox, {"id": message_id, "author": "customer", "subject": headers["Subject"], "text": text})
        self.hand_in(account, raw, str(spec.get("source", mailbox)), recipient=parseaddr(headers["To"])[1], spec=spec)
        return message_id

    def answer(self, address: str, mailbox: str, identifier: str, /, text: str, **spec: Any) -> str:
        """A customer answers a mail of the desk's. What their program loses: `drop` of "token", "references",
        "in_reply_to"; `writer` is somebody else who answers, `quote` adds what was said."""
        account = self.account(address)
        said = account.find(mailbox, identifier)
        dropped = set(spec.pop("drop", ()))
        own = f"<{identifier}@{REGION}.amazonses.com>"
        headers = dict(spec.pop("headers", {}))
        if "in_reply_to" not in dropped:
            headers.setdefault("In-Reply-To", own)
        if "references" not in dropped:
            headers.setdefault("References", " ".join([*said["references"], own]))
        subject = said["subject"] if said["subject"].lower().startswith("re:") else f"Re: {said['subject']}"
        to = said["from"] if "token" in dropped or not said["reply_to"] else said["reply_to"]
        if spec.pop("quote", True):
            quoted = "\n".join(f"> {line}" for line in said["text"].splitlines())
            text = f"{text}\n\nOn Mon, Mar 2, 2026 at 10:00 AM {said['from']} wrote:\n{quoted}\n"
        writer = str(spec.pop("writer", mailbox))
        return self.write(address, writer, text=text, **{"subject": subject, "to": to, "headers": headers, **spec})

    def hand_in(self, account: Account, raw: bytes, source: str, *, recipient: str, spec: Json) -> str:
        """A mail comes to the receipt rule. Returns its object key."""
        received_id = uuid4().hex
        key = f"{PREFIX}{received_id}"
        self._put(account.bucket, key, raw)
        at = _moment(self.clock.now())
        verdicts = {**dict.fromkeys(CHECKS, "PASS"), **dict(spec.get("verdicts", {}))}
        action = {"type": "S3", "topicArn": account.topic_arn, "bucketName": account.bucket, "objectKey": key}
        told = {
            "notificationType": "Received",
            "receipt": {
                "timestamp": at,
                "recipients": [recipient],
                **{f"{check}Verdict": {"status": status} for check, status in verdicts.items()},
                "action": action,
            },
            "mail": {
                "timestamp": at,
                "source": source,
                "messageId": received_id,
                "destination": [recipient],
                "headersTruncated": False,
                "headers": [],
            },
        }
        self.tell(account, told)
        return key

    def take(self, account: Account, raw: bytes, recipients: list[str], tags: dict[str, str]) -> str:
        """A mail of the desk's that was accepted: to each mailbox."""
        identifier = f"0102019{uuid4().hex[:9]}-{uuid4()}-000000"
        for mailbox in recipients:
            account.keep(mailbox, shown(raw, identifier, tags))
        return identifier

    def settle(self, account: Account, identifier: str, recipients: list[str], tags: dict[str, str]) -> None:
        """After the answer: tell what each mailbox did with it."""
        for mailbox in recipients:
            behaviour = account.behaviours.get(mailbox, "reads")
            events = _events(mailbox, behaviour, _moment(self.clock.now()))
            for kind in self.knobs.in_order(list(events)):
                told = {"eventType": kind.capitalize(), kind: events[kind]}
                self.happen(account, identifier, recipients, tags, told)
            if behaviour == "away":
                headers = {"Auto-Submitted": "auto-replied", "Subject": "Automatic reply"}
                self.answer(account.address, mailbox, identifier, "I am away.", quote=False, headers=headers)

    def happen(
        self, account: Account, identifier: str, recipients: list[str], tags: dict[str, str], event: Json
    ) -> None:
        """One event about a mail of the desk's."""
        told = {
            **event,
            "mail": {
                "timestamp": _moment(self.clock.now()),
                "source": account.address,
                "messageId": identifier,
                "destination": recipients,
                "tags": {name: [value] for name, value in tags.items()},
            },
        }
        delay = self.knobs.now.status_delay_seconds
        self._poster.schedule(delay, partial(self.tell, account, told))

    def tell(self, account: Account, told: Json) -> None:
        """Publish to the topic: to whoever has confirmed."""
        if account.confirmed:
            self._post(account, self._signed(account, json.dumps(told)))

    def mailbox(self, address: str, mailbox: str) -> list[Json]:
        """What is in a mailbox, oldest first."""
        with self.lock:
            return list(self.account(address).mailboxes.get(mailbox, []))

    def reset(self, *, accounts: bool = False) -> None:
        """Forget mails; the addresses too if wanted."""
        with self.lock:
            if accounts:
                self.accounts.clear()
            for account in self.accounts.values():
                account.mailboxes.clear()
                account.behaviours.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.accounts.values()]

    def _signed(self, account: Account, text: str, **more: str) -> Json:
        return email_sns.notification(account.topic_arn, text, self.clock.wall(), self._base_url(), **more)

    def _post(self, account: Account, message: Json) -> None:
        if self.knobs.spend("bad_signature_next"):
            message = email_sns.spoiled(message)
        headers = email_sns.headers(message)
        copies = self.knobs.now.duplicates
        body = email_sns.body(message)
        self._poster.post(PROVIDER, account.address, account.webhook_url, body, lambda raw: headers, copies)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _events(mailbox: str, behaviour: str, at: str) -> Json:
    """What SES tells, in its order, by the name of each kind."""
    if behaviour in ("missing", "full"):
        person = {"emailAddress": mailbox, "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 refused"}
        kind, subtype = ("Permanent", "NoEmail") if behaviour == "missing" else ("Transient", "MailboxFull")
        return {
            "bounce": {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": [person], "timestamp": at}
        }
    delivery: Json = {"delivery": {"timestamp": at, "recipients": [mailbox]}}
    if behaviour != "complains":
        return delivery
    complaint = {"complainedRecipients": [{"emailAddress": mailbox}], "timestamp": at, "complaintFeedbackType": "abuse"}
    return {**delivery, "complaint": complaint}
