"""A floor on which what waits is offered: the real store and services, every event carried to routing twice, and calls
that fail when they are told to."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_routing import offer_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import held
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import QueueEntry, may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_offer import Offer
from chalicelib.domain.routing_policy import Mode
from chalicelib.domain.routing_values import Outcome
from chalicelib.domain.workload import candidate
from chalicelib.domain.writes import Written
from chalicelib.services.assignment import Wish, assign
from chalicelib.services.offers import OFFER, Offers
from chalicelib.services.reactions import RoutingReactions
from chalicelib.services.routing import Routing
from chalicelib.services.routing_ports import RELAX
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from tests.aws.memory_cloud import refused
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.test_routing import Floor

CALLS = ("get_item", "batch_get_item", "put_item", "update_item", "transact_write_items", "query")


def who(name: str, role: Role = Role.AGENT) -> Principal:
    return Principal("agent", name, name.capitalize(), role)


class Crash(Exception):
    """The function was stopped."""


class Brittle:
    """A client of which the call with this number, counted from when it was told, fails: before it takes effect, or
    with its answer lost after."""

    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client
        self.fails_at: int | None = None
        self.after = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in CALLS:
            raise AttributeError(name)

        def call(**request: Any) -> Any:
            fails = self.fails_at == 0
            self.fails_at = None if self.fails_at is None or fails else self.fails_at - 1
            if fails and not self.after:
                raise refused("ProvisionedThroughputExceededException")
            answer = getattr(self._client, name)(**request)
            if fails:
                raise Crash
            return answer

        return call


class Timers:
    def __init__(self) -> None:
        self.all: list[tuple[datetime, str, str, int]] = []

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.all.append((due_at, kind, subject, epoch))


class Room(Floor):
    """A floor on which what waits is offered, and every event is carried to the reactions as the bus does."""

    def __init__(self, mode: Mode = Mode.OFFER, **policy: Any) -> None:
        super().__init__()
        self.brittle = Brittle(self.client)
        shaken = Desk(self.brittle, "desk")
        self.rules.now = replace(self.rules.now, mode=mode, **policy)
        self.clock = Timers()
        self.store, self.desk = RoutingStore(self.raw), DeskStore(self.raw)
        self.offers = Offers(OfferStore(shaken), RoutingStore(shaken), self.rules, self.clock)
        self.routing = Routing(RoutingStore(shaken), self.rules, self.facts, self.clock, self.offers)
        self.reactions = RoutingReactions(self.routing)
        self.read = 0
        self.told: list[Mapping[str, Any]] = []

    def choose(self, name: str, intent: Intent) -> None:
        known = self.workload(name)
        presence = replace(known.presence, intent=intent, connected_until=self.now + timedelta(days=9))
        changed = replace(known, presence=presence, version=known.version + 1)
        assert self.store.put_workload(changed, known.version, None) is Written.DONE
        self.insist(lambda: self.routing.pull(name, self.now))
        self.settle()

    def opens(self, name: str, **more: Any) -> None:
        self.insist(lambda: super(Room, self).opens(name, **more))
        self.settle()

    def insist(self, act: Callable[[], object]) -> None:
        """A queue gives a trigger again until it has gone through."""
        for _ in range(10):
            with suppress(Crash, StoreUnavailable):
                act()
                return
        raise AssertionError("a trigger never went through")

    def settle(self) -> None:
        """Every event that routing asks for is carried to it, each twice."""
        while self.read < len(self.table.stream):
            record = self.table.stream[self.read]
            self.read += 1
            for announced in announcements(record):
                event = json.loads(json.dumps(announced))
                self.told.append(event)
                if event["type"] in SUBSCRIPTIONS["routing"]:
                    for _ in range(2):
                        self.insist(partial(self.reactions.react, event, self.now))

    def passes(self, seconds: float) -> None:
        end = self.now + timedelta(seconds=seconds)
        calls = {RELAX: self.routing.relax, OFFER: self.offers.expire}
        while due := sorted(each for each in self.clock.all if each[0] <= end):
            at, kind, subject, epoch = due[0]
            self.clock.all.remove(due[0])
            self.now = max(self.now, at)
            self.insist(partial(calls[kind], subject, epoch, self.now))
            self.settle()
        self.now = end

    def accepts(self, name: str, conversation: str) -> Conversation:
        found = self.offers.accept(who(name), conversation, self.now)
        self.settle()
        return found

    def declines(self, name: str, conversation: str, reason: str = "") -> None:
        self.offers.decline(who(name), conversation, reason, self.now)
        self.settle()

    def assigned(self, conversation: str, owner: str | None, team: str | None = "team_1") -> None:
        assign(self.desk, who("boss", Role.SUPERVISOR), conversation, Wish(owner, team), self.now)

    def standing(self) -> list[Offer]:
        return [offer_from(from_attributes(item)) for key, item in self.table.items.items() if key[1].startswith("O#")]

    def offered(self, conversation: str) -> str | None:
        """To whom it is offered."""
        return next((each.agent_id for each in self.standing() if each.conversation_id == conversation), None)

    def entry(self, conversation: str) -> QueueEntry:
        found = self.store.entry(conversation)
        assert found is not None
        return found

    def ends(self) -> list[tuple[str, str, str]]:
        """Every end of an offer that was told: to whom, how, why."""
        found = [each["data"] for each in self.told if each["type"] == "conversation.offer_ended"]
        return [(data["agent_id"], data["outcome"], data["reason"]) for data in found]

    def sentences(self, conversation: str) -> list[str]:
        return [each.sentence for each in self.store.decisions(conversation, 20)][::-1]


def room(*agents: str, units: int = 6, **policy: Any) -> Room:
    made = Room(**policy)
    for name in agents:
        made.agent(name, units, ("team_1",), {})
        made.choose(name, Intent.ONLINE)
    return made


def check(here: Room) -> None:
    """All that has to hold once every event was carried to its end."""
    conversations = {each.id: each for each in here.conversations()}
    offers, waiting = here.standing(), here.waiting()
    sums: dict[str, int] = {}
    for offer in offers:
        sums[offer.agent_id] = sums.get(offer.agent_id, 0) + offer.weight
        entry = here.entry(offer.conversation_id)
        assert entry.offer == offer, "an offer and its entry say the same"
        assert may_wait(conversations[offer.conversation_id]) and entry.waits
    assert len({offer.conversation_id for offer in offers}) == len(offers), "one offer at a time"
    for conversation in conversations.values():
        holding = held(conversation)
        if holding is not None:
            sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
    for workload in here.workloads():
        assert workload.used == sums.get(workload.agent_id, 0)
        assert workload.used <= workload.capacity.units
    assert sorted(each.conversation_id for each in waiting) == sorted(
        each.id for each in conversations.values() if may_wait(each)
    )
    by_name = {each.conversation_id: each for each in offers}
    for entry in waiting:
        assert entry.offer == by_name.get(entry.conversation_id)


def starves(here: Room) -> list[str]:
    """What is offered to nobody though somebody could take it, and nothing is set that looks at it."""
    agents = [candidate(workload, here.now) for workload in here.workloads()]
    found = []
    for entry in here.waiting():
        if entry.offer is not None or any(
            at <= here.now for at, _, subject, _ in here.clock.all if subject == entry.conversation_id
        ):
            continue
        decision = decide(work_of(entry, here.now), agents, here.now)
        is_manual = here.rules.now.mode_of(entry.team_id) is Mode.MANUAL
        if decision.outcome is not Outcome.WAITING and not is_manual:
            found.append(decision.sentence)
        if decision.outcome is Outcome.WAITING and decision.next_at is not None:
            timers = [
                at for at, kind, subject, _ in here.clock.all if (kind, subject) == (RELAX, entry.conversation_id)
            ]
            assert any(at <= decision.next_at for at in timers), "somebody looks at it again"
    return found
