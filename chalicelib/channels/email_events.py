"""What SES tells of mails we sent: delivered, opened, bounced, complained about, rejected.

Source: "Examples of event data that Amazon SES publishes to Amazon SNS"; "Amazon SNS notification contents". Both
forms (`eventType` of a configuration set, `notificationType` of an identity) are the same inside.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels import email_errors, untrusted
from chalicelib.channels.base import Ignored, Inbound, Peer, ProviderError, StatusUpdate
from chalicelib.channels.email_bounce_marks import failed, unreachable
from chalicelib.channels.email_inbound import Notice, received
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass

# The tags that our mails carry, and SES brings back. Of a side thread's mail they name the thread and its message.
LEG, MESSAGE, ATTEMPT, CUSTOMER = "parley_leg", "parley_message", "parley_attempt", "parley_to"


def customer_tag(address: str) -> str:
    """The customer's address in a form that a tag may have."""
    return ids.digest(address.strip().lower())


def _tag(notice: Notice, name: str) -> str:
    values = untrusted.items(untrusted.mapping(notice.mail.get("tags")).get(name))
    return untrusted.text(values[0]) if values else ""


def _tracker(notice: Notice) -> str | None:
    parts = [_tag(notice, name) for name in (LEG, MESSAGE, ATTEMPT)]
    return ".".join(parts) if all(parts) else None


def _is_customer(notice: Notice, address: str) -> bool:
    """Whether this recipient is the one the mail was for, and no copy."""
    if _tag(notice, LEG).startswith("sth_"):
        # Of a side thread everybody counts who was asked.
        return True
    known = _tag(notice, CUSTOMER)
    if known:
        return customer_tag(address) == known
    destination = [untrusted.text(one).lower() for one in untrusted.items(notice.mail.get("destination"))]
    return not destination or address.strip().lower() == destination[0]


def _id(notice: Notice) -> str | None:
    return untrusted.identifier(notice.mail.get("messageId"))


def _part(notice: Notice, name: str) -> Mapping[str, Any]:
    return untrusted.mapping(notice.message.get(name))


def _mark(notice: Notice, state: DeliveryState, part: str, **more: Any) -> list[Inbound]:
    external_id = _id(notice)
    if external_id is None:
        return [Ignored("without_id")]
    at = untrusted.iso_time(_part(notice, part).get("timestamp")) or notice.at
    peer = Peer((f"ses:{external_id}",))
    return [StatusUpdate(notice.account_id, state, at, external_id, _tracker(notice), peer, **more)]


def sent(notice: Notice) -> list[Inbound]:
    return _mark(notice, DeliveryState.SENT, "send")


def delivered(notice: Notice) -> list[Inbound]:
    """The customer's mail server has it; a copy's does not count."""
    part = _part(notice, "delivery")
    recipients = [untrusted.text(one) for one in untrusted.items(part.get("recipients"))]
    if recipients and not any(_is_customer(notice, one) for one in recipients):
        return [Ignored("delivery_of_copy")]
    detail = untrusted.known(
        smtp=untrusted.text(part.get("smtpResponse")), mta=untrusted.text(part.get("reportingMTA"))
    )
    return _mark(notice, DeliveryState.DELIVERED, "delivery", detail=detail)


def opened(notice: Notice) -> list[Inbound]:
    """Told only where the configuration set tracks opens: some programs load every picture by themselves."""
    return _mark(notice, DeliveryState.READ, "open")


def bounced(notice: Notice) -> list[Inbound]:
    """One item for each recipient; only the customer's own bounce fails the message."""
    part, external_id = _part(notice, "bounce"), _id(notice)
    at = untrusted.iso_time(part.get("timestamp")) or notice.at
    items: list[Inbound] = []
    for recipient in untrusted.objects(part.get("bouncedRecipients")):
        address = untrusted.text(recipient.get("emailAddress"))
        error = email_errors.bounced(part, recipient)
        if external_id is None or not _is_customer(notice, address):
            items.append(Ignored("bounce_of_copy", item_id=external_id, detail=error.detail))
            continue
        items.append(failed(notice.account_id, external_id, _tracker(notice), at, error))
        if error.failure is FailureClass.RECIPIENT:
            items.append(unreachable(notice.account_id, external_id, at, error, complained=False))
    return items or [Ignored("bounce_of_nobody", item_id=external_id)]


def complained(notice: Notice) -> list[Inbound]:
    """Marked as spam; `not-spam` takes it back, and asks nothing of us."""
    part, external_id = _part(notice, "complaint"), _id(notice)
    if external_id is None or untrusted.text(part.get("complaintFeedbackType")) == "not-spam":
        return [Ignored("no_complaint", item_id=external_id)]
    people = [untrusted.text(one.get("emailAddress")) for one in untrusted.objects(part.get("complainedRecipients"))]
    if people and not any(_is_customer(notice, one) for one in people):
        return [Ignored("complaint_of_copy", item_id=external_id)]
    at, error = untrusted.iso_time(part.get("timestamp")) or notice.at, email_errors.COMPLAINED
    return [
        failed(notice.account_id, external_id, _tracker(notice), at, error),
        unreachable(notice.account_id, external_id, at, error, complained=True),
    ]


def rejected(notice: Notice) -> list[Inbound]:
    """SES took the mail and found a virus in it."""
    told = untrusted.text(_part(notice, "reject").get("reason"))
    error = ProviderError("reject", FailureClass.CONTENT, f"Amazon SES did not send the mail. {told}".strip()[:300])
    return _mark(notice, DeliveryState.FAILED, "reject", error=error)


def not_rendered(notice: Notice) -> list[Inbound]:
    told = untrusted.text(_part(notice, "failure").get("errorMessage"))
    error = ProviderError(
        "rendering", FailureClass.CONTENT, f"Amazon SES could not make the mail. {told}".strip()[:300]
    )
    return _mark(notice, DeliveryState.FAILED, "failure", error=error)


def passing(notice: Notice) -> list[Inbound]:
    """A delay is no failure: SES goes on trying, and says later what came of it. Clicks are nobody's business."""
    return [Ignored(f"event.{untrusted.label(notice.kind.replace(' ', '_'))}", item_id=_id(notice))]


HANDLERS: Mapping[str, Callable[[Notice], list[Inbound]]] = {
    "Received": received,
    "Send": sent,
    "Delivery": delivered,
    "Open": opened,
    "Bounce": bounced,
    "Complaint": complained,
    "Reject": rejected,
    "Rendering Failure": not_rendered,
    "DeliveryDelay": passing,
    "Click": passing,
    "Subscription": passing,
}
