"""Notes that colleagues keep on a contact."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, PageQuery, Version, View
from chalicelib.domain.agent import Role
from chalicelib.domain.contact_note import MAX_TEXT, ContactNote
from chalicelib.domain.errors import (
    ClientIdReused,
    ContactNotFound,
    CursorInvalid,
    InvalidInput,
    TransitionRefused,
    VersionConflict,
)
from chalicelib.domain.errors_profile import ContactNoteNotFound
from chalicelib.services import contact_notes as service
from chalicelib.services import contacts
from chalicelib.wiring import api as wiring
from chalicelib.wiring import profile

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
ClientId = Annotated[
    str, Meta(min_length=1, max_length=100, description="Your own id for it: a repeat finds the first")
]

resource = Resource("contact-notes")


class NoteBody(Body, frozen=True, kw_only=True):
    client_id: ClientId
    text: Text


class NoteChanges(Body, frozen=True, kw_only=True):
    """Only its author changes what it says; anybody pins it."""

    version: Version
    text: Text | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET


class NoteVersionView(View, frozen=True, kw_only=True):
    text: str
    by: str
    at: datetime


class ContactNoteView(View, frozen=True, kw_only=True):
    """`history` is everything it ever said, oldest first. A deleted note keeps who wrote when, and no words."""

    id: str
    contact_id: str
    author_id: str
    author_name: str
    text: str
    created_at: datetime
    updated_at: datetime
    pinned: bool
    deleted_by: str | None
    deleted_at: datetime | None
    history: list[NoteVersionView]
    version: int


class ContactNotePage(View, frozen=True, kw_only=True):
    """Newest first. `pinned` come with the first page, whatever their age; they are among `items` too."""

    items: list[ContactNoteView]
    pinned: list[ContactNoteView]
    next_cursor: str | None


@resource.route(
    "GET",
    "/contacts/{contact_id}/notes",
    role=Role.AGENT,
    query=PageQuery,
    gives=ContactNotePage,
    refuses=(ContactNotFound, CursorInvalid),
)
def list_contact_notes(caller: Caller, contact_id: str, query: PageQuery) -> ContactNotePage:
    """What colleagues noted on a contact."""
    contacts.get(wiring.contacts(), contact_id)
    store = profile.contact_notes()
    page, cursor = cursors.page_of(
        f"contact_notes/{contact_id}",
        lambda limit, start: store.page(contact_id, limit, start),
        wiring.cursor_secret,
        caller,
        query,
    )
    pinned = () if query.cursor else store.pinned(contact_id)
    return ContactNotePage(
        items=[_view(note) for note in page], pinned=[_view(note) for note in pinned], next_cursor=cursor
    )


@resource.route(
    "POST",
    "/contacts/{contact_id}/notes",
    role=Role.AGENT,
    body=NoteBody,
    gives=ContactNoteView,
    status=HTTPStatus.CREATED,
    refuses=(ContactNotFound, ClientIdReused),
    example={"client_id": "n-1", "text": "Prefers to be called Bo."},
)
def add_contact_note(caller: Caller, contact_id: str, body: NoteBody) -> ContactNoteView:
    """Keep a note on a contact, for colleagues only."""
    store, known = profile.contact_notes(), wiring.contacts()
    return _view(service.add(store, known, caller.principal, contact_id, body.client_id, body.text, caller.now))


@resource.route(
    "PATCH",
    "/contacts/{contact_id}/notes/{note_id}",
    role=Role.AGENT,
    body=NoteChanges,
    gives=ContactNoteView,
    refuses=(ContactNoteNotFound, VersionConflict, TransitionRefused),
    example={"version": 1, "text": "Prefers to be called Bo, and du.", "pinned": True},
)
def edit_contact_note(caller: Caller, contact_id: str, note_id: str, body: NoteChanges) -> ContactNoteView:
    """Change what a note of yours says, or pin any."""
    if body.text is UNSET and body.pinned is UNSET:
        raise InvalidInput("There is nothing to change.", field="version")
    changed = service.edit(
        profile.contact_notes(),
        caller.principal,
        contact_id,
        note_id,
        body.version,
        caller.now,
        text=body.text if body.text is not UNSET else None,
        is_pinned=body.pinned if body.pinned is not UNSET else None,
    )
    return _view(changed)


@resource.route(
    "DELETE",
    "/contacts/{contact_id}/notes/{note_id}",
    role=Role.AGENT,
    gives=ContactNoteView,
    refuses=(ContactNoteNotFound, VersionConflict),
)
def delete_contact_note(caller: Caller, contact_id: str, note_id: str) -> ContactNoteView:
    """Take away its words: your own note's, or as a supervisor anybody's. Who wrote it and when stays."""
    return _view(service.delete(profile.contact_notes(), caller.principal, contact_id, note_id, caller.now))


def _view(note: ContactNote) -> ContactNoteView:
    return ContactNoteView(
        id=note.id,
        contact_id=note.contact_id,
        author_id=note.author_id,
        author_name=note.author_name,
        text=note.text,
        created_at=note.created_at,
        updated_at=note.deleted_at or note.versions[-1].at,
        pinned=note.is_pinned,
        deleted_by=note.deleted_by,
        deleted_at=note.deleted_at,
        history=[NoteVersionView(text=each.text, by=each.by, at=each.at) for each in note.versions],
        version=note.version,
    )
