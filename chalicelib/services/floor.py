"""Looking at the floor: a few queries for each queue, one read for every fifty agents, none for a conversation that is
not about to be late. How many are open or wait is counted already, in the writes that change them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import ceil, floor
from typing import Protocol, TypeVar

from chalicelib.domain.agent import Agent
from chalicelib.domain.capacity import free_units
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.counts import UNASSIGNED, Scope
from chalicelib.domain.expected_wait import Spread
from chalicelib.domain.floor import (
    MAX_AGENTS,
    MAX_AT_RISK,
    SHARES,
    SOON,
    AtRisk,
    ExpectedWait,
    Floor,
    FloorAgent,
    FloorChannel,
    FloorQueue,
    per_minute,
)
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.sla import Clock
from chalicelib.domain.workload import Workload, teams_at
from chalicelib.services.board import MAX_COUNTED, Board, Standing, new_workload

AT_ONCE = 8
PORTION = 100
HOLDS = ("open", "pending")
T = TypeVar("T")
# (conversation, the clock's name, the clock, when its time is up)
DueClock = tuple[str, str, Clock, datetime]


class FloorRows(Protocol):
    """What is kept of the floor, beside routing's own. Each raises StoreUnavailable."""

    def counts(self, scopes: Sequence[Scope]) -> Mapping[Scope, Mapping[str, int]]:
        """Of each scope what is counted in it; one that nobody counted in is missing."""

    def due_clocks(self, after: datetime | None, until: datetime, limit: int) -> tuple[Sequence[DueClock], bool]:
        """Clocks that run and are due until then: the first ones behind `after`, or (None) the newest before `until`;
        and whether there are more."""

    def conversations(self, conversation_ids: Sequence[str]) -> Mapping[str, Conversation]:
        """By id; at most 100."""


class Ended(Protocol):
    def today(self, team_id: str, day: date) -> tuple[int, int]:
        """How many waits ended on a day: taken, left."""


class Joined(Protocol):
    def by_channel(self, team_id: str, now: datetime) -> Mapping[int, Mapping[str, int]]:
        """How many joined in which of the last 60 whole minutes, by channel."""


class Expecting(Protocol):
    def spread(self, team_id: str, place: int, now: datetime, shares: Sequence[float]) -> Spread | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What changes rarely, remembered for a while: who works here, in which teams, with which inboxes (their
    channels, by id)."""

    agents: Callable[[], Sequence[Agent]]
    teams: Callable[[], Mapping[str, str]]
    inboxes: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Queue:
    """One queue as it was read."""

    entries: Sequence[QueueEntry]
    is_longer: bool
    joined: Mapping[int, Mapping[str, int]]
    ended: tuple[int, int]
    expected: Spread | None


@dataclass(frozen=True, slots=True)
class Looking:
    board: Board
    rows: FloorRows
    ended: Ended
    joined: Joined
    expecting: Expecting
    known: Known

    def look(self, now: datetime) -> Floor:
        """Raises StoreUnavailable."""
        names = {**self.known.teams(), FALLBACK: "Everybody"}
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            agents, more_agents = self._agents(pool, now)
            at_risk, more_at_risk = self._at_risk(pool, now)
            read = dict(zip(names, pool.map(lambda team_id: self._read(team_id, now), names), strict=True))
            inboxes = self._counts(pool, [("inbox", inbox_id) for inbox_id in self.known.inboxes()])
        shown = [agent for agent, _ in agents]
        queues = [_queue(team_id, names[team_id], one, agents, at_risk) for team_id, one in read.items()]
        return Floor(
            as_of=now,
            queues=tuple(sorted(queues, key=lambda queue: (queue.team_id == FALLBACK, queue.name, queue.team_id))),
            agents=tuple(shown[:MAX_AGENTS]),
            agents_are_more=more_agents,
            at_risk=at_risk,
            at_risk_is_more=more_at_risk,
            channels=tuple(self._channels(read.values(), inboxes)),
        )

    def _read(self, team_id: str, now: datetime) -> _Queue:
        """Four queries, one of them a minute's."""
        waiting = self.board.store.queue(team_id, MAX_COUNTED)
        return _Queue(
            waiting.items,
            waiting.next is not None,
            self.joined.by_channel(team_id, now),
            self.ended.today(team_id, now.astimezone(UTC).date()),
            self.expecting.spread(team_id, len(waiting.items) + 1, now, SHARES),
        )

    def _agents(self, pool: Executor, now: datetime) -> tuple[list[tuple[FloorAgent, Standing]], bool]:
        """Everybody who may work, and who holds something still; with the teams that each works for now."""
        everybody = self.known.agents()
        parts = pool.map(self.board.store.workloads, _portions([agent.id for agent in everybody]))
        loads = {agent_id: load for part in parts for agent_id, load in part.items()}
        standing = [(agent, self.board.of(loads.get(agent.id) or new_workload(agent), now)) for agent in everybody]
        wanted = [one for one in standing if one[0].enabled or one[1].workload.used]
        busy = [("agent", agent.id) for agent, one in wanted if one.workload.used]
        held = self._counts(pool, busy)
        found = [(_agent(agent, one, held.get(("agent", agent.id), {}), now), one) for agent, one in wanted]
        return found, len(found) > MAX_AGENTS

    def _counts(self, pool: Executor, scopes: Sequence[Scope]) -> Mapping[Scope, Mapping[str, int]]:
        parts = pool.map(self.rows.counts, _portions(scopes))
        return {scope: counted for part in parts for scope, counted in part.items()}

    def _at_risk(self, pool: Executor, now: datetime) -> tuple[tuple[AtRisk, ...], bool]:
        late, more_late = self.rows.due_clocks(None, now, MAX_AT_RISK)
        soon, more_soon = self.rows.due_clocks(now, now + SOON, MAX_AT_RISK)
        ids = list(dict.fromkeys(one[0] for one in (*late, *soon)))
        parts = pool.map(self.rows.conversations, _portions(ids))
        cases = {name: found for part in parts for name, found in part.items()}
        found = (_risk(one, cases[one[0]], now) for one in (*late, *soon) if one[0] in cases)
        return tuple(found), more_late or more_soon

    def _channels(self, queues: Iterable[_Queue], counted: Mapping[Scope, Mapping[str, int]]) -> Sequence[FloorChannel]:
        found: dict[str, FloorChannel] = {}
        for inbox_id, channel in self.known.inboxes().items():
            known, counts = found.get(channel, FloorChannel(channel)), counted.get(("inbox", inbox_id), {})
            held = known.open + sum(counts.get(name, 0) for name in HOLDS)
            found[channel] = replace(known, open=held, waiting=known.waiting + counts.get(UNASSIGNED, 0))
        oldest: dict[str, datetime] = {}
        joined: dict[str, dict[int, int]] = {}
        for queue in queues:
            for entry in queue.entries:
                oldest[entry.channel] = min(oldest.get(entry.channel, entry.waiting_since), entry.waiting_since)
            for ago, by_channel in queue.joined.items():
                for channel, count in by_channel.items():
                    minutes = joined.setdefault(channel, {})
                    minutes[ago] = minutes.get(ago, 0) + count
        for channel in {*found, *oldest, *joined}:
            known, rates = found.get(channel, FloorChannel(channel)), per_minute(joined.get(channel, {}))
            found[channel] = replace(known, oldest_waiting_since=oldest.get(channel), arrivals=rates)
        return [found[channel] for channel in sorted(found)]


def _queue(
    team_id: str,
    name: str,
    read: _Queue,
    agents: Sequence[tuple[FloorAgent, Standing]],
    at_risk: Sequence[AtRisk],
) -> FloorQueue:
    there = [one for one, _ in agents if one.available and (team_id == FALLBACK or team_id in one.team_ids)]
    mine = [one for one in at_risk if (one.team_id or FALLBACK) == team_id]
    expected = None
    if read.expected is not None:
        (half, most), samples = read.expected
        expected = ExpectedWait(floor(half), ceil(most), samples)
    return FloorQueue(
        team_id=team_id,
        name=name,
        depth=len(read.entries),
        depth_is_more=read.is_longer,
        oldest_waiting_since=min((entry.waiting_since for entry in read.entries), default=None),
        agents_available=len(there),
        free_units=sum(one.free_units for one in there),
        arrivals=per_minute({ago: sum(by_channel.values()) for ago, by_channel in read.joined.items()}),
        taken_today=read.ended[0],
        left_today=read.ended[1],
        expected_wait=expected,
        due_soon=sum(not one.breached for one in mine),
        breached=sum(one.breached for one in mine),
    )


def _agent(agent: Agent, standing: Standing, held: Mapping[str, int], now: datetime) -> FloorAgent:
    load = standing.workload
    return FloorAgent(
        agent_id=agent.id,
        name=agent.name,
        team_ids=_teams(load, now),
        intent=load.presence.intent.value,
        connected=standing.connected,
        on_shift=standing.on_shift,
        available=standing.availability.available,
        because=standing.availability.because,
        units=load.capacity.units,
        used=load.used,
        held=sum(held.get(name, 0) for name in HOLDS),
        free_units=free_units(load.capacity, load.used),
        idle_since=load.idle_since,
    )


def _teams(load: Workload, now: datetime) -> tuple[str, ...]:
    """Without the queue that everybody works for."""
    return tuple(team for team in teams_at(load, now) if team != FALLBACK)


def _risk(due: DueClock, case: Conversation, now: datetime) -> AtRisk:
    conversation_id, name, clock, due_at = due
    return AtRisk(
        id=f"{conversation_id}.{name}",
        conversation_id=conversation_id,
        clock=clock.kind.value,
        channel=case.channel,
        team_id=case.team_id,
        owner_id=case.assignee_id,
        started_at=clock.started_at,
        due_at=due_at,
        breached=due_at <= now,
    )


def _portions(names: Sequence[T]) -> list[Sequence[T]]:
    return [names[start : start + PORTION] for start in range(0, len(names), PORTION)]
