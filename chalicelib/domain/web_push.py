"""A browser's subscription to pushes: what it has to be like to be taken.

Source: Push API (W3C), `PushSubscription`; RFC 8291, section 2 (an uncompressed point of P-256, 16 octets of secret).
"""

import base64
import binascii
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.ids import digest

MAX_ENDPOINT = 1000
# Browsers of one agent; the one that was registered first gives way to an eleventh.
MOST_SUBSCRIPTIONS = 10
POINT_BYTES, AUTH_BYTES = 65, 16
UNCOMPRESSED = 0x04


@dataclass(frozen=True, slots=True)
class Subscription:
    """`p256dh` and `auth` are the browser's, in base64 of URLs: what is sent can be read by it alone."""

    id: str
    agent_id: str
    endpoint: str
    p256dh: str
    auth: str
    created_at: datetime
    name: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).hostname or ""


def subscription(
    agent_id: str, endpoint: str, p256dh: str, auth: str, name: str, now: datetime, trusted_hosts: frozenset[str]
) -> Subscription:
    """Raises InvalidInput with the field that no browser would have given."""
    _check_endpoint(endpoint, trusted_hosts)
    point = _bytes(p256dh, "keys.p256dh", POINT_BYTES)
    if point[0] != UNCOMPRESSED:
        raise InvalidInput("The key is a point in uncompressed form.", field="keys.p256dh")
    _bytes(auth, "keys.auth", AUTH_BYTES)
    return Subscription(subscription_id(endpoint), agent_id, endpoint, p256dh, auth, now, name)


def subscription_id(endpoint: str) -> str:
    """A browser that registers again is the same one."""
    return f"psh_{digest(endpoint)}"


def decoded(text: str) -> bytes:
    """Base64 of URLs without padding. Raises ValueError."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64 of URLs") from error


def _bytes(text: str, field: str, length: int) -> bytes:
    try:
        found = decoded(text)
    except ValueError:
        found = b""
    if len(found) != length:
        raise InvalidInput(f"Give {length} bytes in base64 of URLs, as the browser has them.", field=field)
    return found


def _check_endpoint(endpoint: str, trusted_hosts: frozenset[str]) -> None:
    """A push service's: public, by name, over TLS. Where the name leads is looked at again before each call."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidInput("This is no address.", field="endpoint") from error
    if f"{host}:{port}" in trusted_hosts:
        return
    whole = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= MAX_ENDPOINT
    if not whole or parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        raise InvalidInput("Give the https address that the browser has for this subscription.", field="endpoint")
    if "." not in host.strip(".") or _is_address(host) or host.endswith((".local", ".internal", ".localhost")):
        raise InvalidInput("A push service has a public name.", field="endpoint")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdecimal()
    return True
