"""Notes: what colleagues write in a conversation, for each other alone."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api import agent_drafts
from chalicelib.api.drafts import ClientId
from chalicelib.api.mentions import MarkBody
from chalicelib.api.message_views import NoteView, note_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, UploadId, Version
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ClientIdReused, ConversationNotFound, UploadNotFound
from chalicelib.domain.mention import MAX_MARKS
from chalicelib.domain.message import Attachment
from chalicelib.domain.note import OWNER
from chalicelib.services import administration, desk, uploads
from chalicelib.wiring import api as wiring
from chalicelib.wiring import together

AudienceId = Annotated[str, Meta(pattern=r"^(owner|agt_[0-9a-hjkmnp-tv-z]{1,64})\Z", examples=["owner"])]
MAX_AUDIENCE = 10
MAX_FILES = 10

resource = Resource("notes")


class NoteBody(Body, frozen=True, kw_only=True):
    """With an `audience` (supervisors only) it is a whisper: for these agents (`owner`: whose the conversation is
    now), its author and supervisors, and for nobody else. `mentions`: whom it means; they are told, and follow.
    `attachments`: ids of the caller's own uploads, which go out with nothing afterwards. Without a file there are
    words."""

    client_id: ClientId
    text: Annotated[str, Meta(max_length=desk.NOTE_LENGTH)] = ""
    audience: Annotated[list[AudienceId], Meta(max_length=MAX_AUDIENCE)] = []
    mentions: Annotated[list[MarkBody], Meta(max_length=MAX_MARKS)] = []
    attachments: Annotated[list[UploadId], Meta(max_length=MAX_FILES)] = []
    draft_version: Version | None = None


@resource.route(
    "POST",
    "/conversations/{conversation_id}/notes",
    role=Role.AGENT,
    body=NoteBody,
    gives=NoteView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, ClientIdReused, UploadNotFound),
    example={"client_id": "note-7", "text": "Asked the warehouse; they answer by noon."},
)
def add_note(caller: Caller, conversation_id: str, body: NoteBody) -> NoteView:
    """A note for colleagues, or a supervisor's whisper to some of them: never sent anywhere."""
    if body.audience and caller.principal.may(Role.SUPERVISOR):
        administration.check_audience(wiring.agents(), [name for name in body.audience if name != OWNER])
    marks = [named.mark(place) for place, named in enumerate(body.mentions)]
    meant = together.meant(marks) if marks else None
    note = desk.add_note(
        wiring.desk(),
        caller.principal,
        conversation_id,
        body.client_id,
        body.text,
        caller.now,
        body.audience,
        meant,
        attachments=_files(caller, body),
    )
    agent_drafts.sent(caller, conversation_id, body.draft_version)
    return note_view(note)


def _files(caller: Caller, body: NoteBody) -> tuple[Attachment, ...]:
    if not body.attachments:
        return ()
    return uploads.attached(wiring.uploads(), caller.principal, body.attachments, caller.now, inside=True)
