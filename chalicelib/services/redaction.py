"""Taking parts of a message out for good: of the message, of what lists show of it, of the desk's own lines, its files.

Nothing brings it back, and nobody writes down what it was: the thread tells who did it, when and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ConversationNotFound,
    InvalidInput,
    MessageNotFound,
    NotPermitted,
    RedactionRefused,
    StoreUnavailable,
)
from chalicelib.domain.events import MessageRedacted, NoteRedacted
from chalicelib.domain.message import AttachmentState, Message, preview, said_in
from chalicelib.domain.note import Note, may_see
from chalicelib.domain.redaction import Redacted, Wanted, redacted
from chalicelib.domain.redaction_notes import RedactedNote, redacted_note
from chalicelib.domain.stretches import shows
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_redaction import NoteRedaction, Redaction
from chalicelib.services.desk import note_line

ATTEMPTS = 5
MAX_RANGES = 100
# What may still be sent: its words are needed until it has left.
UNDER_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})


class RedactionStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def message(self, conversation: Conversation, message_id: str) -> Message | None:
        """Of whichever of its legs."""

    def redact(self, redaction: Redaction) -> Written: ...

    def note(self, conversation: Conversation, note_id: str) -> Note | None:
        """Its own, or of what was merged into it."""

    def redact_note(self, redaction: NoteRedaction) -> Written: ...


class RedactionFiles(Protocol):
    def remove_attachment(self, key: str) -> None: ...

    def remove_raw(self, raw: Mapping[str, str]) -> None:
        """The mail or payload that the message came in."""


@dataclass(frozen=True, slots=True)
class Redacting:
    store: RedactionStore
    files: RedactionFiles

    def redact(
        self, principal: Principal, conversation_id: str, message_id: str, wanted: Wanted, reason: str, now: datetime
    ) -> Message:
        """The message as it is then. A repeat finishes what was cut short, and changes nothing more.

        Raises ConversationNotFound, MessageNotFound, InvalidInput, NotPermitted, RedactionRefused, StoreUnavailable."""
        check_allowed(principal, wanted)
        for _ in range(ATTEMPTS):
            conversation, message = self._found(conversation_id, message_id)
            _check(message, wanted)
            made = redacted(message, wanted)
            # Files first: once the message has forgotten them, nobody would find them again.
            for key in made.objects:
                self.files.remove_attachment(key)
            if made.raw:
                self.files.remove_raw(made.raw)
            if made.message == message:
                raise RedactionRefused("There is nothing (more) of this to take out.", because="nothing")
            written = self.store.redact(_redaction(principal, conversation, message, made, reason, now))
            if written is Written.DONE:
                return replace(made.message, version=message.version + 1)
        raise StoreUnavailable("too many writers at once")

    def redact_note(
        self, principal: Principal, conversation_id: str, note_id: str, wanted: Wanted, reason: str, now: datetime
    ) -> Note:
        """The same of a note that the caller may read. Raises what `redact` does."""
        check_allowed(principal, wanted)
        for _ in range(ATTEMPTS):
            conversation = self._conversation(conversation_id)
            note = self.store.note(conversation, note_id)
            if note is None or note.kind != "note" or not may_see(note, principal):
                raise MessageNotFound("There is no such note in this conversation.")
            _check_places(note, wanted)
            made = redacted_note(note, wanted)
            for key in made.objects:
                self.files.remove_attachment(key)
            if made.note == note:
                raise RedactionRefused("There is nothing (more) of this to take out.", because="nothing")
            written = self.store.redact_note(_note_redaction(principal, conversation, note, made, reason, now))
            if written is Written.DONE:
                return replace(made.note, version=note.version + 1)
        raise StoreUnavailable("too many writers at once")

    def _conversation(self, conversation_id: str) -> Conversation:
        conversation = self.store.conversation(conversation_id) if ids.is_id("cnv", conversation_id) else None
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        return conversation

    def _found(self, conversation_id: str, message_id: str) -> tuple[Conversation, Message]:
        conversation = self._conversation(conversation_id)
        message = self.store.message(conversation, message_id) if ids.is_id("msg", message_id) else None
        if message is None or not shows(conversation, message):
            raise MessageNotFound("There is no such message in this conversation.")
        return conversation, message


def check_allowed(principal: Principal, wanted: Wanted) -> None:
    """What is found by its form, anybody takes out; anything else a supervisor. Raises NotPermitted, InvalidInput."""
    if not (wanted.ranges or wanted.patterns or wanted.attachments or wanted.whole):
        raise InvalidInput("Say what to take out.", field="patterns")
    if len(wanted.ranges) > MAX_RANGES:
        raise InvalidInput(f"Give at most {MAX_RANGES} ranges.", field="ranges")
    if (wanted.ranges or wanted.attachments or wanted.whole) and not principal.may(Role.SUPERVISOR):
        raise NotPermitted("Agents take out what is found by its form; a supervisor takes out the rest.")


def _check(message: Message, wanted: Wanted) -> None:
    if message.state in UNDER_WAY:
        raise RedactionRefused("The message is on its way: wait until it has left or failed.", because="under_way")
    _check_places(message, wanted)
    if any(each.state is AttachmentState.PENDING for each in message.attachments):
        raise RedactionRefused("A file of it is still being fetched: wait a moment.", because="under_way")


def _check_places(entry: Message | Note, wanted: Wanted) -> None:
    for place, (start, end) in enumerate(wanted.ranges):
        if not 0 <= start < end <= len(entry.text):
            told = f"The text has {len(entry.text)} characters: give 0 <= start < end <= {len(entry.text)}."
            raise InvalidInput(told, field=f"ranges[{place}]")
    for place in wanted.attachments:
        if not 0 <= place < len(entry.attachments):
            raise InvalidInput(f"There are {len(entry.attachments)} attachments.", field="attachments")


def _redaction(
    principal: Principal, before: Conversation, message: Message, made: Redacted, reason: str, now: datetime
) -> Redaction:
    after = replace(before, version=before.version + 1)
    newest = before.last_message
    if newest is not None and newest.id == message.id:
        shown = replace(newest, preview=preview(message.kind, said_in(made.message)))
        after = replace(after, last_message=shown)
    told = MessageRedacted(
        message_id=message.id,
        leg_id=message.leg_id,
        reason=reason,
        characters=made.characters,
        attachments=made.attachments,
    )
    line = _line(principal, before, told, {"message_id": message.id}, message.version, now)
    recorded = Recorded((told,), Actor(principal.kind, principal.id), now)
    return Redaction(made.message, message, before, after, recorded, line, made.parts)


def _note_redaction(
    principal: Principal, before: Conversation, note: Note, made: RedactedNote, reason: str, now: datetime
) -> NoteRedaction:
    told = NoteRedacted(
        note_id=note.id,
        reason=reason,
        characters=made.characters,
        attachments=made.attachments,
        audience=note.audience,
    )
    line = _line(principal, before, told, {"note_id": note.id}, note.version, now)
    # Of a whisper only those learn whom it is for.
    line = replace(line, audience=(*note.audience, note.author_id) if note.audience else ())
    recorded = Recorded((told,), Actor(principal.kind, principal.id), now)
    after = replace(before, version=before.version + 1)
    return NoteRedaction(made.note, note, before, after, recorded, line)


def _line(
    principal: Principal,
    before: Conversation,
    told: MessageRedacted | NoteRedacted,
    named: Mapping[str, str],
    version: int,
    now: datetime,
) -> Note:
    """What colleagues read of it. `named`: whose words were taken out, at which of its versions."""
    facts: Mapping[str, Any] = {
        "type": told.TYPE,
        **named,
        "reason": told.reason,
        "characters": told.characters,
        "attachments": told.attachments,
    }
    text = f"Parts of a {'message' if isinstance(told, MessageRedacted) else 'note'} were taken out."
    seed = " ".join((told.TYPE, *named.values(), str(version)))
    return note_line(before.id, "activity", principal, now, text, seed, facts)
