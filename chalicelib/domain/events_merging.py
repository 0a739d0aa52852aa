"""What happens where conversations become one, or several. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMerged:
    """The source is part of the target now. Told by both: the envelope's aggregate says by which, and `snapshot` how it
    is now."""

    TYPE: ClassVar[str] = "conversation.merged"
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationUnmerged:
    """A merge was undone: the source is a conversation of its own again. Told by both."""

    TYPE: ClassVar[str] = "conversation.unmerged"
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSplit:
    """The messages of a leg from this one on are a conversation of their own now. Told by both, the new one with its
    `conversation.created`."""

    TYPE: ClassVar[str] = "conversation.split"
    source_id: str
    new_id: str
    leg_id: str
    from_message_id: str
