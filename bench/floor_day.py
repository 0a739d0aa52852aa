"""`python -m bench.floor_day`: do early warnings come before customers wait for too long, and how often for nothing?

Generated days of one queue: customers come at random, agents take them in order; every minute the floor is looked at as
the desk would, by the rules of early warnings and nothing else. Nothing is fitted to these days.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import pi, sin
from statistics import median

from chalicelib.domain.floor import Floor, FloorQueue, per_minute
from chalicelib.domain.warning import Finding, Mark, Warned, begun, marked, over
from chalicelib.domain.warning_policy import QueueRule
from chalicelib.domain.warning_rules import Sample
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


@dataclass(frozen=True)
class Kind:
    """`load`: of all seats, at the busiest time. For an hour from the fifth on customers come `surge` times as often,
    and only a share of the seats is `left`."""

    name: str
    seats: int
    load: float
    surge: float = 1.0
    left: float = 1.0

    @property
    def most(self) -> float:
        """Customers a second, at most."""
        return self.load * self.seats / HANDLING * self.surge

    def rate(self, second: float) -> float:
        hump = 0.6 + 0.4 * sin(pi * second / OPEN_FOR.total_seconds()) ** 2
        return hump * self.load * self.seats / HANDLING * (self.surge if _planted(second) else 1.0)

    def seats_at(self, second: float) -> int:
        return int(self.seats * self.left) if _planted(second) else self.seats


KINDS = tuple(
    kind
    for seats in (12, 30, 90)
    for kind in (
        Kind("ordinary, load 60 %", seats, 0.6),
        Kind("ordinary, load 75 %", seats, 0.75),
        Kind("busy, load 85 %", seats, 0.85),
        Kind("customers come 2.2 times as often", seats, 0.75, surge=2.2),
        Kind("half of the agents leave", seats, 0.75, left=0.5),
    )
)


@dataclass(frozen=True)
class Score:
    """`told` warnings; `for_nothing`: those that no waiting for too long followed within 40 minutes. `episodes`: how
    often people began to wait for too long; `before`: how many of those were told of before; `leads`: by how many
    minutes."""

    told: int
    for_nothing: int
    episodes: int
    before: int
    leads: Sequence[float]


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


def _planted(second: float) -> bool:
    return 4 * 3600 <= second < 5 * 3600


def lived(seed: int, kind: Kind) -> Day:
    """A day, looked at each minute."""
    rng, rule = random.Random(seed), QueueRule()
    room, day = Room(rng, kind.rate, kind.seats_at, kind.most), Day()
    samples: dict[str, list[Sample]] = {}
    warned: Warned | None = None
    mark = Mark()
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


def _moved(
    day: Day, warned: Warned | None, mark: Mark, finding: Finding | None, now: datetime, minute: int
) -> Warned | None:
    if finding is not None:
        new = begun(warned, mark, finding, now)
        if new is not None:
            day.told.append(minute)
        return new or warned
    ended = over(warned, mark, now) if warned else None
    if ended is not None:
        day.ended.append(minute)
    return ended or warned


def scored(days: Sequence[Day]) -> Score:
    told = for_nothing = episodes = before = 0
    leads: list[float] = []
    for day in days:
        told += len(day.told)
        for_nothing += sum(not any(at - 1 <= late <= at + 40 for late in day.late) for at in day.told)
        for start in _starts(day.late):
            episodes += 1
            standing = [at for at in day.told if at < start and not any(at < end < start for end in day.ended)]
            if standing:
                before += 1
                leads.append(start - standing[-1])
    return Score(told, for_nothing, episodes, before, leads)


def _starts(late: Sequence[float]) -> list[float]:
    """When people began to wait for too long, after a quarter of an hour in which nobody did."""
    return [at for place, at in enumerate(late) if place == 0 or at - late[place - 1] > 15]


def main(count: int = 40) -> None:
    print("| seats | day | warnings | for nothing | too long waits began | told before | minutes before, median |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        score = scored([lived(seed, kind) for seed in range(count)])
        lead = f"{median(score.leads):g}" if score.leads else "–"
        figures = (score.told, score.for_nothing, score.episodes, score.before, lead)
        print(f"| {kind.seats} | {kind.name} |", *(f" {figure} |" for figure in figures), sep="")


if __name__ == "__main__":
    main()
