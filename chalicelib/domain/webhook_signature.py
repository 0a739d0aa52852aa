"""Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

`webhook-signature` lists `v1,<base64 of HMAC-SHA256 over "id.timestamp.body">`, one for each secret that is valid now:
while a secret is changed there are two, and the receiver takes either.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - how the standard marks a secret, no secret
# The standard asks for 24 to 64 bytes.
SECRET_BYTES = 32


def secret_of(raw: bytes) -> str:
    """A secret as receivers are given it."""
    return SECRET_PREFIX + base64.b64encode(raw).decode()


def signed_headers(identifier: str, at: datetime, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """The headers of one attempt; `secrets` as `secret_of` gave them."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((identifier.encode(), timestamp.encode(), body))
    signatures = " ".join(f"v1,{_signature(secret, content)}" for secret in secrets)
    return {"webhook-id": identifier, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
