"""What reports that come by themselves ask of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Agent
from chalicelib.domain.job import Job
from chalicelib.domain.measure import Dimension
from chalicelib.domain.periods import Calendar
from chalicelib.domain.reads import Page
from chalicelib.domain.report import Ask, Report
from chalicelib.domain.report_run import Fate, ReportRun
from chalicelib.domain.report_schedule import Form, ReportSchedule
from chalicelib.domain.writes import Recorded, Written


class ScheduleStore(Protocol):
    def get(self, schedule_id: str) -> ReportSchedule | None: ...

    def list(self) -> Sequence[ReportSchedule]:
        """Oldest first."""

    def put(self, schedule: ReportSchedule, read_version: int) -> Written: ...

    def move_on(self, schedule: ReportSchedule, next_at: datetime | None) -> Written:
        """It is due then; CONFLICT: it was changed or moved on meanwhile."""

    def delete(self, schedule_id: str, read_version: int) -> Written: ...


class RunStore(Protocol):
    def get(self, run_id: str) -> ReportRun | None: ...

    def put(self, run: ReportRun, read_version: int, recorded: Recorded | None = None) -> Written: ...

    def list(
        self, schedule_id: str | None, owner_id: str | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[ReportRun]: ...


class Asking(Protocol):
    def ask(self, kind: str, asked_by: str, params: Mapping[str, Any], now: datetime, seed: str = "") -> Job:
        """Begin long work; the same seed is the same work."""


class Agents(Protocol):
    def get(self, agent_id: str) -> Agent | None: ...


class Answers(Protocol):
    def answer(self, ask: Ask, now: datetime) -> Report:
        """Raises InvalidInput and other refusals, StoreUnavailable."""


class Naming(Protocol):
    def names(self, dimension: Dimension, values: Sequence[str]) -> Mapping[str, str]:
        """What people call agents, teams, inboxes, by id; what has no name is left out. Raises StoreUnavailable."""


class Files(Protocol):
    def put(self, key: str, body: bytes, mime: str) -> None: ...

    def read(self, key: str, *, limit_bytes: int) -> bytes | None: ...


class Calendars(Protocol):
    def __call__(self) -> Calendar: ...


class Sending(Protocol):
    """One way for reports to go."""

    def send(self, run: ReportRun, place: int, document: Mapping[str, Any], files: Mapping[Form, bytes]) -> "Went":
        """To one recipient. Raises StoreUnavailable only where nothing was sent."""


Went = tuple[Fate, str]
