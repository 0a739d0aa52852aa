"""`python -m bench.waits_day`: are the waits that customers are told the waits that they have?

Generated days (bench/days.py) are run one after the other under the product's own routing. Every wait is counted as it
ends, as the desk counts it; from the eighth day on, whoever joins a queue is told what the desk would tell them then,
and it is seen whether that held. Who was never given to anybody counts as told too little.

--floors quiet busy overloaded   --days 7    days that are looked at, after a week of nothing but counting
"""

import argparse
import heapq
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bench import days
from bench.routing_day import FLOORS, text_of
from chalicelib.domain.expected_wait import DAYS, Counted, bucket_of, class_of_place, expected
from chalicelib.domain.priority import effective_at
from chalicelib.domain.routing_values import Candidate, Decision, Work
from chalicelib.domain.wait_words import span_of
from chalicelib.services.replay import ours, replay

FIRST_SEED = 100


@dataclass(frozen=True, slots=True)
class Waited:
    """Somebody who joined a queue in which nobody had room for them. `given_at` None: nobody ever had."""

    team_id: str
    place: int
    joined_at: datetime
    given_at: datetime | None


@dataclass(slots=True)
class Told:
    """How it went with what was told."""

    waited: int = 0
    unknown: int = 0
    within_low: int = 0
    within_high: int = 0
    within_said: int = 0

    @property
    def told(self) -> int:
        return self.waited - self.unknown

    def share(self, count: int) -> float:
        return count / self.told if self.told else 0.0


@dataclass(slots=True)
class _Watch:
    """Sees every decision of a day as it is made, and who waits in front of whom."""

    waiting: dict[str, tuple[str, datetime, datetime, int]] = field(default_factory=dict)
    waited: list[Waited] = field(default_factory=list)

    def pick(self, work: Work, agents: Sequence[Candidate], now: datetime, held: Mapping[str, int]) -> Decision:
        decision = ours(1)(work, agents, now, held)
        name, team_id = work.conversation_id, work.asked.team_ids[0]
        if decision.agent_id is not None:
            joined = self.waiting.pop(name, None)
            if joined is not None:
                self.waited.append(Waited(joined[0], joined[3], joined[2], now))
        elif name not in self.waiting:
            at = effective_at(work.waiting_since, work.points)
            ahead = sum(team == team_id and other < at for team, other, *_ in self.waiting.values())
            self.waiting[name] = team_id, at, now, ahead + 1
        return decision

    def ended(self) -> list[Waited]:
        left = [Waited(team_id, place, at, None) for team_id, _, at, place in self.waiting.values()]
        return [*self.waited, *left]


def waits_of(seed: int, agents: int, conversations: int) -> list[Waited]:
    """Of one generated day."""
    made, watch = days.day(seed, agents, conversations), _Watch()
    replay(days.POLICY, made.staff, made.arrivals, watch.pick)
    return watch.ended()


class Book:
    """What has been measured so far."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[tuple[date, int], dict[int, int]]] = {}

    def count(self, waited: Waited, today: date) -> None:
        if waited.given_at is None:
            return
        counts = self._counts.setdefault(waited.team_id, {})
        buckets = counts.setdefault((today, class_of_place(waited.place)), {})
        bucket = bucket_of((waited.given_at - waited.joined_at).total_seconds())
        buckets[bucket] = buckets.get(bucket, 0) + 1

    def of(self, team_id: str) -> Iterator[Counted]:
        for (day, place_class), buckets in self._counts.get(team_id, {}).items():
            yield Counted(day, place_class, buckets)


def calibrated(agents: int, conversations: int, days_told: int) -> Told:
    book, told = Book(), Told()
    for number in range(DAYS + days_told):
        today = days.MORNING.date() + timedelta(days=number)
        waited = waits_of(FIRST_SEED + number, agents, conversations)
        for one, joins in _in_order(waited):
            if not joins:
                book.count(one, today)
            elif number >= DAYS:
                _tell(one, book, today, told)
    return told


def _in_order(waited: Sequence[Waited]) -> Iterator[tuple[Waited, bool]]:
    """Everybody as they join (True) and as they are given to somebody, in the order of time."""
    moments: list[tuple[datetime, int, bool]] = []
    for number, one in enumerate(waited):
        heapq.heappush(moments, (one.joined_at, number, True))
        if one.given_at is not None:
            heapq.heappush(moments, (one.given_at, number, False))
    while moments:
        _, number, joins = heapq.heappop(moments)
        yield waited[number], joins


def _tell(one: Waited, book: Book, today: date, told: Told) -> None:
    told.waited += 1
    found = expected(book.of(one.team_id), today, one.place)
    if found is None:
        told.unknown += 1
        return
    if one.given_at is None:
        return
    seconds = (one.given_at - one.joined_at).total_seconds()
    told.within_low += seconds <= found.low_seconds
    told.within_high += seconds <= found.high_seconds
    told.within_said += seconds <= span_of(found).until.total_seconds()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.waits_day", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [name for name, *_ in FLOORS]
    parser.add_argument("--floors", nargs="+", choices=names, default=names)
    parser.add_argument("--days", type=int, default=7)
    asked = parser.parse_args(arguments)
    rows = [["floor", "waited", "not known", "within P50", "within P80", "within what was said"]]
    for name, agents, conversations in FLOORS:
        if name in asked.floors:
            told = calibrated(agents, conversations, asked.days)
            shares = [told.share(count) for count in (told.within_low, told.within_high, told.within_said)]
            rows.append([name, str(told.waited), str(told.unknown), *(f"{share:.1%}" for share in shares)])
    print(text_of(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
