"""Offers over the real store: whatever happens in whatever order, crashes and repeats included, an offer and its units
come and go together, nothing is offered twice at once, nobody gets what they were not offered, and nothing starves."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_routing import offer_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.offers import OfferStore
from chalicelib.aws.stores.routing import RoutingStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import held
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import CapacityExceeded, InvalidInput, OfferOver, StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import QueueEntry, may_wait, work_of
from chalicelib.domain.routing import decide
from chalicelib.domain.routing_offer import ASK_AGAIN, Offer
from chalicelib.domain.routing_policy import Mode
from chalicelib.domain.routing_values import FALLBACK, Outcome
from chalicelib.domain.workload import candidate
from chalicelib.domain.writes import Written
from chalicelib.services.assignment import Wish, assign
from chalicelib.services.offers import MISSED, OFFER, Offers
from chalicelib.services.reactions import RoutingReactions
from chalicelib.services.routing import RELAX, Routing
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from tests.aws.memory_cloud import refused
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.test_routing import TEAMS, Floor, People

NAMES = ("ana", "ben", "cho")
ONE, TWO = "cnv_0001", "cnv_0002"
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
        self.routing = Routing(RoutingStore(shaken), self.rules, People(), self.clock, self.offers)
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


class Rooms(RuleBasedStateMachine):
    """Anything in any order; calls fail before or after they take effect; events come twice."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self.count = 0

    @initialize(
        units=st.lists(st.integers(2, 6), min_size=3, max_size=3),
        modes=st.dictionaries(st.sampled_from((*TEAMS, FALLBACK)), st.sampled_from((Mode.OFFER, Mode.DIRECT))),
        missed=st.integers(0, 3),
    )
    def staff(self, units: list[int], modes: dict[str, Mode], missed: int) -> None:
        self.room.rules.now = replace(self.room.rules.now, modes=modes, missed_offers=missed)
        teams = (("team_1",), ("team_1", "team_2"), ("team_2",))
        for name, size, of in zip(NAMES, units, teams, strict=True):
            self.room.agent(name, size, of, {"lang:de": 4} if name == "ben" else {})

    def _name(self, which: int) -> str:
        return f"cnv_{which % self.count + 1:04d}"

    @rule(name=st.sampled_from(NAMES), intent=st.sampled_from((Intent.ONLINE, Intent.ONLINE, Intent.AWAY, Intent.BUSY)))
    def chooses(self, name: str, intent: Intent) -> None:
        self.room.choose(name, intent)

    @rule(
        channel=st.sampled_from(("web_chat", "whatsapp", "email")),
        team=st.sampled_from((*TEAMS, None)),
        german=st.booleans(),
    )
    def opens(self, channel: str, team: str | None, german: bool) -> None:
        self.count += 1
        self.room.opens(f"cnv_{self.count:04d}", channel=channel, team=team, german=german)

    @rule(at=st.integers(0, 8), after=st.booleans())
    def breaks(self, at: int, after: bool) -> None:
        """One of the next calls fails."""
        self.room.brittle.fails_at, self.room.brittle.after = at, after

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), name=st.sampled_from(NAMES))
    def accepts(self, which: int, name: str) -> None:
        """Whoever it is offered to gets it; to anybody else it says no and changes nothing."""
        conversation = self._name(which)
        before, offered = self.room.conversation(conversation), self.room.offered(conversation)
        with suppress(Crash, StoreUnavailable):
            try:
                after = self.room.offers.accept(who(name), conversation, self.room.now)
            except OfferOver:
                assert name != offered
                assert self.room.conversation(conversation) == before
            else:
                assert name in (offered, before.assignee_id)
                assert after.assignee_id == name
        self.room.settle()

    @precondition(lambda self: self.room.standing())
    @rule(which=st.integers(0, 100), said=st.sampled_from(("accept", "accept", "decline", "both")))
    def answers(self, which: int, said: str) -> None:
        offers = sorted(self.room.standing(), key=lambda each: each.conversation_id)
        offer = offers[which % len(offers)]
        principal = who(offer.agent_id)
        with suppress(Crash, StoreUnavailable):
            if said != "accept":
                self.room.offers.decline(principal, offer.conversation_id, "", self.room.now)
            if said == "both":
                with pytest.raises(OfferOver):
                    self.room.offers.accept(principal, offer.conversation_id, self.room.now)
            if said == "accept":
                self.room.offers.accept(principal, offer.conversation_id, self.room.now)
        self.room.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), owner=st.sampled_from((*NAMES, None)), team=st.sampled_from(TEAMS))
    def assigned_by_hand(self, which: int, owner: str | None, team: str) -> None:
        """While an offer may stand; the router hears of it later."""
        before = self.room.conversation(self._name(which))
        workload = self.room.workload(owner) if owner else None
        if before.status is Status.RESOLVED or (before.assignee_id, before.team_id) == (owner, team):
            return
        if workload is not None and workload.used + 3 > workload.capacity.units:
            return
        self.room.assigned(before.id, owner, team)
        self.room.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100))
    def assigned_and_returned(self, which: int) -> None:
        """Before the router has heard that the offer no longer stands."""
        before = self.room.conversation(self._name(which))
        if not may_wait(before) or any(each.used + 3 > each.capacity.units for each in [self.room.workload("cho")]):
            return
        self.room.assigned(before.id, "cho", "team_2")

        def back() -> None:
            while (found := self.room.conversation(before.id)).assignee_id is not None:
                self.room.routing.give_back(found, "returned", self.room.now, declined_by="cho")

        self.room.insist(back)
        self.room.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), status=st.sampled_from(Status))
    def moves(self, which: int, status: Status) -> None:
        self.room.insist(lambda: self.room.moves(self._name(which), status))
        self.room.settle()

    @precondition(lambda self: self.count > 0)
    @rule(which=st.integers(0, 100), name=st.sampled_from(NAMES), points=st.integers(0, 3))
    def taken(self, which: int, name: str, points: int) -> None:
        """Taken by hand, whoever it is offered to; and its priority changes."""
        self.room.insist(lambda: self.room.routing.rescore(self._name(which), self.room.now))
        if self.room.workload(name).presence.intent is Intent.ONLINE:
            self.room.insist(lambda: self.room.routing.take(name, TEAMS[which % 2], self.room.now))
        self.room.settle()

    @rule(seconds=st.integers(1, 200))
    def time_passes(self, seconds: int) -> None:
        self.room.passes(seconds)

    @rule(late=st.integers(0, 40))
    def stale_timers(self, late: int) -> None:
        """Timers of offers that are long over are called again."""
        for epoch in range(1, 4):
            if self.count:
                self.room.insist(partial(self.room.offers.expire, self._name(late), epoch, self.room.now))
        self.room.settle()

    @invariant()
    def all_is_well(self) -> None:
        self.room.brittle.fails_at = None
        check(self.room)
        assert starves(self.room) == []


Rooms.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None, phases=[Phase.generate])
TestRooms = Rooms.TestCase


def test_what_waits_is_offered_and_becomes_the_agents_when_they_accept() -> None:
    here = room("ana")
    here.opens(ONE)
    assert (here.conversation(ONE).assignee_id, here.offered(ONE), here.workload("ana").used) == (None, "ana", 2)
    assert here.entry(ONE).waits
    here.passes(12)
    accepted = here.accepts("ana", ONE)
    assert (accepted.assignee_id, accepted.weight, here.workload("ana").used) == ("ana", 2, 2)
    assert not here.entry(ONE).waits and here.standing() == []
    assert here.sentences(ONE) == [
        "Ana is offered it: 100 % of their capacity is free, the only one who could take it.",
        "Ana accepted it after 12 seconds.",
    ]
    types = [each["type"] for each in here.told if each["aggregate"]["id"] == ONE]
    assert types == ["conversation.offered", "conversation.assigned", "conversation.offer_ended"]
    assert here.told[0]["data"] == {"agent_id": "ana", "until": "2026-08-01T10:00:30+00:00", "attempt": 1}
    assert [each["actor"]["id"] for each in here.told][-2:] == ["ana", "ana"]
    # Its timer comes all the same, and a lost answer is asked for again.
    here.passes(60)
    assert here.accepts("ana", ONE).version == accepted.version
    check(here)


def test_who_declines_is_passed_over_and_the_next_is_asked_at_once() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    here.passes(1)
    here.declines(first, ONE, "Needs Italian")
    second = str(here.offered(ONE))
    assert {first, second} == {"ana", "ben"}
    assert here.workload(first).used == 0
    assert here.ends() == [(first, "declined", "Needs Italian")]
    assert f"{first.capitalize()} declined it after 1 second: Needs Italian." in here.sentences(ONE)
    assert here.entry(ONE).attempts == 2
    with pytest.raises(OfferOver):
        here.accepts(first, ONE)
    here.accepts(second, ONE)
    check(here)


def test_when_everybody_has_declined_it_waits_and_all_are_asked_again() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    for _ in range(2):
        here.passes(1)
        here.declines(str(here.offered(ONE)), ONE)
    assert here.offered(ONE) is None
    assert sorted(here.entry(ONE).declined) == ["ana", "ben"]
    assert here.sentences(ONE)[-1] == "It waits: 2 who did not take it."
    here.passes(ASK_AGAIN.total_seconds() - 1)
    assert here.offered(ONE) is None
    here.passes(1)
    assert here.offered(ONE) in ("ana", "ben")
    assert here.entry(ONE).attempts == 3
    check(here)


def test_somebody_new_is_asked_though_all_others_have_declined() -> None:
    here = room("ana")
    here.opens(ONE)
    here.declines("ana", ONE)
    assert here.offered(ONE) is None
    here.agent("ben", 6, ("team_1",), {})
    here.choose("ben", Intent.ONLINE)
    assert here.offered(ONE) == "ben"


def test_who_does_not_answer_is_passed_over_and_after_two_in_a_row_away() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    here.passes(29)
    assert here.offered(ONE) == first
    here.passes(1)
    second = str(here.offered(ONE))
    assert second != first
    assert here.ends() == [(first, "expired", "no_answer")]
    assert f"{first.capitalize()} did not answer within 30 seconds." in here.sentences(ONE)
    assert here.workload(first).presence.intent is Intent.ONLINE
    assert (here.workload(first).missed, here.workload(first).used) == (1, 0)
    here.accepts(second, ONE)
    here.opens(TWO)
    assert here.offered(TWO) == first
    here.passes(30)
    gone = here.workload(first)
    assert (gone.presence.intent, gone.presence.reason, gone.missed) == (Intent.AWAY, MISSED, 0)
    (told,) = [each for each in here.told if each["type"] == "agent.presence_changed"]
    assert (told["data"]["intent"], told["data"]["reason"]) == ("away", MISSED)
    assert here.offered(TWO) == second
    check(here)


def test_an_answer_begins_the_count_of_missed_offers_anew() -> None:
    here = room("ana")
    here.opens(ONE)
    here.passes(30)
    assert here.workload("ana").missed == 1
    here.passes(ASK_AGAIN.total_seconds())
    here.declines("ana", ONE)
    assert here.workload("ana").missed == 0


def test_nobody_is_set_to_away_where_the_rules_say_never() -> None:
    here = room("ana", missed_offers=0)
    here.opens(ONE)
    for _ in range(4):
        here.passes(30 + ASK_AGAIN.total_seconds())
    assert here.workload("ana").presence.intent is Intent.ONLINE
    assert len(here.ends()) == 4


def test_all_that_is_offered_to_somebody_who_leaves_is_offered_to_others() -> None:
    here = room("ana", units=6)
    here.opens(ONE)
    here.opens(TWO)
    assert here.workload("ana").used == 4
    here.agent("ben", 6, ("team_1",), {})
    here.choose("ben", Intent.ONLINE)
    here.choose("ana", Intent.AWAY)
    assert (here.offered(ONE), here.offered(TWO)) == ("ben", "ben")
    assert here.workload("ana").used == 0
    assert here.ends() == [("ana", "withdrawn", "agent_left")] * 2
    # Nobody declined it: who comes back may be asked.
    assert here.entry(ONE).declined == ()


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.RESOLVED, "resolved"), (Status.SNOOZED, "snoozed"), (Status.PENDING, "pending")]
)
def test_what_is_put_aside_is_offered_no_longer(status: Status, reason: str) -> None:
    here = room("ana")
    here.opens(ONE)
    before = here.conversation(ONE)
    here.moves(ONE, status)
    with pytest.raises(OfferOver):
        here.offers.accept(who("ana"), ONE, here.now)
    here.settle()
    assert here.ends() == [("ana", "withdrawn", reason)]
    assert here.workload("ana").used == 0
    assert here.conversation(ONE).version > before.version
    check(here)


def test_what_is_assigned_by_hand_can_be_neither_accepted_nor_declined() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    other = "ben" if first == "ana" else "ana"
    here.assigned(ONE, other)
    for answer in (here.offers.accept, lambda *of: here.offers.decline(of[0], of[1], "", of[2])):
        with pytest.raises(OfferOver):
            answer(who(first), ONE, here.now)
    assert here.offers.mine(first, here.now) == []
    here.settle()
    assert here.ends() == [(first, "withdrawn", "assigned")]
    assert (here.workload(first).used, here.workload(other).used) == (0, 2)
    check(here)


def test_what_moves_to_another_team_is_offered_there() -> None:
    here = room("ana")
    here.agent("cho", 6, ("team_2",), {})
    here.choose("cho", Intent.ONLINE)
    here.opens(ONE)
    assert here.offered(ONE) == "ana"
    here.assigned(ONE, None, "team_2")
    here.settle()
    assert here.offered(ONE) == "cho"
    assert here.ends() == [("ana", "withdrawn", "requeued")]
    check(here)


def test_returned_before_the_router_knew_that_the_offer_no_longer_stands() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = str(here.offered(ONE))
    other = "ben" if first == "ana" else "ana"
    here.assigned(ONE, other)
    # The offer is withdrawn on the way: the caller reads the conversation again.
    assert here.routing.give_back(here.conversation(ONE), "returned", here.now, declined_by=other) is Written.CONFLICT
    assert here.routing.give_back(here.conversation(ONE), "returned", here.now, declined_by=other) is Written.DONE
    here.settle()
    assert here.offered(ONE) == first
    check(here)


def test_to_whom_it_is_offered_may_get_it_by_hand_though_the_offer_took_the_last_room() -> None:
    here = room("ana", units=3)
    here.opens(ONE)
    with pytest.raises(CapacityExceeded):
        here.assigned(ONE, "ana")

    def give() -> Conversation:
        here.assigned(ONE, "ana")
        return here.conversation(ONE)

    with pytest.raises(CapacityExceeded):
        here.offers.by_hand(give, ONE, "ben", here.now)
    assert here.offers.by_hand(give, ONE, "ana", here.now).assignee_id == "ana"
    here.settle()
    assert (here.conversation(ONE).assignee_id, here.workload("ana").used) == ("ana", 2)
    check(here)


def test_what_is_offered_is_passed_over_by_who_takes_work() -> None:
    here = room("ana")
    here.opens(ONE)
    here.opens(TWO)
    here.agent("ben", 6, ("team_1",), {})
    here.rules.now = replace(here.rules.now, mode=Mode.MANUAL)
    here.choose("ben", Intent.ONLINE)
    assert here.routing.take("ben", "team_1", here.now) is None
    here.declines("ana", TWO)
    taken = here.routing.take("ben", "team_1", here.now)
    assert taken is not None and taken.conversation_id == TWO
    here.settle()
    check(here)


def test_queues_have_modes_of_their_own() -> None:
    here = room("ana", mode=Mode.DIRECT, modes={"team_2": Mode.OFFER, FALLBACK: Mode.MANUAL})
    here.agent("cho", 6, ("team_2",), {})
    here.choose("cho", Intent.ONLINE)
    here.opens(ONE, team="team_1")
    here.opens(TWO, team="team_2")
    here.opens("cnv_0003", team=None)
    assert here.conversation(ONE).assignee_id == "ana"
    assert (here.conversation(TWO).assignee_id, here.offered(TWO)) == (None, "cho")
    assert here.sentences("cnv_0003") == ["It waits until somebody takes it."]
    here.choose("ana", Intent.ONLINE)
    assert here.conversation("cnv_0003").assignee_id is None
    taken = here.routing.take("ana", FALLBACK, here.now)
    assert taken is not None and taken.conversation_id == "cnv_0003"


def test_a_priority_that_changes_while_it_is_offered_leaves_the_offer() -> None:
    here = room("ana")
    here.opens(ONE)
    before = here.conversation(ONE)
    here.change(before, replace(before, labels=("vip",)))
    here.routing.rescore(ONE, here.now)
    assert here.entry(ONE).offer is not None
    here.accepts("ana", ONE)
    check(here)


def test_a_returning_customers_own_agent_takes_it_up_again_without_being_asked() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    own = str(here.offered(ONE))
    here.accepts(own, ONE)
    here.moves(ONE, Status.RESOLVED)
    here.settle()
    here.moves(ONE, Status.OPEN)
    here.settle()
    assert here.conversation(ONE).assignee_id == own
    check(here)


def test_an_offer_that_ran_out_while_nobody_looked_is_over_for_whoever_looks() -> None:
    here = room("ana", "ben")
    here.opens(ONE)
    first = here.offered(ONE)
    here.clock.all.clear()
    here.now += timedelta(minutes=5)
    here.routing.route(ONE, here.now)
    here.settle()
    assert here.offered(ONE) not in (None, first)
    check(here)


def test_a_reason_that_is_too_long_is_refused_by_name() -> None:
    here = room("ana")
    here.opens(ONE)
    with pytest.raises(InvalidInput) as refusal:
        here.declines("ana", ONE, "x" * 121)
    assert refusal.value.field == "reason"
    assert here.offered(ONE) == "ana"


def test_mine_are_those_that_stand_the_oldest_first() -> None:
    here = room("ana")
    here.opens(ONE)
    here.now += timedelta(seconds=3)
    here.opens(TWO)
    found = here.offers.mine("ana", here.now)
    assert [(offer.conversation_id, conversation.id) for offer, conversation in found] == [(ONE, ONE), (TWO, TWO)]
    assert here.offers.mine("ben", here.now) == ()
    assert [offer.conversation_id for offer, _ in here.offers.mine("ana", here.now + timedelta(seconds=28))] == [TWO]
