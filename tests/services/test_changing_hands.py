"""Escalation, taking over and assignments in any order, with calls lost half way: nothing is held twice or lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.agent import Principal
from chalicelib.domain.capacity import ChannelClass, class_now, class_of, held, weight_in
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import Refusal, StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import may_wait
from chalicelib.services import assignment
from chalicelib.services.escalation import Escalating, Wish
from chalicelib.services.takeover import TakeOver
from tests.services.test_escalation import ANA, BOT, MINUTE, PATH, SUE, Place
from tests.services.test_routing import START, Floor


class Lost(Exception):
    """The call took effect, or not, and its caller is gone."""


class Breaking:
    """A client whose next write is spoiled: before it takes effect, or just after."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.next = ""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            spoiled, writes = self.next, name in ("transact_write_items", "put_item", "update_item")
            if writes and spoiled:
                self.next = ""
            if writes and spoiled == "before":
                raise Lost
            answer = getattr(self._client, name)(**request)
            if writes and spoiled == "after":
                raise Lost
            return answer

        return call


def test_a_breach_whose_answer_was_lost_goes_up_once_when_it_is_told_again() -> None:
    for lost in ("before", "after"):
        here = Place()
        here.floor.raw._client = Breaking(here.floor.client)
        here.floor.now = START + 20 * MINUTE
        here.floor.raw._client.next = lost
        with pytest.raises(Lost):
            here.breach(START + 15 * MINUTE)
        for _ in range(2):
            here.breach(START + 15 * MINUTE)
        tier = here.found().standing
        assert tier is not None and tier.tier == "Experts"
        assert len(here.notes()) == 1


NAMES = ("cnv_0001", "cnv_0002", "cnv_0003")
CHANNELS = ("web_chat", "whatsapp", "email")
AGENTS = ("ana", "eve", "sue", "tom")
# What becomes of the next write.
LOST = st.sampled_from(("", "", "before", "after"))


class Hands(RuleBasedStateMachine):
    """Conversations change hands in every way that people have, and calls are lost half way."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.broken = Breaking(self.floor.client)
        self.floor.raw._client = self.broken
        self.escalating = Escalating(self.floor.desk, self.floor.routing, lambda: [PATH])
        self.take_over = TakeOver(self.floor.desk, self.floor.routing)

    @initialize()
    def staff(self) -> None:
        teams = (("team_1",), ("team_2",), (), ("team_1", "team_2"))
        for name, of in zip(AGENTS, teams, strict=True):
            self.floor.agent(name, 5, of, {"orders": 3} if name != "ana" else {})
            self.floor.choose(name, Intent.ONLINE)
        for name, channel in zip(NAMES, CHANNELS, strict=True):
            self.floor.opens(name, channel=channel)

    def done(self, name: str, lost: str, act: Callable[[], object]) -> None:
        """As the API does: a refusal, a lost call and a success are all alike to what must hold."""
        self.broken.next = lost
        before = self.floor.conversation(name)
        with suppress(Refusal, StoreUnavailable, Lost):
            act()
        self.broken.next = ""
        self.floor.routing.route(name, self.floor.now)
        if before.assignee_id is not None:
            self.floor.routing.pull(before.assignee_id, self.floor.now)

    @rule(
        name=st.sampled_from(NAMES),
        by=st.sampled_from((ANA, SUE, BOT)),
        tier=st.sampled_from((None, None, "Ticket")),
        lost=LOST,
    )
    def goes_up(self, name: str, by: Principal, tier: str | None, lost: str) -> None:
        wish = Wish("r", "n", tier)
        self.done(name, lost, lambda: self.escalating.escalate(by, name, wish, self.floor.now))

    @rule(name=st.sampled_from(NAMES), lost=LOST)
    def goes_down(self, name: str, lost: str) -> None:
        self.done(name, lost, lambda: self.escalating.de_escalate(ANA, name, Wish("r"), self.floor.now))

    @rule(name=st.sampled_from(NAMES), by=st.sampled_from(("sue", "tom")), lost=LOST)
    def is_taken(self, name: str, by: str, lost: str) -> None:
        principal = replace(SUE, id=by)
        self.done(name, lost, lambda: self.take_over.take(principal, name, "r", self.floor.now))

    @rule(name=st.sampled_from(NAMES), lost=LOST)
    def is_given_back(self, name: str, lost: str) -> None:
        self.done(name, lost, lambda: self.take_over.give_back(SUE, name, "", self.floor.now))

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from((*AGENTS, None)), lost=LOST)
    def is_assigned(self, name: str, to: str | None, lost: str) -> None:
        wish = assignment.Wish(to, "team_1" if to is None else None)
        self.done(name, lost, lambda: assignment.assign(self.floor.desk, SUE, name, wish, self.floor.now))

    @rule(name=st.sampled_from(NAMES), status=st.sampled_from(Status))
    def moves(self, name: str, status: Status) -> None:
        self.floor.moves(name, status)

    @rule(name=st.sampled_from(AGENTS), intent=st.sampled_from((Intent.ONLINE, Intent.AWAY)))
    def chooses(self, name: str, intent: Intent) -> None:
        self.floor.choose(name, intent)

    @rule(seconds=st.integers(1, 60))
    def time_passes(self, seconds: int) -> None:
        self.floor.passes(seconds)

    @invariant()
    def all_is_well(self) -> None:
        conversations = self.floor.conversations()
        sums: dict[str, int] = {}
        for each in conversations:
            holding = held(each)
            if holding is not None:
                sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
                # Its weight is that of what it is now, whichever way it came.
                assert holding[1] == weight_in(class_now(each)) or holding[1] == 0
            on = each.standing
            is_ticket = on is not None and PATH.tiers[on.place].ticket
            assert class_now(each) is (ChannelClass.ASYNCHRONOUS if is_ticket else class_of(each.channel))
            if each.taken is not None:
                assert each.taken.by == each.assignee_id
        assert {load.agent_id: load.used for load in self.floor.workloads()} == {
            load.agent_id: sums.get(load.agent_id, 0) for load in self.floor.workloads()
        }
        queued = sorted(entry.conversation_id for entry in self.floor.waiting())
        assert queued == sorted(each.id for each in conversations if may_wait(each))


Hands.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None, phases=[Phase.generate])
TestHands = Hands.TestCase
