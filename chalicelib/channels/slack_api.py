"""Calls to Slack's Web API: where it is, how a call proves itself, whom our token may be shown to, and addresses.

A person is addressed by the user id (Slack opens the direct message), a thread by channel and `thread_ts`.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.channels.base import (
    CannotSay,
    Credentials,
    HttpRequest,
    HttpResponse,
    PayloadNotUnderstood,
    first,
)
from chalicelib.channels.untrusted import items, json_object, text
from chalicelib.domain.inbox import Inbox

API_BASE = "https://slack.com/api"
# Files of a workspace; those "added from" elsewhere have foreign addresses, which get no token.
FILES_HOST = "files.slack.com"
_PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]{1,5})?")
_PLACE = re.compile(r"([CDGUW][A-Z0-9]{1,40})(?::([0-9]{1,12}\.[0-9]{1,9}))?")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


def post(method: str, payload: Mapping[str, Any], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{_base(inbox)}/{method}",
        headers={"content-type": "application/json; charset=utf-8"},
        secret_headers=bearer(credentials),
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"),
    )


def get(method: str, query: Mapping[str, str], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    url = f"{_base(inbox)}/{method}?{urlencode(query, errors='replace')}"
    return HttpRequest("GET", url, secret_headers=bearer(credentials))


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none (a proxy's page, a cut answer)."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def bearer(credentials: Credentials) -> dict[str, str]:
    return {"authorization": f"Bearer {first(credentials, 'bot_token')}"}


def is_trusted(url: str, inbox: Inbox) -> bool:
    """Whether our token may go to `url`: Slack's file host by TLS, the API's own origin, or a host that the inbox's
    `media_hosts` names."""
    scheme, authority = _origin(url)
    if not authority:
        return False
    own = (scheme, authority) == _origin(_base(inbox))
    named = [text(host).lower() for host in items(inbox.settings.get("media_hosts"))]
    return own or authority in named or (scheme == "https" and authority == FILES_HOST)


def _origin(url: str) -> tuple[str, str]:
    """Scheme and authority in lower case; empty where they are not as plain as they should be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    plain = _PLAIN_AUTHORITY.fullmatch(parts.netloc) and url.isprintable() and parts.scheme in ("http", "https")
    return (parts.scheme, parts.netloc.lower().removesuffix(":443")) if plain else ("", "")


def _base(inbox: Inbox) -> str:
    return (text(inbox.settings.get("api_base")) or API_BASE).rstrip("/")


def is_ts(value: str | None) -> bool:
    """Whether this is a message's `ts`, which is its id within a channel."""
    return bool(_TS.fullmatch(value or ""))


def is_direct(channel: str) -> bool:
    return channel.startswith("D")


def is_person(found: str) -> bool:
    return bool(_PLACE.fullmatch(found)) and found[0] in "UW" and ":" not in found


def address(channel: str, user: str, root: str) -> str | None:
    """The person in a direct message, elsewhere the thread. None where the ids are of no form that Slack's have."""
    found = user if is_direct(channel) else f"{channel}:{root}"
    return found if _PLACE.fullmatch(found) else None


def place(to: str, reply_to: str | None) -> dict[str, str]:
    """The fields of a call that say where to. Raises CannotSay."""
    found = _PLACE.fullmatch(to)
    if not found:
        raise CannotSay("This is no Slack address: a user id, or a channel with a thread.", field="to")
    thread = found[2] or (reply_to if is_ts(reply_to) else None)
    return {"channel": found[1], **({"thread_ts": thread} if thread else {})}
