"""Apple's tokens, made here and not by the code under test."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

MSP_ID = "msp-0001"


def in_base64(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()


def apple_token(secret: str, at: datetime, **claims: Any) -> str:
    """A token of Apple's; `secret` is the key itself."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"aud": MSP_ID, "iat": int(at.timestamp()), **claims}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    digest = hmac.new(secret.encode(), ".".join(encoded).encode(), hashlib.sha256).digest()
    return ".".join([*encoded, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()])
