"""The floor as people look at it: who is there and holds how much, and what waits in which queue."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.agent import Agent
from chalicelib.domain.capacity import ChannelClass, free_units, weight_in
from chalicelib.domain.presence import Availability, availability
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_policy import Mode
from chalicelib.domain.workload import Workload
from chalicelib.services.gauges import Gauged, Gauges
from chalicelib.services.routing import on_shift
from chalicelib.services.routing_ports import RoutingRules, RoutingStore

# A longer queue is counted no further.
MAX_COUNTED = 1000
AT_ONCE = 8
POOL_PAGE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent at a moment."""

    workload: Workload
    connected: bool
    on_shift: bool
    availability: Availability


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue at a moment. `is_longer`: more wait than were counted. `at_once`: nobody waits, and somebody who is
    there has room for a message of the usual weight."""

    team_id: str
    depth: int
    is_longer: bool
    oldest: datetime | None
    agents_available: int
    free_units: int
    at_once: bool = False
    gauged: Gauged = Gauged()


@dataclass(frozen=True, slots=True)
class Board:
    store: RoutingStore
    rules: RoutingRules
    gauges: Gauges | None = None

    def standing(self, agent: Agent, now: datetime) -> Standing:
        """Raises StoreUnavailable."""
        return self.of(self.store.workload(agent.id) or new_workload(agent), now)

    def standings(self, agents: Sequence[Agent], now: datetime) -> Sequence[Standing]:
        """Of at most 100 agents, in their order. Raises StoreUnavailable."""
        if not agents:
            return ()
        found = self.store.workloads([agent.id for agent in agents])
        return [self.of(found.get(agent.id) or new_workload(agent), now) for agent in agents]

    def of(self, workload: Workload, now: datetime) -> Standing:
        shift = on_shift(self.rules, workload, now)
        there = availability(workload.presence, now, on_shift=shift, enabled=workload.enabled)
        return Standing(workload, workload.presence.is_connected(now), shift, there)

    def queues(self, team_ids: Sequence[str], now: datetime) -> Sequence[QueueState]:
        """Two queries for each, and what its gauges read. Raises StoreUnavailable."""
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return list(pool.map(lambda team_id: self.queue(team_id, now), team_ids))

    def queue(self, team_id: str, now: datetime) -> QueueState:
        waiting = self.store.queue(team_id, MAX_COUNTED)
        standings = [self.of(workload, now) for workload in self._pool(team_id)]
        there = [one.workload for one in standings if one.availability.available]
        is_given = self.rules.policy().mode_of(team_id) is not Mode.MANUAL
        return QueueState(
            team_id,
            len(waiting.items),
            waiting.next is not None,
            min((entry.waiting_since for entry in waiting.items), default=None),
            len(there),
            sum(free_units(workload.capacity, workload.used) for workload in there),
            is_given and not waiting.items and any(_has_room(workload) for workload in there),
            self.gauges.of(team_id, len(waiting.items) + 1, now) if self.gauges else Gauged(),
        )

    def _pool(self, team_id: str) -> Iterator[Workload]:
        start = None
        while True:
            page = self.store.pool(team_id, POOL_PAGE, start)
            yield from page.items
            if page.next is None:
                return
            start = page.next

    def waiting(self, team_id: str, limit: int) -> Sequence[QueueEntry]:
        """What waits for a team, the next one first. Raises StoreUnavailable."""
        return self.store.queue(team_id, limit).items


def _has_room(workload: Workload) -> bool:
    usual = weight_in(ChannelClass.MESSAGING, workload.capacity.weights)
    return free_units(workload.capacity, workload.used) >= usual


def new_workload(agent: Agent) -> Workload:
    """What is known of an agent who has never been there."""
    return Workload(agent.id, agent.name, agent.team_ids, enabled=agent.enabled, version=0)
