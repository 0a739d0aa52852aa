"""Long work, carried out a portion at a time: what was asked, how far it is, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

KEPT_FOR = timedelta(days=30)
# Failed portions one after the other, after which nobody tries again.
MAX_FAULTS = 5
ERRORS_SHOWN = 100
# Longer than the function may run: by then whoever had it is gone.
LEASE_SECONDS = 90


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """`params` is what was asked; `cursor` is the work's own note of where to go on, saved with each portion; `done` of
    `total` (0: not known yet) says how far it is; `errors` counts what could not be done, `problems` tells the first of
    them. All three are JSON values. `lease_until`: somebody is at it."""

    id: str
    kind: str
    asked_by: str
    asked_at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    state: JobState = JobState.WAITING
    cursor: Mapping[str, Any] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    errors: int = 0
    problems: tuple[Mapping[str, Any], ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""
    faults: int = 0
    lease_until: datetime | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def ended(self, now: datetime, result: Mapping[str, Any] | None = None) -> "Job":
        """All is done."""
        return replace(self, state=JobState.DONE, ended_at=now, result=result or self.result)

    def failed(self, now: datetime, detail: str) -> "Job":
        """It cannot be done; `detail` says why, and what to do."""
        return replace(self, state=JobState.FAILED, ended_at=now, detail=detail)

    def with_problem(self, problem: Mapping[str, Any]) -> "Job":
        """One thing more that could not be done."""
        shown = (*self.problems, problem) if len(self.problems) < ERRORS_SHOWN else self.problems
        return replace(self, errors=self.errors + 1, problems=shown)
