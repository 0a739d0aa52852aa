"""Pacing of sends, by inbox and by recipient: a burst of ours never earns a provider's ban.

Senders run side by side and know nothing of each other, so a shared bucket has the last word. But a write for every
message would be waste where traffic is far below the limit: where an inbox's limit allows it, each sender has a share
of its own to use without asking; what exceeds a share asks the bucket, which has the rest. All together stay within it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.channels.base import Capabilities
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.pacing import SECOND, Rate, due, moved, within
from chalicelib.services.ports import PaceStore

# As many senders as may run at once (infra/parts/functions.yaml, MaximumConcurrency).
SENDERS = 50
NOTE_EVERY_SECONDS = 5.0
# An administrator's own figure: what the provider has agreed with this account.
SETTING = "messages_per_second"


@dataclass(frozen=True, slots=True)
class Pacer:
    """`seconds` is any clock that only grows."""

    store: PaceStore
    seconds: Callable[[], float]
    next_own: dict[str, int] = field(default_factory=dict)
    noted: dict[str, float] = field(default_factory=dict)

    def wait(self, inbox: Inbox, capabilities: Capabilities, address: str, now: datetime) -> float:
        """The seconds that a message has to wait; 0: it may go, and is counted."""
        try:
            waits = self._wait(inbox, capabilities, address, now)
        except StoreUnavailable:
            return 0.0  # better too fast once than not at all
        if waits:
            self._note(inbox.id, now + timedelta(seconds=waits))
        return waits

    def _wait(self, inbox: Inbox, capabilities: Capabilities, address: str, now: datetime) -> float:
        recipient, whole = capabilities.recipient_per_second, inbox_limit(inbox, capabilities)
        if recipient is not None:
            waits = self.store.take(f"{inbox.id}/{address}", within(recipient), now)
            if waits:
                return waits
        if whole is None:
            return 0.0
        share = share_of(whole)
        if share and self._is_own(inbox.id, Rate(share)):
            return 0.0
        return self.store.take(inbox.id, within(whole - share * SENDERS), now)

    def _is_own(self, inbox_id: str, rate: Rate) -> bool:
        """Whether this sender has not used up its own share."""
        now, next_at = int(self.seconds() * SECOND), self.next_own.get(inbox_id)
        if due(next_at, now, rate):
            return False
        self.next_own[inbox_id] = moved(next_at, now, rate)
        return True

    def _note(self, inbox_id: str, until: datetime) -> None:
        """For the eyes of people, so not every time."""
        if self.seconds() - self.noted.get(inbox_id, float("-inf")) < NOTE_EVERY_SECONDS:
            return
        self.noted[inbox_id] = self.seconds()
        with suppress(StoreUnavailable):
            self.store.note(inbox_id, until)


def inbox_limit(inbox: Inbox, capabilities: Capabilities) -> float | None:
    """The channel's limit for one account, or the administrator's own figure."""
    own = inbox.settings.get(SETTING)
    if isinstance(own, int | float) and not isinstance(own, bool) and own > 0:
        return float(own)
    return capabilities.inbox_per_second


def share_of(limit: float) -> int:
    """How many messages a second each sender may send without asking: half of all, and none of a small limit."""
    return max(int(limit / 2 / SENDERS), int(limit >= SENDERS * 3 / 2))
