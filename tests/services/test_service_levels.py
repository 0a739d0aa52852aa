"""Every stored clock against a reckoning second by second: whatever comes late, twice or in another order, and whenever
timers call."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_conversation import conversation_item
from chalicelib.aws.stores.clocks import ClockStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain import ids
from chalicelib.domain.business_hours import BusinessHours, is_open
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.events import ConversationCreated, ConversationStatusChanged, ConversationUpdated, Event
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.sla import Clock, ClockKind, Policy, elapsed
from chalicelib.domain.snapshots import message_snapshot
from chalicelib.domain.transitions import change_status, with_message
from chalicelib.domain.writes import Recorded
from chalicelib.services.rule_facts import RuleFacts
from chalicelib.services.service_levels import BREACH, WARN, ServiceLevels
from chalicelib.services.timers import TimerCalls
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

START = datetime(2026, 3, 27, 16, 58, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LENGTH = 300
END = LENGTH + 600
NAME = "cnv_0001"
# Opens and shuts within the time that is looked at.
HOURS = BusinessHours("bhr_1", "Shop", "UTC", {4: ((16 * 60 + 59, 17 * 60), (17 * 60 + 2, 17 * 60 + 9))})
OPEN = [is_open(HOURS, START + second * SECOND) for second in range(END)]
STATUSES = {"pending": Status.PENDING, "snooze": Status.SNOOZED, "resolve": Status.RESOLVED, "open": Status.OPEN}


def policy(first: int, following: int, resolution: int, hours_id: str | None, *pauses: Status) -> Policy:
    targets = {
        ClockKind.FIRST_RESPONSE: first,
        ClockKind.NEXT_RESPONSE: following,
        ClockKind.RESOLUTION: resolution,
    }
    return Policy("slp_1", "Chat", targets, {"field": "channel", "is": "whatsapp"}, hours_id, frozenset(pauses), 0.5)


@dataclass
class Rules:
    policies: list[Policy]

    def sla_policies(self) -> list[Policy]:
        return self.policies

    def hours(self, hours_id: str) -> BusinessHours | None:
        return HOURS


class People:
    def get(self, contact_id: str) -> Contact | None:
        return Contact(contact_id, START, START, name="Bob")


@dataclass
class Town:
    """A conversation that goes its way, second by second, and the service that hears of it sooner or later."""

    rules: Rules
    chance: random.Random
    late: int
    second: float = 0
    agenda: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    conversation: Conversation | None = None
    done: list[tuple[int, str]] = field(default_factory=list)
    plans: int = 0

    def __post_init__(self) -> None:
        self.table = MemoryTable({})
        self.desk = Desk(MemoryDynamoDB({"desk": self.table}), "desk")
        self.store = ClockStore(self.desk)
        self.levels = ServiceLevels(self.store, self.rules, RuleFacts(People()), self)
        self.calls = TimerCalls(self, {WARN: self.levels.warn, BREACH: self.levels.breach})

    def plan(self, second: float, action: Callable[[], object]) -> None:
        self.plans += 1
        heapq.heappush(self.agenda, (second, self.plans, action))

    def run(self) -> None:
        while self.agenda and self.agenda[0][0] <= END:
            second, _, action = heapq.heappop(self.agenda)
            self.second = max(self.second, second)
            action()

    @property
    def now(self) -> datetime:
        return START + self.second * SECOND

    # Timers that come late, twice, or too early.

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        body = {"kind": kind, "subject": subject, "epoch": epoch, "due_at": due_at.isoformat()}
        due = max(self.second, (due_at - START) / SECOND)
        comes = [due + self.chance.choice((0, 0, 1, 7, 20))]
        if self.chance.random() < 0.2:
            comes.append(due + self.chance.randint(0, 90))
        if self.chance.random() < 0.1 and due > self.second + 1:
            comes = [self.chance.uniform(self.second, due - 1)]
        for second in comes:
            self.plan(second, lambda: self.calls.call(body, self.now))

    # What happens.

    def happens(self, what: str) -> None:
        before = self.conversation
        if what in STATUSES:
            status = STATUSES[what]
            if before is None or before.status is status:
                return
            until = self.now + timedelta(days=30) if status is Status.SNOOZED else None
            self._stored(before, change_status(before, status, self.now, snoozed_until=until))
        else:
            message = self._message(what)
            self._stored(before, with_message(before, message) if before else self._born(message))
            snapshot = message_snapshot(message)
            told = {"type": "message.created", "aggregate": {"kind": "message", "id": message.id, "version": 1}}
            self._told(told | {"snapshot": snapshot})
        self.done.append((int(self.second), what))

    def _message(self, what: str) -> Message:
        return Message(
            id=ids.message_id(self.now, "leg_1", str(self.plans)),
            leg_id="leg_1",
            conversation_id=NAME,
            direction=Direction.INBOUND if what in ("writes", "reacts") else Direction.OUTBOUND,
            kind=MessageKind.REACTION if what == "reacts" else MessageKind.TEXT,
            occurred_at=self.now,
            stored_at=self.now,
            author=Author({"answers": "agent", "bot": "system"}.get(what, "contact"), "x"),
            text="Hello",
        )

    def _born(self, message: Message) -> Conversation:
        at = message.occurred_at
        leg = Leg("leg_1", "ibx_1", "whatsapp", "49", message.id, message.id)
        born = Conversation(NAME, "con_1", "Bob", "ibx_1", "whatsapp", "leg_1", at, at, at, at, at, legs={"leg_1": leg})
        return replace(with_message(born, message), version=0)

    def _stored(self, before: Conversation | None, after: Conversation) -> None:
        after = self.conversation = replace(after, version=before.version + 1 if before else 1)
        events: list[Event] = [ConversationUpdated(message_id="msg_1")]
        if before is None:
            events.append(ConversationCreated(message_id="msg_1"))
        elif (before.status, before.episode) != (after.status, after.episode):
            events.append(
                ConversationStatusChanged(
                    previous=before.status.value, status=after.status.value, episode=after.episode, reason="agent"
                )
            )
        item = conversation_item(after) | {"events": events_of(Recorded(tuple(events), SYSTEM, self.now))}
        self.desk.write(Put(item, None))
        for told in announcements(self.table.stream[-1]):
            self._told(told)

    def _told(self, event: dict[str, Any]) -> None:
        """Late, and perhaps again."""
        late = self.chance.uniform(0, self.late) if self.chance.random() < 0.6 else 0
        again = [self.chance.uniform(0, 200)] if self.chance.random() < 0.3 else []
        for wait in (late, *again):
            self.plan(self.second + wait, lambda: self.levels.react(event, self.now))

    # What came of it.

    def told(self, event_type: str) -> list[tuple[str, str]]:
        """Of which clock, and the time it tells."""
        events = [event for record in self.table.stream for event in announcements(record)]
        assert len({event["id"] for event in events}) == len(events)
        name = f"{event_type.partition('.')[2]}_at"
        return [
            (event["snapshot"]["id"].removeprefix(f"{NAME}."), event["data"][name])
            for event in events
            if event["type"] == event_type
        ]


@dataclass
class Reckoned:
    """A clock of the reckoning; times in seconds."""

    kind: ClockKind
    episode: int
    start: int
    target: int
    ran: int = 0
    warned: int | None = None
    breached: int | None = None
    stopped: int | None = None
    cancelled: bool = False

    def looks(self, second: int) -> None:
        if self.ran * 2 >= self.target and self.warned is None:
            self.warned = second
        if self.ran >= self.target and self.breached is None:
            self.breached = second

    def stops(self, second: int, *, answered: bool) -> None:
        self.stopped = second
        self.cancelled = not answered and self.breached is None


class Reckoning:
    """The same story, told second by second."""

    def __init__(self, promised: Policy, story: list[tuple[int, str]]) -> None:
        self.policy = promised
        self.status, self.episode, self.answered_once, self.is_over = Status.OPEN, 0, False, False
        self.all: list[Reckoned] = []
        happening: dict[int, list[str]] = {}
        for second, what in story:
            happening.setdefault(second, []).append(what)
        for second in range(END):
            running = [clock for clock in self.all if clock.stopped is None]
            for clock in running:
                clock.looks(second)
            for what in happening.get(second, ()):
                self.happens(second, what)
            if self.status in promised.pauses_in or (promised.hours_id and not OPEN[second]):
                continue
            for clock in self.all:
                clock.ran += clock.stopped is None

    def begins(self, second: int) -> None:
        self.status, self.answered_once, self.is_over = Status.OPEN, False, False
        self.episode += 1
        self.starts(ClockKind.RESOLUTION, second)

    def starts(self, kind: ClockKind, second: int) -> None:
        self.all.append(Reckoned(kind, self.episode, second, self.policy.targets[kind]))

    def waiting(self) -> list[Reckoned]:
        return [clock for clock in self.all if clock.stopped is None and clock.kind is not ClockKind.RESOLUTION]

    def happens(self, second: int, what: str) -> None:
        if self.episode == 0:
            self.begins(second)
        if what == "writes":
            self.writes(second)
        elif what == "answers":
            for clock in self.waiting():
                clock.stops(second, answered=True)
                self.answered_once = True
        elif what in STATUSES:
            self.moves(second, STATUSES[what])

    def writes(self, second: int) -> None:
        if self.status is Status.RESOLVED:
            self.begins(second)
        if self.status is Status.SNOOZED:
            self.status = Status.OPEN
        if not self.waiting() and not self.is_over:
            self.starts(ClockKind.NEXT_RESPONSE if self.answered_once else ClockKind.FIRST_RESPONSE, second)

    def moves(self, second: int, status: Status) -> None:
        if status is Status.RESOLVED:
            self.is_over = True  # of this episode, though it be put aside again
            for clock in self.all:
                if clock.stopped is None:
                    clock.stops(second, answered=clock.kind is ClockKind.RESOLUTION)
        if self.status is Status.RESOLVED and status is Status.OPEN:
            self.begins(second)
        self.status = status


WORDS = ("writes", "writes", "answers", "answers", "bot", "reacts", *STATUSES, "open")


def lived(seed: int, late: int) -> tuple[Town, Policy]:
    chance = random.Random(seed)
    hours_id = chance.choice((None, "bhr_1"))
    pauses = chance.choice(((Status.PENDING, Status.SNOOZED), (Status.SNOOZED,), ()))
    first, following, resolution = (2 * chance.randint(1, limit) for limit in (40, 30, 120))
    promised = policy(first, following, resolution, hours_id, *pauses)
    town = Town(Rules([promised]), chance, late)
    seconds = sorted(chance.sample(range(1, LENGTH), chance.randint(1, 9)))
    town.plan(0, lambda: town.happens(chance.choice(("writes", "writes", "answers"))))
    for second in seconds:
        town.plan(second, lambda: town.happens(chance.choice(WORDS)))
    town.run()
    return town, promised


def at(second: int | None) -> datetime | None:
    return None if second is None else START + second * SECOND


def shown(clock: Clock) -> tuple[Any, ...]:
    return (
        clock.kind,
        clock.episode,
        clock.started_at,
        clock.warned_at,
        clock.breached_at,
        clock.stopped_at,
        clock.cancelled,
        elapsed(clock, START + END * SECOND, HOURS if clock.hours_id else None),
    )


def expected(clock: Reckoned) -> tuple[Any, ...]:
    times = (at(clock.start), at(clock.warned), at(clock.breached), at(clock.stopped))
    return (clock.kind, clock.episode, *times, clock.cancelled, clock.ran * SECOND)


def withdrawn(clock: Clock) -> bool:
    return clock.cancelled and clock.stopped_at == clock.started_at


def names_of(town: Town) -> dict[tuple[ClockKind, int, datetime], str]:
    found = town.store.clocks(NAME, 100).items()
    return {(clock.kind, clock.episode, clock.started_at): name for name, clock in found if not withdrawn(clock)}


def compare(town: Town, promised: Policy) -> list[Reckoned]:
    """What is kept is two episodes; those before are as they were when a third began, and not looked at here."""
    reckoned = Reckoning(promised, town.done)
    kept = [clock for clock in reckoned.all if clock.episode > reckoned.episode - 2]
    stored = [clock for clock in town.store.clocks(NAME, 100).values() if not withdrawn(clock)]
    found = [shown(clock) for clock in stored if clock.episode > reckoned.episode - 2]
    assert sorted(found, key=repr) == sorted((expected(clock) for clock in kept), key=repr)
    return kept


@pytest.mark.parametrize("part", range(7))
def test_every_clock_is_as_reckoned_and_every_breach_told_once(part: int) -> None:
    """Events overtake each other by less than the grace that judging leaves them."""
    for seed in range(part * 100, part * 100 + 100):
        town, promised = lived(seed, 25)
        kept = compare(town, promised)
        names = names_of(town)
        for word, event_type in (("warned", "sla.warned"), ("breached", "sla.breached")):
            told = [each for each in town.told(event_type) if each[0] in names.values()]
            wanted = [(clock, getattr(clock, word)) for clock in kept if getattr(clock, word) is not None]
            due = [
                (names[clock.kind, clock.episode, START + clock.start * SECOND], (START + second * SECOND).isoformat())
                for clock, second in wanted
            ]
            of_kept = {names[clock.kind, clock.episode, START + clock.start * SECOND] for clock in kept}
            assert sorted(each for each in told if each[0] in of_kept) == sorted(due), seed


@pytest.mark.parametrize("part", range(3))
def test_facts_that_come_minutes_late_give_the_same_clocks(part: int) -> None:
    for seed in range(5000 + part * 100, 5100 + part * 100):
        town, promised = lived(seed, 280)
        compare(town, promised)
