"""Canned responses for one customer."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, LegId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound, ConversationNotFound
from chalicelib.domain.errors_texts import CannedResponseNotFound, TextUnsuited
from chalicelib.services import desk
from chalicelib.services.canned_responses import Rendered
from chalicelib.services.reply import leg_of
from chalicelib.wiring import api as wiring
from chalicelib.wiring import texts

resource = Resource("canned-rendering")


class CannedRenderBody(Body, frozen=True, kw_only=True):
    """`leg_id`: on which leg it is to go (the active one, if left out). `with_files`: its files too, as uploads of the
    caller's that a reply can name for a day."""

    conversation_id: Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z")]
    leg_id: LegId | None = None
    with_files: bool = False


class LentView(View, frozen=True, kw_only=True):
    upload_id: str
    mime: str
    name: str
    size_bytes: int
    expires_at: datetime


class CannedRenderView(View, frozen=True, kw_only=True):
    """`missing`: what nothing is known for: nothing goes out with those placeholders. `variant`: the one that was taken
    for the customer's language, null for the body itself."""

    text: str
    ready: bool
    missing: list[str]
    fell_back: list[str]
    variant: str | None
    attachments: list[LentView]


@resource.route(
    "POST",
    "/canned-responses/{canned_response_id}/render",
    role=Role.AGENT,
    body=CannedRenderBody,
    gives=CannedRenderView,
    refuses=(CannedResponseNotFound, ConversationNotFound, ContactNotFound, TextUnsuited),
    example={"conversation_id": "cnv_7q2v5h8w0c4n1x6r3k9m"},
)
def render_canned_response(caller: Caller, canned_response_id: str, body: CannedRenderBody) -> CannedRenderView:
    """The text for one customer, in their language, with what is known of them. It counts as used."""
    conversation = desk.look(wiring.desk(), body.conversation_id)
    done = texts.canned_responses().render(
        texts.reader(caller.principal),
        canned_response_id,
        conversation,
        caller.now,
        channel=leg_of(conversation, body.leg_id).channel,
        with_files=body.with_files,
    )
    return _rendered(done)


def _rendered(done: Rendered) -> CannedRenderView:
    lent = [
        LentView(
            upload_id=each.id, mime=each.mime, name=each.name, size_bytes=each.size_bytes, expires_at=each.expires_at
        )
        for each in done.uploads
    ]
    return CannedRenderView(
        text=done.text,
        ready=done.is_ready,
        missing=list(done.missing),
        fell_back=list(done.fell_back),
        variant=done.variant,
        attachments=lent,
    )
