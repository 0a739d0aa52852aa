"""Notes on contacts: written once, edited by their author, pinned by anybody, deleted by author or supervisor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import contact_note as rules
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact_note import ContactNote, NoteVersion
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ClientIdReused, StoreUnavailable, VersionConflict
from chalicelib.domain.errors_profile import ContactNoteNotFound
from chalicelib.domain.events import ContactNoteChanged
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services import contacts
from chalicelib.services.ports import ContactStore


class ContactNoteStore(Protocol):
    def get(self, contact_id: str, note_id: str) -> ContactNote | None: ...

    def once(self, contact_id: str, client_id: str) -> str | None: ...

    def add(self, note: ContactNote, client_id: str, recorded: Recorded) -> Written:
        """DUPLICATE: the client id is taken."""

    def replace(self, note: ContactNote, read_version: int, recorded: Recorded) -> Written: ...

    def page(self, contact_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[ContactNote]: ...

    def pinned(self, contact_id: str) -> Sequence[ContactNote]: ...


def get(store: ContactNoteStore, contact_id: str, note_id: str) -> ContactNote:
    """Raises ContactNoteNotFound."""
    found = store.get(contact_id, note_id) if ids.is_id("con", contact_id) and ids.is_id("nte", note_id) else None
    if found is None:
        raise ContactNoteNotFound("There is no such note.")
    return found


def add(
    store: ContactNoteStore,
    known: ContactStore,
    principal: Principal,
    contact_id: str,
    client_id: str,
    text: str,
    now: datetime,
) -> ContactNote:
    """A repeat with the same client id gives the note stored first. Raises ContactNotFound, InvalidInput,
    ClientIdReused."""
    rules.checked_text(text)
    contacts.get(known, contact_id)
    note = ContactNote(
        id=ids.note_id(now, contact_id, principal.id, client_id),
        contact_id=contact_id,
        author_id=principal.id,
        author_name=principal.name,
        versions=(NoteVersion(text, principal.id, now),),
    )
    outcome = store.add(note, client_id, _recorded(note, "created", principal, now))
    if outcome is Written.DONE:
        return note
    earlier = store.once(contact_id, client_id)
    if outcome is Written.CONFLICT or earlier is None:
        raise StoreUnavailable("somebody writes the same note just now")
    first = get(store, contact_id, earlier)
    if first.author_id != principal.id or not (first.is_deleted or first.versions[0].text == text):
        raise ClientIdReused("This client_id was used for another note: make a new one.", field="client_id")
    return first


def edit(
    store: ContactNoteStore,
    principal: Principal,
    contact_id: str,
    note_id: str,
    version: int,
    now: datetime,
    *,
    text: str | None = None,
    is_pinned: bool | None = None,
) -> ContactNote:
    """Raises ContactNoteNotFound, VersionConflict, NotPermitted, InvalidInput, TransitionRefused."""

    def apply(note: ContactNote) -> ContactNote:
        after = note if text is None else rules.edited(note, text, principal, now)
        return after if is_pinned is None else rules.pinned(after, is_pinned=is_pinned)

    return _change(store, principal, contact_id, note_id, version, now, apply, "edited" if text else "pinned")


def delete(store: ContactNoteStore, principal: Principal, contact_id: str, note_id: str, now: datetime) -> ContactNote:
    """Whatever its version: its words go. Raises ContactNoteNotFound, NotPermitted, VersionConflict."""
    return _change(
        store,
        principal,
        contact_id,
        note_id,
        get(store, contact_id, note_id).version,
        now,
        lambda note: rules.deleted(note, principal, now),
        "deleted",
    )


def _change(
    store: ContactNoteStore,
    principal: Principal,
    contact_id: str,
    note_id: str,
    version: int,
    now: datetime,
    apply: Callable[[ContactNote], ContactNote],
    change: str,
) -> ContactNote:
    before = get(store, contact_id, note_id)
    if before.version != version:
        raise VersionConflict("The note has changed: read it again.", field="version")
    after = apply(before)
    if after == before:
        return before
    after = replace(after, version=version + 1)
    if store.replace(after, version, _recorded(after, change, principal, now)) is not Written.DONE:
        raise VersionConflict("The note has changed: read it again.", field="version")
    return after


def _recorded(note: ContactNote, change: str, principal: Principal, now: datetime) -> Recorded:
    event = ContactNoteChanged(contact_id=note.contact_id, note_id=note.id, change=change)
    return Recorded((event,), Actor(principal.kind, principal.id), now)
