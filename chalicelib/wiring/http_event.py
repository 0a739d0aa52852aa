"""API Gateway's HTTP API events (payload format 2.0) as requests, and replies as its answers."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.channels.base import Reply, WebhookRequest


def request_of(event: Mapping[str, Any], now: datetime) -> WebhookRequest:
    """The call as it came: raw bytes, lower-case header names, the first value of a repeated query parameter."""
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    query_string = event.get("rawQueryString", "")
    path = event.get("rawPath", "")
    query: dict[str, str] = {}
    for name, value in parse_qsl(query_string, keep_blank_values=True):
        query.setdefault(name, value)
    url = f"https://{headers.get('host', '')}{path}" + (f"?{query_string}" if query_string else "")
    return WebhookRequest(
        method=http["method"],
        path=path,
        headers=headers,
        query=query,
        body=_body(event),
        received_at=now,
        url=url,
    )


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body)
    except (binascii.Error, ValueError):
        return b""


def answer_of(reply: Reply, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    base = {
        "content-type": reply.content_type,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return {"statusCode": reply.status, "headers": {**base, **(headers or {})}, "body": reply.body}
