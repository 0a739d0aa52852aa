"""WeChat's proofs and its encrypted mode.

Source: "Message encryption and decryption" of the Official Accounts documents. In the plain mode the signature is over
a time and a nonce alone, never over the body: who has seen one could put any body under it, so an old one proves
nothing.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime

from chalicelib.channels.base import Credentials, PayloadNotUnderstood, SignatureMismatch, WebhookRequest
from chalicelib.channels.signing import same, valid
from chalicelib.channels.untrusted import seconds, text
from chalicelib.channels.wechat_xml import elements

# WeChat signs each attempt just before it makes it. Generous: nobody promises how far its clock is from ours.
SIGNED_SECONDS = 3600
BLOCK = 32
KEY_BYTES = 32
# Random bytes, and the length of what follows.
HEAD = 16 + 4


def digest(*parts: str) -> str:
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - WeChat's own choice


def check(request: WebhookRequest, credentials: Credentials) -> None:
    """Raise SignatureMismatch unless WeChat signed this just now. With a key for the encrypted mode only encrypted
    calls are taken: their signature is over the body too."""
    timestamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
    _check_time(timestamp, request.received_at)
    if valid(credentials, "encoding_aes_key") and request.method == "POST":
        given, more = request.query.get("msg_signature", ""), [_encrypted(request.body)]
    else:
        given, more = request.query.get("signature", ""), []
    matches = [same(given, digest(token, timestamp, nonce, *more)) for token in valid(credentials, "token")]
    if not any(matches):
        raise SignatureMismatch("signature")


def _check_time(timestamp: str, now: datetime) -> None:
    signed_at = seconds(timestamp) if timestamp.isascii() and timestamp.isdigit() else None
    if signed_at is None or abs((now - signed_at).total_seconds()) > SIGNED_SECONDS:
        raise SignatureMismatch("timestamp")


def _encrypted(body: bytes) -> str:
    """The `Encrypt` of a body. Raises SignatureMismatch where it has none."""
    try:
        found = text(elements(body).get("Encrypt"))
    except PayloadNotUnderstood as error:
        raise SignatureMismatch("body") from error
    if not found:
        raise SignatureMismatch("Encrypt")
    return found


def decrypted(body: bytes, credentials: Credentials) -> bytes:
    """The XML inside an encrypted body, by whichever key opens it. Raises PayloadNotUnderstood."""
    sealed = text(elements(body).get("Encrypt"))
    app_ids = valid(credentials, "app_id")
    for encoded in valid(credentials, "encoding_aes_key"):
        found = _opened(sealed, encoded, app_ids)
        if found is not None:
            return found
    raise PayloadNotUnderstood("encrypted with another key, or for another account", field="Encrypt")


def _opened(sealed: str, encoded_key: str, app_ids: Sequence[str]) -> bytes | None:
    """None where this is not the key, or the account is not ours."""
    # Here, not above: only accounts in the encrypted mode need it.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    try:
        key, secret = base64.b64decode(encoded_key + "="), base64.b64decode(sealed)
        if len(key) != KEY_BYTES:
            return None
        opening = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        padded = opening.update(secret) + opening.finalize()
    except (ValueError, binascii.Error):
        return None
    return _content(padded, app_ids)


def _content(padded: bytes, app_ids: Sequence[str]) -> bytes | None:
    """16 random bytes, the content's length in 4, the content, the account's app id; then the padding."""
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
        return None
    plain = padded[:-pad]
    end = HEAD + int.from_bytes(plain[16:HEAD], "big")
    if len(plain) < HEAD or end > len(plain):
        return None
    given = plain[end:].decode("utf-8", "replace")
    return plain[HEAD:end] if any([same(given, app_id) for app_id in app_ids]) else None
