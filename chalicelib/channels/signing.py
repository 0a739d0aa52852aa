"""Signatures: HMAC-SHA256 in constant time, with every value of a credential that is valid now."""

import hashlib
import hmac
from datetime import timedelta

from chalicelib.channels.base import Credentials, SignatureMismatch, WebhookRequest
from chalicelib.channels.untrusted import seconds

# How far the clock of whoever signs a time may be off, and how late a call may be replayed.
MAX_SKEW = timedelta(seconds=300)


def hmac_sha256(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode("utf-8"), signed, hashlib.sha256).digest()


def hex_signature(secret: str, signed: bytes) -> str:
    """The form of Meta's X-Hub-Signature-256 and of our own custom channel."""
    return "sha256=" + hmac_sha256(secret, signed).hex()


def same(given: str, expected: str) -> bool:
    """Equality that takes the same time wherever they differ. Bytes, because `given` may be any
    text."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode("utf-8"))


def valid(credentials: Credentials, name: str) -> list[str]:
    """The values of a credential; an empty one proves nothing and counts as not set."""
    return [value for value in credentials.get(name) or () if value]


def is_signed(given: str, signed: bytes, secrets: list[str]) -> bool:
    """Whether any secret made this signature. False without secrets: closed, not open."""
    matches = [same(given, hex_signature(secret, signed)) for secret in secrets]
    return any(matches)


def verify_timed(request: WebhookRequest, secrets: list[str]) -> None:
    """Our own contracts' proof: X-Signature over X-Timestamp, a dot and the raw bytes, five minutes around the time of
    arrival. Raises SignatureMismatch."""
    timestamp = request.headers.get("x-timestamp", "")
    signed = timestamp.encode("utf-8", "surrogatepass") + b"." + request.body
    if not is_signed(request.headers.get("x-signature", ""), signed, secrets):
        raise SignatureMismatch("X-Signature")
    at = seconds(timestamp)
    if at is None or abs(request.received_at - at) > MAX_SKEW:
        raise SignatureMismatch("X-Timestamp is more than five minutes off")
