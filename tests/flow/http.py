"""API Gateway's HTTP API, for handlers called in process."""

import base64
from typing import Any


def http_event(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> dict[str, Any]:
    """A payload 2.0 event; the body travels in base64, as binary bodies do."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "203.0.113.9"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
