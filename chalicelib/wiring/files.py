"""Links to files, followed by customers: `GET /f/{token}`."""

from datetime import datetime
from functools import lru_cache
from time import monotonic

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import patient_client
from chalicelib.channels.base import Reply
from chalicelib.services import links
from chalicelib.wiring.shared import secrets, settings

PREFIX = "/f/"
SECRET_SECONDS = 300.0
ENDED = "This link has ended. Ask for the file again."


def link_secret() -> str:
    """What signs links; read again every few minutes, so that it can be rotated."""
    return _secret(int(monotonic() / SECRET_SECONDS))


@lru_cache(maxsize=1)
def _secret(_period: int) -> str:
    return secrets().text("links")


def followed(path: str, now: datetime) -> tuple[Reply, dict[str, str]]:
    """The way to the file, or the word that there is none. Raises StoreUnavailable."""
    blobs = BlobStore(patient_client("s3"), settings().attachments_bucket)
    url = links.address(blobs, link_secret(), path.removeprefix(PREFIX), now)
    return (Reply(302), {"location": url, "referrer-policy": "no-referrer"}) if url else (Reply(404, ENDED), {})
