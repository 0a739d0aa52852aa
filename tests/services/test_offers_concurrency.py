"""Many functions offer, accept, decline and expire at once, and calls to the store fail. Whatever the order: one offer
of a conversation at a time, never more units than an agent has, nothing with two owners, and nothing kept at the end
that nobody is offered."""

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.aws import keys
from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_routing import offer_from
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import held
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import OfferOver, StoreUnavailable
from chalicelib.domain.presence import Intent
from chalicelib.domain.queue import may_wait
from chalicelib.domain.routing_offer import Offer
from chalicelib.domain.routing_policy import Mode
from chalicelib.services.offers import OFFER
from chalicelib.services.reactions import RoutingReactions
from chalicelib.services.routing_ports import RELAX
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from tests.services.test_routing import TEAMS
from tests.services.test_routing_concurrency import FAULTS, Hall, staffed, until_done, work

AGENTS = 8
CONVERSATIONS = 120


class Offering(Hall):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.rules.now = replace(self.rules.now, mode=Mode.OFFER, missed_offers=0)
        self.timers.set = self._set  # type: ignore[method-assign]
        self.due: list[tuple[str, str, int]] = []
        self.reactions = RoutingReactions(self.routing)
        self.read = 0
        self.chance = random.Random(seed)

    def _set(self, kind: str, subject: str, epoch: int, due_at: object) -> None:
        self.due.append((kind, subject, epoch))

    def standing(self) -> list[Offer]:
        with self.client._lock:
            items = list(self.table.items.items())
        return [offer_from(from_attributes(item)) for key, item in items if key[1].startswith(keys.OFFER)]

    def answers(self, draw: float) -> None:
        """Somebody answers an offer, or two clients of theirs do at once."""
        offers = self.standing()
        if not offers:
            return
        offer = offers[int(draw * len(offers))]
        principal = Principal("agent", offer.agent_id, offer.agent_name, Role.AGENT)
        with suppress(OfferOver):
            if draw * 1000 % 3 < 2:
                until_done(lambda: self.offers.accept(principal, offer.conversation_id, self.now))
            else:
                until_done(lambda: self.offers.decline(principal, offer.conversation_id, "", self.now))

    def carries_on(self) -> None:
        """Carry what was told to routing, while it goes on telling."""
        while self.read < len(self.table.stream):
            at, self.read = self.read, self.read + 1
            for announced in announcements(self.table.stream[at]):
                if announced["type"] in SUBSCRIPTIONS["routing"]:
                    event = json.loads(json.dumps(announced))
                    until_done(partial(self.reactions.react, event, self.now))

    def time_passes(self) -> None:
        """Every timer that was set comes, in any order."""
        due, self.due = self.due, []
        self.chance.shuffle(due)
        self.now += timedelta(seconds=200)
        calls = {RELAX: self.routing.relax, OFFER: self.offers.expire}
        for kind, subject, epoch in due:
            until_done(partial(calls[kind], subject, epoch, self.now))

    def check(self) -> None:
        offers = self.standing()
        assert len({each.conversation_id for each in offers}) == len(offers)
        sums: dict[str, int] = {}
        for offer in offers:
            sums[offer.agent_id] = sums.get(offer.agent_id, 0) + offer.weight
            entry = self.store.entry(offer.conversation_id)
            assert entry is not None and entry.offer == offer and entry.waits
            assert may_wait(self.conversation(offer.conversation_id))
        for conversation in self.conversations():
            holding = held(conversation)
            if holding is not None:
                sums[holding[0]] = sums.get(holding[0], 0) + holding[1]
        assert {each.agent_id: each.used for each in self.workloads()} == {
            each.agent_id: sums.get(each.agent_id, 0) for each in self.workloads()
        }
        waiting = sorted(entry.conversation_id for entry in self.waiting())
        assert waiting == sorted(each.id for each in self.conversations() if may_wait(each))
        assert (self.watched.worst, self.watched.stolen) == ({}, [])


def place(seed: int) -> Offering:
    return staffed(Offering(seed), seed, AGENTS)


def acts_of(here: Offering, seed: int) -> list[Callable[[], None]]:
    chance = random.Random(seed * 7919)
    acts: list[Callable[[], None]] = []
    for number in range(CONVERSATIONS):
        team, german = chance.choice((*TEAMS, None)), chance.random() < 0.2
        acts.append(partial(here.comes, f"cnv_{number:04d}", "whatsapp", team, german))
        acts += [partial(here.answers, chance.random()) for _ in range(2)]
        if number > 20:
            earlier = f"cnv_{chance.randrange(number - 10):04d}"
            status = chance.choice((Status.RESOLVED, Status.RESOLVED, Status.PENDING, Status.OPEN))
            acts.append(partial(_moves_if_there, here, earlier, status))
        if chance.random() < 0.1:
            agent, intent = f"agt_{chance.randrange(AGENTS):02d}", chance.choice((Intent.AWAY, Intent.ONLINE))
            acts.append(partial(here.chooses, agent, intent))
        if number % 10 == 9:
            acts += [here.carries_on, here.time_passes]
    return acts


def _moves_if_there(here: Offering, name: str, status: Status) -> None:
    if here.store.conversation(name) is not None:
        with suppress(StoreUnavailable):
            here.moves(name, status)


@pytest.mark.parametrize("faults", [0.0, FAULTS])
@pytest.mark.parametrize("seed", range(2))
def test_offers_and_their_units_come_and_go_together_when_many_work_at_once(seed: int, faults: float) -> None:
    here = place(seed)
    here.faulty.share = faults
    work(here, acts_of(here, seed))
    here.carries_on()
    here.check()
    assert sum(each.assignee_id is not None for each in here.conversations()) > 20
    # Nobody answers any more: all that was offered is given back, and is offered again.
    for _ in range(3):
        here.time_passes()
        here.carries_on()
        here.check()
    for agent in here.workloads():
        here.chooses(agent.agent_id, Intent.AWAY)
    here.carries_on()
    here.check()
    assert here.standing() == []
