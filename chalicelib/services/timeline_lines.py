"""What the desk itself puts on timelines: each conversation, as it is now, each call, each note on a contact.

A reaction reads what is, whatever its event says, so events may come twice, late and in any order. News of a status
that has changed since is left: the newer change has news of its own, which alone knows why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.call import card
from chalicelib.domain.contact_note import ContactNote
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.events import (
    CallEnded,
    ContactNoteChanged,
    ConversationCreated,
    ConversationLabelled,
    ConversationStatusChanged,
)
from chalicelib.domain.message import Message
from chalicelib.domain.timeline import Line
from chalicelib.domain.timeline_lines import (
    CONVERSATION,
    as_it_is,
    call_line,
    conversation_line,
    conversation_line_id,
    note_line,
)
from chalicelib.domain.writes import Written


class OwnLines(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]: ...

    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def call(self, update: Message) -> tuple[Message | None, Sequence[Message]]: ...

    def line(self, contact_id: str, line_id: str, kind: str) -> Line | None: ...

    def put(self, line: Line, version: int, *, only_new: bool = False) -> Written: ...


class ContactNotes(Protocol):
    def get(self, contact_id: str, note_id: str) -> ContactNote | None: ...


@dataclass(frozen=True, slots=True)
class TimelineLines:
    store: OwnLines
    notes: ContactNotes

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        if event["type"] == ConversationCreated.TYPE:
            self._tell(event["aggregate"]["id"], now, since=None, outcome=None)
        elif event["type"] == ConversationStatusChanged.TYPE:
            since = datetime.fromisoformat(event["snapshot"]["status_changed_at"])
            self._tell(event["aggregate"]["id"], now, since=since, outcome=event["data"]["reason"])
        elif event["type"] == ConversationLabelled.TYPE:
            self._tell_anew(event["aggregate"]["id"])
        elif event["type"] == CallEnded.TYPE:
            self._tell_call(event["data"], event["aggregate"]["id"], now)
        elif event["type"] == ContactNoteChanged.TYPE:
            self._tell_note(event["data"]["contact_id"], event["data"]["note_id"], now)

    def _tell(self, conversation_id: str, now: datetime, *, since: datetime | None, outcome: str | None) -> None:
        """`since`: when it came to the status that is told of; None where it has only begun."""
        found = self.store.conversation(conversation_id)
        if found is None or (since is not None and found.status_changed_at != since):
            return
        resolved = found.status is Status.RESOLVED
        line = conversation_line(found, self._first(found), outcome if resolved else None, now)
        self.store.put(line, found.version, only_new=since is None)

    def _tell_anew(self, conversation_id: str) -> None:
        """Its state changed, and its status did not: why it was resolved stays as it was told."""
        found = self.store.conversation(conversation_id)
        line = self.store.line(found.contact_id, conversation_line_id(found), CONVERSATION) if found else None
        if found is not None and line is not None:
            self.store.put(as_it_is(line, found), found.version)

    def _first(self, conversation: Conversation) -> Message | None:
        """The message that it began with."""
        firsts = {leg.first_message_id: leg.id for leg in conversation.legs.values()}
        return self.store.message(firsts[min(firsts)], min(firsts)) if firsts else None

    def _tell_call(self, data: Mapping[str, Any], update_id: str, now: datetime) -> None:
        update = self.store.message(data["leg_id"], update_id)
        found = self.store.conversation(data["conversation_id"])
        if update is None or found is None:
            return
        message, told = self.store.call(update)
        if message is not None:
            # The more is known of a call, the later the picture.
            self.store.put(call_line(found, message, card(message, told), now), 1 + len(told))

    def _tell_note(self, contact_id: str, note_id: str, now: datetime) -> None:
        note = self.notes.get(contact_id, note_id)
        if note is not None:
            self.store.put(note_line(note, now), note.version)
