"""Part of a conversation becomes one of its own: pure rules (docs/conversations.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.conversation import Conversation, Status, summary
from chalicelib.domain.errors import InvalidInput, SplitRefused
from chalicelib.domain.message import Message
from chalicelib.domain.reckoning import unread_among, waiting_among
from chalicelib.domain.stretches import clipped, closed, left_with, stretches


@dataclass(frozen=True, slots=True)
class Cut:
    """Where to split: the message from which on, on its leg; or all of a leg."""

    leg_id: str | None = None
    from_message_id: str | None = None

    @property
    def field(self) -> str:
        return "from_message_id" if self.from_message_id else "leg_id"


@dataclass(frozen=True, slots=True)
class Parted:
    """What a split makes: what is left, what is new, and the messages of each, in their order."""

    left: Conversation
    new: Conversation
    moved: Sequence[Message]


def new_id(conversation_id: str, part: int, cut: Cut) -> str:
    """The same for a repeat of the same split."""
    return f"cnv_{ids.digest('split', conversation_id, str(part), cut.from_message_id or cut.leg_id or '')}"


def parted(conversation: Conversation, messages: Sequence[Message], cut: Cut, at: datetime) -> Parted:
    """`messages` are all of the conversation's, in their order. Raises InvalidInput, SplitRefused."""
    leg_id = cut.leg_id
    if cut.from_message_id:
        leg_id = next((each.leg_id for each in messages if each.id == cut.from_message_id), None)
    moved = [each for each in messages if each.leg_id == leg_id and each.id >= (cut.from_message_id or "")]
    if not moved:
        raise InvalidInput("There is no such message or leg in this conversation.", field=cut.field)
    gone = {each.id for each in moved}
    kept = [each for each in messages if each.leg_id != leg_id or each.id not in gone]
    if not kept:
        raise SplitRefused(
            "Nothing would be left of this conversation: leave its first message in it.",
            field=cut.field,
            because="empty",
        )
    left, new = _left(conversation, kept), _new(conversation, cut, moved, at)
    return Parted(_told(left, conversation, messages, kept), _told(new, conversation, messages, moved), moved)


def _told(
    state: Conversation, conversation: Conversation, messages: Sequence[Message], own: Sequence[Message]
) -> Conversation:
    """With what is unread and waits among its own."""
    unread, waiting = unread_among(conversation, messages, own), waiting_among(conversation, messages, own)
    return replace(state, unread=unread, waiting_since=waiting)


def _left(conversation: Conversation, kept: Sequence[Message]) -> Conversation:
    newest = kept[-1]
    legs = left_with(conversation, kept)
    active = legs[newest.leg_id]
    known = conversation.inbox_id in {leg.inbox_id for leg in legs.values()}
    return replace(
        conversation,
        legs=legs,
        active_leg_id=active.id,
        inbox_id=conversation.inbox_id if known else active.inbox_id,
        channel=conversation.channel if known else active.channel,
        last_message=summary(newest),
        last_activity_at=newest.occurred_at,
        view_at=newest.occurred_at,
        part=conversation.part + 1,
        version=conversation.version + 1,
    )


def _new(conversation: Conversation, cut: Cut, moved: Sequence[Message], at: datetime) -> Conversation:
    """Of the same contact and team, open and nobody's; its case began with its first message. The customer can be
    answered on its leg for as long as there: the window is the leg's."""
    first, newest = moved[0], moved[-1]
    leg = conversation.legs[first.leg_id]
    own = closed(leg, clipped(stretches(conversation, leg), moved))
    return Conversation(
        id=new_id(conversation.id, conversation.part, cut),
        contact_id=conversation.contact_id,
        contact_name=conversation.contact_name,
        inbox_id=leg.inbox_id,
        channel=leg.channel,
        active_leg_id=leg.id,
        opened_at=first.occurred_at,
        status_changed_at=at,
        last_activity_at=newest.occurred_at,
        view_at=newest.occurred_at,
        created_at=at,
        status=Status.OPEN,
        team_id=conversation.team_id,
        priority=conversation.priority,
        labels=conversation.labels,
        legs={leg.id: own},
        last_message=summary(newest),
    )
