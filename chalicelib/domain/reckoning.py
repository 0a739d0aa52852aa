"""What a conversation's state follows from where its messages are shared out anew."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.conversation import Conversation
from chalicelib.domain.message import SILENT, Direction, Message
from chalicelib.domain.transitions import answers


def is_customers(message: Message) -> bool:
    """Whether the customer says something with it that wants an answer."""
    return message.direction is Direction.INBOUND and message.kind not in SILENT


def earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def unread_among(conversation: Conversation, messages: Sequence[Message], own: Sequence[Message]) -> int:
    """As many of the customer's newest messages as are unread, of all; and how many of them are among `own`."""
    theirs = [each for each in messages if is_customers(each)]
    fresh = theirs[len(theirs) - min(conversation.unread, len(theirs)) :]
    return len(_common(fresh, own))


def waiting_among(conversation: Conversation, messages: Sequence[Message], own: Sequence[Message]) -> datetime | None:
    """Since when the customer waits with `own`, which is a part of `messages`.

    Those wait that were written since the wait began, but for those answered on their own leg (in a merged conversation
    a customer may have been answered on one leg while they waited on another)."""
    since = conversation.waiting_since
    if since is None:
        return None
    answered = {each.leg_id: each.id for each in messages if answers(each)}
    waiting = [
        each
        for each in messages
        if is_customers(each)
        and (each.occurred_at == since or (each.occurred_at > since and each.id > answered.get(each.leg_id, "")))
    ]
    return earliest(*(each.occurred_at for each in _common(waiting, own)))


def _common(some: Sequence[Message], own: Sequence[Message]) -> list[Message]:
    mine = {(each.leg_id, each.id) for each in own}
    return [each for each in some if (each.leg_id, each.id) in mine]
