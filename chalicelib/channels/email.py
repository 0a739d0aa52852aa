"""E-mail, by Amazon SES: mail comes by a receipt rule, a bucket and SNS; it goes by SendEmail.

One inbox is one address; one leg is one thread. Source: developer guides of Amazon SES and Amazon SNS. What nobody has
confirmed is marked in docs/channels/email.md.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from chalicelib.channels import (
    email_errors,
    email_events,
    email_fields,
    email_inbound,
    email_outbound,
    email_sns,
    plain,
    untrusted,
)
from chalicelib.channels.base import (
    AccountNotice,
    Call,
    Capabilities,
    Credentials,
    Health,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    Pointer,
    SendResult,
    WebhookRequest,
    first,
)
from chalicelib.domain.inbox import Inbox

NAME = "email"

# What SNS says of itself when SES is given a topic; no mail.
_SETUP = "Successfully validated SNS topic"

CAPABILITIES = Capabilities(
    kinds_out=email_outbound.KINDS,
    max_text=email_outbound.MAX_TEXT,
    max_caption=email_outbound.MAX_TEXT,
    max_bytes=email_outbound.MAX_BYTES,
    delivered=True,
    read=True,
    answering=True,
    # After a bounce or a complaint not one mail more.
    closable=True,
    points=True,
)

ACCOUNT = email_fields.ACCOUNT
CREDENTIALS = email_fields.CREDENTIALS
SETTINGS = email_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = email_events.HANDLERS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """The proof is Amazon's certificate, which `pointers_to_proof` has named; its topic was checked there."""
    email_sns.check(request)


# A subscription is confirmed by calling an address, see `pointers_to_content`.
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One notification: a mail, or what became of one of ours."""
    envelope = untrusted.json_object(request.body)
    account_id = _account_id(request)
    kind = untrusted.text(envelope.get("Type"))
    if kind != "Notification":
        return [_subscription(kind, account_id, envelope, request)]
    if _is_setup(envelope):
        return [Ignored("setup")]
    message = untrusted.json_object(untrusted.text(envelope.get("Message")))
    event = untrusted.text(message.get("notificationType")) or untrusted.text(message.get("eventType"))
    handler = EVENT_TYPES.get(event)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(event)}")]
    told = untrusted.mapping(message.get("mail")).get("timestamp")
    at = untrusted.iso_time(told) or untrusted.iso_time(envelope.get("Timestamp")) or request.received_at
    notice = email_inbound.Notice(account_id, event, message, at, request.inbox, request.credentials, request.fetched)
    found: list[Inbound] = handler(notice)
    return found


def _account_id(request: WebhookRequest) -> str:
    """The inbox that was called: mails name addresses, and several inboxes may share a topic."""
    return request.inbox.id if request.inbox else plain.inbox_called(request, NAME)


def _is_setup(envelope: Mapping[str, Any]) -> bool:
    return untrusted.text(envelope.get("Message")).startswith(_SETUP)


def _subscription(kind: str, account_id: str, envelope: Mapping[str, Any], request: WebhookRequest) -> Inbound:
    """Confirmed, as far as calling its address was answered well; or ended, which somebody should know."""
    at = untrusted.iso_time(envelope.get("Timestamp")) or request.received_at
    detail = {"topic_arn": untrusted.text(envelope.get("TopicArn"))}
    if kind == "SubscriptionConfirmation":
        word = "confirmed" if email_sns.CONFIRMATION in request.fetched else "unconfirmed"
        return AccountNotice(account_id, f"subscription.{word}", at, detail)
    if kind == "UnsubscribeConfirmation":
        return AccountNotice(account_id, "subscription.ended", at, detail)
    return Ignored(f"sns.{untrusted.label(kind)}")


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    """Lengths, files, copies."""
    email_outbound.check(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Call | None:
    """A whole mail. SES has no idempotency key; events bring our tracker back in their tags."""
    return email_outbound.steps(message, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted under SES's id (which is also in the Message-ID that it writes), or refused with a class."""
    if not 200 <= response.status < 300:
        return SendResult(error=email_errors.refusal(response), retry_after_seconds=email_errors.wait_of(response))
    try:
        payload = untrusted.json_object(response.body)
    except PayloadNotUnderstood:
        payload = {}
    external_id = untrusted.identifier(payload.get("MessageId"))
    alias = f"ses:{external_id}" if external_id else None
    return SendResult(external_id=external_id, uncertain=external_id is None, alias=alias)


build_signal = plain.no_signal
# Files are in the mail.
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """A file is a part of a mail in our bucket: `<object key>#<place>`."""
    key, _, place = url.rpartition("#")
    if not email_inbound.is_mail_key(key) or not (place.isascii() and place.isdigit() and len(place) < 6):
        return MediaLocation(url)
    from chalicelib.channels import email_parse  # noqa: PLC0415 - large, and not needed to send, plain

    return MediaLocation("", object_key=key, decode=partial(email_parse.part, place=int(place)))


def build_health(inbox: Inbox, credentials: Credentials) -> Call | None:
    """There is no account of the inbox's own: the deployment's role sends, and SES is asked when it does. What the
    inbox itself needs is looked at. Raises KeyError."""
    first(credentials, "token_secret")
    if not untrusted.text(inbox.settings.get("topic_arn")):
        raise KeyError("topic_arn")
    return None


def parse_health(response: HttpResponse) -> Health:
    """Never asked."""
    return Health(200 <= response.status < 300, "Amazon SES is asked when a mail is sent.")


def pointers_to_proof(request: WebhookRequest, inbox: Inbox) -> Sequence[Pointer]:
    """Amazon's certificate, for notifications of the inbox's own topics."""
    return (email_sns.certificate(request, inbox),)


def pointers_to_content(request: WebhookRequest, inbox: Inbox) -> Sequence[Pointer]:
    """The mail in our bucket; for a subscription the address that confirms it."""
    envelope = untrusted.json_object(request.body)
    if envelope.get("Type") == "SubscriptionConfirmation":
        return email_sns.confirmation(envelope, inbox)
    if envelope.get("Type") != "Notification" or _is_setup(envelope):
        return ()
    message = untrusted.json_object(untrusted.text(envelope.get("Message")))
    is_mail = untrusted.text(message.get("notificationType")) == "Received"
    return email_inbound.pointers(message, inbox) if is_mail else ()
