"""A replay that somebody asked for: what is to be run, how far it is, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# The timer that has a replay carried out.
REPLAY = "replay"
# A run that has not ended after so long never will.
GIVEN_UP = timedelta(minutes=15)


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """`source` is what was asked for, `rules` the rules as they were then, by name (`current`, `draft`). `figures` are
    by the same names; `reproduced` tells of recorded days how many decisions came out again. `attempts` counts how
    often it was begun."""

    id: str
    asked_by: str
    asked_at: datetime
    source: Mapping[str, Any]
    rules: Mapping[str, Mapping[str, Any]]
    state: RunState = RunState.WAITING
    attempts: int = 0
    done_at: datetime | None = None
    detail: str = ""
    figures: Mapping[str, Mapping[str, int | float]] = field(default_factory=dict)
    reproduced: Mapping[str, Any] | None = None
    conversations: int = 0
    differences: int = 0
    version: int = 1

    def state_at(self, now: datetime) -> RunState:
        """A run that broke off without a word has failed."""
        if self.state in (RunState.WAITING, RunState.RUNNING) and now - self.asked_at > GIVEN_UP:
            return RunState.FAILED
        return self.state


@dataclass(frozen=True, slots=True)
class Fared:
    """Who got a conversation, and when; nobody within the day: both None."""

    agent_id: str | None
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """How one conversation fared under each of the rules; `then`: as it was, where the day is a recorded one."""

    conversation_id: str
    came_at: datetime
    differs: bool
    fared: Mapping[str, Fared]
    then: Fared | None = None


Rows = Sequence[ReplayRow]
