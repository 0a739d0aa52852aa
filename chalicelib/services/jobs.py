"""Long work in portions: imports, exports, erasure, rebuilding.

Asking writes the job down and queues it. A run takes a lease, carries out portion after portion, saves the job after
each, and queues it again when its time is up. Whatever ends a run in the middle, the next one repeats the portion that
was not saved: so every portion is the same when it is done twice.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.errors import JobNotFound, JobOver, Refusal, StoreUnavailable
from chalicelib.domain.job import LEASE_SECONDS, MAX_FAULTS, Job, JobState
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written

# Carries out one portion and gives the job as it is then, ended or not.
Step = Callable[[Job, datetime], Job]

# Well within the function's time-out: a portion takes some seconds at most.
RUN_SECONDS = 40.0
LEASE = timedelta(seconds=LEASE_SECONDS)
ATTEMPTS = 5

_log = logging.getLogger(__name__)


class JobStore(Protocol):
    def get(self, job_id: str) -> Job | None: ...

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Job]:
        """Newest first."""

    def put(self, job: Job, read_version: int) -> Written:
        """`read_version` 0: there is none yet. CONFLICT: somebody else has written."""


class JobQueue(Protocol):
    def put(self, job_id: str) -> None: ...


class JobIsHeld(Exception):
    """Somebody else is at it: the record comes back later."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """`kinds`: what carries out a portion, by kind, made on first use."""

    store: JobStore
    queue: JobQueue
    kinds: Mapping[str, Callable[[], Step]]
    clock: Callable[[], float] = time.monotonic

    def ask(self, kind: str, asked_by: str, params: Mapping[str, Any], now: datetime, seed: str = "") -> Job:
        """Begin long work; `seed` makes a repeat of the same request the same job. Raises StoreUnavailable."""
        name = ids.digest(kind, asked_by, seed or now.isoformat())
        job = Job(f"job_{ids.time_part(now)}{name}" if not seed else f"job_{name}", kind, asked_by, now, params)
        made = replace(job, version=1)
        if self.store.put(made, 0) is not Written.DONE:
            made = self.get(job.id)
        if made.state is JobState.WAITING:  # a repeat may be of one that was written down and never queued
            self.queue.put(job.id)
        return made

    def get(self, job_id: str) -> Job:
        """Raises JobNotFound."""
        found = self.store.get(job_id) if ids.is_id("job", job_id) else None
        if found is None:
            raise JobNotFound("There is no such job.")
        return found

    def cancel(self, job_id: str, now: datetime) -> Job:
        """No portion more is begun. Raises JobNotFound, JobOver, StoreUnavailable."""
        for _ in range(ATTEMPTS):
            job = self.get(job_id)
            if job.is_over:
                raise JobOver(f"The job is {job.state.value}.", field="job_id")
            after = replace(job, state=JobState.CANCELLED, ended_at=now)
            if (saved := self._saved(after)) is not None:
                return saved
        raise StoreUnavailable("too many writers at once")

    def carry_out(self, job_id: str, now: Callable[[], datetime]) -> None:
        """Go on with a job until it is done or time is up. Raises JobIsHeld, StoreUnavailable."""
        until = self.clock() + RUN_SECONDS
        job = self._taken(job_id, now())
        while job is not None and not job.is_over:
            if self.clock() >= until:
                self._saved(replace(job, lease_until=None))
                self.queue.put(job_id)
                return
            job = self._portion(job, now())

    def _taken(self, job_id: str, now: datetime) -> Job | None:
        job = self.store.get(job_id)
        if job is None or job.is_over:
            return None
        if job.lease_until is not None and job.lease_until > now:
            raise JobIsHeld(job_id)
        taken = self._saved(replace(job, state=JobState.RUNNING, lease_until=now + LEASE))
        if taken is None:
            raise JobIsHeld(job_id)
        return taken

    def _portion(self, job: Job, now: datetime) -> Job | None:
        """None where the job was cancelled meanwhile, or somebody else has it."""
        after = self._stepped(job, now)
        lease = None if after.is_over else now + LEASE
        return self._saved(replace(after, lease_until=lease, version=job.version))

    def _stepped(self, job: Job, now: datetime) -> Job:
        make = self.kinds.get(job.kind)
        if make is None:
            return job.failed(now, f"Nobody knows how to do {job.kind}.")
        try:
            return replace(make()(job, now), faults=0)
        except StoreUnavailable:
            raise
        except Refusal as refused:
            return job.failed(now, refused.detail)
        except Exception as error:  # a portion that always fails must end, not come back for days
            _log.exception("a portion of a job failed", extra={"job_id": job.id, "kind": job.kind})
            if job.faults + 1 >= MAX_FAULTS:
                return job.failed(now, f"It broke off several times ({type(error).__name__}): tell your administrator.")
            return replace(job, faults=job.faults + 1)

    def _saved(self, job: Job) -> Job | None:
        after = replace(job, version=job.version + 1)
        return after if self.store.put(after, job.version) is Written.DONE else None
