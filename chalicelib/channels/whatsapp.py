"""WhatsApp, by Meta's Cloud API: one inbox is one business phone number.

Sources: Meta "WhatsApp Cloud API" reference and "Webhooks: validating payloads". What only third
parties have seen is marked in docs/channels/whatsapp.md, and both possibilities are built.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.channels import meta, meta_subscriptions, meta_templates, plain, untrusted, whatsapp_fields
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
    ProviderError,
    SendResult,
    Signal,
    TemplatePage,
    WebhookRequest,
    first,
)
from chalicelib.channels.meta_api import bearer, get, is_trusted, payload_of, post_message
from chalicelib.channels.whatsapp_bodies import sha256_hex
from chalicelib.channels.whatsapp_errors import failure_of
from chalicelib.channels.whatsapp_files import MAX_BYTES
from chalicelib.channels.whatsapp_inbound import NOTICES, Change, echoes, messages, user_ids
from chalicelib.channels.whatsapp_interactive import MAX_BODY, MAX_BUTTONS
from chalicelib.channels.whatsapp_outbound import (
    BUILDERS,
    MAX_TEXT,
    addressee,
    body,
)
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

NAME = "whatsapp"
OBJECT = "whatsapp_business_account"
HEALTH_FIELDS = "display_phone_number,verified_name,quality_rating,code_verification_status,throughput"


CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    max_caption=MAX_BODY,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_BUTTONS,
    window_seconds=24 * 3600,
    outside_window=frozenset({MessageKind.TEMPLATE}),
    delivered=True,
    read=True,
    typing_out=True,
    read_out=True,
    reply_to=True,
    echoes_tracker=True,
    templates=True,
    registers=True,
    inbox_per_second=80,
)

ACCOUNT = whatsapp_fields.ACCOUNT
CREDENTIALS = whatsapp_fields.CREDENTIALS
SETTINGS = whatsapp_fields.SETTINGS

# The `field` of a change. Those of a whole account carry the WhatsApp Business Account's id as
# account id.
EVENT_TYPES: Mapping[str, Callable[..., Any]] = {
    "messages": messages,
    "smb_message_echoes": echoes,
    "user_id_update": user_ids,
    **NOTICES,
}


verify = meta.verify
challenge = meta.challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """Every item of every change of every entry: one payload may be for several of our numbers."""
    payload = untrusted.json_object(request.body)
    if payload.get("object") != OBJECT:
        return [Ignored(f"object.{untrusted.label(payload.get('object'))}")]
    found: list[Inbound] = []
    for entry in untrusted.objects(payload.get("entry")):
        for change in untrusted.objects(entry.get("changes")):
            found += _items(entry, change, request)
    return found or [Ignored("empty")]


def _items(entry: Mapping[str, Any], given: Mapping[str, Any], request: WebhookRequest) -> list[Inbound]:
    # A forwarding partner may leave `field` out; only `messages` is common enough to be meant.
    field = untrusted.text(given.get("field")) or "messages"
    handler = EVENT_TYPES.get(field)
    if handler is None:
        return [Ignored(f"field.{untrusted.label(field)}")]
    value = untrusted.mapping(given.get("value"))
    business_id = untrusted.identifier(entry.get("id")) or ""
    number_id = untrusted.identifier(untrusted.mapping(value.get("metadata")).get("phone_number_id"))
    at = untrusted.seconds(entry.get("time")) or request.received_at
    return list(handler(Change(number_id or business_id, field, value, at))) or [Ignored(f"empty.{field}")]


answer = plain.plain_answer


def check_send(message: Outgoing) -> None:
    """What can be built can be sent. The address may still be open while a message is written."""
    if message.to:
        addressee(message)
    body(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One message. Meta has no idempotency key; `tracker` comes back in the statuses instead."""
    payload: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **addressee(message),
        **body(message),
        "biz_opaque_callback_data": message.tracker,
    }
    if message.reply_to and message.kind is not MessageKind.REACTION:
        payload["context"] = {"message_id": message.reply_to}
    return post_message(payload, inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with an id, refused with a class, or (2xx, unreadable) taken without our knowing
    its id."""
    payload = payload_of(response)
    error = payload.get("error")
    if error is not None or not 200 <= response.status < 300:
        refusal = failure_of(untrusted.mapping(error), response.status)
        return SendResult(error=refusal, retry_after_seconds=untrusted.retry_after(response.headers))
    accepted = next(iter(untrusted.objects(payload.get("messages"))), {})
    external_id = untrusted.identifier(accepted.get("id"))
    return SendResult(external_id=external_id, uncertain=external_id is None)


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Both name a message of the customer's: a read mark covers all before it, typing (25 s) is a
    part of one."""
    if not signal.external_id:
        return None
    payload: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": signal.external_id,
    }
    if signal.kind == "typing":
        payload["typing_indicator"] = {"type": "text"}
    return post_message(payload, inbox, credentials)


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Ids of inbound files work for 7 days, the url they lead to for some minutes."""
    return get(media_id, inbox, credentials)


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """The url, and what Meta says the file is."""
    payload = payload_of(response)
    url = untrusted.text(payload.get("url"))
    if not 200 <= response.status < 300 or not url:
        return failure_of(untrusted.mapping(payload.get("error")), response.status)
    place = media_location(url, inbox, credentials)
    return MediaLocation(
        url=place.url,
        secret_headers=place.secret_headers,
        mime=untrusted.optional(payload.get("mime_type")),
        size_bytes=untrusted.whole(payload.get("file_size")),
        sha256=sha256_hex(payload.get("sha256")),
    )


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """The token goes to Meta's own hosts only: the url comes from a payload."""
    return MediaLocation(url, bearer(credentials) if is_trusted(url, inbox) else {})


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Reads the number itself: proves token, permission and number in one call."""
    return get(inbox.account_id, inbox, credentials, f"?fields={HEALTH_FIELDS}")


def parse_health(response: HttpResponse) -> Health:
    """The number's name and quality, or why it cannot be used."""
    payload = payload_of(response)
    if 200 <= response.status < 300 and untrusted.identifier(payload.get("id")):
        shown = untrusted.text(payload.get("verified_name")) or untrusted.text(payload.get("display_phone_number"))
        return Health(True, f"Connected as {shown}." if shown else "Connected.", payload)
    error = failure_of(untrusted.mapping(payload.get("error")), response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def build_template_list(inbox: Inbox, credentials: Credentials, after: str | None) -> HttpRequest:
    return meta_templates.build_list(_business_account(inbox), inbox, credentials, after)


def parse_template_list(response: HttpResponse, at: datetime) -> TemplatePage | ProviderError:
    if 200 <= response.status < 300:
        return meta_templates.parse_list(response, at)
    return failure_of(untrusted.mapping(payload_of(response).get("error")), response.status)


template_news = meta_templates.news


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """The account's webhooks go to `url`, whatever the app's own callback is; Meta tries it at once by a handshake."""
    payload = {"override_callback_uri": url, "verify_token": first(credentials, "verify_token")}
    return meta_subscriptions.build(_business_account(inbox), payload, inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    return meta_subscriptions.parse(response, failure_of, "WhatsApp sends its webhooks here.")


def _business_account(inbox: Inbox) -> str:
    found = untrusted.text(inbox.settings.get("waba_id"))
    if not found:
        raise KeyError("waba_id")
    return found
