"""Media of the simulated WhatsApp: uploads, what customers sent, and files behind links.

Sources: "WhatsApp Cloud API, media reference" (media object, types and sizes, lifetimes of ids and
of URLs) and "Supported media types".
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import urllib3

from simulators.wire import Json

MEGABYTE = 1024 * 1024
UPLOAD_LIFETIME = timedelta(days=30)
WEBHOOK_LIFETIME = timedelta(days=7)
URL_LIFETIME = timedelta(minutes=5)
MAX_STORED = 400
FETCH_TIMEOUT_SECONDS = 5.0

# kind: (largest size in bytes, accepted types)
LIMITS: dict[str, tuple[int, tuple[str, ...]]] = {
    "image": (5 * MEGABYTE, ("image/jpeg", "image/png")),
    "audio": (
        16 * MEGABYTE,
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"),
    ),
    "video": (16 * MEGABYTE, ("video/mp4", "video/3gpp")),
    "sticker": (500 * 1024, ("image/webp",)),
    "document": (100 * MEGABYTE, ()),  # any type
}
# The smallest honest file of each kind, for customers whose test does not care what they send.
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFAAH/q842iQAAAABJRU5ErkJggg=="
)
SAMPLES: dict[str, tuple[bytes, str]] = {
    "image": (_PIXEL, "image/png"),
    "sticker": (b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f" + bytes(13), "image/webp"),
    "audio": (b"OggS\x00\x02" + bytes(22), "audio/ogg; codecs=opus"),
    "video": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"),
    "document": (b"%PDF-1.4\n%%EOF\n", "application/pdf"),
}


class MediaRejected(Exception):
    """Media that cannot be sent; `code` is Meta's."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Media:
    """A stored file."""

    id: str
    phone_number_id: str
    content: bytes
    mime_type: str
    expires_at: datetime
    key: str

    @property
    def base64_hash(self) -> str:
        """The SHA-256 as webhooks give it."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()

    def described(self, base_url: str, now: datetime) -> Json:
        """The answer to GET /{media id}."""
        return {
            "messaging_product": "whatsapp",
            "url": self.url(base_url, now),
            "mime_type": self.mime_type,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "file_size": len(self.content),
            "id": self.id,
        }

    def url(self, base_url: str, now: datetime) -> str:
        """Where the bytes are for a while, in the shape of Meta's own attachment links."""
        expires = int((now + URL_LIFETIME).timestamp())
        query = f"mid={self.id}&ext={expires}&hash={self.key}"
        return f"{base_url}/graph/whatsapp_business/attachments/?{query}"


class MediaShelf:
    """The stored files; the oldest make room."""

    def __init__(self) -> None:
        self._files: dict[str, Media] = {}

    def put(self, phone_number_id: str, content: bytes, mime_type: str, expires_at: datetime) -> Media:
        """Store a file under a new id."""
        media_id = str(secrets.randbelow(9 * 10**14) + 10**15)
        key = secrets.token_urlsafe(16)
        media = Media(media_id, phone_number_id, content, mime_type, expires_at, key)
        self._files[media_id] = media
        while len(self._files) > MAX_STORED:
            self._files.pop(next(iter(self._files)), None)
        return media

    def get(self, media_id: str, now: datetime) -> Media | None:
        """A file by id, unless its id has expired."""
        media = self._files.get(media_id)
        return media if media is not None and now < media.expires_at else None

    def delete(self, media_id: str) -> bool:
        """Forget a file."""
        return self._files.pop(media_id, None) is not None

    def clear(self) -> None:
        """Forget all files."""
        self._files.clear()


def kind_of(mime_type: str) -> str:
    """The kind a type is sent as."""
    plain = mime_type.partition(";")[0].strip().lower()
    for kind, (_, accepted) in LIMITS.items():
        if plain in accepted:
            return kind
    return "document"


def check_media(kind: str, content: bytes, mime_type: str) -> None:
    """Whether WhatsApp takes these bytes as this kind; MediaRejected (131053) if not."""
    limit, accepted = LIMITS[kind]
    plain = mime_type.partition(";")[0].strip().lower()
    if accepted and plain not in accepted:
        raise MediaRejected(131053, f"Media type {plain} is not supported for {kind}")
    if len(content) > limit:
        raise MediaRejected(131053, f"Media of {len(content)} bytes exceeds {limit} for {kind}")
    if not content:
        raise MediaRejected(131053, "Media is empty")


def fetch(link: str, kind: str) -> tuple[bytes, str]:
    """The bytes and type behind a link, as WhatsApp fetches it; MediaRejected (131052) when it
    cannot.
    """
    limit, _ = LIMITS[kind]
    try:
        answer = urllib3.request("GET", link, preload_content=False, retries=False, timeout=FETCH_TIMEOUT_SECONDS)
        content = answer.read(limit + 1, decode_content=True)
        answer.release_conn()
    except (urllib3.exceptions.HTTPError, ValueError) as fault:
        raise MediaRejected(131052, f"Downloading media failed: {type(fault).__name__}") from fault
    if answer.status != 200:
        raise MediaRejected(131052, f"Downloading media failed with HTTP {answer.status}")
    return content, answer.headers.get("Content-Type", "application/octet-stream")
