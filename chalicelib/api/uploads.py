"""Uploads: files on their way into a reply or a note."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, UploadId, View
from chalicelib.domain.agent import Role
from chalicelib.services import uploads
from chalicelib.wiring import api as wiring

Mime = Annotated[
    str,
    Meta(max_length=127, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.+-]*/[a-zA-Z0-9][a-zA-Z0-9_.+-]*\Z", examples=["image/png"]),
]

resource = Resource("uploads")


class UploadBody(Body, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    mime: Mime
    size_bytes: Annotated[int, Meta(ge=1, le=uploads.MAX_BYTES)]


class UploadView(View, frozen=True, kw_only=True):
    """PUT the bytes to `url` with exactly these `headers` within 15 minutes; a reply can name the id for a day."""

    id: UploadId
    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


@resource.route(
    "POST",
    "/uploads",
    role=Role.AGENT,
    body=UploadBody,
    gives=UploadView,
    status=HTTPStatus.CREATED,
    example={"name": "invoice.pdf", "mime": "application/pdf", "size_bytes": 48213},
)
def create_upload(caller: Caller, body: UploadBody) -> UploadView:
    """Announce a file: answers where to PUT it, straight to the bucket."""
    upload, ticket = uploads.begin(
        wiring.uploads(),
        wiring.random_ids(),
        caller.principal,
        body.name,
        body.mime,
        body.size_bytes,
        caller.now,
    )
    return UploadView(
        id=upload.id,
        method="PUT",
        url=ticket.url,
        headers=dict(ticket.headers),
        expires_at=upload.expires_at,
    )
