"""A day on the floor, run again: arrivals and agents in, the decisions that routing would make out.

Every decision is made by the function that routes real conversations, in the same order of the queue, on the same
triggers: somebody writes, somebody becomes free or comes on shift, a wait is long enough to ask for less. Nothing here
reads a clock or draws a number, so the same day under the same rules gives the same decisions, byte by byte.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.domain.capacity import Capacity
from chalicelib.domain.conversation import Conversation, Priority
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.ids import time_part
from chalicelib.domain.queue import QueueEntry, look_at, work_of
from chalicelib.domain.routing import decide, weight_for
from chalicelib.domain.routing_policy import Mode, RoutingPolicy, queued, served
from chalicelib.domain.routing_values import FALLBACK, Candidate, Decision, Outcome, Work

Span = tuple[datetime, datetime]
# Who gets it, given what it asks for, who is there, and how many conversations each of them holds.
Picker = Callable[[Work, Sequence[Candidate], datetime, Mapping[str, int]], Decision]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer who writes at `at` and keeps an agent busy for `handling_seconds`. The same conversation again is its
    customer coming back. `facts` are what rules may ask for (`domain/routing_policy.py` lists them); `own_agent_id` is
    whose customer it was before the day began; `waiting_since` when they began to wait, where that was earlier."""

    conversation_id: str
    at: datetime
    facts: Mapping[str, Any]
    handling_seconds: int
    own_agent_id: str | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent of the day: there during `shifts`, finishing what they hold after them."""

    agent_id: str
    name: str
    team_ids: tuple[str, ...]
    shifts: tuple[Span, ...]
    capacity: Capacity = field(default_factory=Capacity)
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Served:
    """How one arrival fared: `beside` counts what its agent held already. `own_agent_id` is who the customer knew."""

    arrival: Arrival
    given_at: datetime | None = None
    agent_id: str | None = None
    beside: int = 0
    own_agent_id: str | None = None

    def waited_seconds(self, until: datetime) -> float:
        return ((self.given_at or until) - self.arrival.at).total_seconds()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the day. `held_seconds`: units times seconds, by agent. `merged` counts arrivals whose customer
    had a conversation open already."""

    decisions: tuple[Decision, ...]
    served: tuple[Served, ...]
    staff: tuple[Staff, ...]
    held_seconds: Mapping[str, float]
    ended_at: datetime
    merged: int = 0


def ours(rules_version: int = 0) -> Picker:
    """The product's own way."""

    def pick(work: Work, agents: Sequence[Candidate], now: datetime, held: Mapping[str, int]) -> Decision:
        # What it saw is left out: of a whole day that would be far too much.
        return replace(decide(work, agents, now, rules_version=rules_version), seen=None)

    return pick


def replay(
    policy: RoutingPolicy, staff: Sequence[Staff], arrivals: Sequence[Arrival], pick: Picker | None = None
) -> Replayed:
    """Run a day under a policy. An offer counts as accepted at once. Raises InvalidInput where nothing is given out."""
    check_decides(policy)
    if len({each.agent_id for each in staff}) < len(staff):
        raise InvalidInput("Two agents have the same id.", field="agent_id")
    floor = _Floor(policy, staff, pick or ours(policy.version))
    for arrival in arrivals:
        floor.expect(arrival)
    return floor.run()


def check_decides(policy: RoutingPolicy) -> None:
    """Raises InvalidInput where agents of some queue take work themselves."""
    said = "In the mode manual agents take work themselves: nothing is decided."
    if policy.mode is Mode.MANUAL:
        raise InvalidInput(said, field="mode")
    for team_id, mode in policy.modes.items():
        if mode is Mode.MANUAL:
            raise InvalidInput(said, field=f"modes.{team_id}")


_NEVER = datetime.min.replace(tzinfo=UTC)
# What happens at the same moment happens in this order; of one kind, in the order of ids.
_RELAX, _FINISH, _SHIFT, _ARRIVE = range(4)


@dataclass(slots=True)
class _Seat:
    """An agent as the day goes on."""

    staff: Staff
    used: int = 0
    epoch: int = 0
    idle_since: datetime | None = None

    def candidate(self, now: datetime) -> Candidate:
        there = any(start <= now < end for start, end in self.staff.shifts)
        return Candidate(
            agent_id=self.staff.agent_id,
            name=self.staff.name,
            team_ids=(*self.staff.team_ids, FALLBACK),
            available=there,
            because="online" if there else "off_shift",
            used=self.used,
            epoch=self.epoch,
            capacity=self.staff.capacity,
            skills=self.staff.skills,
            idle_since=self.idle_since,
        )


class _Floor:
    def __init__(self, policy: RoutingPolicy, staff: Sequence[Staff], pick: Picker) -> None:
        self._policy, self._pick = policy, pick
        self._seats = {each.agent_id: _Seat(each) for each in sorted(staff, key=lambda each: each.agent_id)}
        self._teams = frozenset(team for each in staff for team in each.team_ids)
        self._heap: list[tuple[datetime, int, str, int, Callable[[], None]]] = []
        self._count = 0
        self._entries: dict[str, QueueEntry] = {}  # the newest of each conversation
        self._waiting: dict[str, QueueEntry] = {}
        self._open: dict[str, int] = {}  # conversation -> place in _served
        self._held = dict.fromkeys(self._seats, 0)
        self._held_seconds = dict.fromkeys(self._seats, 0.0)
        self._owners: dict[str, str] = {}
        self._served: list[Served] = []
        self._decisions: list[Decision] = []
        self._merged = 0
        self._now = min((span[0] for each in staff for span in each.shifts), default=_NEVER)
        for each in staff:
            for start, _end in each.shifts:
                self._at(start, _SHIFT, each.agent_id, partial(self._pull, self._seats[each.agent_id]))

    def _at(self, at: datetime, kind: int, subject: str, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._heap, (at, kind, subject, self._count, act))

    def expect(self, arrival: Arrival) -> None:
        self._at(arrival.at, _ARRIVE, arrival.conversation_id, partial(self._arrive, arrival))

    def run(self) -> Replayed:
        while self._heap:
            self._now, _kind, _subject, _count, act = heapq.heappop(self._heap)
            act()
        staff = tuple(seat.staff for seat in self._seats.values())
        return Replayed(tuple(self._decisions), tuple(self._served), staff, self._held_seconds, self._now, self._merged)

    def _arrive(self, arrival: Arrival) -> None:
        name = arrival.conversation_id
        if name in self._open:
            self._merged += 1
            return
        own = self._owners.get(name, arrival.own_agent_id)
        self._open[name] = len(self._served)
        self._served.append(Served(arrival, own_agent_id=own))
        self._entries[name] = self._waiting[name] = queued(
            self._policy,
            _conversation(arrival),
            arrival.facts,
            self._now,
            teams=self._teams,
            own_agent=own,
            before=self._entries.get(name),
        )
        self._route(self._waiting[name])

    def _route(self, entry: QueueEntry) -> Decision:
        work = work_of(entry, self._now)
        decision = self._pick(work, list(self._candidates(work)), self._now, self._held)
        self._decisions.append(decision)
        if decision.agent_id is not None:
            self._give(entry, work, self._seats[decision.agent_id])
        else:
            due_at = look_at(entry, decision)
            if due_at is not None:
                again = partial(self._relax, entry.conversation_id, entry.epoch)
                self._at(due_at, _RELAX, entry.conversation_id, again)
        return decision

    def _candidates(self, work: Work) -> Iterator[Candidate]:
        """Whoever is there for one of its teams, and the customer's own agent."""
        for seat in self._seats.values():
            candidate = seat.candidate(self._now)
            serves = candidate.available and not set(work.asked.team_ids).isdisjoint(candidate.team_ids)
            if serves or candidate.agent_id == work.sticky_id:
                yield candidate

    def _relax(self, name: str, epoch: int) -> None:
        entry = self._waiting.get(name)
        if entry is not None and entry.epoch == epoch:
            self._route(entry)

    def _give(self, entry: QueueEntry, work: Work, seat: _Seat) -> None:
        name, agent_id = entry.conversation_id, seat.staff.agent_id
        weight = weight_for(work, seat.candidate(self._now))
        del self._waiting[name]
        place = self._open[name]
        self._served[place] = replace(
            self._served[place], given_at=self._now, agent_id=agent_id, beside=self._held[agent_id]
        )
        seat.used, seat.epoch, seat.idle_since = seat.used + weight, seat.epoch + 1, self._now
        self._held[agent_id] += 1
        seconds = self._served[place].arrival.handling_seconds
        self._held_seconds[agent_id] += seconds * weight
        self._owners[name] = agent_id
        self._at(self._now + timedelta(seconds=seconds), _FINISH, name, partial(self._finish, name, seat, weight))

    def _finish(self, name: str, seat: _Seat, weight: int) -> None:
        del self._open[name]
        seat.used, seat.epoch = seat.used - weight, seat.epoch + 1
        self._held[seat.staff.agent_id] -= 1
        self._pull(seat)

    def _pull(self, seat: _Seat) -> None:
        """Give an agent who may have room what has waited longest for their teams."""
        teams = (*seat.staff.team_ids, FALLBACK)
        for team_id in served(self._policy, tuple(dict.fromkeys(teams)), self._teams):
            for entry in self._queue(team_id):
                candidate = seat.candidate(self._now)
                if not candidate.available or candidate.used >= candidate.capacity.units:
                    return
                work = work_of(entry, self._now)
                if decide(work, [candidate], self._now).outcome is Outcome.ASSIGNED:
                    self._route(entry)

    def _queue(self, team_id: str) -> list[QueueEntry]:
        mine = [entry for entry in self._waiting.values() if entry.team_id == team_id]
        return sorted(mine, key=lambda entry: (time_part(entry.effective_at), entry.conversation_id))


def _conversation(arrival: Arrival) -> Conversation:
    """As far as the queue asks for it."""
    facts, at = arrival.facts, arrival.at
    return Conversation(
        id=arrival.conversation_id,
        contact_id="",
        contact_name="",
        inbox_id=facts.get("inbox_id", ""),
        channel=facts["channel"],
        active_leg_id="",
        opened_at=at,
        status_changed_at=at,
        last_activity_at=at,
        view_at=at,
        created_at=at,
        team_id=facts.get("team_id"),
        priority=Priority(facts.get("priority", Priority.NORMAL)),
        waiting_since=arrival.waiting_since or at,
    )
