"""Reports about mails we sent, that come as mails themselves: bounces by the customer's server, complaints."""

from datetime import datetime

from chalicelib.channels import email_errors, email_threads, untrusted
from chalicelib.channels.base import (
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    ProviderError,
    ReachabilityChanged,
    StatusUpdate,
)
from chalicelib.channels.email_mail import Bounce, Mail
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind

MAX_MAILS = 10


def reported(account_id: str, bounce: Bounce, at: datetime) -> list[Inbound]:
    """Marks of the mails that the report names; never a message: nobody wrote it."""
    if bounce.kind == "delay":
        return [Ignored("delay")]
    sent = [found for found in map(email_threads.ses_id, bounce.original_message_ids) if found]
    error = _error(bounce)
    items: list[Inbound] = []
    for external_id in list(dict.fromkeys(sent))[:MAX_MAILS]:
        items.append(failed(account_id, external_id, None, at, error))
        if bounce.permanent or bounce.kind == "complaint":
            items.append(unreachable(account_id, external_id, at, error, complained=bounce.kind == "complaint"))
    return items or [Ignored(f"{bounce.kind}_of_unknown", detail=error.detail)]


def _error(bounce: Bounce) -> ProviderError:
    if bounce.kind == "complaint":
        return email_errors.COMPLAINED
    first = bounce.recipients[0] if bounce.recipients else None
    status, told = (first.status, first.diagnostic) if first else ("", "")
    failure = FailureClass.RECIPIENT if bounce.permanent else FailureClass.RETRY
    code = f"bounce.{status or ('5' if bounce.permanent else '4')}"[:80]
    return ProviderError(code, failure, f"The customer's mail server sent the mail back. {told}".strip()[:300])


def failed(account_id: str, external_id: str, tracker: str | None, at: datetime, error: ProviderError) -> StatusUpdate:
    """A mark on the mail that SES knows by this id."""
    peer = Peer((f"ses:{external_id}",))
    return StatusUpdate(account_id, DeliveryState.FAILED, at, external_id, tracker, peer, error=error)


def unreachable(
    account_id: str, external_id: str, at: datetime, error: ProviderError, *, complained: bool
) -> ReachabilityChanged:
    """The thread of that mail can no longer be written to."""
    reason = "complained" if complained else "bounced"
    return ReachabilityChanged(account_id, f"ses:{external_id}", False, reason, at, error.detail)


def reported_aside(account_id: str, mail: Mail, aside: str, at: datetime, key: str) -> list[Inbound]:
    """What a mail server says of a mail of a side thread; nothing of one that is only late."""
    bounce = mail.bounce
    if bounce is None or bounce.kind == "delay":
        return []
    told = [f"{one.address} ({one.status or 'no code'}) {one.diagnostic}".strip() for one in bounce.recipients]
    sentence = "The mail was marked as spam by" if bounce.kind == "complaint" else "The mail came back from"
    report = InboundMessage(
        account_id=account_id,
        external_id=f"{ids.digest(mail.message_id)}#{ids.digest(mail.text)}",
        peer=Peer(addresses=(f"report:{ids.digest(mail.message_id)}",)),
        occurred_at=at,
        untimed=True,
        kind=MessageKind.SYSTEM,
        text=f"{sentence} {'; '.join(told[:MAX_MAILS]) or 'a mail server'}"[:2000],
        content=untrusted.known(type=bounce.kind, automatic=bounce.kind, object_key=key or None),
        known_only=True,
        aside=aside,
    )
    return [report]
