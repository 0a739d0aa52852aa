"""Links of our own to stored files, good for days: the store's signed addresses end with the session that made them.

A token holds which file, under which name, and until when, and is signed as a whole. Who has the link has the file:
that is what it is sent for.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

VALID_FOR = timedelta(days=7)
MAX_NAME = 60
_MAC_BYTES = 16
_TIME_BYTES = 5
_PURPOSE = b"file link\0"
# The only part of the bucket that is ever sent.
PREFIX = "attachments/"


@dataclass(frozen=True, slots=True)
class FileLink:
    object_key: str
    name: str
    until: datetime


def issue(secret: str, object_key: str, name: str, now: datetime) -> str:
    """The token of a stored file. Raises ValueError where the file is none that is sent."""
    if not object_key.startswith(PREFIX) or "\0" in object_key:
        raise ValueError("no stored file")
    until = int((now + VALID_FOR).timestamp())
    said = f"{object_key.removeprefix(PREFIX)}\0{short(name)}".encode("utf-8", "replace")
    place = until.to_bytes(_TIME_BYTES, "big") + said
    return base64.urlsafe_b64encode(_mac(secret, place) + place).rstrip(b"=").decode()


def read(secret: str, token: str, now: datetime) -> FileLink | None:
    """What a token leads to; None where it is none of ours, or has ended."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mac, place = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, place)):
        return None
    until = datetime.fromtimestamp(int.from_bytes(place[:_TIME_BYTES], "big"), UTC)
    key, _, name = place[_TIME_BYTES:].decode("utf-8", "replace").partition("\0")
    return FileLink(PREFIX + key, name, until) if now < until else None


def short(name: str) -> str:
    """A file's name, cut in front of its ending."""
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def _mac(secret: str, place: bytes) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + place, "sha256")[:_MAC_BYTES]
