"""Free text that was stored while a window was open, and would go when it is closed: after long back-off, or by hand.

A reply is checked as it is stored. What is sent right after costs no further look; what has waited is looked at again,
before the provider is asked.
"""

from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Message
from chalicelib.domain.window import window_closes_at, window_is_open
from chalicelib.services.alternatives import leg_window_seconds, other_legs, window_seconds
from chalicelib.services.ports import InboxReader
from chalicelib.services.reply import closed, outgoing

# So soon after it was stored a message goes without a further look.
FRESH = timedelta(minutes=1)


class LegReader(Protocol):
    def leg(self, conversation_id: str, leg_id: str) -> Leg | None:
        """A leg as its conversation knows it now."""


def why_too_late(store: LegReader, inbox: Inbox, message: Message, now: datetime) -> str | None:
    """A sentence where the channel takes this message no longer. One read of what has waited on a channel that has a
    window, else none."""
    by_a_person = message.author.kind == "agent"
    waited = message.attempt > 1 or now - message.stored_at > FRESH
    if not waited or window_seconds(inbox, message.kind, by_a_person=by_a_person) is None:
        return None
    leg = store.leg(message.conversation_id, message.leg_id)
    seconds = leg_window_seconds(leg, inbox, message.kind, by_a_person=by_a_person) if leg is not None else None
    if leg is None or window_is_open(leg, seconds, now):
        return None
    closed_at = window_closes_at(leg, seconds)
    since = f" since {closed_at:%Y-%m-%d %H:%M} UTC" if closed_at else ""
    return f"{inbox.channel} has taken no free text{since}: send a template, or use another channel."


def check_open(inboxes: InboxReader, conversation: Conversation, message: Message, now: datetime) -> None:
    """Before a message is sent once more. Raises WindowClosed."""
    leg, by_a_person = conversation.legs.get(message.leg_id), message.author.kind == "agent"
    inbox = inboxes.inbox(leg.inbox_id) if leg is not None else None
    if leg is None or inbox is None:
        return
    window = leg_window_seconds(leg, inbox, message.kind, by_a_person=by_a_person)
    if not window_is_open(leg, window, now):
        out = outgoing(message, to="", urls=[""] * len(message.attachments))
        raise closed(leg, inbox, window, other_legs(out, conversation, inboxes, now, by_a_person=by_a_person))
