"""Timers: what is to be looked at when a time has come. A timer that comes late, twice or too early does no harm:
whoever is called looks at what is, and an epoch that has passed makes it void."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.services.conversation_timers import HIBERNATE, NO_REPLY, WAKE, DueConversations
from chalicelib.services.offers import OFFER
from chalicelib.services.presence import DISCONNECT, LOAN_OVER, PresenceKeeping
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import RELAX, Timers
from chalicelib.services.service_levels import BREACH, WARN, ServiceLevels

Due = Callable[[str, int, datetime], object]


@dataclass(frozen=True, slots=True)
class TimerCalls:
    """Who is called for which kind of timer. `more`: kinds of other services."""

    routing: Routing
    presence: PresenceKeeping
    timers: Timers
    levels: ServiceLevels
    conversations: DueConversations
    more: Mapping[str, Due] = field(default_factory=dict)

    def call(self, body: Mapping[str, Any], now: datetime) -> bool:
        """Carry out one timer; False where nobody knows its kind. Raises StoreUnavailable."""
        due_at = datetime.fromisoformat(body["due_at"])
        if now < due_at:
            self.timers.set(body["kind"], body["subject"], body["epoch"], due_at)
            return True
        calls: Mapping[str, Due] = {
            RELAX: self.routing.relax,
            OFFER: self.routing.offers.expire,
            DISCONNECT: self._disconnect,
            LOAN_OVER: self._return_loan,
            WARN: self.levels.warn,
            BREACH: self.levels.breach,
            WAKE: self.conversations.wake,
            NO_REPLY: self.conversations.no_reply,
            HIBERNATE: self.conversations.hibernate,
            **self.more,
        }
        called = calls.get(body["kind"])
        if called is None:
            return False
        called(body["subject"], body["epoch"], now)
        return True

    def _disconnect(self, agent_id: str, epoch: int, now: datetime) -> None:
        self.presence.check_connection(agent_id, now)

    def _return_loan(self, agent_id: str, epoch: int, now: datetime) -> None:
        """Out of the pool of the team they helped; what waits for their own is theirs again."""
        self.routing.pull(agent_id, now)
