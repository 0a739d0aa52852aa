"""Timers of conversations: a snooze that is over, an agent who does not answer, a customer who has gone silent; and
who is woken before the time.

An event only says when to look; whoever looks sees what is. So a call that comes late, twice, or for a state that has
passed does nothing. Timers are set for the time that held when they were set: a shorter one holds from then on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.answers import is_answer
from chalicelib.domain.conditions import holds
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged, MessageScheduleChanged, MessageScheduled
from chalicelib.domain.message import Direction
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.routing_values import Outcome
from chalicelib.domain.transitions import change_status, hibernated, vip_woken
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.closing import CLOSE
from chalicelib.services.followed import followed
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import Timers
from chalicelib.services.rule_facts import RuleFacts
from chalicelib.services.scheduled import SEND, timer_subject

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
        if event["type"] == ConversationStatusChanged.TYPE:
            self._moved(event)
        elif event["type"] == "conversation.assigned" and data["assignee_id"] and self.policy().reply_seconds:
            at = datetime.fromisoformat(event["occurred_at"]) + timedelta(seconds=self.policy().reply_seconds)
            self.timers.set(NO_REPLY, snapshot["id"], version, at)
        elif event["type"] == "message.created" and is_answer(snapshot):
            self._silent(snapshot["conversation_id"], datetime.fromisoformat(snapshot["occurred_at"]))
        elif event["type"] in (MessageScheduled.TYPE, MessageScheduleChanged.TYPE):
            subject = timer_subject(snapshot["conversation_id"], snapshot["id"])
            self.timers.set(SEND, subject, version, datetime.fromisoformat(snapshot["send_at"]))

    def _moved(self, event: Mapping[str, Any]) -> None:
        snapshot, until = event["snapshot"], event["data"].get("snoozed_until")
        if until:
            self.timers.set(WAKE, snapshot["id"], event["aggregate"]["version"], datetime.fromisoformat(until))
        elif snapshot["status"] in (Status.OPEN, Status.PENDING) and snapshot["waiting_since"] is None:
            # Whoever opens it after our answer wants it open: its silence begins now.
            self._closing(snapshot["id"], datetime.fromisoformat(event["occurred_at"]))

    def _silent(self, conversation_id: str, since: datetime) -> None:
        """The customer has the next word."""
        if self.policy().hibernate_seconds:
            at = since + timedelta(seconds=self.policy().hibernate_seconds)
            self.timers.set(HIBERNATE, conversation_id, 0, at)
        self._closing(conversation_id, since)

    def _closing(self, conversation_id: str, since: datetime) -> None:
        """Which rule holds is looked at when the first of them could be due."""
        soonest = min((closing.after_seconds for closing in self.policy().closings), default=0)
        if soonest:
            self.timers.set(CLOSE, conversation_id, 0, since + timedelta(seconds=soonest))


@dataclass(frozen=True, slots=True)
class Waking:
    """Ends snoozes that wait for the customers who may not wait."""

    store: ConversationStore
    facts: RuleFacts
    policy: Callable[[], RoutingPolicy]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Nothing is read where no rule says whose messages wake. Raises StoreUnavailable."""
        vip, message = self.policy().vip, event["snapshot"]
        if vip is None or event["type"] != "message.created" or is_answer(message) is not False:
            return
        written_at = datetime.fromisoformat(event["occurred_at"])

        def move(found: Conversation) -> Conversation | None:
            after = vip_woken(found, written_at, now)
            if after is None:
                return None
            return after if holds(vip, {**self.facts.of(found, [vip], now), "text": message["text"]}) else None

        _move(self.store, message["conversation_id"], move, "vip_wrote", now)


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

        _move(self.store, conversation_id, move, "snooze_over", now)

    def hibernate(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """The customer has said nothing since our last word: the agent's units go back. Raises StoreUnavailable."""
        silence = timedelta(seconds=self.routing.rules.policy().hibernate_seconds)

        def move(found: Conversation) -> Conversation | None:
            newest = found.last_message
            if not silence or found.status is not Status.OPEN or found.assignee_id is None or newest is None:
                return None
            ours = newest.direction is Direction.OUTBOUND and found.waiting_since is None
            return hibernated(found, now) if ours and newest.at + silence <= now else None

        _move(self.store, conversation_id, move, "customer_silent", now)

    def no_reply(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """Its agent has not answered the customer who waits: somebody else gets it. Raises StoreUnavailable."""
        patience = timedelta(seconds=self.routing.rules.policy().reply_seconds)
        for _attempt in range(ATTEMPTS):
            found = followed(self.store, conversation_id)
            if not patience or found is None or found.status is not Status.OPEN:
                return
            if found.assignee_id is None or found.waiting_since is None:
                return
            at = max(found.waiting_since, self._given_at(found) or found.waiting_since) + patience
            if at > now:
                self.timers.set(NO_REPLY, found.id, epoch, at)
                return
            if self.routing.give_back(found, NO_REPLY, now, declined_by=found.assignee_id) is Written.DONE:
                self.routing.route(found.id, now)
                return
        raise StoreUnavailable("too many writers at once")

    def _given_at(self, conversation: Conversation) -> datetime | None:
        """When its agent was given it, where the router did so."""
        newest = next(iter(self.routing.store.decisions(conversation.id, 1)), None)
        given = newest is not None and newest.outcome is Outcome.ASSIGNED
        return newest.at if newest and given and newest.agent_id == conversation.assignee_id else None


def _move(store: ConversationStore, conversation_id: str, move: Move, reason: str, now: datetime) -> None:
    for _attempt in range(ATTEMPTS):
        before = followed(store, conversation_id)
        after = move(before) if before is not None else None
        if before is None or after is None:
            return
        told = ConversationStatusChanged(
            previous=before.status.value, status=after.status.value, episode=after.episode, reason=reason
        )
        after = replace(after, version=before.version + 1)
        if store.change(ConversationChange(before, after, Recorded((told,), SYSTEM, now))) is Written.DONE:
            return
    raise StoreUnavailable("too many writers at once")
