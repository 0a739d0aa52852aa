"""The two signatures of the simulated providers, both HMAC-SHA256 over the raw bytes of a body."""

import hashlib
import hmac
import re
from datetime import datetime

# How far a signed timestamp may be from our time (custom channel contract).
ACCEPTED_SKEW_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,12}")


def _hex_digest(secret: str, signed: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def meta_signature(app_secret: str, raw: bytes) -> str:
    """Value of X-Hub-Signature-256 (Graph API webhooks, "Validating payloads")."""
    return _hex_digest(app_secret, raw)


def timestamped_signature(secret: str, timestamp: str, raw: bytes) -> str:
    """Value of X-Signature in the custom channel: the timestamp, a dot and the body are signed."""
    return _hex_digest(secret, timestamp.encode() + b"." + raw)


def is_signed(secret: str, timestamp: str, raw: bytes, signature: str, now: datetime) -> bool:
    """Whether a custom channel request is genuine and fresh."""
    if not _SECONDS.fullmatch(timestamp):
        return False
    if abs(now.timestamp() - int(timestamp)) > ACCEPTED_SKEW_SECONDS:
        return False
    expected = timestamped_signature(secret, timestamp, raw)
    return hmac.compare_digest(expected.encode(), signature.encode())
