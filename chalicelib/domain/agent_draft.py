"""What an agent is writing in a conversation, kept so that another device of theirs goes on with it.

Nobody else sees it, nothing is told of it, and no channel reads it. Its version is the time of its last change in
milliseconds, or one more than the one before: it never comes back, not even after the draft was deleted and begun anew,
so that a device which is behind can never write over newer words.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=30)
MAX_TEXT = 65_536
MAX_FILES = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DraftKind(StrEnum):
    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DraftWords:
    """`attachments` are ids of the author's own uploads, `reply_to` the id of the message that is answered."""

    text: str = ""
    kind: DraftKind = DraftKind.REPLY
    leg_id: str | None = None
    attachments: tuple[str, ...] = ()
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class AgentDraft:
    agent_id: str
    conversation_id: str
    words: DraftWords
    begun_at: datetime
    saved_at: datetime
    version: int


def saved(
    before: AgentDraft | None, agent_id: str, conversation_id: str, words: DraftWords, now: datetime
) -> AgentDraft:
    """The draft with these words."""
    return AgentDraft(
        agent_id=agent_id,
        conversation_id=conversation_id,
        words=words,
        begun_at=before.begun_at if before else now,
        saved_at=now,
        version=max((now - _EPOCH) // timedelta(milliseconds=1), before.version + 1 if before else 1),
    )
