"""Offers in any order of things, crashes and repeats included: an offer and its units come and go together, nothing is
offered twice at once, nobody gets what they were not offered, and nothing starves."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import OfferOver, StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import may_wait
from chalicelib.domain.routing_policy import Mode
from chalicelib.domain.routing_values import FALLBACK
from tests.services.room import Crash, Room, check, starves, who
from tests.services.test_routing import TEAMS

NAMES = ("ana", "ben", "cho")


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


Rooms.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None, phases=[Phase.generate])
TestRooms = Rooms.TestCase
