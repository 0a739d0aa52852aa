"""The custom channel: any other system, by our own contract (docs/channels/custom.md).

It posts signed events to us, and we post signed messages to it. Both sides sign `{timestamp}.{raw
body}` with HMAC-SHA256, refuse what is more than five minutes off, and drop what repeats an id.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import custom_fields, event_lists, plain
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
    WebhookRequest,
    first,
)
from chalicelib.channels.custom_inbound import EVENT_TYPES as EVENTS
from chalicelib.channels.custom_inbound import item_of
from chalicelib.channels.custom_messages import MAX_FILES, MAX_TEXT
from chalicelib.channels.custom_outbound import neutral, refusal
from chalicelib.channels.signing import hex_signature
from chalicelib.channels.untrusted import (
    identifier,
    json_object,
    mapping,
    retry_after,
    text,
)
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

NAME = "custom"
MAX_EVENTS = 500

CAPABILITIES = Capabilities(
    kinds_out=MEDIA
    | {
        MessageKind.TEXT,
        MessageKind.LOCATION,
        MessageKind.CONTACTS,
        MessageKind.REACTION,
        MessageKind.BUTTONS,
        MessageKind.LIST,
    },
    max_text=MAX_TEXT,
    max_caption=MAX_TEXT,
    max_bytes={kind.value: 100 * 1024 * 1024 for kind in MEDIA},
    max_buttons=20,
    delivered=True,
    read=True,
    typing_in=True,
    reply_to=True,
    resend_safe=True,
    answers_caller=True,
)

ACCOUNT = custom_fields.ACCOUNT
CREDENTIALS = custom_fields.CREDENTIALS
SETTINGS = custom_fields.SETTINGS

EVENT_TYPES: Mapping[str, Callable[..., Any]] = EVENTS


verify = event_lists.verify
challenge = plain.no_challenge


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item for each event, in their order."""
    account_id = plain.inbox_called(request, NAME, "(?:/events)?")
    return [item_of(event, account_id, request.received_at) for event in event_lists.events_of(request, MAX_EVENTS)]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """202, and for each event what became of it: a mistake in one does not refuse the others."""
    return event_lists.results(event_lists.events_of(request, MAX_EVENTS), items, repeats, _mistake)


def _mistake(item: Ignored) -> dict[str, str]:
    return {"error": item.detail or f"unknown type ({item.reason})"}


def check_send(message: Outgoing) -> None:
    """Few limits of our own; the connected system answers 422 for its own."""
    if message.kind not in CAPABILITIES.kinds_out:
        raise CannotSay(
            f"This inbox carries no messages of kind {message.kind.value}. Send it as text.",
            field="kind",
        )
    if len(message.text) > MAX_TEXT:
        raise CannotSay(f"The text has {len(message.text)} characters; at most {MAX_TEXT} go.", field="text")
    if message.kind is MessageKind.TEXT and not message.text.strip():
        raise CannotSay("The text is empty.", field="text")
    if message.kind in MEDIA and not 1 <= len(message.attachments) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} files.", field="attachments")


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The delivery's id is the message's own, on every attempt: whoever knows it has had the
    message already."""
    at = message.attempted_at or message.created_at
    url = text(inbox.settings.get("delivery_url"))
    if not url:
        raise KeyError("delivery_url")
    if at is None:
        raise ValueError("attempted_at is needed: the time is signed")
    payload = {
        "id": message.message_id,
        "type": "message.send",
        "attempt": message.attempt,
        "contact": {"external_id": message.to},
        "message": neutral(message),
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    timestamp = str(int(at.timestamp()))
    signature = hex_signature(first(credentials, "secret"), f"{timestamp}.".encode() + body)
    headers = {
        "content-type": "application/json",
        "x-timestamp": timestamp,
        "x-signature": signature,
    }
    return HttpRequest("POST", url, headers, body=body)


def parse_send(response: HttpResponse) -> SendResult:
    """Any 2xx has taken the message; without an `external_id` its statuses have to use our
    tracker."""
    try:
        payload = json_object(response.body)
    except PayloadNotUnderstood:
        payload = {}
    if 200 <= response.status < 300:
        return SendResult(external_id=identifier(payload.get("external_id")))
    return SendResult(
        error=refusal(response.status, mapping(payload.get("error"))),
        retry_after_seconds=retry_after(response.headers),
    )


build_signal = plain.no_signal
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location
build_health = plain.no_health_call


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The connected system is not asked.")
