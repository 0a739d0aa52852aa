"""Redaction of what colleagues wrote among themselves: the words of a note, and its files."""

from dataclasses import dataclass, replace

from chalicelib.domain.note import Note
from chalicelib.domain.redaction import REDACTED, Wanted, blocks, files_out, text_out


@dataclass(frozen=True, slots=True)
class RedactedNote:
    """The note as it is then; `objects` are the keys of files that have to go first."""

    note: Note
    characters: int
    objects: tuple[str, ...]
    attachments: int


def redacted_note(note: Note, wanted: Wanted) -> RedactedNote:
    """The note without what is wanted out; the same again where it is out already."""
    text, _ = text_out(note.text, wanted)
    attachments, gone = files_out(note.attachments, wanted)
    return RedactedNote(
        replace(note, text=text, attachments=attachments),
        characters=blocks(text) - blocks(note.text),
        objects=tuple(each.object_key for each in gone if each.object_key),
        attachments=sum(each.reason != REDACTED for each in gone),
    )
