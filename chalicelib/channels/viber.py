"""Viber, by its REST API for bots: one inbox is one bot.

Source: "Viber REST API" reference. What only third parties have seen is marked in docs/channels/viber.md.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import plain, untrusted, viber_fields
from chalicelib.channels.base import (
    CannotSay,
    Capabilities,
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    Outgoing,
    PayloadNotUnderstood,
    Reply,
    SendResult,
    SignatureMismatch,
    WebhookRequest,
    first,
)
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.channels.viber_errors import failure_of, status_of
from chalicelib.channels.viber_inbound import EVENT_TYPES as EVENTS
from chalicelib.channels.viber_inbound import Event
from chalicelib.channels.viber_outbound import (
    BUILDERS,
    MAX_BUTTONS,
    MAX_BYTES,
    MAX_CAPTION,
    MAX_TEXT,
    body_of,
    encoded,
    sender_of,
)
from chalicelib.domain.inbox import Inbox

NAME = "viber"
API_BASE = "https://chatapi.viber.com"


CAPABILITIES = Capabilities(
    kinds_out=frozenset(BUILDERS),
    max_text=MAX_TEXT,
    max_caption=MAX_CAPTION,
    max_bytes=MAX_BYTES,
    max_buttons=MAX_BUTTONS,
    delivered=True,
    read=True,
    registers=True,
)

ACCOUNT = viber_fields.ACCOUNT
CREDENTIALS = viber_fields.CREDENTIALS
SETTINGS = viber_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = EVENTS


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """Viber signs the raw bytes with the bot's token, and no time: repeats show by their message tokens."""
    given = request.headers.get("x-viber-content-signature", "")
    signed = [hmac_sha256(secret, request.body).hex() for secret in valid(credentials, "auth_token")]
    matches = [same(given, digest) for digest in signed]
    if not any(matches):
        raise SignatureMismatch("X-Viber-Content-Signature")


challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """The one item of the callback. It names no bot: the inbox that was called is the account."""
    payload = untrusted.json_object(request.body)
    handler = EVENT_TYPES.get(untrusted.text(payload.get("event")))
    if handler is None:
        return [Ignored(f"event.{untrusted.label(payload.get('event'))}")]
    return [handler(Event(plain.inbox_called(request, NAME), payload, request.received_at))]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """Who opens the chat may be welcomed right here, before they have said anything. A repeat too: Viber asks again
    only where it got no answer."""
    payload = untrusted.json_object(request.body)
    welcome = untrusted.text(inbox.settings.get("welcome")).strip()
    if payload.get("event") != "conversation_started" or not welcome:
        return None
    body = {"sender": sender_of("", inbox), "type": "text", "text": welcome[:MAX_TEXT]}
    return Reply(200, json.dumps(body), "application/json")


def check_send(message: Outgoing) -> None:
    """What can be built can be sent."""
    body_of(message)


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """One call, which has no idempotency key; marks name Viber's token, not ours."""
    if not untrusted.identifier(message.to):
        raise CannotSay("This is no Viber address: the customer's id is needed.", field="to")
    return _call("send_message", encoded(body_of(message, inbox)), inbox, credentials)


def parse_send(response: HttpResponse) -> SendResult:
    """Accepted with a message token, refused with a class (mostly with HTTP 200), or taken for all we know."""
    payload = _payload(response)
    status = status_of(payload)
    if status not in (0, None) or not 200 <= response.status < 300:
        wait = untrusted.retry_after(response.headers)
        return SendResult(error=failure_of(payload, response.status), retry_after_seconds=wait)
    token = untrusted.identifier(payload.get("message_token"))
    return SendResult(external_id=token, uncertain=token is None and status != 0)


build_signal = plain.no_signal
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """`get_account_info` proves the token."""
    return _call("get_account_info", b"{}", inbox, credentials)


def parse_health(response: HttpResponse) -> Health:
    """The bot's name and where its webhook goes, or why it cannot be used."""
    payload = _payload(response)
    if 200 <= response.status < 300 and status_of(payload) == 0:
        facts = untrusted.known(
            id=untrusted.text(payload.get("id")),
            name=untrusted.text(payload.get("name")),
            webhook=untrusted.text(payload.get("webhook")),
            subscribers_count=untrusted.whole(payload.get("subscribers_count")),
        )
        return Health(True, f"Connected as {facts.get('name') or 'a bot'}.", facts)
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def build_register(inbox: Inbox, credentials: Credentials, url: str) -> HttpRequest:
    """`set_webhook`: Viber calls the address at once, and only then says yes."""
    payload = {"url": url, "event_types": sorted(EVENT_TYPES), "send_name": True, "send_photo": True}
    return _call("set_webhook", encoded(payload), inbox, credentials)


def parse_register(response: HttpResponse) -> Health:
    payload = _payload(response)
    if 200 <= response.status < 300 and status_of(payload) == 0:
        return Health(True, "Viber sends its webhooks here.")
    error = failure_of(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def _call(method: str, body: bytes, inbox: Inbox, credentials: Credentials) -> HttpRequest:
    base = (untrusted.text(inbox.settings.get("api_base")) or API_BASE).rstrip("/")
    return HttpRequest(
        method="POST",
        url=f"{base}/pa/{method}",
        headers={"content-type": "application/json"},
        secret_headers={"x-viber-auth-token": first(credentials, "auth_token")},
        body=body,
    )


def _payload(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return untrusted.json_object(response.body)
    except PayloadNotUnderstood:
        return {}
