"""Files of Messages for Business: encrypted on their way, both ways, with AES-256 in counter mode and a zero counter.

Source: MSP REST API, "Attachments". A key in its written form is hexadecimal, with `00` before its 32 bytes.

Counter mode is safe as long as no key is used for two files. A key of ours is an HMAC, with the inbox's secret, of the
message, the file's place in it and the file's own bytes: another file has another key, and a repeated attempt makes the
same bytes again. The secret cannot be found from the keys that the customer's device is told.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels.apple_api import HEADER_SAFE
from chalicelib.channels.base import PayloadNotUnderstood
from chalicelib.channels.untrusted import json_object, text

MAX_REFERENCE = 4096
ZERO = bytes(16)
_PURPOSE = b"parley.apple.file.v1"
_KEY = re.compile(r"(?:00)?([0-9A-Fa-f]{64})")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,128}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{1,400}={0,2}")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where Apple has a customer's file, and what opens it: all that a later lookup needs. `signature` is base64."""

    url: str
    owner: str
    signature: str
    key: str

    @property
    def media_id(self) -> str:
        parts = {"url": self.url, "owner": self.owner, "signature-base64": self.signature, "key": self.key}
        return json.dumps(parts, separators=(",", ":"))


def reference_of(part: Mapping[str, Any]) -> Reference | None:
    """The reference in an attachment; None where something is missing, or is not what it should be. Older payloads have
    the names of the second place."""
    url, owner = _word(part, "url", "mmcs-url"), _word(part, "owner", "mmcs-owner")
    key = _KEY.fullmatch(_word(part, "key", "decryption-key"))
    signature = _signature(part)
    if not HEADER_SAFE.fullmatch(url) or not HEADER_SAFE.fullmatch(owner) or key is None or not signature:
        return None
    found = Reference(url, owner, signature, key[1].lower())
    return found if len(found.media_id) <= MAX_REFERENCE else None


def reference_named(media_id: str) -> Reference | None:
    """The reference that was kept; None where it is none of ours."""
    if len(media_id) > MAX_REFERENCE:
        return None
    try:
        return reference_of(json_object(media_id))
    except PayloadNotUnderstood:
        return None


def _signature(part: Mapping[str, Any]) -> str:
    """In base64: hexadecimal is turned into it. Digits alone may be either, so the field's name decides."""
    written = _word(part, "signature-base64")
    hexadecimal = _word(part, "signature", "mmcs-signature-hex")
    if not written and _HEX.fullmatch(hexadecimal):
        written = base64.b64encode(bytes.fromhex(hexadecimal)).decode()
    elif not written:
        written = hexadecimal
    return written if _BASE64.fullmatch(written) else ""


def _word(part: Mapping[str, Any], *names: str) -> str:
    return next((found for name in names if (found := text(part.get(name)).strip())), "")


def file_key(secret: bytes, message_id: str, place: int, plain: bytes) -> bytes:
    """The 32 bytes that encrypt this file of this message, and no other."""
    digest = hashlib.sha256(plain).digest()
    return hmac.new(secret, b"\n".join((_PURPOSE, message_id.encode(), str(place).encode(), digest)), "sha256").digest()


def written_key(key: bytes) -> str:
    return "00" + key.hex()


def crypted(raw: bytes, key: bytes, counter: bytes = ZERO) -> bytes:
    """Encrypted or decrypted: in counter mode it is the same. Apple begins at zero."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - slow to import

    cipher = Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor()
    return cipher.update(raw) + cipher.finalize()


def decrypted(raw: bytes, key: str) -> bytes:
    """A customer's file. Raises ValueError."""
    try:
        return crypted(raw, binascii.unhexlify(key))
    except binascii.Error as cause:
        raise ValueError("the file's key is no key") from cause
