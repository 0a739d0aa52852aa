"""Mails and notifications for tests: a fixture with something changed, and what the channel makes of it."""

import json
from dataclasses import replace
from typing import Any

from chalicelib.channels import email, email_threads
from chalicelib.domain import ids
from chalicelib.domain.inbox import Inbox
from tests.channels import sns
from tests.channels.kits import KITS, NEW, mail_request

KIT = KITS["email"]
ANA = "ana@customer.example"
SES = "0102019a0f3c2b1e-6a1f2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d-000000"
INBOX = replace(KIT.inbox, id="ibx_1")
LEG = ids.leg_id(INBOX.id, "mid:m1@customer.example")


def told(fixture: str, *, inbox: Inbox = INBOX, raw: bytes | None = None, **changes: Any) -> Any:
    """The item of a fixture with parts of the notification, or the mail itself, changed."""
    payload = KIT.payload(fixture)
    for path, value in changes.items():
        *way, last = path.split("__")
        part = payload
        for step in way:
            part = part[step]
        part[last] = value
    made = mail_request(sns.envelope(json.dumps(payload)), inbox=inbox)
    if raw is not None:
        made = replace(made, fetched={**made.fetched, "mail": raw})
    (item,) = email.normalise(made)
    return item


def mail(**headers: str) -> bytes:
    """A mail of Ana's, with these headers in place of the usual ones."""
    usual = {
        "From": f"Ana <{ANA}>",
        "To": "support@acme.example",
        "Subject": "Hello",
        "Message-ID": "<x1@customer.example>",
    }
    lines = [f"{name}: {value}" for name, value in {**usual, **headers}.items() if value]
    return ("\r\n".join([*lines, "MIME-Version: 1.0", "Content-Type: text/plain", "", "Hi", ""])).encode()


def from_ana(**headers: str) -> Any:
    return told("received__first", raw=mail(**headers))


def token(secret: str = NEW, leg: str = LEG) -> str:
    found = email_threads.token_of(leg, {"token_secret": (secret,)})
    assert found
    return found
