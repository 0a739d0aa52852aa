"""Many functions route at once, and calls to the store fail: before they take effect, or with the answer lost after.

Each trigger is repeated until it has gone through, as the queue would; nothing else is. Whatever the order, nobody ever
holds more than they can, nothing has two owners, and at the end nothing waits while somebody could take it.
"""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.aws import keys
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.capacity import held
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.workload import candidate
from chalicelib.domain.writes import Written
from chalicelib.services.offers import Offers
from chalicelib.services.routing import Routing
from tests.aws.memory_cloud import refused
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import INDEXES, START, TEAMS, Floor

THREADS = 8
AGENTS = 20
CONVERSATIONS = 300
FAULTS = 0.05
T = TypeVar("T")
H = TypeVar("H", bound="Hall")
CALLS = ("get_item", "batch_get_item", "put_item", "update_item", "transact_write_items", "query")


class Watched(MemoryTable):
    """Notes every change of units and of owners, as it is written."""

    def __init__(self) -> None:
        super().__init__(INDEXES)
        self.worst: dict[str, tuple[int, int]] = {}
        self.stolen: list[tuple[str, str, str]] = []

    def record(self, key: tuple[str, str], before: Any, after: Any) -> None:
        super().record(key, before, after)
        if key[1] == keys.WORKLOAD and "used" in after and "row" in after:
            used, units = int(after["used"]["N"]), int(after["row"]["M"]["m"]["N"])
            if not 0 <= used <= units:
                self.worst[key[0]] = (used, units)
        if key[0].startswith("CNV#") and key[1] == keys.HEAD and before:
            then, now = _owner(before), _owner(after)
            if then and now and then != now:
                self.stolen.append((key[0], then, now))


def _owner(item: Any) -> str:
    owner = str(item.get("owner_key", {}).get("S", "")).partition("#")[0]
    return owner if owner.startswith("agt_") else ""


class Faulty:
    """A client that lets threads change turns at every call, and spoils some."""

    def __init__(self, client: MemoryDynamoDB, seed: int) -> None:
        self._client, self._chance, self._lock = client, random.Random(seed), Lock()
        self.share = 0.0
        self.spoiled = 0
        self.before: dict[str, Callable[[], object]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in CALLS:
            raise AttributeError(name)

        def call(**request: Any) -> Any:
            self.before.pop(name, lambda: None)()
            with self._lock:
                drawn = self._chance.random()
                self.spoiled += drawn < self.share
            if drawn < self.share / 2:
                raise refused("ProvisionedThroughputExceededException")
            answer = getattr(self._client, name)(**request)
            if drawn < self.share:
                raise ReadTimeoutError(endpoint_url="https://aws.test")
            return answer

        return call


class Repeating(Routing):
    """As a queue delivers: a trigger comes again and again until it has gone through."""

    def route(self, conversation_id: str, now: datetime, contact_id: str | None = None) -> Decision | None:
        return until_done(lambda: super(Repeating, self).route(conversation_id, now, contact_id))

    def pull(self, agent_id: str, now: datetime) -> Sequence[Decision]:
        return until_done(lambda: super(Repeating, self).pull(agent_id, now))


def until_done(act: Callable[[], T]) -> T:
    for _ in range(200):
        with suppress(StoreUnavailable):
            return act()
    raise AssertionError("a trigger never went through")


class Late(Exception):
    """Somebody was quicker."""


class Hall(Floor):
    """The floor of the other tests, over a watched table, routed by a client that fails."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.watched = self.table = Watched()
        self.client = MemoryDynamoDB({"desk": self.table})
        self.raw = Desk(self.client, "desk")
        self.desk, self.store = DeskStore(self.raw), RoutingStore(self.raw)
        self.faulty = Faulty(self.client, seed)
        desk = Desk(self.faulty, "desk")
        shaken = RoutingStore(desk)
        self.offers = Offers(OfferStore(desk), shaken, self.rules, self.timers)
        self.routing = Repeating(shaken, self.rules, self.facts, self.timers, self.offers)
        self.people = Lock()

    def change(self, before: Conversation, after: Conversation) -> Written:
        if super().change(before, after) is not Written.DONE:
            raise Late
        return Written.DONE

    def moves(self, name: str, status: Status) -> None:
        with suppress(Late):
            super().moves(name, status)

    def comes(self, name: str, channel: str, team: str | None, german: bool) -> None:
        self.opens(name, channel=channel, team=team, german=german)

    def chooses(self, name: str, intent: Intent) -> None:
        with self.people:
            known = self.workload(name)
            presence = replace(known.presence, intent=intent)
            changed = replace(known, presence=presence, version=known.version + 1)
            assert self.store.put_workload(changed, known.version, None) is Written.DONE
        self.routing.pull(name, self.now)


@contextmanager
def busy_threads() -> Iterator[None]:
    """Threads change turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def hall(seed: int) -> Hall:
    return staffed(Hall(seed), seed, AGENTS)


def staffed(made: H, seed: int, agents: int) -> H:
    """With agents of all kinds, online."""
    chance = random.Random(seed)
    for number in range(agents):
        teams = chance.choice([("team_1",), ("team_2",), TEAMS, ()])
        made.agent(f"agt_{number:02d}", chance.randint(3, 10), teams, {"lang:de": 4} if number % 4 == 0 else {})
        made.choose(f"agt_{number:02d}", Intent.ONLINE)
    return made


def acts_of(here: Hall, seed: int) -> list[Callable[[], None]]:
    """Everything that happens, in the order drawn: who comes, who is done, who goes away and comes back."""
    chance = random.Random(seed * 7919)
    acts: list[Callable[[], None]] = []
    for number in range(CONVERSATIONS):
        name = f"cnv_{number:04d}"
        channel = chance.choice(("web_chat", "whatsapp", "email"))
        team, german = chance.choice((*TEAMS, None)), chance.random() < 0.2
        acts.append(partial(here.comes, name, channel, team, german))
        if number > 20:
            earlier = f"cnv_{chance.randrange(number - 10):04d}"
            status = chance.choice((Status.RESOLVED, Status.RESOLVED, Status.PENDING, Status.OPEN))
            acts.append(partial(_moves_if_there, here, earlier, status))
        if chance.random() < 0.1:
            agent, intent = f"agt_{chance.randrange(AGENTS):02d}", chance.choice((Intent.AWAY, Intent.ONLINE))
            acts.append(partial(here.chooses, agent, intent))
    return acts


def _moves_if_there(here: Hall, name: str, status: Status) -> None:
    if here.store.conversation(name) is not None:
        here.moves(name, status)


def work(here: Hall, acts: list[Callable[[], None]]) -> None:
    """The acts, taken by threads as they come free."""
    left, lock = acts[::-1], Lock()
    faults: list[BaseException] = []

    def take() -> None:
        while True:
            with lock:
                if not left or faults:
                    return
                act = left.pop()
            try:
                act()
            except BaseException as fault:
                faults.append(fault)
                return

    threads = [Thread(target=take) for _ in range(THREADS)]
    with busy_threads():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]


def stranded(here: Hall) -> list[str]:
    """What waits though somebody could take it."""
    agents = [candidate(workload, here.now) for workload in here.workloads()]
    decisions = [decide(work_of(entry, here.now), agents, here.now) for entry in here.waiting()]
    return [each.sentence for each in decisions if each.outcome is not Outcome.WAITING]


def check(here: Hall) -> None:
    assert here.watched.worst == {}
    sums: dict[str, int] = {}
    for conversation in here.conversations():
        holding = held(conversation)
        if holding is not None:
            sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
    assert {each.agent_id: each.used for each in here.workloads()} == {
        each.agent_id: sums.get(each.agent_id, 0) for each in here.workloads()
    }
    assert here.watched.stolen == []
    waiting = sorted(entry.conversation_id for entry in here.waiting())
    assert waiting == sorted(each.id for each in here.conversations() if may_wait(each))


@pytest.mark.parametrize("faults", [0.0, FAULTS])
@pytest.mark.parametrize("seed", range(2))
def test_nobody_has_too_much_and_nothing_is_stranded_when_many_route_at_once(seed: int, faults: float) -> None:
    here = hall(seed)
    here.faulty.share = faults
    work(here, acts_of(here, seed))
    here.faulty.share = 0.0
    check(here)
    assert stranded(here) == []
    assert (here.faulty.spoiled > 50) == (faults > 0)
    assert sum(each.assignee_id is not None for each in here.conversations()) > 60


def test_a_long_wait_ends_for_all_when_enough_become_free() -> None:
    here = hall(9)
    here.faulty.share = FAULTS
    work(here, acts_of(here, 9)[:250])
    for name in [each.id for each in here.conversations()]:
        here.moves(name, Status.RESOLVED)
        here.now += timedelta(seconds=1)
    check(here)
    assert here.waiting() == []


def test_nothing_is_stranded_when_somebody_is_done_between_the_look_and_the_queue() -> None:
    """The one order in which neither sees the other: who looks for an agent finds none, who becomes free finds nothing
    that waits, and only then does it wait."""
    here = Hall(0)
    here.agent("ana", 3, ("team_1",), {})
    here.choose("ana", Intent.ONLINE)
    here.opens("cnv_0001")
    here.faulty.before["transact_write_items"] = lambda: here.moves("cnv_0001", Status.RESOLVED)
    here.opens("cnv_0002")
    assert len(stranded(here)) == 1
    here.passes(5)
    assert stranded(here) == []
    assert here.conversation("cnv_0002").assignee_id == "ana"


def test_nothing_waits_that_was_taken_between_the_look_and_the_queue() -> None:
    here = Hall(0)
    here.opens("cnv_0001")
    assert [each.conversation_id for each in here.waiting()] == ["cnv_0001"]
    here.faulty.before["transact_write_items"] = lambda: here.moves("cnv_0001", Status.RESOLVED)
    here.routing.route("cnv_0001", here.now)
    assert here.waiting() == []


def test_an_agent_stays_in_the_pool_while_heartbeats_come() -> None:
    """They are written without telling anybody, so nobody writes the places anew."""
    here = Floor()
    here.agent("ana", 6, ("team_1",), {})
    for connected, seconds in ((90, 0), (150, 60), (210, 60)):
        known = here.workload("ana")
        until = START + timedelta(seconds=connected)
        presence = replace(known.presence, intent=Intent.ONLINE, connected_until=until)
        changed = replace(known, presence=presence, version=known.version + 1)
        assert here.store.put_workload(changed, known.version, None) is Written.DONE
        if not seconds:
            here.routing.pull("ana", here.now)
        here.passes(seconds)
    assert here.now == START + timedelta(seconds=120)
    here.opens("cnv_0001")
    assert here.conversation("cnv_0001").assignee_id == "ana"
