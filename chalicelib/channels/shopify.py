"""Shopify: what happens in a shop, as events on its customers' timelines. Nothing is sent to it.

Sources: Shopify's pages on webhooks over HTTPS (verification, headers, duplicates, retries) and its REST reference of
the resources that webhooks carry. Marks of what is not confirmed are in docs/channels/shopify.md.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels import plain, shopify_fields
from chalicelib.channels.base import (
    Capabilities,
    Credentials,
    Health,
    HttpResponse,
    Ignored,
    Inbound,
    SignatureMismatch,
    WebhookRequest,
)
from chalicelib.channels.shopify_inbound import TOPICS, Told
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.channels.untrusted import iso_time, json_object, label

NAME = "shopify"
CAPABILITIES = Capabilities(kinds_out=frozenset(), max_text=0)
ACCOUNT = shopify_fields.ACCOUNT
CREDENTIALS = shopify_fields.CREDENTIALS
SETTINGS = shopify_fields.SETTINGS
EVENT_TYPES: Mapping[str, Callable[..., Any]] = TOPICS

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


challenge = plain.no_challenge


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


answer = plain.plain_answer
check_send = plain.nothing_goes
build_send = plain.nothing_built
parse_send = plain.never_sent
build_signal = plain.no_signal
build_media_lookup = plain.no_media_lookup
parse_media_lookup = plain.never_looked_up
media_location = plain.open_location
build_health = plain.no_health_call


def parse_health(response: HttpResponse) -> Health:
    return Health(True, "The shop is not asked: its webhooks prove the secret.")


def _secrets(credentials: Credentials) -> list[str]:
    return valid(credentials, "client_secret")


def _header(request: WebhookRequest, name: str) -> str:
    """Both families are in use: `shopify-topic` and the older `x-shopify-topic`."""
    found = request.headers.get(f"shopify-{name}") or request.headers.get(f"x-shopify-{name}") or ""
    return found.strip()[:MAX_HEADER]
