"""One wait of one conversation in a queue: how it began, what the customer was told, how it ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Who was given out sooner than this after joining did not wait: somebody had room.
AT_ONCE = timedelta(seconds=2)


class Ending(StrEnum):
    """`given`: somebody has it; `left`: resolved before; `aside`: put aside, or moved to another queue."""

    GIVEN = "given"
    LEFT = "left"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class TellWait:
    """Whether customers are told of their wait, and after how much of it. `text`: other words than the desk's own, with
    `{position}` and `{wait}` for the figures."""

    after_seconds: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer is told of their wait, decided once so that a repeat says the same."""

    at: datetime
    due_at: datetime
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    """`position` is the place when it joined, from 1; None where somebody had room at once. `waiting_since` is when its
    customer began to wait, which may be before they joined this queue."""

    conversation_id: str
    epoch: int
    team_id: str
    queued_at: datetime
    waiting_since: datetime
    position: int | None
    ending: Ending | None = None
    told: Told | None = None
