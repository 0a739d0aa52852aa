"""Calls to Meta's Graph API: where it is, how a call proves itself, and whom our token may be
shown to."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from chalicelib.channels.base import (
    Credentials,
    HttpRequest,
    HttpResponse,
    PayloadNotUnderstood,
    first,
)
from chalicelib.channels.untrusted import items, json_object, text
from chalicelib.domain.inbox import Inbox

API_BASE = "https://graph.facebook.com/v25.0"
# Where a channel's default is another; an inbox may set `api_base` to either.
API_BASES = {"instagram": "https://graph.instagram.com/v25.0"}

# Hosts that media urls lead to, and that want our token, with everything below them.
MEDIA_HOSTS = (".fbsbx.com", ".fbcdn.net")
# No user info, no backslash, no blank: forms of which clients disagree where they lead.
_PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?")


def get(object_id: str, inbox: Inbox, credentials: Credentials, query: str = "") -> HttpRequest:
    return HttpRequest("GET", f"{_object(object_id, inbox)}{query}", secret_headers=bearer(credentials))


def post_message(payload: Mapping[str, Any], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return post(inbox.account_id, "messages", payload, inbox, credentials)


def post(object_id: str, edge: str, payload: Mapping[str, Any], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{_object(object_id, inbox)}/{edge}",
        headers={"content-type": "application/json"},
        secret_headers=bearer(credentials),
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
    )


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def bearer(credentials: Credentials) -> dict[str, str]:
    return {"authorization": f"Bearer {first(credentials, 'access_token')}"}


def is_trusted(url: str, inbox: Inbox) -> bool:
    """Whether our token may go to `url`: the API's own origin, Meta's file hosts by TLS, or a host
    that the inbox's `media_hosts` names."""
    scheme, authority = _origin(url)
    if not authority:
        return False
    if (scheme, authority) == _origin(_base(inbox)) or authority in _named_hosts(inbox):
        return True
    return scheme == "https" and authority.endswith(MEDIA_HOSTS)


def _named_hosts(inbox: Inbox) -> list[str]:
    return [text(host).lower() for host in items(inbox.settings.get("media_hosts"))]


def _origin(url: str) -> tuple[str, str]:
    """Scheme and authority in lower case; empty where they are not as plain as they should be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    plain = _PLAIN_AUTHORITY.fullmatch(parts.netloc) and url.isprintable() and parts.scheme in ("http", "https")
    return (parts.scheme, parts.netloc.lower()) if plain else ("", "")


def _base(inbox: Inbox) -> str:
    return text(inbox.settings.get("api_base")) or API_BASES.get(inbox.channel, API_BASE)


def _object(object_id: str, inbox: Inbox) -> str:
    return f"{_base(inbox).rstrip('/')}/{quote(object_id, safe='')}"
