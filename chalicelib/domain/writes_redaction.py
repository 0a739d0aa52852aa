"""What a redaction writes, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class Redaction:
    """The message and the conversation that shows it, each where it is as read, and the line that tells of it. `parts`
    are taken out of the desk's own lines too."""

    message: Message
    read: Message
    before: Conversation
    after: Conversation
    recorded: Recorded
    line: Note
    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class NoteRedaction:
    """The same of a note, whose words stand nowhere else."""

    note: Note
    read: Note
    before: Conversation
    after: Conversation
    recorded: Recorded
    line: Note
