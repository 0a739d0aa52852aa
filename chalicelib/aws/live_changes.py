"""The desk table's stream as live views see it: what a record made of which thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from, note_from
from chalicelib.aws.keys import HEAD, MESSAGE, NOTE
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored thing as it is now, and its events in their wire form (none for notes: their conversation has them).
    `thing` is its snapshot where live views have no better."""

    kind: str
    id: str
    version: int
    thing: Conversation | Message | Note | Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...] = ()


def changed(record: Mapping[str, Any]) -> Changed | None:
    """None for removals, and for what is nobody's to see."""
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return None
    collection, part = image["pk"]["S"].partition("#")[0], image["sk"]["S"]
    if collection == "CNV" and part.startswith(NOTE):
        note = note_from(from_attributes(image))
        return Changed("note", note.id, note.version, note)
    events = announcements(record)
    if not events:
        return None
    aggregate = events[0]["aggregate"]
    thing: Conversation | Message | Mapping[str, Any] = events[0]["snapshot"]
    if collection == "CNV" and part == HEAD:
        thing = conversation_from(from_attributes(image))
    elif collection == "LEG" and part.startswith(MESSAGE):
        thing = message_from(from_attributes(image))
    return Changed(aggregate["kind"], aggregate["id"], aggregate["version"], thing, tuple(events))
