"""Which messages a conversation shows. No stored message is ever changed: each names the conversation and the part of
it where it was said, and a conversation knows the stretches of its legs that are its own.

A message said in a conversation and a part belongs to the one conversation, not merged into another, that has it in a
stretch. What is said now is said in the conversation's newest part, which has no end yet; whenever messages leave a
conversation, a new part begins, so that no message to come can be taken for one that left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.domain.conversation import Conversation, Leg, Stretch
from chalicelib.domain.message import Message


def stretches(conversation: Conversation, leg: Leg) -> tuple[Stretch, ...]:
    """All of a leg's, that of the newest part last. Two of them may overlap in time, for their messages differ."""
    first = leg.own_first_message_id or leg.first_message_id
    return (*leg.earlier, Stretch(conversation.id, conversation.part, first, leg.last_message_id))


def is_in(stretch: Stretch, message: Message) -> bool:
    said_in = (message.conversation_id, message.part) == (stretch.conversation_id, stretch.part)
    return said_in and stretch.first_message_id <= message.id <= stretch.last_message_id


def shows(conversation: Conversation, message: Message) -> bool:
    """Whether a message is one of the conversation's."""
    leg = conversation.legs.get(message.leg_id)
    return leg is not None and any(is_in(stretch, message) for stretch in stretches(conversation, leg))


def clipped(known: Iterable[Stretch], messages: Sequence[Message]) -> tuple[Stretch, ...]:
    """The stretches, each from the first to the last of these messages (all of one leg) that is in it."""
    found = []
    for stretch in known:
        held = [message.id for message in messages if is_in(stretch, message)]
        if held:
            found.append(replace(stretch, first_message_id=min(held), last_message_id=max(held)))
    return tuple(found)


def closed(leg: Leg, known: tuple[Stretch, ...]) -> Leg:
    """The leg with these stretches and nothing of the newest part yet."""
    last = max(stretch.last_message_id for stretch in known)
    first = min(stretch.first_message_id for stretch in known)
    return replace(leg, first_message_id=first, last_message_id=last, own_first_message_id=last, earlier=known)


def left_with(conversation: Conversation, messages: Sequence[Message]) -> dict[str, Leg]:
    """The conversation's legs with these messages alone, in a part that begins now; a leg without any is gone."""
    legs = {}
    for leg in conversation.legs.values():
        kept = clipped(stretches(conversation, leg), [each for each in messages if each.leg_id == leg.id])
        if kept:
            legs[leg.id] = closed(leg, kept)
    return legs
