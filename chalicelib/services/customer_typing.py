"""What comes of it that a customer types: it is known for a few seconds, and passed on to who looks.

The webhook waits for nothing but one write and one record in a queue; who looks, the function `signals` finds out.
"""

from contextlib import suppress
from datetime import datetime

from chalicelib.channels.base import PeerTyping
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.typing_signs import TYPING_FOR, contact_typing
from chalicelib.services.ports import LegStore, Live, Signals


def note_typing(legs: LegStore, live: Live, signals: Signals, inbox: Inbox, item: PeerTyping, now: datetime) -> None:
    """Worth no repeat: by then the customer has stopped. What was told a moment ago is not told again."""
    found = legs.find_leg(inbox.id, item.peer.addresses)
    if found is None:
        return
    until = now + TYPING_FOR if item.active else now
    with suppress(StoreUnavailable):
        if live.typing(found.head.id, "contact", until):
            signals.put(contact_typing(found.head, until, now))
