"""Giving a conversation to an agent, as one write."""

from dataclasses import dataclass

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class Given:
    """A conversation given to an agent by a decision. `limit`: so many units may be in use before, at most. `entry` is
    why it waited."""

    before: Conversation
    after: Conversation
    recorded: Recorded
    agent_id: str
    limit: int
    decision: Decision
    entry: QueueEntry
    note: Note | None = None
