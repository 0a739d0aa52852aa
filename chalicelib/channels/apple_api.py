"""Calls to Apple's gateway for messaging service providers: where it is, and how a call proves itself.

Source: MSP REST API 4.0.3, "Common specifications".
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from chalicelib.channels import apple_jwt as jwt
from chalicelib.channels.base import CannotSay, Credentials, HttpRequest, HttpResponse, PayloadNotUnderstood, first
from chalicelib.channels.untrusted import json_object, text
from chalicelib.domain.inbox import Inbox

API_BASE = "https://mspgw.push.apple.com/v1"
# Apple logs the first 64 characters of it.
AGENT = "parley"

# Any fixed one: it makes the ids of our messages into the UUIDs that Apple wants.
_MESSAGES = UUID("3f0d6c1a-5b8e-5d52-8a5e-6f2b7c9e4a10")
# Addresses and references travel as headers.
HEADER_SAFE = re.compile(r"[!-~]{1,2048}")


def now() -> datetime:
    """The machine's time, for the tokens of calls that are told no time: lookups, signs and checks."""
    return datetime.now(UTC)


def message_id(*parts: str) -> str:
    """The same for every attempt of a message, so that Apple can tell a repeat (whether it does is unverified)."""
    return str(uuid5(_MESSAGES, "\n".join(parts)))


def key_of(credentials: Credentials) -> bytes:
    """The newest key. Raises KeyError where none is set, or none is base64."""
    keys = jwt.keys_of(credentials, "api_secret")
    if not keys:
        raise KeyError("api_secret")
    return keys[0]


def post(
    payload: Mapping[str, Any],
    to: str,
    inbox: Inbox,
    credentials: Credentials,
    at: datetime,
    *,
    identity: str,
    human: bool = True,
) -> HttpRequest:
    """`POST /message`: what the body says of the ends is said in the headers too."""
    ends = {"id": identity, "sourceId": inbox.account_id, "destinationId": to}
    if not HEADER_SAFE.fullmatch(to):
        raise CannotSay("This is no address of Messages for Business.", field="to")
    return HttpRequest(
        method="POST",
        url=f"{_base(inbox)}/message",
        headers={
            "content-type": "application/json",
            "id": identity,
            "source-id": inbox.account_id,
            "destination-id": to,
            "msp-agent": AGENT,
            **({} if human else {"auto-reply": "true"}),
        },
        secret_headers=_bearer(credentials, at),
        body=json.dumps({"v": 1, **ends, **payload}, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "replace"
        ),
    )


def pre_upload(size: int, inbox: Inbox, credentials: Credentials, at: datetime) -> HttpRequest:
    """Where a file of this size may be put. The reference calls the header `size`, Apple's samples `MMCS-Size`."""
    headers = {"source-id": inbox.account_id, "size": str(size), "mmcs-size": str(size)}
    return _get("/preUpload", headers, inbox, credentials, at)


def pre_download(url: str, owner: str, signature: str, inbox: Inbox, credentials: Credentials) -> HttpRequest:
    """Where a customer's file is; `signature` in base64. The headers have two names, as above."""
    parts = {"url": url, "owner": owner, "signature": signature}
    headers = {"source-id": inbox.account_id, **parts, **{f"mmcs-{name}": value for name, value in parts.items()}}
    return _get("/preDownload", headers, inbox, credentials, now())


def payload_of(response: HttpResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    try:
        return json_object(response.body)
    except PayloadNotUnderstood:
        return {}


def _get(path: str, headers: Mapping[str, str], inbox: Inbox, credentials: Credentials, at: datetime) -> HttpRequest:
    return HttpRequest("GET", f"{_base(inbox)}{path}", headers, _bearer(credentials, at))


def _bearer(credentials: Credentials, at: datetime) -> dict[str, str]:
    claims = {"iss": first(credentials, "msp_id"), "iat": int(at.timestamp())}
    return {"authorization": f"Bearer {jwt.signed(claims, key_of(credentials))}"}


def _base(inbox: Inbox) -> str:
    return (text(inbox.settings.get("api_base")) or API_BASE).rstrip("/")
