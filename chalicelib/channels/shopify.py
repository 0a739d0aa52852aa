"""Shopify: what happens in a shop, as events on its customers' timelines. Nothing is sent to it.

Sources: Shopify's pages on webhooks over HTTPS (verification, headers, duplicates, retries) and its REST reference of
the resources that webhooks carry. Marks of what is not confirmed are in docs/channels/shopify.md.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.channels import shopify_fields
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
    ProviderError,
    Reply,
    SendResult,
    Signal,
    SignatureMismatch,
    WebhookRequest,
)
from chalicelib.channels.shopify_inbound import TOPICS, Told
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.channels.untrusted import iso_time, json_object, label
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

NAME = "shopify"
CAPABILITIES = Capabilities(kinds_out=frozenset(), max_text=0)
ACCOUNT = shopify_fields.ACCOUNT
CREDENTIALS = shopify_fields.CREDENTIALS
SETTINGS = shopify_fields.SETTINGS
EVENT_TYPES: Mapping[str, Callable[..., Any]] = TOPICS

_NOTHING_GOES = "A shop's inbox takes events in; nothing can be sent by it. Answer on another channel."
MAX_HEADER = 255


def verify(request: WebhookRequest, credentials: Credentials) -> None:
    """The base64 HMAC of the raw bytes, by the client secret or the one before it. Topic and shop are not signed:
    they have to be there, and the shop has to be an inbox's."""
    given = _header(request, "hmac-sha256")
    expected = [base64.b64encode(hmac_sha256(secret, request.body)).decode() for secret in _secrets(credentials)]
    if not given or not any([same(given, each) for each in expected]):
        raise SignatureMismatch("hmac-sha256")
    if not _header(request, "topic") or not _header(request, "shop-domain"):
        raise SignatureMismatch("topic and shop-domain are needed")


def challenge(request: WebhookRequest, credentials: Credentials) -> Reply | None:
    """No handshake: subscriptions are made in the app's settings or by its API."""
    return None


def normalise(request: WebhookRequest) -> list[Inbound]:
    """One item: a webhook carries one resource."""
    body = json_object(request.body)
    topic = _header(request, "topic").lower()
    read = TOPICS.get(topic)
    if read is None:
        return [Ignored(f"topic.{label(topic.replace('/', '.'))}")]
    told = Told(
        topic=topic,
        shop=_header(request, "shop-domain").lower(),
        body=body,
        event_id=_header(request, "event-id"),
        triggered_at=iso_time(_header(request, "triggered-at")),
        received_at=request.received_at,
    )
    return [read(told)]


def answer(
    request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
) -> Reply | None:
    """Any 2xx within five seconds is enough."""
    return None


def check_send(message: Outgoing) -> None:
    """Nothing goes."""
    raise CannotSay(_NOTHING_GOES, field="inbox_id")


def build_send(message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Nothing goes."""
    raise CannotSay(_NOTHING_GOES, field="inbox_id")


def parse_send(response: HttpResponse) -> SendResult:
    """Never asked."""
    return SendResult(error=ProviderError("nothing_goes", FailureClass.CONTENT, _NOTHING_GOES))


def build_signal(signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """There is nobody to see it."""
    return None


def build_media_lookup(media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """Events have no files."""
    return None


def parse_media_lookup(
    response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
) -> MediaLocation | ProviderError:
    """Never asked."""
    return ProviderError("no_lookup", FailureClass.CONTENT, "Events of a shop have no files.")


def media_location(url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
    """Never asked."""
    return MediaLocation(url)


def build_health(inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
    """The client secret only verifies: there is nothing to ask with it."""
    return None


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The shop is not asked: its webhooks prove the secret.")


def _secrets(credentials: Credentials) -> list[str]:
    return valid(credentials, "client_secret")


def _header(request: WebhookRequest, name: str) -> str:
    """Both families are in use: `shopify-topic` and the older `x-shopify-topic`."""
    found = request.headers.get(f"shopify-{name}") or request.headers.get(f"x-shopify-{name}") or ""
    return found.strip()[:MAX_HEADER]
