"""Drafts: what the caller is writing in a conversation, for their other devices."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, EntryId, LegId, PageQuery, Query, UploadId, Version, View
from chalicelib.domain.agent import Role
from chalicelib.domain.agent_draft import MAX_FILES, MAX_TEXT, AgentDraft, DraftKind, DraftWords
from chalicelib.domain.errors import ConversationNotFound, CursorInvalid, DraftBehind, DraftNotFound, InvalidInput
from chalicelib.wiring import api as wiring
from chalicelib.wiring import together

resource = Resource("drafts")

VersionKnown = Annotated[
    int, Meta(ge=0, le=2**53 - 1, description="The version that this device has; 0: it knows of none")
]


class AgentDraftBody(Body, frozen=True, kw_only=True):
    """`attachments`: ids of the caller's own uploads, which are good for a day."""

    version: VersionKnown
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    kind: DraftKind = DraftKind.REPLY
    leg_id: LegId | None = None
    attachments: Annotated[list[UploadId], Meta(max_length=MAX_FILES)] = []
    reply_to: EntryId | None = None


class DraftQuery(Query, frozen=True, kw_only=True):
    version: Version


class AgentDraftView(View, frozen=True, kw_only=True):
    """`version` grows, and is never used again."""

    conversation_id: str
    kind: DraftKind
    text: str
    leg_id: str | None
    attachments: list[str]
    reply_to: str | None
    begun_at: datetime
    saved_at: datetime
    version: int


class AgentDraftPage(View, frozen=True, kw_only=True):
    """The newest begun first."""

    items: list[AgentDraftView]
    next_cursor: str | None


@resource.route(
    "GET",
    "/me/drafts",
    role=Role.AGENT,
    query=PageQuery,
    gives=AgentDraftPage,
    refuses=(CursorInvalid,),
    people_only=True,
)
def list_drafts(caller: Caller, query: PageQuery) -> AgentDraftPage:
    """Where you have begun to write, and what."""
    drafts = together.drafts(caller.principal, caller.now)
    found, cursor = cursors.page_of("drafts", drafts.page, wiring.cursor_secret, caller, query)
    return AgentDraftPage(items=[_view(draft) for draft in found], next_cursor=cursor)


@resource.route(
    "GET",
    "/conversations/{conversation_id}/draft",
    role=Role.AGENT,
    gives=AgentDraftView,
    refuses=(ConversationNotFound, DraftNotFound),
    people_only=True,
)
def get_draft(caller: Caller, conversation_id: str) -> AgentDraftView:
    """What you are writing here."""
    return _view(together.drafts(caller.principal, caller.now).get(conversation_id))


@resource.route(
    "PUT",
    "/conversations/{conversation_id}/draft",
    role=Role.AGENT,
    body=AgentDraftBody,
    gives=AgentDraftView,
    refuses=(ConversationNotFound, DraftBehind),
    people_only=True,
    example={"version": 0, "text": "Your parcel left our"},
)
def save_draft(caller: Caller, conversation_id: str, body: AgentDraftBody) -> AgentDraftView:
    """Keep what you are writing, for 30 days since its last change. A device that is behind is refused with
    `draft_behind`, and `facts.draft` is the newer draft: nothing is written over it."""
    if len(set(body.attachments)) < len(body.attachments):
        raise InvalidInput("Name each upload once.", field="attachments")
    words = DraftWords(body.text, body.kind, body.leg_id, tuple(body.attachments), body.reply_to)
    return _view(together.drafts(caller.principal, caller.now).save(conversation_id, words, body.version))


@resource.route(
    "DELETE",
    "/conversations/{conversation_id}/draft",
    role=Role.AGENT,
    query=DraftQuery,
    status=HTTPStatus.NO_CONTENT,
    refuses=(ConversationNotFound, DraftBehind),
    people_only=True,
)
def delete_draft(caller: Caller, conversation_id: str, query: DraftQuery) -> None:
    """Throw away what you were writing, unless it has changed on another device. A reply or a note with its
    `draft_version` does so by itself."""
    together.drafts(caller.principal, caller.now).delete(conversation_id, query.version)


def sent(caller: Caller, conversation_id: str, version: int | None) -> None:
    """What was sent is no draft any more."""
    if version is not None and caller.principal.kind == "agent":
        together.drafts(caller.principal, caller.now).sent(conversation_id, version)


def _view(draft: AgentDraft) -> AgentDraftView:
    words = draft.words
    return AgentDraftView(
        conversation_id=draft.conversation_id,
        kind=words.kind,
        text=words.text,
        leg_id=words.leg_id,
        attachments=list(words.attachments),
        reply_to=words.reply_to,
        begun_at=draft.begun_at,
        saved_at=draft.saved_at,
        version=draft.version,
    )
