"""Presence: what an agent chooses, the heartbeats of their clients, and the moment at which those stop.

A heartbeat is written rarely: it holds for longer than the next one takes to come, and only what changes whether the
agent is there is told to anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.agent import Agent
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.events import AgentCapacityChanged, AgentPresenceChanged
from chalicelib.domain.presence import Intent, left
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.routing_ports import RoutingStore, Timers

# Clients send a heartbeat every half minute; one that stays away for this long is gone.
CONNECTED_FOR = timedelta(seconds=90)
# A heartbeat that would prolong the connection by less is not written.
WORTH_WRITING = timedelta(seconds=45)
ATTEMPTS = 5
MAX_REASON = 120
DISCONNECT = "disconnect"
LOAN_OVER = "loan_over"

Changed = tuple[Workload, Recorded | None]


@dataclass(frozen=True, slots=True)
class PresenceKeeping:
    store: RoutingStore
    timers: Timers

    def choose(self, agent: Agent, intent: Intent, reason: str, now: datetime, *, by: Actor | None = None) -> Workload:
        """The agent's own choice, which is a sign of life too; or, with `by`, what somebody else chose for them, which
        is none. Raises InvalidInput, StoreUnavailable."""
        if len(reason) > MAX_REASON:
            raise InvalidInput(f"A reason has at most {MAX_REASON} characters.", field="reason")
        is_alive = by is None and intent is not Intent.OFFLINE

        def change(known: Workload) -> Changed | None:
            presence = replace(
                known.presence,
                intent=intent,
                reason=reason,
                chosen_at=now,
                connected_until=now + CONNECTED_FOR if is_alive else known.presence.connected_until,
            )
            actor = by or Actor("agent", agent.id)
            return self._told(known, replace(_of(known, agent), presence=presence), actor, now)

        return self._change(agent, change, now)

    def heartbeat(self, agent: Agent, now: datetime) -> Workload:
        """One of the agent's clients is there. Raises StoreUnavailable."""
        return self._change(agent, lambda known: self._beat(known, _of(known, agent), now), now)

    def alive(self, agent_id: str, now: datetime) -> None:
        """The same, by the ping of a socket: for whoever has chosen a presence before. Raises StoreUnavailable."""
        known = self.store.workload(agent_id)
        if known is not None and self._beat(known, known, now) is not None:
            self._change(known, lambda newest: self._beat(newest, newest, now), now)

    def _beat(self, known: Workload, after: Workload, now: datetime) -> Changed | None:
        until, before = now + CONNECTED_FOR, known.presence.connected_until
        if before is not None and until - before < WORTH_WRITING:
            return None
        after = replace(after, presence=replace(known.presence, connected_until=until))
        if known.presence.is_connected(now):
            return after, None
        return self._told(known, after, Actor("agent", known.agent_id), now)

    def check_connection(self, agent_id: str, now: datetime) -> bool:
        """Called when a heartbeat may have run out: whether the agent is gone, which everybody is told then."""
        known = self.store.workload(agent_id)
        if known is None or known.presence.connected_until is None:
            return False
        if known.presence.is_connected(now):
            self._watch(known)
            return False
        presence = left(known.presence, replace(known.presence, connected_until=None), now)
        gone = replace(known, presence=presence, version=known.version + 1)
        _, recorded = self._told(known, gone, SYSTEM, now)
        return self.store.put_workload(gone, known.version, recorded) is Written.DONE

    def set_up(self, agent: Agent, changes: Callable[[Workload], Workload], by: Actor, now: datetime) -> Workload:
        """Capacity, skills or loans, by a supervisor or administrator. Raises StoreUnavailable."""

        def change(known: Workload) -> Changed | None:
            after = changes(_of(known, agent))
            names = ("team_ids", "capacity", "skills", "lent_until", "enabled", "name")
            fields = tuple(name for name in names if getattr(after, name) != getattr(known, name))
            hours = ("hours_id",) if after.presence.hours_id != known.presence.hours_id else ()
            if not fields and not hours:
                return None
            return after, Recorded((AgentCapacityChanged(fields=(*fields, *hours)),), by, now)

        return self._change(agent, change, now)

    def lend(self, agent: Agent, team_id: str, until: datetime, by: Actor, now: datetime) -> Workload:
        """Let an agent help another team for a while; they return by themselves. Raises StoreUnavailable."""
        self.timers.set(LOAN_OVER, agent.id, int(until.timestamp()), until)
        return self.set_up(
            agent, lambda known: replace(known, lent_until=_lent(known, now) | {team_id: until}), by, now
        )

    def end_loan(self, agent: Agent, team_id: str, by: Actor, now: datetime) -> Workload:
        """Take an agent back before it is time. Raises StoreUnavailable."""

        def back(known: Workload) -> Workload:
            left = {team: until for team, until in _lent(known, now).items() if team != team_id}
            return replace(known, lent_until=left)

        return self.set_up(agent, back, by, now)

    def _change(self, agent: Agent | Workload, change: Callable[[Workload], Changed | None], now: datetime) -> Workload:
        agent_id = agent.id if isinstance(agent, Agent) else agent.agent_id
        for _attempt in range(ATTEMPTS):
            known = self.store.workload(agent_id) or Workload(agent_id, agent.name, version=0)
            changed = change(known)
            if changed is None:
                return known
            presence = left(known.presence, changed[0].presence, now)
            after = replace(changed[0], presence=presence, version=known.version + 1)
            if self.store.put_workload(after, known.version, changed[1]) is Written.DONE:
                if not known.presence.is_connected(now):
                    self._watch(after)
                return after
        raise StoreUnavailable("too many writers at once")

    def _watch(self, workload: Workload) -> None:
        until = workload.presence.connected_until
        if until is not None:
            self.timers.set(DISCONNECT, workload.agent_id, int(until.timestamp()), until)

    def _told(self, before: Workload, after: Workload, actor: Actor, now: datetime) -> tuple[Workload, Recorded]:
        event = AgentPresenceChanged(
            previous=before.presence.intent.value,
            intent=after.presence.intent.value,
            connected=after.presence.is_connected(now),
            reason=after.presence.reason,
        )
        return after, Recorded((event,), actor, now)


def _of(known: Workload, agent: Agent) -> Workload:
    """The workload as the agent's record has them: name, teams and whether they may work at all."""
    return replace(known, name=agent.name, team_ids=agent.team_ids, enabled=agent.enabled)


def _lent(known: Workload, now: datetime) -> dict[str, datetime]:
    return {team: until for team, until in known.lent_until.items() if until > now}
