"""What happens for the sake of privacy. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactErased:
    """All of these contacts is gone: whoever has copies has to remove them."""

    TYPE: ClassVar[str] = "contact.erased"
    contact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRedacted:
    """Parts of a message were made unreadable, for good: told by the conversation that shows it. What they were is told
    nowhere."""

    TYPE: ClassVar[str] = "message.redacted"
    message_id: str
    leg_id: str
    reason: str
    characters: int
    attachments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRedacted:
    """Parts of a colleague's note were made unreadable, for good. With an `audience` the note is a whisper, and so is
    this."""

    TYPE: ClassVar[str] = "note.redacted"
    note_id: str
    reason: str
    characters: int
    attachments: int
    audience: tuple[str, ...] = ()
