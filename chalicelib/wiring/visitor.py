"""The web chat visitor's API."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.stores.live import Live
from chalicelib.aws.stores.visitors import VisitorStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.returning import Sign
from chalicelib.services.visitor_signs import VisitorSigns
from chalicelib.services.visitors import Visiting
from chalicelib.wiring.intake import visitors_intake
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import desk, inbox_directory, settings
from chalicelib.wiring.visitor_page import opening

if TYPE_CHECKING:
    from chalicelib.services.visitor_live import VisitorSockets


FILE_SECONDS = 3600


def new_id() -> str:
    """128 bits that nobody can guess."""
    return secrets.token_hex(16)


def _upload_url(key: str, *, mime: str, size_bytes: int, seconds: int) -> str:
    blobs = BlobStore(patient_client("s3"), settings().attachments_bucket)
    return blobs.upload_url(key, mime=mime, size_bytes=size_bytes, seconds=seconds)


def _file_url(key: str, name: str) -> str:
    blobs = BlobStore(patient_client("s3"), settings().attachments_bucket)
    return blobs.url(key, seconds=FILE_SECONDS, name=name)


def _waiting(conversation_id: str, locale: str | None, now: datetime) -> Mapping[str, Any] | None:
    """Made on first use: most calls are of visitors who are talking to somebody."""
    from chalicelib.wiring.waits import waiting_room

    return waiting_room().shown(conversation_id, locale, now)


def _sockets() -> "VisitorSockets":
    from chalicelib.services.visitor_live import VisitorSockets
    from chalicelib.wiring.live_stores import live

    return VisitorSockets(live(), lambda: settings().sockets_url)


def _sign(conversation_id: str, sign: Sign, now: datetime) -> None:
    """Made with the first sign: a start must not pay for it."""
    from chalicelib.wiring.returning import radar

    radar().sign(conversation_id, sign, now)


@cache
def visiting() -> Visiting:
    return Visiting(
        inboxes=inbox_directory(),
        store=VisitorStore(desk()),
        live=Live(Desk(client("dynamodb"), settings().live_table)),
        intake=visitors_intake(),
        sockets=Lazy(_sockets),
        new_id=new_id,
        upload_url=_upload_url,
        file_url=_file_url,
        hours=opening,
        waiting=_waiting,
        signs=VisitorSigns(_sign),
    )
