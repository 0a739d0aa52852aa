"""A conversation goes on on another leg: what is told there of what was said, and what is written. Pure.

The conversation stays what it is: id, owner, team, status, episode, clocks, labels, order. It gains a leg, which
becomes the active one, with a message on it; the leg's head leads here from now on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.conversation import Conversation, Leg, LegHead
from chalicelib.domain.message import SILENT, Direction, Message, MessageKind, preview, said_in
from chalicelib.domain.note import Note
from chalicelib.domain.switching_words import Words, channel_said
from chalicelib.domain.transitions import with_message
from chalicelib.domain.writes import Once, Recorded

# In the content of a message that has a one-time code; such a message is never quoted.
SECRET = "verification"  # noqa: S105 - a name, no secret
ELLIPSIS = "…"
# A shorter line would say nothing.
LEAST = 24


@dataclass(frozen=True, slots=True)
class Arrival:
    """A leg that leads here from now on. `from_id`: the conversation that it has led to, at this `ordinal`; None: the
    leg is new. `identity`: of an address that nobody has had yet."""

    head: LegHead
    from_id: str | None = None
    ordinal: int = 0
    identity: ContactIdentity | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """One transaction or nothing. `arrival` None: the leg leads here already."""

    before: Conversation
    after: Conversation
    recorded: Recorded
    message: Message
    message_recorded: Recorded
    once: Once
    note: Note | None = None
    arrival: Arrival | None = None


def continued(conversation: Conversation, leg: Leg, message: Message, *, moves: bool) -> Conversation:
    """The conversation with a message of ours on a leg that it has, or gets. `moves`: it goes on there, whatever the
    clocks of providers say of who spoke last; else it stays where it is."""
    known = conversation.legs.get(leg.id, leg)
    after = with_message(replace(conversation, legs={**conversation.legs, leg.id: known}), message)
    active = leg.id if moves else conversation.active_leg_id
    return replace(after, active_leg_id=active, version=conversation.version + 1)


def begun_leg(head: LegHead, message: Message, said: Leg | None = None) -> Leg:
    """A leg that begins in this conversation with a message of ours. `said`: as another conversation knows it, for the
    messaging window is the leg's, whatever the conversation."""
    leg = Leg(head.id, head.inbox_id, head.channel, head.address, message.id, message.id)
    if said is None or said.last_inbound_at is None:
        return leg
    return replace(leg, last_inbound_at=said.last_inbound_at, last_inbound_external_id=said.last_inbound_external_id)


def opening(channel: str, words: Words) -> str:
    """Where the conversation comes from."""
    return words.continuing.format(channel=channel_said(channel, words))


def subject(channel: str, words: Words) -> str:
    return words.subject.format(channel=channel_said(channel, words))


def quotable(messages: Sequence[Message], count: int) -> list[Message]:
    """The last things that were said between the customer and us, in their order."""
    said = [each for each in messages if each.kind not in SILENT and SECRET not in each.content]
    return said[len(said) - min(count, len(said)) :]


def quotation(messages: Sequence[Message], words: Words, room: int) -> str:
    """The messages, a line each, in at most `room` characters: of long ones the beginning; where not even the
    beginnings fit, the older ones are left out."""
    fit = min(len(messages), max(room, 0) // LEAST)
    lines: list[str] = []
    for place, message in enumerate(reversed(messages[len(messages) - fit :])):
        line = _line(message, words, room // (fit - place) - 1)
        lines.insert(0, line)
        room -= len(line) + 1
    return "\n".join(lines)


def _line(message: Message, words: Words, room: int) -> str:
    who = words.you if message.direction is Direction.INBOUND else message.author.name or words.we
    said = message.text if message.kind is MessageKind.TEXT else said_in(message) or preview(message.kind, "")
    line = f"> {who}: {' '.join(said.split())}"
    if len(line) <= room:
        return line
    return f"{line[: room - 1]}{ELLIPSIS}"


def composed(first: str, quoted: str, said: str) -> str:
    """The first message of a leg."""
    return "\n\n".join(part for part in ("\n".join(filter(None, (first, quoted))), said.strip()) if part)
