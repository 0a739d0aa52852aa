"""Where a conversation has gone: what was merged is found in what it was merged into."""

from typing import Protocol

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ConversationIsMerged

# Merges never make a circle; whoever meets one would rather stop than turn.
LONGEST = 100


class ConversationReader(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...


def followed(store: ConversationReader, conversation_id: str) -> Conversation | None:
    """The conversation of this id, or the one that it is part of now. One read where it is not merged."""
    found = store.conversation(conversation_id)
    for _ in range(LONGEST):
        if found is None or found.merged_into is None:
            return found
        found = store.conversation(found.merged_into)
    return None


def check_unmerged(store: ConversationReader, conversation: Conversation, field: str | None = None) -> None:
    """Raises ConversationIsMerged, which names where to go on."""
    if conversation.merged_into is None:
        return
    now = followed(store, conversation.id)
    target = now.id if now is not None else conversation.merged_into
    raise ConversationIsMerged(f"This conversation is part of {target} now.", field=field, merged_into=target)
