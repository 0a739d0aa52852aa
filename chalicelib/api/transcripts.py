"""Transcripts: what was said in a conversation, to read, to keep, and to send to the customer who asks for it."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.drafts import ClientId
from chalicelib.api.message_views import MessageView, message_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, EntryId, LegId, Limit, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationIsMerged,
    ConversationNotFound,
    InboxDisabled,
    MessageUnfit,
    TooLarge,
    WindowClosed,
)
from chalicelib.domain.transcript import Said
from chalicelib.services.transcripts import FORMATS, Sending
from chalicelib.wiring import customer

Zone = Annotated[
    str,
    Meta(
        max_length=60,
        pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\Z",
        description="Of its times; if left out the customer's, else UTC",
        examples=["Europe/Madrid"],
    ),
]

resource = Resource("transcripts")


class TranscriptQuery(Query, frozen=True, kw_only=True):
    """`include`: notes, those that are for the caller. `after`: that of the page before."""

    format: Literal["json", "text", "html"] = "json"
    include: Literal["notes"] | None = None
    zone: Zone | None = None
    limit: Limit = 100
    after: EntryId | None = None


class TranscriptEntry(View, frozen=True, kw_only=True):
    """`side`: customer, us, or colleagues (a note). `files` are names. `mark`: what has to be known of it, such as `not
    delivered`; empty mostly."""

    id: str
    at: datetime
    side: str
    who: str
    channel: str
    kind: str
    text: str
    files: list[str]
    mark: str


class TranscriptView(View, frozen=True, kw_only=True):
    """A page, the oldest first. `entries` hold it as data; `content` is the page as `media_type`, null for JSON.
    `after` asks for the next page, null at the end."""

    conversation_id: str
    customer: str
    zone: str
    media_type: str
    content: str | None
    entries: list[TranscriptEntry]
    after: str | None


class SendingBody(Body, frozen=True, kw_only=True):
    """`form`: a message of its own words, a file, or a link to the file, which is good for seven days. `leg_id`: over
    which leg, the active one if left out. `text` goes before the transcript, or with the file."""

    client_id: ClientId
    form: Literal["message", "file", "link"] = "message"
    format: Literal["text", "html"] = "text"
    leg_id: LegId | None = None
    zone: Zone | None = None
    text: Annotated[str, Meta(max_length=1000)] = ""


@resource.route(
    "GET",
    "/conversations/{conversation_id}/transcript",
    role=Role.AGENT,
    query=TranscriptQuery,
    gives=TranscriptView,
    refuses=(ConversationNotFound,),
)
def get_transcript(caller: Caller, conversation_id: str, query: TranscriptQuery) -> TranscriptView:
    """What was said on all legs, in order: messages alone, or with colleagues' notes. Words of strangers in HTML are
    text and nothing else."""
    page = customer.transcripts().page(
        conversation_id,
        caller.principal,
        limit=query.limit,
        after=query.after,
        notes=query.include == "notes",
        zone=query.zone,
    )
    found = page.transcript
    mime, _ending, write = FORMATS.get(query.format, ("application/json", "json", None))
    return TranscriptView(
        conversation_id=found.conversation_id,
        customer=found.customer,
        zone=found.zone_name,
        media_type=mime,
        content=write(found) if write else None,
        entries=[_view(said) for said in found.said] if write is None else [],
        after=page.after,
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/transcript/sending",
    role=Role.AGENT,
    body=SendingBody,
    gives=MessageView,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        ConversationNotFound,
        ConversationIsMerged,
        ClientIdReused,
        InboxDisabled,
        MessageUnfit,
        TooLarge,
        WindowClosed,
    ),
    example={"client_id": "transcript-1", "form": "link", "format": "html", "zone": "Europe/Madrid"},
)
def send_transcript(caller: Caller, conversation_id: str, body: SendingBody) -> MessageView:
    """Send the customer what was said so far: the messages, never a note. A repeat answers the message stored first,
    whatever was said since."""
    asked = Sending(body.client_id, body.form, body.format, body.leg_id, body.zone, body.text.strip())
    return message_view(customer.transcript_sending().send(caller.principal, conversation_id, asked, caller.now))


def _view(said: Said) -> TranscriptEntry:
    values = {name: getattr(said, name) for name in TranscriptEntry.__struct_fields__ if name != "files"}
    return TranscriptEntry(**values, files=list(said.files))
