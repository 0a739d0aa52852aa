"""Topics against a model: what a client is told when it comes back is exactly what was published since, or it is told
that this cannot be told. Writers meet at the same number, time passes, clients go and come."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.aws.stores.topics import TopicStore
from chalicelib.domain.live import LEASE_FOR
from chalicelib.services.live_ending import NotConnected
from tests.flow.live_network import LiveTable
from tests.services.live_world import ANA, BO, CASE, World, said

CLIENTS = {"ana": ANA, "bo": BO}


class _Overtaken(LiveTable):
    """Before a write of an entry, somebody else's may come."""

    between: Any = None

    def put_item(self, **request: Any) -> dict[str, Any]:
        between, self.between = self.between, None
        if between is not None:
            between()
        return super().put_item(**request)


class Topics(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.table = _Overtaken()
        self.world = World(self.table)
        self.other = TopicStore(self.world.topics._table)
        self.published: list[str] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.last_there: dict[str, Any] = {}

    @rule(count=st.integers(1, 3))
    def publish(self, count: int) -> None:
        texts = [f"{len(self.published) + step}" for step in range(count)]
        self.published += texts
        self.world.tell(*(said(text) for text in texts))

    @rule()
    def two_publish_at_once(self) -> None:
        """A batch for two topics, and between its reading of the newest number and its write another writer's entry."""
        if not self.world.topics.following(CASE, self.world.now).kept:
            return
        mine, theirs = f"{len(self.published) + 1}", f"{len(self.published)}"
        self.published += [theirs, mine]
        self.table.between = lambda: self.other.append(CASE, [said(theirs).wire()], self.world.now)
        self.world.tell(said(mine))

    @rule(who=st.sampled_from(sorted(CLIENTS)))
    def comes(self, who: str) -> None:
        place, index = self.places.get(who, (None, len(self.published)))
        connection = self.world.connect(CLIENTS[who])
        told = self.world.follow(connection, CASE, place)
        away = self.world.now - self.last_there.get(who, self.world.now)
        if told["reset"]:
            assert away >= LEASE_FOR
        else:
            texts = [change["view"]["text"] for entry in told["entries"] for change in entry["changes"]]
            assert texts == self.published[index:]
            assert [entry["seq"] for entry in told["entries"]] == list(
                range(told["seq"] - len(told["entries"]) + 1, told["seq"] + 1)
            )
        assert away < LEASE_FOR or told["reset"]
        self.places[who] = told["place"], len(self.published)
        self.last_there[who] = self.world.now
        self.world.cut(connection)

    @rule(hours=st.sampled_from([0.1, 5, 11, 23, 24, 25, 200]))
    def time_passes(self, hours: float) -> None:
        self.world.pass_(seconds=timedelta(hours=hours).total_seconds() + 1)

    @invariant()
    def numbers_have_no_holes(self) -> None:
        numbers = [entry.seq for entry in self.world.topics.entries(CASE, 0, 1000)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True


Topics.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestTopics = Topics.TestCase


def test_a_socket_that_closed_while_it_began_to_follow_is_forgotten_when_its_push_fails() -> None:
    world = World()
    connection = world.connect(ANA)
    socket = world.socket(connection)
    world.live.disconnect(connection)
    world.cut(connection)
    with pytest.raises(NotConnected):
        world.live.follow(socket, {CASE: None}, world.now)

    world.tell(said("a"))

    assert world.topics.following(CASE, world.now).listeners == ()


def test_numbers_that_are_told_at_different_clocks_do_not_begin_a_topic_anew() -> None:
    """The place of an answer is never before the lease that it is held to, whichever machine's clock is behind."""
    world = World()
    connection = world.connect(ANA)
    place = world.follow(connection, CASE)["place"]
    world.pass_(seconds=-0.05)
    world.tell(said("a"))
    told = world.follow(connection, CASE, place)

    again = world.follow(connection, CASE, told["place"])

    assert (told["reset"], again["reset"], again["entries"]) == (False, False, [])
