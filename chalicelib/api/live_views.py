"""Changes as live views are told of them: things as the REST API shows them, events without their snapshot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.api.conversation_views import view as conversation_view
from chalicelib.api.message_views import message_view, note_view
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.events_conversation import NoteCreated
from chalicelib.domain.events_privacy import NoteRedacted
from chalicelib.domain.live import Change
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note


def change_of(
    kind: str, identifier: str, version: int, thing: object, events: tuple[Mapping[str, Any], ...], now: datetime
) -> Change:
    """`thing` is a conversation, message or note, or the snapshot of anything else."""
    audience: tuple[str, ...] = ()
    if isinstance(thing, Note) and thing.audience:
        audience = (*thing.audience, thing.author_id)
    happened = tuple(_told(event) for event in events if not _is_whisper(event))
    return Change(kind, identifier, version, _view(thing, now), happened, audience)


def _view(thing: object, now: datetime) -> Mapping[str, Any]:
    shown: Any = thing
    if isinstance(thing, Conversation):
        shown = conversation_view(thing, now)
    elif isinstance(thing, Message):
        shown = message_view(thing)
    elif isinstance(thing, Note):
        shown = note_view(thing)
    made: Mapping[str, Any] = msgspec.to_builtins(shown)
    return made


def _is_whisper(event: Mapping[str, Any]) -> bool:
    """It is told by the note alone: with the conversation, whom it is not for would learn who whispers, and when."""
    return event["type"] in (NoteCreated.TYPE, NoteRedacted.TYPE) and bool(event["data"].get("audience"))


def _told(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a note says is told by the note itself, to those it is for: with the conversation it would reach all."""
    data = event["data"]
    if event["type"] == NoteCreated.TYPE:
        data = {name: value for name, value in data.items() if name not in ("text", "audience", "attachments")}
    return {name: event[name] for name in ("id", "type", "occurred_at", "actor")} | {"data": data}
