"""What routing knows of an agent: presence, capacity, skills, and the units in use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.capacity import Capacity, share_free
from chalicelib.domain.ids import TIME_LENGTH, digest, time_part
from chalicelib.domain.presence import Presence, availability
from chalicelib.domain.routing_values import FALLBACK, Candidate

_DEFAULT_CAPACITY = Capacity()
_DEFAULT_PRESENCE = Presence()


@dataclass(frozen=True, slots=True)
class Workload:
    """`used` is the sum of the weights of what the agent holds and is offered; `epoch` grows whenever it changes.
    `idle_since` is when the agent was last given something (or came). `lent_until`: teams the agent helps for a while.
    `missed`: offers in a row that they did not answer."""

    agent_id: str
    name: str
    team_ids: tuple[str, ...] = ()
    presence: Presence = _DEFAULT_PRESENCE
    capacity: Capacity = _DEFAULT_CAPACITY
    skills: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
    epoch: int = 0
    idle_since: datetime | None = None
    lent_until: Mapping[str, datetime] = field(default_factory=dict)
    enabled: bool = True
    version: int = 1
    missed: int = 0


def teams_at(workload: Workload, now: datetime) -> tuple[str, ...]:
    """The queues the agent works for now: of their teams, of those they are lent to, and the one for everybody."""
    lent = [team for team, until in sorted(workload.lent_until.items()) if until > now]
    return tuple(dict.fromkeys((*workload.team_ids, *lent, FALLBACK)))


def candidate(workload: Workload, now: datetime, *, on_shift: bool = True) -> Candidate:
    """The agent as a decision looks at them."""
    there = availability(workload.presence, now, on_shift=on_shift, enabled=workload.enabled)
    return Candidate(
        agent_id=workload.agent_id,
        name=workload.name,
        team_ids=teams_at(workload, now),
        available=there.available,
        because=there.because,
        used=workload.used,
        epoch=workload.epoch,
        capacity=workload.capacity,
        skills=workload.skills,
        idle_since=workload.idle_since,
    )


def pool_rank(workload: Workload) -> str:
    """An agent's place in the pools of their teams: most free first, then idle for longest."""
    taken = 1000 - share_free(workload.capacity, workload.used)
    idle = time_part(workload.idle_since) if workload.idle_since else "0" * TIME_LENGTH
    return f"{taken:04d}{idle}{digest(workload.agent_id)}"
