"""Who a visitor of the web chat is: session tokens that we issue, and proofs of identity that a
company's site makes.

A token is `<payload>.<mac>`, both base64url: the payload is JSON {i: inbox, v: visitor, s:
verified subject?, e: end in Unix seconds}, the MAC is HMAC-SHA256 with the inbox's `widget_secret`
over a label of its purpose and the payload.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.base import Credentials, PayloadNotUnderstood, SignatureMismatch, first
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.channels.untrusted import identifier, json_object, optional, seconds, text

VISITOR_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
MAX_TOKEN = 2048
MAX_PROOF_AGE = timedelta(hours=1)
CLOCK_SKEW = timedelta(seconds=60)
HANDOVER_FOR = timedelta(minutes=10)
_PURPOSE = b"parley.visitor.v1."
_HANDOVER = b"parley.handover.v1."

# Each algorithm has a key of its own kind: a public key must never serve as the secret of an HMAC.
PROOF_KEYS: Mapping[str, str] = {"HS256": "identity_secret", "RS256": "identity_public_key"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a token speaks for. `verified_subject` is the company's own id of a person it vouches
    for."""

    visitor_id: str
    verified_subject: str | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        visitor = f"visitor:{self.visitor_id}"
        return (f"user:{self.verified_subject}", visitor) if self.verified_subject else (visitor,)


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified person. `proof_id` (a JWT's `jti`) is to be accepted once, until `expires_at`."""

    subject: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    proof_id: str | None = None
    expires_at: datetime | None = None


def issue_visitor_token(
    inbox_id: str,
    visitor_id: str,
    credentials: Credentials,
    now: datetime,
    ttl: timedelta,
    subject: str | None = None,
) -> str:
    """A token for this inbox alone, signed with the newest secret."""
    if not VISITOR_ID.fullmatch(visitor_id):
        raise ValueError("a visitor id is 8 to 64 letters, digits, - and _")
    claims = {"i": inbox_id, "v": visitor_id, "e": int((now + ttl).timestamp())}
    payload = _encode(json.dumps({**claims, **({"s": subject} if subject else {})}).encode())
    return f"{payload}.{_mac(first(credentials, 'widget_secret'), payload)}"


def read_visitor_token(token: str, inbox_id: str, credentials: Credentials, now: datetime) -> Visitor:
    """Whom the token speaks for. Raises SignatureMismatch when it is forged, too old, or of
    another inbox."""
    payload, _, mac = token.partition(".")
    genuine = [same(mac, _mac(secret, payload)) for secret in valid(credentials, "widget_secret")]
    if not any(genuine):
        raise SignatureMismatch("visitor token")
    claims = _claims(payload)
    end = seconds(claims.get("e"))
    if claims.get("i") != inbox_id or end is None or end <= now:
        raise SignatureMismatch("visitor token has expired or belongs to another inbox")
    return _visitor(claims)


def issue_handover(inbox_id: str, visitor: Visitor, nonce: str, credentials: Credentials, now: datetime) -> str:
    """What makes another device the same visitor: once, within minutes."""
    claims = {"i": inbox_id, "v": visitor.visitor_id, "n": nonce, "e": int((now + HANDOVER_FOR).timestamp())}
    subject = {"s": visitor.verified_subject} if visitor.verified_subject else {}
    payload = _encode(json.dumps({**claims, **subject}).encode())
    return f"{payload}.{_mac(first(credentials, 'widget_secret'), payload, _HANDOVER)}"


def read_handover(code: str, inbox_id: str, credentials: Credentials, now: datetime) -> tuple[Visitor, str, datetime]:
    """Whom it is for, its nonce, and until when it counts. Raises SignatureMismatch."""
    payload, _, mac = code.partition(".")
    genuine = [same(mac, _mac(secret, payload, _HANDOVER)) for secret in valid(credentials, "widget_secret")]
    if not any(genuine):
        raise SignatureMismatch("handover")
    claims = _claims(payload)
    end, nonce = seconds(claims.get("e")), identifier(claims.get("n"))
    if claims.get("i") != inbox_id or end is None or end <= now or nonce is None:
        raise SignatureMismatch("handover has expired or belongs to another inbox")
    return _visitor(claims), nonce, end


def claimed_visitor(token: str) -> Visitor:
    """Whom a token names, without proof: for requests that `verify` has let pass. Raises
    PayloadNotUnderstood."""
    try:
        return _visitor(_claims(token.partition(".")[0]))
    except SignatureMismatch as cause:
        raise PayloadNotUnderstood("no visitor token", field="authorization") from cause


def identify(proof: Mapping[str, Any], inbox_id: str, credentials: Credentials, now: datetime) -> Identity:
    """The person that `{jwt}` or `{identifier, identifier_hash}` proves. Raises
    SignatureMismatch."""
    if "jwt" in proof:
        return _from_jwt(text(proof["jwt"]), inbox_id, credentials, now)
    return _from_hash(identifier(proof.get("identifier")), text(proof.get("identifier_hash")), credentials)


def _from_hash(subject: str | None, given: str, credentials: Credentials) -> Identity:
    """The older way: it never ends, so whoever once saw the hash can use it. Kept for sites that
    have it."""
    signed = (subject or "").encode("utf-8", "surrogatepass")
    proven = [
        same(given.lower(), hmac_sha256(secret, signed).hex()) for secret in valid(credentials, "identity_secret")
    ]
    if subject is None or not any(proven):
        raise SignatureMismatch("identifier_hash")
    return Identity(subject)


def _from_jwt(token: str, inbox_id: str, credentials: Credentials, now: datetime) -> Identity:
    claims = _verified_claims(token, inbox_id, credentials)
    issued, end, subject = seconds(claims["iat"]), seconds(claims["exp"]), identifier(claims["sub"])
    if issued is None or end is None or subject is None:
        raise SignatureMismatch("jwt: sub, iat and exp are needed")
    begin = max(issued, seconds(claims.get("nbf")) or issued)
    if end <= now or begin > now + CLOCK_SKEW or end - issued > MAX_PROOF_AGE:
        raise SignatureMismatch("jwt: expired, not valid yet, or valid for more than an hour")
    return Identity(
        subject=subject,
        name=optional(claims.get("name")),
        email=optional(claims.get("email")),
        phone=optional(claims.get("phone")),
        proof_id=optional(claims.get("jti")),
        expires_at=end,
    )


def _verified_claims(token: str, inbox_id: str, credentials: Credentials) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - slow to import, and the webhook function never identifies anybody

    # Times are checked against the request's clock, not the machine's.
    unchecked = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    options: Any = {"require": ["sub", "iat", "exp", "aud"], **unchecked}
    try:
        algorithm = text(jwt.get_unverified_header(token).get("alg"))
        for key in valid(credentials, PROOF_KEYS.get(algorithm, "")):
            try:
                return jwt.decode(token, key, algorithms=[algorithm], audience=inbox_id, options=options)
            except jwt.InvalidSignatureError:
                continue
    except (jwt.PyJWTError, ValueError, TypeError) as cause:
        raise SignatureMismatch(f"jwt: {type(cause).__name__}") from cause
    raise SignatureMismatch("jwt")


def _visitor(claims: Mapping[str, Any]) -> Visitor:
    visitor_id, subject = text(claims.get("v")), identifier(claims.get("s"))
    if not VISITOR_ID.fullmatch(visitor_id):
        raise SignatureMismatch("visitor token")
    return Visitor(visitor_id, subject)


def _claims(payload: str) -> Mapping[str, Any]:
    try:
        if len(payload) > MAX_TOKEN:
            raise ValueError("too long")
        return json_object(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, PayloadNotUnderstood) as cause:
        raise SignatureMismatch("visitor token") from cause


def _mac(secret: str, payload: str, purpose: bytes = _PURPOSE) -> str:
    return _encode(hmac_sha256(secret, purpose + payload.encode("utf-8", "surrogatepass")))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
