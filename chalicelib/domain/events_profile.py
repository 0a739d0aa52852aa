"""What happens to what is known of contacts, and to labels. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLabelled:
    """Labels were put on or taken off; `rules` names, by label, the keyword rule that put it on. Those that it has now
    are in `snapshot`."""

    TYPE: ClassVar[str] = "conversation.labelled"
    added: tuple[str, ...]
    removed: tuple[str, ...]
    rules: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged:
    """Another answer of a contact's holds for a channel (or `any`) and a purpose than before: asked, granted or
    withdrawn; `previous` None: nothing was known."""

    TYPE: ClassVar[str] = "consent.changed"
    channel: str
    purpose: str
    previous: str | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNoteChanged:
    """A note on a contact was written, edited, pinned or deleted; what it says is not told: it is personal."""

    TYPE: ClassVar[str] = "contact.note_changed"
    contact_id: str
    note_id: str
    change: str
