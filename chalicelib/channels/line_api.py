"""Calls to the LINE Messaging API: where it is, how a call proves itself, and how a repeat is known as one.

Source: "LINE Messaging API" reference, "Common specifications".
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from chalicelib.channels.base import (
    Credentials,
    HttpRequest,
    HttpResponse,
    PayloadNotUnderstood,
    first,
)
from chalicelib.channels.untrusted import json_object, text
from chalicelib.domain.inbox import Inbox

API_BASE = "https://api.line.me"
# Files are on a host of their own.
DATA_BASE = "https://api-data.line.me"

# Any fixed one: it makes the ids of our messages into the UUIDs that LINE wants.
_RETRY_KEYS = UUID("6f1f2f0e-3c58-5c1c-9d57-1f1f5b8a7c11")
_CONTENT = re.compile(re.escape(DATA_BASE) + r"(/v2/bot/message/[A-Za-z0-9%._~-]{1,512}/content)")


def get(path: str, inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return HttpRequest("GET", f"{_base(inbox, 'api_base', API_BASE)}{path}", secret_headers=bearer(credentials))


def post(
    path: str,
    payload: Mapping[str, Any],
    inbox: Inbox,
    credentials: Credentials,
    headers: Mapping[str, str] | None = None,
) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{_base(inbox, 'api_base', API_BASE)}{path}",
        headers={"content-type": "application/json", **(headers or {})},
        secret_headers=bearer(credentials),
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
    )


def retry_key(message_id: str) -> dict[str, str]:
    """The same for every attempt of a message ("Retrying a failed API request"): LINE takes it once in 24 hours. It has
    to be there from the first attempt on."""
    return {"x-line-retry-key": str(uuid5(_RETRY_KEYS, message_id))}


def content_url(message_id: str) -> str:
    """Where the file of a message is ("Get content")."""
    return f"{DATA_BASE}/v2/bot/message/{quote(message_id, safe='')}/content"


def own_content(url: str, inbox: Inbox) -> str | None:
    """The same place, for this inbox; None where the url is somebody else's, who must not see our token."""
    found = _CONTENT.fullmatch(url)
    return f"{_base(inbox, 'data_base', DATA_BASE)}{found[1]}" if found else None


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def bearer(credentials: Credentials) -> dict[str, str]:
    return {"authorization": f"Bearer {first(credentials, 'channel_access_token')}"}


def _base(inbox: Inbox, setting: str, default: str) -> str:
    return (text(inbox.settings.get(setting)) or default).rstrip("/")
