"""SMS and MMS, by Twilio's Programmable Messaging. One inbox is one number, short code or messaging service.

Source: Twilio's reference ("Messaging webhooks", "Message resource", "Webhooks Security"). What nobody has confirmed is
marked in docs/channels/sms.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import sms_fields, sms_outbound, sms_register, twilio_api, untrusted
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    MediaLocation,
    Outgoing,
    PayloadNotUnderstood,
    ProviderError,
    Reply,
    SendResult,
    Signal,
    SignatureMismatch,
    Steps,
    WebhookRequest,
)
from chalicelib.channels.sms_errors import ERRORS, failure
from chalicelib.channels.sms_inbound import HANDLERS, Form
from chalicelib.channels.twilio_signing import is_genuine, parameters
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "sms"
# Any text in the answer would be sent to the customer.
NOTHING = "<Response/>"

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*sms/([A-Za-z0-9_-]{1,128})/?")

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


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """No time is signed: a repeat is told by its MessageSid."""
    if not is_genuine(request, credentials):
        raise SignatureMismatch("X-Twilio-Signature")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: Twilio believes what is entered."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One call, one item. It names numbers, and several inboxes may share one: the inbox called is the account."""
    fields = _fields(request)
    found = _PATH.fullmatch(request.path)
    kind = _kind(fields)
    handler = EVENT_TYPES.get(kind)
    if handler is None:
        return [Ignored(f"type.{untrusted.label(kind)}")]
    return [handler(Form(found[1] if found else "", kind, fields, request.query, request.received_at))]


def _fields(request: WebhookRequest) -> dict[str, Any]:
    """The first value of each parameter. A body without any is no form."""
    if request.body.lstrip()[:1] == b"{":
        return untrusted.json_object(request.body)
    if b"=" not in request.body:
        raise PayloadNotUnderstood("the body is no form", field="body")
    fields: dict[str, Any] = {}
    for name, value in parameters(request.body):
        fields.setdefault(name, value)
    return fields


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
    """`Messages.json`. Twilio has no idempotency key; the status callback brings our tracker back."""
    return HttpRequest(
        method="POST",
        url=f"{twilio_api.account_url(inbox)}/Messages.json",
        headers={"content-type": twilio_api.FORM},
        secret_headers=twilio_api.basic(inbox, credentials),
        body=sms_outbound.form_of(message, inbox),
    )


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


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """SMS has none."""
    return None


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Files come with their url."""
    return None


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return ProviderError("no_lookup", FailureClass.CONTENT, "Files of this channel come with their address.")


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The credentials go to Twilio's own hosts only: the url comes from a payload."""
    return MediaLocation(url, twilio_api.basic(inbox, credentials) if twilio_api.is_trusted(url, inbox) else {})


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the account: proves sid and token."""
    return twilio_api.health_request(inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """The account's name and state, or why it cannot be used."""
    return twilio_api.health(response, ERRORS)


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> Steps:
    return sms_register.build(inbox, credentials, url)


def parse_register(response: HttpResponse) -> Health:
    return sms_register.parse(response)
