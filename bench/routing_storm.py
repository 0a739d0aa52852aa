"""`python -m bench.routing_storm --workers 8 --agents 200 --conversations 5000 --faults 0.05 --seed 1`: many processes
route at once over the local cloud's DynamoDB, while calls fail, processes end in the middle and events come late, twice
and out of order. Then everything is counted.

Customers write, come back and go; agents come online, go away, resolve, hand back and are given work by hand. Every
change is made by the desk's own services in `--workers` processes (`bench/routing_workers.py`); this one is the bus,
the clock and the auditor (`bench/routing_audit.py`), which looks at every change that the table's stream tells.

It ends with the figures, and with 1 where anything was found that must not be.
"""

import argparse
import heapq
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait
from typing import Any

import boto3

from bench.routing_audit import Auditor, Rest, Stream, at_rest
from bench.routing_floor import TEAMS, Report, Size, floor, routed_types
from bench.routing_workers import INBOXES
from bench.routing_workers import main as work

CHANNELS = ("custom", "custom", "custom", "email")
# Of a hundred events so many come twice; all come up to so many seconds late.
TWICE, LATE = 5, 0.6
# A task that could not be carried out comes back after so long, as a record of a queue does.
BACK_SECONDS = 0.4
HEARTBEAT_SECONDS = 40.0
# How long a conversation is worked on.
WORKED = (1.0, 8.0)
# Timers that are due later than this are none of the storm's.
SOON = 60.0
QUIET_SECONDS = 4.0
SAID_SECONDS = 15.0
GIVEN_UP = 1800.0


@dataclass(slots=True)
class Task:
    kind: str
    arguments: tuple[Any, ...]
    then: Callable[[Any], None] | None = None
    tries: int = 0


@dataclass(slots=True)
class Hand:
    """A worker as this process sees it."""

    process: Any
    pipe: Connection
    task: Task | None = None


@dataclass
class Storm:
    size: Size
    env: dict[str, str]
    stream: Stream
    auditor: Auditor = field(default_factory=Auditor)
    later: list[tuple[float, int, Task]] = field(default_factory=list)
    ready: list[Task] = field(default_factory=list)
    hands: list[Hand] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    faults: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    arrived: int = 0
    resolved: int = 0
    share: float = 0.0
    said: float = 0.0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.size.seed)
        self.agents = [f"agt_0{number:04d}" for number in range(self.size.agents)]
        self.there = set(self.agents)
        self.beats: dict[str, float] = {}
        self._numbers = 0
        self._routed = routed_types()

    # Tasks.

    def soon(self, task: Task, seconds: float = 0.0) -> None:
        self._numbers += 1
        heapq.heappush(self.later, (time.monotonic() + seconds, self._numbers, task))

    def team(self, agent_id: str) -> str:
        return TEAMS[int(agent_id[-4:]) % len(TEAMS)]

    def start(self) -> None:
        for _ in range(self.size.workers):
            self._hire()

    def _hire(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._numbers += 1
        process = context.Process(target=work, args=(theirs, self.env, self._numbers), daemon=True)
        process.start()
        theirs.close()
        hand = Hand(process, ours)
        self.hands.append(hand)
        self._give(hand, Task("share", (self.share,)))

    def stop(self) -> None:
        for hand in self.hands:
            hand.process.terminate()
        for hand in self.hands:
            hand.process.join(5)

    def faulty(self, share: float) -> None:
        """From now on so many calls go wrong, in every worker."""
        self.share = share
        self.settle(lambda: all(hand.task is None for hand in self.hands))
        for hand in self.hands:
            self._give(hand, Task("share", (share,)))

    # The loop.

    def settle(self, done: Callable[[], bool], seconds: float = GIVEN_UP) -> None:
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self.ready)} ready, {len(self.later)} later, {len(self.known)} known")
            self.turn()

    def say(self) -> None:
        """How far it is, every few seconds."""
        if time.monotonic() - self.said > SAID_SECONDS:
            self.said = time.monotonic()
            known, waits = len(self.known), len(self.auditor.waits_since)
            print(
                f"  {self.arrived} came, {known} known, {waits} wait, {self.resolved} resolved; "
                f"{len(self.ready)} tasks ready, {len(self.later)} later, {self.deaths} deaths",
                file=sys.stderr,
                flush=True,
            )

    def turn(self) -> None:
        self.say()
        for record in self.stream.read():
            for event in self.auditor.see(record):
                self._tell(event)
        now = time.monotonic()
        while self.later and self.later[0][0] <= now:
            self.ready.append(heapq.heappop(self.later)[2])
        for hand in self.hands:
            if hand.task is None and self.ready:
                self._give(hand, self.ready.pop(0))
        busy = [hand.pipe for hand in self.hands if hand.task is not None]
        for pipe in wait(busy, 0.02) if busy else ():
            self._answered(next(hand for hand in self.hands if hand.pipe is pipe))
        if not busy:
            time.sleep(0.02)

    def _give(self, hand: Hand, task: Task) -> None:
        hand.task = task
        try:
            hand.pipe.send((task.kind, task.arguments))
        except OSError:
            self._died(hand)

    def _answered(self, hand: Hand) -> None:
        task = hand.task
        try:
            outcome, value, timers, counts = hand.pipe.recv()
        except (EOFError, OSError):
            self._died(hand)
            return
        hand.task = None
        self.outcomes[outcome] += 1
        self.counts.update(counts)
        for timer in timers:
            self._timer(timer)
        if task is None:
            return
        if outcome == "again":
            task.tries += 1
            self.soon(task, BACK_SECONDS * self.chance.uniform(0.5, 2))
        elif outcome == "fault":
            self.faults.append(f"{task.kind}{task.arguments!r:.80}: {value}")
        elif outcome == "done" and task.then is not None:
            task.then(value)

    def _died(self, hand: Hand) -> None:
        """Its task comes back to somebody else, as after a visibility time-out; another one is hired."""
        self.deaths += 1
        self.hands.remove(hand)
        hand.process.join(5)
        if hand.task is not None and hand.task.kind != "share":
            self.soon(hand.task, BACK_SECONDS)
        self._hire()

    def _tell(self, event: dict[str, Any]) -> None:
        if event["type"] not in self._routed:
            return
        told = json.loads(json.dumps(event, default=str))
        for _ in range(2 if self.chance.randrange(100) < TWICE else 1):
            self.soon(Task("event", (told,)), self.chance.uniform(0, LATE) if self.share else 0.0)
        if event["type"] == "conversation.assigned":
            self._was_assigned(event["aggregate"]["id"], event["data"]["assignee_id"])

    def _timer(self, timer: dict[str, Any]) -> None:
        seconds = (datetime.fromisoformat(timer["due_at"]) - datetime.now(UTC)) / timedelta(seconds=1)
        if seconds < SOON:
            self.soon(Task("timer", (timer,)), max(0.0, seconds) + 0.01)

    # What happens on the floor.

    def arrive(self) -> None:
        number = self.arrived
        self.arrived += 1
        name, inbox = f"cust{number:06d}", self.chance.choice(tuple(INBOXES))
        channel = self.chance.choice(CHANNELS)
        at = datetime.now(UTC).isoformat()

        def known(conversation_id: str) -> None:
            self.known[conversation_id] = name
            if self.chance.randrange(100) < 3:  # a supervisor is quicker than routing, or tries to be
                agent = self.chance.choice(self.agents)
                self.soon(Task("assign", (conversation_id, agent, self.team(agent))))

        self.soon(Task("says", (name, 1, inbox, channel, at), known))

    def _was_assigned(self, conversation_id: str, agent_id: str | None) -> None:
        if agent_id is None:
            return
        drawn = self.chance.randrange(100)
        seconds = self.chance.uniform(*WORKED)
        if drawn < 3:
            self.soon(Task("hand_back", (conversation_id, agent_id)), seconds / 4)
        elif drawn < 95:
            self.soon(
                Task("resolve", (conversation_id, agent_id), lambda _: self._was_resolved(conversation_id)), seconds
            )

    def _was_resolved(self, conversation_id: str) -> None:
        self.resolved += 1
        name = self.known.get(conversation_id)
        if name is not None and self.chance.randrange(100) < 8:
            at = datetime.now(UTC).isoformat()
            number = self.chance.randrange(2, 10**9)
            self.soon(Task("says", (name, number, self._inbox(conversation_id), "custom", at)), 1.0)

    def _inbox(self, conversation_id: str) -> str:
        return self.chance.choice(tuple(INBOXES))

    def goes_away(self) -> None:
        agent = self.chance.choice(self.agents)
        self.soon(Task("choose", (agent, self.team(agent), "away")))
        self.soon(Task("choose", (agent, self.team(agent), "online")), self.chance.uniform(1, 6))

    def everybody_is_there(self) -> None:
        for agent in self.agents:
            self.soon(Task("choose", (agent, self.team(agent), "online")))

    def beat(self) -> None:
        """Heartbeats of those whose last one is a while ago."""
        now = time.monotonic()
        for agent in self.agents:
            if now - self.beats.get(agent, 0.0) > HEARTBEAT_SECONDS:
                self.beats[agent] = now + self.chance.uniform(-5, 0)
                self.soon(Task("heartbeat", (agent, self.team(agent))))

    @property
    def is_idle(self) -> bool:
        """Nothing is to be done, but for the clocks of what happens later."""
        soon = any(at < time.monotonic() + QUIET_SECONDS for at, _, _ in self.later)
        return not (self.ready or soon or any(hand.task is not None for hand in self.hands))


def run(size: Size) -> Report:
    with floor() as (env, stream):
        storm = Storm(size, env, stream)
        storm.start()
        try:
            return _storm(storm)
        finally:
            storm.stop()


def _storm(storm: Storm) -> Report:
    size, chance = storm.size, storm.chance
    for agent in storm.agents:
        skills = {"lang:de": 4} if int(agent[-4:]) % 3 == 0 else {}
        storm.soon(Task("set_up", (agent, storm.team(agent), chance.choice((6, 8, 10)), skills)))
    storm.settle(lambda: storm.is_idle)
    storm.everybody_is_there()
    storm.settle(lambda: storm.is_idle)
    storm.faulty(size.faults)
    storm.counts.clear()
    began, most = time.monotonic(), size.workers * 3
    while storm.arrived < size.conversations:
        if len(storm.ready) < most:
            storm.arrive()
            if chance.randrange(100) < 2:
                storm.goes_away()
            storm.beat()
        storm.turn()
    quiet = beaten = time.monotonic()
    while time.monotonic() - quiet < QUIET_SECONDS:
        if time.monotonic() - beaten > HEARTBEAT_SECONDS:
            # All at once, so that it is quiet between.
            storm.beats.clear()
            storm.beat()
            beaten = time.monotonic()
        storm.turn()
        if not storm.is_idle:
            quiet = time.monotonic()
        if time.monotonic() - began > GIVEN_UP:
            raise TimeoutError("the storm does not come to rest")
    seconds = time.monotonic() - began - QUIET_SECONDS
    rest = at_rest(boto3.client("dynamodb"), "desk")  # type: ignore[no-untyped-call,unused-ignore]
    return _report(storm, rest, seconds)


def _report(storm: Storm, rest: Rest, seconds: float) -> Report:
    first = rest.first_decided()
    with_room = {name for name, decision in first.items() if decision.agent_id is not None}
    waits = [waited for name, waited in storm.auditor.waited.items() if name in with_room]
    problems = [*storm.auditor.overfull, *storm.auditor.stolen, *rest.problems(datetime.now(UTC), list(storm.known))]
    if len(storm.known) != storm.size.conversations:
        problems.append(f"lost: {storm.size.conversations - len(storm.known)} never came in")
    return Report(
        storm.size,
        seconds,
        storm.counts,
        storm.outcomes,
        waits,
        storm.auditor.records,
        storm.deaths,
        problems,
        storm.faults,
        len(rest.entries),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.routing_storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Size()
    parser.add_argument("--workers", type=int, default=default.workers)
    parser.add_argument("--agents", type=int, default=default.agents)
    parser.add_argument("--conversations", type=int, default=default.conversations)
    parser.add_argument("--faults", type=float, default=default.faults, help="share of calls that go wrong")
    parser.add_argument("--seed", type=int, default=default.seed)
    asked = parser.parse_args(arguments)
    report = run(Size(asked.workers, asked.agents, asked.conversations, asked.faults, asked.seed))
    print("\n".join(report.lines()))
    return 1 if report.problems or report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
