"""Capacity: how much work an agent can hold at once, in units, and how much each conversation weighs.

Units are held by open and pending conversations of an agent; a snoozed, hibernating or resolved one gives them back.
They change in the very write that changes the conversation, as counters do, so their sum is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.conversation import Conversation, Status

DEFAULT_CAPACITY = 10
# Kept for customers who come back to their agent; new work leaves it free.
DEFAULT_RESERVE = 1


class ChannelClass(StrEnum):
    """How closely a channel's customers wait: `live` by the second, `messaging` by the minute."""

    LIVE = "live"
    MESSAGING = "messaging"
    ASYNCHRONOUS = "asynchronous"
    VOICE = "voice"


CLASS_OF: Mapping[str, ChannelClass] = {
    "web_chat": ChannelClass.LIVE,
    "voice": ChannelClass.VOICE,
    "email": ChannelClass.ASYNCHRONOUS,
}
DEFAULT_WEIGHTS: Mapping[ChannelClass, int] = {
    ChannelClass.LIVE: 3,
    ChannelClass.MESSAGING: 2,
    ChannelClass.ASYNCHRONOUS: 1,
    # All that new work may take of an agent: the reserve is for who comes back.
    ChannelClass.VOICE: DEFAULT_CAPACITY - DEFAULT_RESERVE,
}
HOLDING = frozenset({Status.OPEN, Status.PENDING})


@dataclass(frozen=True, slots=True)
class Capacity:
    """An agent's own: `units` at once, `reserve` of them for returning customers, `weights` where they differ."""

    units: int = DEFAULT_CAPACITY
    reserve: int = DEFAULT_RESERVE
    weights: Mapping[ChannelClass, int] = field(default_factory=dict)


def class_of(channel: str) -> ChannelClass:
    return CLASS_OF.get(channel, ChannelClass.MESSAGING)


def weight_of(channel: str, weights: Mapping[ChannelClass, int] | None = None) -> int:
    """The units that a conversation on this channel takes."""
    return weight_in(class_of(channel), weights)


def weight_in(kind: ChannelClass, weights: Mapping[ChannelClass, int] | None = None) -> int:
    """The units that a conversation of this class takes."""
    return (weights or {}).get(kind, DEFAULT_WEIGHTS[kind])


def is_ticket(conversation: Conversation) -> bool:
    """Whether it stands on a ticket's tier in this episode."""
    return conversation.standing is not None and conversation.standing.ticket


def class_now(conversation: Conversation) -> ChannelClass:
    """How closely its customer waits: by the channel, but for a ticket, which is answered when it can be."""
    return ChannelClass.ASYNCHRONOUS if is_ticket(conversation) else class_of(conversation.channel)


def free_units(capacity: Capacity, used: int, *, returning: bool = False) -> int:
    """What may still be taken: the reserve only by a customer who comes back to this agent."""
    return max(0, capacity.units - used - (0 if returning else capacity.reserve))


def share_free(capacity: Capacity, used: int) -> int:
    """Of a thousand, rounded down: 1 of 2 units free is more than 2 of 10."""
    return max(0, capacity.units - used) * 1000 // capacity.units if capacity.units > 0 else 0


def held(conversation: Conversation) -> tuple[str, int] | None:
    """Whose units the conversation holds, and how many."""
    if conversation.assignee_id is None or conversation.status not in HOLDING:
        return None
    return conversation.assignee_id, conversation.weight


def moves(before: Conversation | None, after: Conversation) -> Mapping[str, int]:
    """What to add to which agent's used units when `before` becomes `after`."""
    delta: dict[str, int] = {}
    for state, sign in ((before, -1), (after, 1)):
        holding = held(state) if state is not None else None
        if holding is not None:
            delta[holding[0]] = delta.get(holding[0], 0) + sign * holding[1]
    return {agent: amount for agent, amount in delta.items() if amount}
