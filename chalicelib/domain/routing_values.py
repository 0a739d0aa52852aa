"""What routing looks at, and what it decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.capacity import Capacity, ChannelClass
from chalicelib.domain.skills import Asked, Skills

DEFAULT = Capacity()
# Whose queue it is where no team is known. It always exists, and everybody serves it.
FALLBACK = "fallback"


class Outcome(StrEnum):
    ASSIGNED = "assigned"
    OFFERED = "offered"
    WAITING = "waiting"


class Reason(StrEnum):
    """Why an agent was passed over."""

    UNAVAILABLE = "unavailable"
    OTHER_TEAM = "other_team"
    LACKS_SKILL = "lacks_skill"
    FULL = "full"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent as routing sees them. `because` is the word of their availability; `epoch` grows with every change of
    what they hold, so that a decision made on an old picture is noticed."""

    agent_id: str
    name: str
    team_ids: tuple[str, ...]
    available: bool
    because: str
    used: int = 0
    epoch: int = 0
    capacity: Capacity = DEFAULT
    skills: Skills = field(default_factory=dict)
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A conversation that waits. `asked` is what it asks for now. `sticky_id` is the agent its customer comes back to,
    waited for until `sticky_until`; `declined` are those who would not or did not take it, to be asked again at
    `ask_again_at` (None: never). `kind`: what it weighs as (None: as its channel does)."""

    conversation_id: str
    channel: str
    asked: Asked
    waiting_since: datetime
    points: int = 0
    sticky_id: str | None = None
    sticky_until: datetime | None = None
    declined: frozenset[str] = frozenset()
    ask_again_at: datetime | None = None
    kind: ChannelClass | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate that could take it, best first: free share of a thousand, idle seconds."""

    agent_id: str
    free_share: int
    idle_seconds: int


@dataclass(frozen=True, slots=True)
class Skipped:
    agent_id: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision was made of: the same again gives the same decision."""

    work: Work
    agents: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and why. `next_at` is when it should be looked at again though nothing happens. `seen` is known
    where it was decided just now; `facts` is what the sentence tells, as data (none in what was decided before there
    was any)."""

    conversation_id: str
    at: datetime
    outcome: Outcome
    agent_id: str | None
    weighed: tuple[Weighed, ...]
    skipped: tuple[Skipped, ...]
    step: int
    relaxed: tuple[str, ...]
    sticky: bool
    sentence: str
    next_at: datetime | None = None
    rules_version: int = 0
    skipped_count: int = 0
    seen: Seen | None = field(default=None, compare=False, repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
