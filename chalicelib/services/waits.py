"""Waits in queues: noted when they begin, measured when they end, and what follows from it for who joins now.

Events say where to look; they may come late, twice and in any order. Each wait is an item of its own, so it is counted
once; what cannot be told of one for certain is not counted at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.events import ConversationAssigned, ConversationCreated, ConversationStatusChanged
from chalicelib.domain.expected_wait import Counted, Expected, Spread, expected, first_day, spread
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.waits import AT_ONCE, Ending, Told, Wait
from chalicelib.domain.writes import Written
from chalicelib.services.routing_ports import Timers

TELL = "tell_wait"
NONE = timedelta(0)
LOOKED_AT = frozenset({ConversationCreated.TYPE, ConversationStatusChanged.TYPE, ConversationAssigned.TYPE})


class WaitStore(Protocol):
    def entry(self, conversation_id: str) -> QueueEntry | None:
        """The newest time that it was queued; it may wait no longer."""

    def get(self, conversation_id: str, epoch: int) -> Wait | None: ...

    def ahead(self, entry: QueueEntry) -> int:
        """How many wait in front of it, counted no further than anybody is told."""

    def line(self, team_id: str) -> Sequence[str]:
        """The conversations that wait for a team, the next one first; as many as anybody's place is told of."""

    def begin(self, wait: Wait) -> Written:
        """DUPLICATE: it is noted already."""

    def end(self, wait: Wait, ending: Ending, at: datetime) -> Written:
        """Count how long it took, once. DUPLICATE: it has ended already."""

    def tell(self, wait: Wait, told: Told) -> Written:
        """Note what the customer is told. CONFLICT: another one is at it."""


class Measured(Protocol):
    def measured(self, team_id: str, first: date, last: date) -> Sequence[Counted]: ...

    def left(self, team_id: str, day: date) -> int:
        """How many were resolved on this day while they waited."""


class Arrivals(Protocol):
    def count(self, team_id: str, at: datetime, channel: str) -> None: ...

    def of(self, team_id: str, now: datetime) -> Mapping[int, int]:
        """How many joined in which of the last 60 whole minutes, 1 being the one before this."""


# What was loaded under a key, for as long as it is remembered.
Recall = Callable[[tuple[str, ...], Callable[[], Any]], Any]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What to expect, by what was measured. `recall` remembers that for a while, by key."""

    store: Measured
    recall: Recall

    def expected(self, team_id: str, place: int, now: datetime) -> Expected | None:
        """For who has this place in a queue; None where too little is known. Raises StoreUnavailable."""
        today = now.astimezone(UTC).date()
        return expected(self._counted(team_id, today), today, place)

    def spread(self, team_id: str, place: int, now: datetime, shares: Sequence[float]) -> Spread | None:
        """Other quantiles of the same, by their shares. Raises StoreUnavailable."""
        today = now.astimezone(UTC).date()
        return spread(self._counted(team_id, today), today, place, shares)

    def _counted(self, team_id: str, today: date) -> Sequence[Counted]:
        found: Sequence[Counted] = self.recall(
            ("waits", team_id, today.isoformat()), lambda: self.store.measured(team_id, first_day(today), today)
        )
        return found


@dataclass(frozen=True, slots=True)
class WaitKeeping:
    """Keeps book of waits by what happens to conversations."""

    store: WaitStore
    arrivals: Arrivals
    timers: Timers
    policy: Callable[[], RoutingPolicy]

    def react(self, event: Mapping[str, Any]) -> None:
        """After routing has looked at the event. Raises StoreUnavailable."""
        if event["type"] not in LOOKED_AT:
            return
        entry = self.store.entry(event["aggregate"]["id"])
        if entry is None:
            return
        ending = _ending(event)
        if ending is not None:
            self._end(entry, ending, datetime.fromisoformat(event["occurred_at"]))
        if entry.waits:
            self._begin(entry)

    def _begin(self, entry: QueueEntry) -> None:
        if self.store.get(entry.conversation_id, entry.epoch) is not None:
            return
        wait = _wait(entry, self.store.ahead(entry) + 1)
        tell = self.policy().tell_wait
        if tell is not None:
            # Before the note, so that it is never missing; a second one does nothing more.
            at = entry.queued_at + timedelta(seconds=tell.after_seconds)
            self.timers.set(TELL, entry.conversation_id, entry.epoch, at)
        if self.store.begin(wait) is Written.DONE:
            self.arrivals.count(entry.team_id, entry.queued_at, entry.channel)

    def _end(self, entry: QueueEntry, ending: Ending, at: datetime) -> None:
        """Of the newest wait, or the one before it where a new one has begun since."""
        epoch = entry.epoch - 1 if entry.waits else entry.epoch
        wait = self.store.get(entry.conversation_id, epoch) if epoch > 0 else None
        if wait is not None:
            if wait.ending is None and at >= wait.queued_at:
                self.store.end(wait, ending, at)
            return
        # Nobody saw it wait: it was given away as it joined.
        at_once = ending is Ending.GIVEN and not entry.waits and NONE <= at - entry.queued_at <= AT_ONCE
        if at_once and self.store.end(_wait(entry, None), ending, at) is Written.DONE:
            self.arrivals.count(entry.team_id, entry.queued_at, entry.channel)


def _wait(entry: QueueEntry, position: int | None) -> Wait:
    return Wait(entry.conversation_id, entry.epoch, entry.team_id, entry.queued_at, entry.waiting_since, position)


def _ending(event: Mapping[str, Any]) -> Ending | None:
    """What an event ends a wait with, if there was one."""
    data = event["data"]
    if event["type"] == ConversationAssigned.TYPE:
        if data["assignee_id"] is not None:
            return Ending.GIVEN
        return Ending.ASIDE if data["previous_assignee_id"] is None else None
    if event["type"] == ConversationStatusChanged.TYPE and data["status"] != "open":
        if event["snapshot"].get("assignee_id") is not None:
            return None
        return Ending.LEFT if data["status"] == "resolved" else Ending.ASIDE
    return None
