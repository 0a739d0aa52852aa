"""The floor at one moment: what waits where and for how long, who is there with how much, what is about to be late.

One value for everybody who looks; each is shown what is theirs to see. Two of them differ by what has changed, thing by
thing, so that whoever has the one needs no more than that to have the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.routing_values import FALLBACK

# What is due within it is about to be late.
SOON = timedelta(minutes=30)
# Minutes over which arrivals are told.
SPANS = (1, 5, 15, 60)
# What is expected of a wait: half, and nine of ten, take no longer.
SHARES = (0.5, 0.9)
MAX_AGENTS = 3000
MAX_AT_RISK = 200


@dataclass(frozen=True, slots=True)
class ExpectedWait:
    """Of who joins now, by `samples` waits of the last seven days."""

    p50_seconds: int
    p90_seconds: int
    samples: int


@dataclass(frozen=True, slots=True)
class FloorQueue:
    """`depth_is_more`: more wait than were counted. `arrivals`: joined a minute, by `last_<minutes>`. `taken_today` and
    `left_today`: waits that ended since midnight UTC, by somebody's taking it or without. `due_soon`, `breached`: of
    its conversations' clocks that are listed in `at_risk`."""

    team_id: str
    name: str
    depth: int = 0
    depth_is_more: bool = False
    oldest_waiting_since: datetime | None = None
    agents_available: int = 0
    free_units: int = 0
    arrivals: Mapping[str, float] = field(default_factory=dict)
    taken_today: int = 0
    left_today: int = 0
    expected_wait: ExpectedWait | None = None
    due_soon: int = 0
    breached: int = 0

    @property
    def abandoned_percent(self) -> float | None:
        """None where no wait has ended today."""
        ended = self.taken_today + self.left_today
        return round(100 * self.left_today / ended, 1) if ended else None


@dataclass(frozen=True, slots=True)
class FloorAgent:
    """`team_ids`: those they work for now. `because`: why new work may come, or not. `held`: open and pending
    conversations; `used` of `units` they take. `idle_since`: when they were last given something."""

    agent_id: str
    name: str
    team_ids: tuple[str, ...]
    intent: str
    connected: bool
    on_shift: bool
    available: bool
    because: str
    units: int
    used: int
    held: int
    free_units: int
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A clock of a service level that runs, and is late or soon will be. `owner_id`: whose the conversation is."""

    id: str
    conversation_id: str
    clock: str
    channel: str
    team_id: str | None
    owner_id: str | None
    started_at: datetime
    due_at: datetime
    breached: bool


@dataclass(frozen=True, slots=True)
class FloorChannel:
    """`open`: open and pending conversations; `waiting`: open ones of nobody's."""

    channel: str
    open: int = 0
    waiting: int = 0
    oldest_waiting_since: datetime | None = None
    arrivals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """`as_of` None: nobody has looked yet. `at_risk`: late ones first, the newest of them before; then by when they are
    due."""

    as_of: datetime | None = None
    queues: tuple[FloorQueue, ...] = ()
    agents: tuple[FloorAgent, ...] = ()
    agents_are_more: bool = False
    at_risk: tuple[AtRisk, ...] = ()
    at_risk_is_more: bool = False
    channels: tuple[FloorChannel, ...] = ()


@dataclass(frozen=True, slots=True)
class FloorChange:
    """What became different from one floor to another: whole things as they are now, and ids of what is there no more,
    each by its list."""

    since: datetime | None
    as_of: datetime
    changed: Mapping[str, Sequence[Any]]
    gone: Mapping[str, Sequence[str]]
    agents_are_more: bool = False
    at_risk_is_more: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(self.changed.values()) and not any(self.gone.values())


# Each list of a floor, and what its things are known by.
LISTS: Mapping[str, str] = {"queues": "team_id", "agents": "agent_id", "at_risk": "id", "channels": "channel"}


def per_minute(joined: Mapping[int, int]) -> dict[str, float]:
    """`joined`: how many in which of the last 60 whole minutes, 1 being the one before this."""
    return {
        f"last_{span}": round(sum(count for ago, count in joined.items() if ago <= span) / span, 2) for span in SPANS
    }


def change(before: Floor, after: Floor) -> FloorChange:
    """`after` has been looked at."""
    if after.as_of is None:
        raise ValueError("a floor that nobody has looked at changes nothing")
    changed: dict[str, list[Any]] = {}
    gone: dict[str, list[str]] = {}
    for name, known_by in LISTS.items():
        old = {getattr(one, known_by): one for one in getattr(before, name)}
        new = {getattr(one, known_by): one for one in getattr(after, name)}
        changed[name] = [one for key, one in new.items() if old.get(key) != one]
        gone[name] = [key for key in old if key not in new]
    return FloorChange(before.as_of, after.as_of, changed, gone, after.agents_are_more, after.at_risk_is_more)


def changed_by(before: Floor, told: FloorChange) -> Floor:
    """What whoever had `before` has after they were told; lists in no order of their own."""
    lists: dict[str, Any] = {}
    for name, known_by in LISTS.items():
        kept = {getattr(one, known_by): one for one in getattr(before, name)}
        for key in told.gone[name]:
            kept.pop(key, None)
        kept.update({getattr(one, known_by): one for one in told.changed[name]})
        lists[name] = tuple(kept.values())
    lists |= {"agents_are_more": told.agents_are_more, "at_risk_is_more": told.at_risk_is_more}
    return replace(before, as_of=told.as_of, **lists)


def seen_by(floor: Floor, principal: Principal) -> Floor:
    """Supervisors see all of it; agents the queues they work for, themselves, and what is theirs."""
    if principal.may(Role.SUPERVISOR):
        return floor
    mine = tuple(agent for agent in floor.agents if agent.agent_id == principal.id)
    teams = {FALLBACK, *(team for agent in mine for team in agent.team_ids)}
    return replace(
        floor,
        queues=tuple(queue for queue in floor.queues if queue.team_id in teams),
        agents=mine,
        agents_are_more=False,
        at_risk=tuple(one for one in floor.at_risk if one.owner_id == principal.id),
        channels=(),
    )
