"""Agents who are gone, or whose shift is over: what customers wait for on the spot goes to somebody else.

Within a grace period nothing happens, for a closed laptop opens again. Then conversations on live channels, by phone
and by messages go back to the queue where the customer waits, and are put aside where they do not: their next message
opens them, and finds its agent again or another one. What is answered when it can be (e-mail, tickets) stays its
agent's. Whoever is connected beyond their shift finishes what they have been answering; what has waited for the grace
period goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.business_hours import is_open, last_closing, next_change
from chalicelib.domain.capacity import ChannelClass, class_now
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.presence import gone_since
from chalicelib.domain.reads import Page, ViewQuery
from chalicelib.domain.transitions import hibernated
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.routing import Routing, hours_of
from chalicelib.services.routing_ports import Timers

GONE = "gone"
SHIFT = "shift"
AGENT_GONE, SHIFT_OVER = "agent_gone", "shift_over"
PAGE = 50
ATTEMPTS = 5


class HeldConversations(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def list_view(self, query: ViewQuery) -> Page[Conversation]: ...

    def change(self, change: ConversationChange) -> Written: ...


@dataclass(frozen=True, slots=True)
class Absence:
    held: HeldConversations
    routing: Routing
    timers: Timers

    def watch(self, agent_id: str, now: datetime) -> None:
        """Called when an agent came, left, or was set up differently. Raises StoreUnavailable."""
        workload = self.routing.store.workload(agent_id)
        if workload is None:
            return
        self._watch_shift(workload, now)
        since = self._away_since(workload, now)
        if since is not None and self._grace:
            self.timers.set(GONE, agent_id, int(since.timestamp()), max(since + self._grace, now))

    def shift(self, agent_id: str, epoch: int, now: datetime) -> None:
        """A shift begins or ends: its agent is given what waits, or leaves what they hold. Raises StoreUnavailable."""
        self.routing.pull(agent_id, now)
        self.watch(agent_id, now)

    def gone(self, agent_id: str, epoch: int, now: datetime) -> None:
        """The grace period is over, unless the agent is back. Raises StoreUnavailable."""
        workload = self.routing.store.workload(agent_id)
        since = self._away_since(workload, now) if workload is not None else None
        if workload is None or since is None or not self._grace:
            return
        if since + self._grace > now:
            self.timers.set(GONE, agent_id, int(since.timestamp()), since + self._grace)
            return
        is_here = gone_since(workload.presence, now, enabled=workload.enabled) is None
        held = [self._leaves(each.id, agent_id, now, is_here=is_here) for each in self._held(agent_id)]
        if is_here and not all(held):
            self.timers.set(GONE, agent_id, int(now.timestamp()), now + self._grace)

    @property
    def _grace(self) -> timedelta:
        return timedelta(seconds=self.routing.rules.policy().gone_seconds)

    def _watch_shift(self, workload: Workload, now: datetime) -> None:
        """The next time that the agent's hours open or close, while a client of theirs is there."""
        hours = hours_of(self.routing.rules, workload)
        at = next_change(hours, now) if hours is not None and workload.presence.is_connected(now) else None
        if at is not None:
            self.timers.set(SHIFT, workload.agent_id, int(at.timestamp()), at)

    def _away_since(self, workload: Workload, now: datetime) -> datetime | None:
        """Since when the agent is not there, or not on shift; None while they are."""
        hours = hours_of(self.routing.rules, workload)
        is_off = hours is not None and not is_open(hours, now)
        over = last_closing(hours, now) if hours is not None and is_off else None
        gone = gone_since(workload.presence, now, enabled=workload.enabled)
        return min((at for at in (over, gone) if at is not None), default=None)

    def _held(self, agent_id: str) -> Sequence[Conversation]:
        """Read to the end before anything is changed: a list that shrinks would hide some."""
        found: list[Conversation] = []
        start = None
        while True:
            page = self.held.list_view(ViewQuery("owner", agent_id, Status.OPEN.value, PAGE, start))
            found += page.items
            if page.next is None:
                return found
            start = page.next

    def _leaves(self, conversation_id: str, agent_id: str, now: datetime, *, is_here: bool) -> bool:
        """Whether its agent holds it no longer, or for good. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            found = self.held.conversation(conversation_id)
            if found is None or found.assignee_id != agent_id or found.status is not Status.OPEN:
                return True
            if class_now(found) is ChannelClass.ASYNCHRONOUS:
                return True
            waits = found.waiting_since
            if is_here and (waits is None or waits + self._grace > now):
                return False
            if self._let_go(found, SHIFT_OVER if is_here else AGENT_GONE, now) is Written.DONE:
                if waits is not None:
                    self.routing.route(conversation_id, now)
                return True
        raise StoreUnavailable("too many writers at once")

    def _let_go(self, found: Conversation, reason: str, now: datetime) -> Written:
        if found.waiting_since is not None:
            return self.routing.give_back(found, reason, now)
        after = replace(hibernated(found, now), version=found.version + 1)
        told = ConversationStatusChanged(
            previous=found.status.value, status=after.status.value, episode=after.episode, reason=reason
        )
        return self.held.change(ConversationChange(found, after, Recorded((told,), SYSTEM, now)))
