"""How far up a conversation has been handed, and from whom a supervisor took it: parts of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier of an escalation path that a conversation stands on, as the tier was when it came there. It counts for
    the episode in which it came: a case that is opened anew begins anew. `ticket`: whoever has it may answer when they
    can, whatever the channel. `left_by`: who had it before, one tier further down."""

    path: str
    tier: str
    place: int
    at: datetime
    episode: int
    team_id: str | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    ticket: bool = False
    left_by: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A supervisor took it over: who, from whom (None: it was nobody's), and when. It holds for as long as it is
    theirs."""

    by: str
    previous: str | None
    at: datetime
