"""The custom channel: any other system, by our own contract (docs/channels/custom.md).

It posts signed events to us, and we post signed messages to it. Both sides sign `{timestamp}.{raw
body}` with HMAC-SHA256, refuse what is more than five minutes off, and drop what repeats an id.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import custom_fields
from chalicelib.channels.base import (
    CannotSay,
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
    WebhookRequest,
    first,
)
from chalicelib.channels.custom_inbound import EVENT_TYPES as EVENTS
from chalicelib.channels.custom_inbound import item_of
from chalicelib.channels.custom_messages import MAX_FILES, MAX_TEXT
from chalicelib.channels.custom_outbound import neutral, refusal
from chalicelib.channels.signing import hex_signature, valid, verify_timed
from chalicelib.channels.untrusted import (
    identifier,
    json_object,
    mapping,
    retry_after,
    text,
)
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MEDIA, MessageKind

NAME = "custom"
MAX_EVENTS = 500

_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*custom/([A-Za-z0-9_-]{1,128})(?:/events)?/?")

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


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """X-Signature over X-Timestamp and the raw bytes, five minutes around the time of arrival."""
    verify_timed(request, valid(credentials, "secret"))


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: both ends are set up by hand."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item for each event, in their order."""
    found = _PATH.fullmatch(request.path)
    account_id = found[1] if found else ""
    return [item_of(event, account_id, request.received_at) for event in _events(request)]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """202, and for each event what became of it: a mistake in one does not refuse the others."""
    results = [
        _result(event, item, repeated=place in repeats)
        for place, (event, item) in enumerate(zip(_events(request), items, strict=True))
    ]
    return Reply(202, json.dumps({"results": results}), "application/json")


def _events(request: WebhookRequest) -> list[Any]:
    events = json_object(request.body).get("events")
    if not isinstance(events, list) or len(events) > MAX_EVENTS:
        raise PayloadNotUnderstood(f"events is a list of at most {MAX_EVENTS}", field="events")
    return events


def _result(event: Any, item: Inbound, *, repeated: bool) -> dict[str, Any]:
    event_id = identifier(mapping(event).get("id"))
    if isinstance(item, Ignored):
        return {
            "id": event_id,
            "status": "invalid",
            "error": item.detail or f"unknown type ({item.reason})",
        }
    return {"id": event_id, "status": "duplicate" if repeated else "accepted"}


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


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The contract has no signals."""
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
    """The url has to work by itself: our secret signs, it is never sent."""
    return MediaLocation(url)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The contract has no call without an effect."""
    return None


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The connected system is not asked.")
