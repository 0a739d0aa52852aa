"""Notes that colleagues keep on a contact: who wrote them, and everything they ever said.

A note that is deleted keeps who did what and when, and none of its words: what was written there may have been
personal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors_common import InvalidInput, NotPermitted, TransitionRefused

MAX_TEXT = 4000
# All versions stand in one item of the store, which takes no more than 400 KB.
MAX_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """What a note said from `at` on; `by` is whoever wrote that."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactNote:
    """`versions` are oldest first, the last is what it says; `version` counts its writes."""

    id: str
    contact_id: str
    author_id: str
    author_name: str
    versions: tuple[NoteVersion, ...]
    is_pinned: bool = False
    deleted_by: str | None = None
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def text(self) -> str:
        return self.versions[-1].text

    @property
    def created_at(self) -> datetime:
        return self.versions[0].at

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


def checked_text(text: str) -> str:
    """Raises InvalidInput."""
    if not text.strip() or len(text) > MAX_TEXT:
        raise InvalidInput(f"A note has 1 to {MAX_TEXT} characters.", field="text")
    return text


def edited(note: ContactNote, text: str, principal: Principal, at: datetime) -> ContactNote:
    """By its author; what it said before is kept. The same note where it says that already. Raises NotPermitted,
    TransitionRefused, InvalidInput."""
    _check_there(note)
    if principal.id != note.author_id:
        raise NotPermitted("Only its author edits a note: write one of your own.")
    if checked_text(text) == note.text:
        return note
    if len(note.versions) >= MAX_VERSIONS:
        raise TransitionRefused("This note was edited too often: write a new one.", field="text")
    return _next(replace(note, versions=(*note.versions, NoteVersion(text, principal.id, at))))


def pinned(note: ContactNote, *, is_pinned: bool) -> ContactNote:
    """Among those shown first, or not any more. Raises TransitionRefused where it is deleted."""
    _check_there(note)
    return note if note.is_pinned is is_pinned else _next(replace(note, is_pinned=is_pinned))


def deleted(note: ContactNote, principal: Principal, at: datetime) -> ContactNote:
    """By its author or a supervisor: its words go, who wrote when stays. The same note where it is deleted already.
    Raises NotPermitted."""
    if principal.id != note.author_id and not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Its author or a supervisor deletes a note.")
    if note.is_deleted:
        return note
    silent = tuple(replace(version, text="") for version in note.versions)
    return _next(replace(note, versions=silent, is_pinned=False, deleted_by=principal.id, deleted_at=at))


def note_snapshot(note: ContactNote) -> Mapping[str, Any]:
    """As events tell it: without its words."""
    return {
        "id": note.id,
        "contact_id": note.contact_id,
        "author_id": note.author_id,
        "created_at": note.created_at.isoformat(),
        "pinned": note.is_pinned,
        "deleted": note.is_deleted,
    }


def _check_there(note: ContactNote) -> None:
    if note.is_deleted:
        raise TransitionRefused("This note was deleted.")


def _next(note: ContactNote) -> ContactNote:
    return replace(note, version=note.version + 1)
