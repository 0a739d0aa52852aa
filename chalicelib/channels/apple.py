"""Apple Messages for Business, by the REST API for messaging service providers: one inbox is one business.

Source: MSP REST API 4.0.3 (register.apple.com). What nobody has confirmed is marked in docs/channels/apple.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from chalicelib.channels import apple_api as api
from chalicelib.channels import apple_fields, untrusted
from chalicelib.channels import apple_jwt as jwt
from chalicelib.channels.apple_choices import MAX_CHOICES
from chalicelib.channels.apple_envelope import Envelope, plain
from chalicelib.channels.apple_errors import UNKNOWN_FATE, failure_of
from chalicelib.channels.apple_files import decrypted, reference_named
from chalicelib.channels.apple_inbound import EVENT_TYPES as EVENTS
from chalicelib.channels.apple_inbound import items_of
from chalicelib.channels.apple_outbound import BUILDERS, MAX_BYTES, MAX_TEXT, Device, device_of, payload_of
from chalicelib.channels.apple_sending import with_files
from chalicelib.channels.base import (
    Call,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Inbound,
    MediaLocation,
    Outgoing,
    ProviderError,
    SendResult,
    Signal,
    SignatureMismatch,
    WebhookRequest,
)
from chalicelib.channels.plain import inbox_called, no_challenge, open_location, plain_answer
from chalicelib.channels.signing import valid
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "apple"

PLAIN = "plain"

# Before sending, nothing is known of the device: each kind is checked as if it could show it.
_ANY_DEVICE = Device(capabilities=frozenset({"QUICK", "LIST", "TIME"}))
_TEXT_DEVICE = Device()

CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    max_caption=MAX_TEXT,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_CHOICES,
    typing_in=True,
    typing_out=True,
    answering=True,
    closable=True,
    sealed=True,
)

ACCOUNT = apple_fields.ACCOUNT
CREDENTIALS = apple_fields.CREDENTIALS
SETTINGS = apple_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = EVENTS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """The token proves that Apple called us within the last hour. It signs nothing of what the call says."""
    keys, audiences = jwt.keys_of(credentials, "api_secret"), valid(credentials, "msp_id")
    if not keys or not audiences:
        raise SignatureMismatch("no MSP id, or no secret in base64, is set")
    jwt.check(request.headers.get("authorization", ""), keys, audiences, request.received_at)


challenge = no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One message of Apple's, which may be two items. `destinationId` is the business that it is for."""
    body = untrusted.json_object(request.fetched[PLAIN] if PLAIN in request.fetched else plain(request.body))
    # Apple appends `/message` to the address that it is given.
    return items_of(Envelope(inbox_called(request, NAME, "(?:/message)?"), body, request.headers, request.received_at))


answer = plain_answer


def check_send(message: Outgoing) -> None:
    """As the best device would show it, and as the text that any other gets."""
    for device in (_ANY_DEVICE, _TEXT_DEVICE):
        payload_of(message, device, "")


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Call | None:
    """The id is made of the message's own, and so the same on every attempt."""
    at = message.attempted_at or message.created_at
    if at is None:
        raise ValueError("attempted_at is needed: the token has a time")
    identity = api.message_id(message.message_id)
    payload = payload_of(message, device_of(message, inbox), identity)
    if message.attachments:
        return with_files(message, payload, inbox, credentials, at, identity)
    return api.post(payload, message.to, inbox, credentials, at, identity=identity, human=message.human)


def parse_send(response: HttpResponse) -> SendResult:
    """200 means taken, and there is no other mark. What an answer says beside its status is not known."""
    if 200 <= response.status < 300:
        return SendResult()
    if response.status in UNKNOWN_FATE:
        return SendResult(uncertain=True)
    wait = untrusted.retry_after(response.headers)
    return SendResult(error=failure_of(api.payload_of(response), response.status), retry_after_seconds=wait)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> Call | None:
    """Typing, until our next message; there are no read marks."""
    if signal.kind != "typing" or not api.HEADER_SAFE.fullmatch(signal.to):
        return None
    at = api.now()
    identity = api.message_id("typing", signal.to, at.isoformat())
    return api.post({"type": "typing_start"}, signal.to, inbox, credentials, at, identity=identity)


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Where Apple has the file now; the id holds all that has to be shown for it."""
    found = reference_named(media_id)
    if found is None:
        return None
    return api.pre_download(found.url, found.owner, found.signature, inbox, credentials)


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """The place holds the encrypted file, for everybody: it gets no token of ours."""
    payload, found = api.payload_of(response), reference_named(media_id)
    if not 200 <= response.status < 300:
        return failure_of(payload, response.status)
    url = untrusted.text(payload.get("download-url"))
    if not url or found is None:
        return ProviderError("no_download_url", FailureClass.CONTENT, "Apple told no address of the file.")
    return MediaLocation(url, decode=partial(decrypted, key=found.key))


media_location = open_location


def build_health(inbox: Inbox, credentials: Credentials) -> Call | None:
    """A place for a file of one byte, which is never used, proves the MSP id and the secret."""
    return api.pre_upload(1, inbox, credentials, api.now())


def parse_health(response: HttpResponse) -> Health:
    """Whether Apple knows us; it tells nothing of the business."""
    payload = api.payload_of(response)
    if 200 <= response.status < 300:
        ok = "upload-url" in payload
        return Health(ok, "Apple accepts the MSP id and the secret." if ok else "Apple's answer makes no sense.")
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def opened(request: WebhookRequest, credentials: Credentials) -> WebhookRequest:
    """With the body unpacked beside it, where it was compressed: what is stored is measured by that."""
    body = plain(request.body)
    return request if body is request.body else replace(request, fetched={**request.fetched, PLAIN: body})
