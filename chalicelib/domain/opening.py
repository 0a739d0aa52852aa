"""What the collection of a conversation tells at one look."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision


@dataclass(frozen=True, slots=True)
class Opening:
    """`entry`: the newest time that it was queued; `is_whole`: entry and decision are known, or there are none."""

    conversation: Conversation
    notes: Sequence[Note]
    entry: QueueEntry | None = None
    decision: Decision | None = None
    is_whole: bool = True
