"""Telling Meta that our app wants an account's webhooks: the edge `subscribed_apps`.

Sources: "WhatsApp Business Account, subscribed_apps" (which takes a callback of its own), "Page, subscribed_apps" and
"Instagram Platform, enable subscriptions" (whose callback is the app's, entered once in its dashboard).
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import Credentials, Health, HttpRequest, HttpResponse, ProviderError
from chalicelib.channels.meta_api import payload_of, post
from chalicelib.channels.untrusted import mapping
from chalicelib.domain.inbox import Inbox

EDGE = "subscribed_apps"


def build(owner_id: str, payload: Mapping[str, Any], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return post(owner_id, EDGE, payload, inbox, credentials)


def parse(
    response: HttpResponse, failure_of: Callable[[Mapping[str, Any], int], ProviderError], subscribed: str
) -> Health:
    payload = payload_of(response)
    if 200 <= response.status < 300 and payload.get("success") is True:
        return Health(True, subscribed)
    error = failure_of(mapping(payload.get("error")), response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})
