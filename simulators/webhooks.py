"""The outgoing post office: queued webhooks, delivered by a worker thread, retried with back-off.

Providers deliver at least once and retry what was not answered 2xx (Graph API webhooks: "we will
retry immediately, then try a few more times with decreasing frequency"); days are seconds here.
"""

import heapq
import itertools
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition, Thread

import urllib3

from simulators.clock import Clock, iso_text
from simulators.wire import Json

RETRY_DELAYS_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
MAX_WAITING = 20_000
LOG_LENGTH = 1_000
ANSWER_EXCERPT = 500
logger = logging.getLogger(__name__)

Signer = Callable[[bytes], Mapping[str, str]]


@dataclass(slots=True)
class Delivery:
    """One webhook on its way, and what became of it."""

    id: str
    provider: str
    account: str
    url: str
    body: bytes
    sign: Signer = field(repr=False)
    state: str = "waiting"
    attempts: list[Json] = field(default_factory=list)
    answer: str = ""

    def view(self) -> Json:
        """The delivery as JSON, for the log."""
        return {
            "id": self.id,
            "provider": self.provider,
            "account": self.account,
            "url": self.url,
            "state": self.state,
            "attempts": self.attempts,
            "body": self.body.decode(errors="replace"),
            "answer": self.answer,
        }


class WebhookPoster:
    """Posts webhooks in the order they were queued (one worker) and keeps a log of deliveries."""

    def __init__(
        self,
        clock: Clock,
        *,
        retry_delays: tuple[float, ...] = RETRY_DELAYS_SECONDS,
        workers: int = 1,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._clock = clock
        self._retry_delays = retry_delays
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=timeout_seconds), maxsize=workers)
        self._wake = Condition()
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count(1)
        self._generation = 0
        self._busy = 0
        self._stopped = False
        self._log: deque[Delivery] = deque(maxlen=LOG_LENGTH)
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def post(
        self,
        provider: str,
        account: str,
        url: str,
        body: bytes,
        sign: Signer,
        copies: int = 1,
    ) -> list[str]:
        """Queue a webhook, `copies` times; returns the deliveries' ids."""
        deliveries = [
            Delivery(f"dlv_{next(self._numbers):06d}", provider, account, url, body, sign) for _ in range(copies)
        ]
        for delivery in deliveries:
            self._log.append(delivery)
            if not url:
                delivery.state = "no_url"
            elif not self.schedule(0, lambda d=delivery: self._attempt(d)):  # type: ignore[misc]
                delivery.state = "dropped"
        return [delivery.id for delivery in deliveries]

    def schedule(self, delay_seconds: float, job: Callable[[], None]) -> bool:
        """Run `job` on the worker after a delay; False when too much is waiting already."""
        with self._wake:
            if self._stopped or len(self._jobs) >= MAX_WAITING:
                return False
            due = time.monotonic() + delay_seconds
            heapq.heappush(self._jobs, (due, next(self._numbers), job))
            self._wake.notify()
            return True

    def log(self, provider: str | None = None, account: str | None = None) -> list[Json]:
        """The latest deliveries, oldest first."""
        return [d.view() for d in list(self._log) if provider in (None, d.provider) and account in (None, d.account)]

    def wait_idle(self, timeout_seconds: float = 5.0) -> bool:
        """Wait until nothing is queued, under way or due for a retry; False when that took too
        long.
        """
        with self._wake:
            return self._wake.wait_for(lambda: not self._jobs and not self._busy, timeout_seconds)

    def clear(self) -> None:
        """Forget what waits, what is due for a retry, and the log."""
        with self._wake:
            self._generation += 1
            self._jobs.clear()
            self._log.clear()
            self._wake.notify_all()

    def stop(self) -> None:
        """End the worker; what still waits is lost."""
        with self._wake:
            self._stopped = True
            self._jobs.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)
        self._pool.clear()

    def _work(self) -> None:
        while True:
            with self._next_job() as job:
                if job is None:
                    return
                try:
                    job()
                except Exception:  # one bad job must not end the worker all others need
                    logger.exception("a queued job failed")

    @contextmanager
    def _next_job(self) -> Iterator[Callable[[], None] | None]:
        job = self._take()
        try:
            yield job
        finally:
            if job is not None:
                with self._wake:
                    self._busy -= 1
                    self._wake.notify_all()

    def _take(self) -> Callable[[], None] | None:
        with self._wake:
            while not self._stopped:
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._jobs)[2]
                self._wake.wait(wait)
            return None

    def _attempt(self, delivery: Delivery) -> None:
        generation = self._generation
        started = time.monotonic()
        status, outcome = self._send(delivery)
        attempt: Json = {
            "at": iso_text(self._clock.now()),
            "status": status,
            "seconds": round(time.monotonic() - started, 3),
        }
        if status is None:
            attempt["error"] = outcome
        else:
            delivery.answer = outcome
        delivery.attempts.append(attempt)
        if status is not None and 200 <= status < 300:
            delivery.state = "delivered"
        elif generation == self._generation:
            self._retry(delivery)

    def _retry(self, delivery: Delivery) -> None:
        made = len(delivery.attempts)
        if made > len(self._retry_delays):
            delivery.state = "given_up"
            return
        delivery.state = "retrying"
        if not self.schedule(self._retry_delays[made - 1], lambda: self._attempt(delivery)):
            delivery.state = "dropped"

    def _send(self, delivery: Delivery) -> tuple[int | None, str]:
        headers = {"Content-Type": "application/json", **delivery.sign(delivery.body)}
        try:
            answer = self._pool.request("POST", delivery.url, body=delivery.body, headers=headers, redirect=False)
        except (urllib3.exceptions.HTTPError, ValueError) as fault:
            return None, f"{type(fault).__name__}: {fault}"[:ANSWER_EXCERPT]
        return answer.status, answer.data[:ANSWER_EXCERPT].decode(errors="replace")
