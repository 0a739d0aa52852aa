"""Calls to the Telegram Bot API: where it is, how a call proves itself, and how a chat is addressed.

The token is a part of the path of every call (Bot API, "Making requests"): such a url is a secret as a whole. It is
made when it is used, and never stored, shown or logged.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chalicelib.channels.base import (
    CannotSay,
    Credentials,
    HttpRequest,
    HttpResponse,
    PayloadNotUnderstood,
    first,
)
from chalicelib.channels.untrusted import json_object, text
from chalicelib.domain.inbox import Inbox

API_BASE = "https://api.telegram.org"
# `getFile`: a path below the bot's own, like `photos/file_7.jpg`.
_FILE_PATH = re.compile(r"[A-Za-z0-9_\-]+(?:/[A-Za-z0-9_\-.]+)+")
# A chat's id (groups have negative ones), and for the customers of a business account its connection.
_ADDRESS = re.compile(r"(-?[0-9]{1,19})(?:@([A-Za-z0-9_\-]{1,256}))?")
# Ids of messages have 31 bits; other items of a chat (a pressed button, say) have longer ones.
MAX_MESSAGE_ID = 2**31 - 1


def call(method: str, payload: Mapping[str, Any], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{_base(inbox)}/bot{_token(credentials)}/{method}",
        headers={"content-type": "application/json"},
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
    )


def file_url(path: str, inbox: Inbox, credentials: Credentials) -> str | None:
    """Where the bytes of a `file_path` are; None where it is no path that Telegram gives."""
    if not _FILE_PATH.fullmatch(path) or ".." in path:
        return None
    return f"{_base(inbox)}/file/bot{_token(credentials)}/{quote(path)}"


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def address(chat_id: str, connection_id: str | None) -> str | None:
    """Customers of a business account have an address of their own: it is answered through its connection. None where
    the ids are of no form that Telegram's have."""
    found = f"{chat_id}@{connection_id}" if connection_id else chat_id
    return found if _ADDRESS.fullmatch(found) else None


def chat(to: str) -> dict[str, Any]:
    """The fields of a call that say to whom. Raises CannotSay."""
    found = _ADDRESS.fullmatch(to)
    if not found:
        raise CannotSay("This is no Telegram chat: its id is a number.", field="to")
    connection = {"business_connection_id": found[2]} if found[2] else {}
    return {"chat_id": int(found[1]), **connection}


def message_id(external_id: str | None) -> int | None:
    """A message's id as the API takes it; None for the ids of other things."""
    given = external_id or ""
    if not given.isascii() or not given.isdigit() or len(given) > 10:
        return None
    found = int(given)
    return found if 0 < found <= MAX_MESSAGE_ID else None


def _base(inbox: Inbox) -> str:
    return (text(inbox.settings.get("api_base")) or API_BASE).rstrip("/")


def _token(credentials: Credentials) -> str:
    return quote(first(credentials, "bot_token"), safe=":")
