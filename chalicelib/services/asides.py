"""What comes in by a customers' channel and is no customer's: answers in side threads, and marks of what was sent
there."""

from datetime import datetime
from typing import Protocol

from chalicelib.channels.base import InboundMessage, StatusUpdate
from chalicelib.domain.inbox import Inbox


class Asides(Protocol):
    def took(self, inbox: Inbox, item: InboundMessage | StatusUpdate, now: datetime) -> bool:
        """Keep it, once; False where the thread that it names is not there (any more): then it is as any other.
        Raises StoreUnavailable."""
