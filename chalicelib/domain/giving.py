"""Giving a conversation to an agent, or offering it, as one write."""

from dataclasses import dataclass

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_offer import Ending, Offer
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.writes import ConversationChange, Recorded


@dataclass(frozen=True, slots=True)
class Given:
    """A conversation given to an agent by a decision. `limit`: so many units may be in use before, at most. `entry` is
    why it waited. `told`: the conversation is known by an event only, so that no more of it is written than changes."""

    before: Conversation
    after: Conversation
    recorded: Recorded
    agent_id: str
    limit: int
    decision: Decision
    entry: QueueEntry
    note: Note | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A conversation held out to an agent. `entry` waits with the `offer`. `limit`: so many units may be in use before,
    at most."""

    before: Conversation
    after: Conversation
    recorded: Recorded
    offer: Offer
    limit: int
    decision: Decision
    entry: QueueEntry


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of an offer. `change` has the conversation's new owner where it was accepted; `entry` is how it waits
    afterwards, or why it did. `decision`: what is told of it, if anything."""

    change: ConversationChange
    offer: Offer
    ending: Ending
    entry: QueueEntry
    decision: Decision | None = None
