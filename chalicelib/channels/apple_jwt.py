"""The tokens of Apple's gateway and of ours: JSON Web Tokens signed with HMAC-SHA256, and nothing else.

The standard library is enough for one algorithm, and keeps the webhook function light. The algorithm is pinned: what a
token says of itself is never followed, so neither "none" nor a public key can pass for our secret.
Source: MSP REST API, "Authorize a message": the key is the base64-decoded secret.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import Credentials, PayloadNotUnderstood, SignatureMismatch
from chalicelib.channels.signing import same, valid
from chalicelib.channels.untrusted import items, json_object, seconds

MAX_TOKEN = 4096
# Apple tells no life of a token: this is our own choice.
MAX_AGE = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)
_HEADER = {"alg": "HS256", "typ": "JWT"}


def keys_of(credentials: Credentials, name: str) -> list[bytes]:
    """Every key valid now. What is no base64, or empty, proves nothing and counts as not set."""
    return [key for value in valid(credentials, name) if (key := _key(value))]


def _key(secret: str) -> bytes:
    found = "".join(secret.split())
    try:
        return base64.b64decode(found + "=" * (-len(found) % 4), validate=True)
    except (ValueError, binascii.Error):
        return b""


def signed(claims: Mapping[str, Any], key: bytes) -> str:
    """A token of ours; the same for the same claims."""
    parts = f"{_encoded(_json(_HEADER))}.{_encoded(_json(claims))}"
    return f"{parts}.{_mac(parts, key)}"


def check(authorization: str, keys: Sequence[bytes], audiences: Sequence[str], now: datetime) -> None:
    """Raise SignatureMismatch unless the header carries a token that was made for one of `audiences`, with one of
    `keys`, within the last hour."""
    scheme, _, token = authorization.partition(" ")
    parts = token.split(".")
    if scheme.lower() != "bearer" or len(parts) != 3 or len(token) > MAX_TOKEN:
        raise SignatureMismatch("authorization: a bearer token is needed")
    # As text: of two spellings of one signature only the canonical one passes.
    genuine = [same(parts[2], _mac(f"{parts[0]}.{parts[1]}", key)) for key in keys]
    if not any(genuine):
        raise SignatureMismatch("authorization: the token is not signed with the secret")
    header, claims = _decoded(parts[0]), _decoded(parts[1])
    if header.get("alg") != _HEADER["alg"] or "crit" in header:
        raise SignatureMismatch("authorization: HS256 is needed")
    _check_claims(claims, audiences, now)


def _check_claims(claims: Mapping[str, Any], audiences: Sequence[str], now: datetime) -> None:
    meant = claims.get("aud")
    named = [meant] if isinstance(meant, str) else [part for part in items(meant) if isinstance(part, str)]
    matches = [same(given, wanted) for given in named for wanted in audiences]
    if not any(matches):
        raise SignatureMismatch("authorization: the token is for somebody else")
    issued, end = seconds(claims.get("iat")), seconds(claims.get("exp"))
    if issued is None or not -CLOCK_SKEW <= now - issued <= MAX_AGE:
        raise SignatureMismatch("authorization: the token was not made within the last hour")
    if "exp" in claims and (end is None or end <= now):
        raise SignatureMismatch("authorization: the token has expired")


def _mac(parts: str, key: bytes) -> str:
    return _encoded(hmac.new(key, parts.encode("utf-8", "surrogatepass"), hashlib.sha256).digest())


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(part: str) -> Mapping[str, Any]:
    try:
        return json_object(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, PayloadNotUnderstood) as cause:
        raise SignatureMismatch("authorization: no token") from cause
