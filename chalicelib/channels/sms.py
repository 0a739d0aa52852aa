"""SMS and MMS, by Twilio's Programmable Messaging. One inbox is one number, short code or messaging service.

Source: Twilio's reference ("Messaging webhooks", "Message resource", "Webhooks Security"). What nobody has confirmed is
marked in docs/channels/sms.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import plain, sms_fields, sms_outbound, sms_register, twilio_api, twilio_signing, untrusted
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    Outgoing,
    Reply,
    SendResult,
    Steps,
    WebhookRequest,
)
from chalicelib.channels.sms_errors import ERRORS, failure
from chalicelib.channels.sms_inbound import HANDLERS, Form
from chalicelib.channels.twilio_signing import fields_of
from chalicelib.domain.inbox import Inbox

NAME = "sms"
# Any text in the answer would be sent to the customer.
NOTHING = "<Response/>"


CAPABILITIES = Capabilities(
    kinds_out=sms_outbound.KINDS,
    max_text=sms_outbound.MAX_TEXT,
    max_caption=sms_outbound.MAX_TEXT,
    max_bytes=sms_outbound.MAX_BYTES,
    delivered=True,
    segmented=True,
    registers=True,
)

ACCOUNT = sms_fields.ACCOUNT
CREDENTIALS = twilio_api.CREDENTIALS
SETTINGS = sms_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = HANDLERS


verify = twilio_signing.verify
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One call, one item. It names numbers, and several inboxes may share one: the inbox called is the account."""
    fields = fields_of(request)
    kind = _kind(fields)
    handler = EVENT_TYPES.get(kind)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(kind)}")]
    return [handler(Form(plain.inbox_called(request, NAME), kind, fields, request.query, request.received_at))]


def _kind(fields: Mapping[str, Any]) -> str:
    """A mark has a MessageStatus; a message has SmsStatus `received`, or at least a sender and something said."""
    if untrusted.text(fields.get("CallSid")) and not untrusted.text(fields.get("MessageSid")):
        return "call"
    named = untrusted.text(fields.get("MessageStatus")) or untrusted.text(fields.get("SmsStatus"))
    if named:
        return named.lower()
    return "received" if "From" in fields and ("Body" in fields or "NumMedia" in fields) else ""


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """TwiML that does nothing."""
    return Reply(200, NOTHING, "text/xml")


def check_send(message: Outgoing) -> None:
    """Length, and what goes by MMS."""
    sms_outbound.check(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`Messages.json`."""
    return twilio_api.send("Messages", sms_outbound.form_of(message, inbox), inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with a sid, refused with a class, or (2xx, unreadable) taken without our knowing its id."""
    payload = twilio_api.payload(response)
    if not 200 <= response.status < 300:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=ERRORS.refusal(payload, response.status), retry_after_seconds=wait)
    if payload.get("error_code") or payload.get("status") in ("failed", "undelivered"):
        told = untrusted.text(payload.get("error_message"))
        return SendResult(error=failure(payload.get("error_code"), told))
    sid = untrusted.identifier(payload.get("sid"))
    return SendResult(external_id=sid, uncertain=sid is None)


build_signal = plain.no_signal
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = twilio_api.media_location
build_health = twilio_api.health_request


def parse_health(response: HttpResponse) -> Health:
    """The account's name and state, or why it cannot be used."""
    return twilio_api.health(response, ERRORS)


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> Steps:
    return sms_register.build(inbox, credentials, url)


def parse_register(response: HttpResponse) -> Health:
    return sms_register.parse(response)
