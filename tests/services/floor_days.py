"""Generated days of one queue: customers come at random, agents take them in order; every minute the floor is looked at
as the desk would, by the rules of early warnings and nothing else."""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.domain.floor import Floor, FloorQueue, per_minute
from chalicelib.domain.warning import Mark, Warned, begun, marked, over
from chalicelib.domain.warning_policy import QueueRule
from chalicelib.services.warning_findings import sampled, slow_queues

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
OPEN_FOR = timedelta(hours=10)
HANDLING = 360.0  # seconds, on average


@dataclass
class Day:
    """`told`: when a warning began; `late`: when somebody had waited for longer than the target, in minutes from the
    day's beginning."""

    told: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


@dataclass
class Room:
    """`rate`: customers a second at a second of the day; `seats`: how many can be served at once then."""

    rng: random.Random
    rate: Callable[[float], float]
    seats: Callable[[float], int]
    most: float
    waiting: deque[float] = field(default_factory=deque)
    busy: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)
    taken: int = 0
    next_at: float = 0.0

    def goes_on(self, until: float) -> None:
        """What happens up to then: who comes, who is done, who is taken next."""
        while True:
            come = self.next_at
            done = self.busy[0] if self.busy else until + 1
            at = min(come, done)
            if at > until:
                break
            if done <= come:
                heapq.heappop(self.busy)
            else:
                if self.rng.random() < self.rate(at) / self.most:
                    self.waiting.append(at)
                    self.joined.append(at)
                self.next_at = at + self.rng.expovariate(self.most)
            self.take(at)
        self.take(until)

    def take(self, at: float) -> None:
        while self.waiting and len(self.busy) < self.seats(at):
            self.waiting.popleft()
            self.taken += 1
            heapq.heappush(self.busy, at + self.rng.expovariate(1 / HANDLING))

    def queue(self, second: float, now: datetime) -> FloorQueue:
        minute = int(second // 60)
        ago: dict[int, int] = {}
        for at in reversed(self.joined):
            back = minute - int(at // 60)
            if back > 60:
                break
            if back > 0:
                ago[back] = ago.get(back, 0) + 1
        oldest = now - timedelta(seconds=second - self.waiting[0]) if self.waiting else None
        return FloorQueue(
            "team_1",
            "Chat",
            depth=len(self.waiting),
            oldest_waiting_since=oldest,
            agents_available=max(1, self.seats(second) // 3),
            free_units=max(0, self.seats(second) - len(self.busy)),
            arrivals=per_minute(ago),
            taken_today=self.taken,
        )


def lived(seed: int, rate: Callable[[float], float], seats: Callable[[float], int], most: float) -> Day:
    """A day, looked at each minute."""
    rng, rule = random.Random(seed), QueueRule()
    room, day = Room(rng, rate, seats, most), Day()
    samples: dict[str, list] = {}
    mark, warned = Mark(), None
    for minute in range(int(OPEN_FOR / timedelta(minutes=1))):
        second, now = minute * 60.0, START + timedelta(minutes=minute)
        room.goes_on(second)
        queue = room.queue(second, now)
        if queue.oldest_waiting_since and now - queue.oldest_waiting_since > rule.target("team_1"):
            day.late.append(minute)
        floor = Floor(now, (queue,))
        finding = next(iter(slow_queues(floor, samples, rule, now)), None)
        samples = sampled(samples, floor, now)
        mark = marked(mark, finding is not None, now)
        warned = _moved(day, warned, mark, finding, now, minute)
    return day


def _moved(day: Day, warned: Warned | None, mark: Mark, finding, now: datetime, minute: int) -> Warned | None:
    if finding is not None:
        new = begun(warned, mark, finding, now)
        if new is not None:
            day.told.append(minute)
        return new or warned
    ended = over(warned, mark, now) if warned else None
    if ended is not None:
        day.ended.append(minute)
    return ended or warned
