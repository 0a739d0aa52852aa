"""Early warnings. `domain/events.py` has all events; the numbers of a warning are in `snapshot`."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfWarning:
    warning_id: str
    rule: str
    subject: str
    team_id: str | None
    since: str
    said: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorWarned(_OfWarning):
    """Something is about to go wrong on the floor, by a rule of early warnings; told to `agent_ids`, with what would
    help."""

    TYPE: ClassVar[str] = "floor.warning"
    action: str
    lend: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorWarningEnded(_OfWarning):
    """What was warned of is over since `ended_at`."""

    TYPE: ClassVar[str] = "floor.warning_ended"
    ended_at: str


FloorEvent = FloorWarned | FloorWarningEnded
