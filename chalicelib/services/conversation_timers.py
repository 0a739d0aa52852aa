"""Timers of conversations: a snooze that is over, an agent who does not answer, a customer who has gone silent.

An event only says when to look; whoever looks sees what is. So a call that comes late, twice, or for a state that has
passed does nothing. Timers are set for the time that held when they were set: a shorter one holds from then on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.message import Direction
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.routing_values import Outcome
from chalicelib.domain.transitions import change_status, hibernated
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import Timers
from chalicelib.services.service_levels import is_answer

WAKE = "wake"
NO_REPLY = "no_reply"
HIBERNATE = "hibernate"
ATTEMPTS = 5

Move = Callable[[Conversation], Conversation | None]


class ConversationStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def change(self, change: ConversationChange) -> Written: ...


@dataclass(frozen=True, slots=True)
class Plans:
    """Sets timers by what happens."""

    timers: Timers
    policy: Callable[[], RoutingPolicy]

    def react(self, event: Mapping[str, Any]) -> None:
        """Raises StoreUnavailable."""
        snapshot, version, data = event["snapshot"], event["aggregate"]["version"], event["data"]
        if event["type"] == ConversationStatusChanged.TYPE and data.get("snoozed_until"):
            self.timers.set(WAKE, snapshot["id"], version, datetime.fromisoformat(data["snoozed_until"]))
        elif event["type"] == "conversation.assigned" and data["assignee_id"] and self.policy().reply_seconds:
            at = datetime.fromisoformat(event["occurred_at"]) + timedelta(seconds=self.policy().reply_seconds)
            self.timers.set(NO_REPLY, snapshot["id"], version, at)
        elif event["type"] == "message.created" and is_answer(snapshot) and self.policy().hibernate_seconds:
            at = datetime.fromisoformat(snapshot["occurred_at"]) + timedelta(seconds=self.policy().hibernate_seconds)
            self.timers.set(HIBERNATE, snapshot["conversation_id"], 0, at)


@dataclass(frozen=True, slots=True)
class DueConversations:
    """What is done when their time has come."""

    store: ConversationStore
    routing: Routing
    timers: Timers

    def wake(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A snooze is over, unless it was prolonged or ended meanwhile. Raises StoreUnavailable."""

        def move(found: Conversation) -> Conversation | None:
            until = found.snoozed_until
            if found.status is not Status.SNOOZED or until is None or until > now:
                return None
            return change_status(found, Status.OPEN, now)

        self._move(conversation_id, move, "snooze_over", now)

    def hibernate(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """The customer has said nothing since our last word: the agent's units go back. Raises StoreUnavailable."""
        silence = timedelta(seconds=self.routing.rules.policy().hibernate_seconds)

        def move(found: Conversation) -> Conversation | None:
            newest = found.last_message
            if not silence or found.status is not Status.OPEN or found.assignee_id is None or newest is None:
                return None
            ours = newest.direction is Direction.OUTBOUND and found.waiting_since is None
            return hibernated(found, now) if ours and newest.at + silence <= now else None

        self._move(conversation_id, move, "customer_silent", now)

    def no_reply(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """Its agent has not answered the customer who waits: somebody else gets it. Raises StoreUnavailable."""
        patience = timedelta(seconds=self.routing.rules.policy().reply_seconds)
        for _attempt in range(ATTEMPTS):
            found = self.store.conversation(conversation_id)
            if not patience or found is None or found.status is not Status.OPEN:
                return
            if found.assignee_id is None or found.waiting_since is None:
                return
            at = max(found.waiting_since, self._given_at(found) or found.waiting_since) + patience
            if at > now:
                self.timers.set(NO_REPLY, conversation_id, epoch, at)
                return
            if self.routing.give_back(found, NO_REPLY, now, declined_by=found.assignee_id) is Written.DONE:
                self.routing.route(conversation_id, now)
                return
        raise StoreUnavailable("too many writers at once")

    def _given_at(self, conversation: Conversation) -> datetime | None:
        """When its agent was given it, where the router did so."""
        newest = next(iter(self.routing.store.decisions(conversation.id, 1)), None)
        given = newest is not None and newest.outcome is Outcome.ASSIGNED
        return newest.at if newest and given and newest.agent_id == conversation.assignee_id else None

    def _move(self, conversation_id: str, move: Move, reason: str, now: datetime) -> None:
        for _attempt in range(ATTEMPTS):
            before = self.store.conversation(conversation_id)
            after = move(before) if before is not None else None
            if before is None or after is None:
                return
            told = ConversationStatusChanged(
                previous=before.status.value, status=after.status.value, episode=after.episode, reason=reason
            )
            after = replace(after, version=before.version + 1)
            if self.store.change(ConversationChange(before, after, Recorded((told,), SYSTEM, now))) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")
