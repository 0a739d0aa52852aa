"""An open socket does not outlive the access or the role it was opened with, whatever happens meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.errors import NotAuthenticated, StoreUnavailable
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.live_world import ANA, BO, CASE, START, World, said, texts

RECORD = Agent(ANA.id, "Ana", "ana@example.com", Role.AGENT, START)
DISABLED = replace(RECORD, enabled=False, version=2)
PROMOTED = replace(RECORD, role=Role.SUPERVISOR, version=2)
MINE = f"work:{ANA.id}"
VISITOR = Principal("visitor", "leg_1", "", Role.AGENT)
# More calls than any of these acts makes.
MANY = 40


class Tapped:
    """A client that lets `before` happen once, just before its call with this number."""

    def __init__(self, table: MemoryTable) -> None:
        self._inner = MemoryDynamoDB({"live": table})
        self.left = -1
        self.before: Callable[[], object] = lambda: None

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)

        def tapped(**request: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                self.before()
            return call(**request)

        return tapped

    def at(self, number: int, before: Callable[[], object]) -> None:
        self.left, self.before = number, before

    @property
    def was_there(self) -> bool:
        return self.left <= 0


def tapped_world() -> tuple[World, Tapped]:
    table = MemoryTable()
    client = Tapped(table)
    world = World(client)
    world.table = table
    world.agents[ANA.id] = RECORD
    return world, client


def fail() -> None:
    raise StoreUnavailable("not now")


def change(world: World, agent: Agent) -> int:
    """As administrators do it: the record first."""
    world.agents[agent.id] = agent
    return world.ending.end(agent)


def left_of(world: World, connection: str) -> list[tuple[str, str]]:
    """Every row that names a socket, or keeps a topic for Ana."""
    return [key for key in world.table.items if connection in "".join(key) or key[1] == f"D#{ANA.id}"]


@pytest.fixture
def world() -> World:
    made, _ = tapped_world()
    return made


@pytest.mark.parametrize("now", [DISABLED, PROMOTED])
def test_nothing_is_pushed_and_nothing_heard_when_an_agent_has_changed(world: World, now: Agent) -> None:
    one, other, bo = world.connect(ANA), world.connect(ANA), world.connect(BO)
    for connection in (one, other, bo):
        world.follow(connection, CASE)
    world.follow(one, MINE)

    assert change(world, now) == 2
    world.tell(said("for those who may"))

    assert (world.sockets.of(one), world.sockets.of(other)) == ([], [])
    assert texts(world.sockets.of(bo)[0]["entries"]) == ["for those who may"]
    for frame in ({"action": "ping", "seqs": {CASE: 1}}, {"action": "follow", "topics": [CASE]}):
        assert world.say(one, **frame)["code"] == "not_connected"
    assert left_of(world, one) + left_of(world, other) == []
    assert world.store.opened(BO.id) == [(bo, Role.AGENT)]
    assert change(world, now) == 0


@pytest.mark.parametrize("now", [DISABLED, PROMOTED])
def test_a_ticket_of_before_opens_nothing_when_an_agent_has_changed(world: World, now: Agent) -> None:
    ticket, _ = world.live.ticket(ANA, world.now)
    change(world, now)

    with pytest.raises(NotAuthenticated):
        world.live.connect("con-late", ticket, world.now)
    assert world.table.items == {}


def test_who_has_another_role_connects_anew_and_stays(world: World) -> None:
    place = world.follow(world.connect(ANA), CASE)["place"]
    change(world, PROMOTED)
    world.pass_(seconds=1)
    again = world.connect(replace(ANA, role=Role.SUPERVISOR))

    # What was for them in the old role is not what is for them now: it is read anew.
    assert world.follow(again, CASE, place)["reset"] is True
    assert change(world, replace(PROMOTED, name="Anna", version=3)) == 0
    world.tell(said("a"))
    assert texts(world.sockets.of(again)[0]["entries"]) == ["a"]


def test_people_without_a_record_and_visitors_are_let_in(world: World) -> None:
    visitor, first = world.connect(VISITOR), world.connect(BO)

    assert world.store.opened(BO.id) == [(first, Role.AGENT)]
    assert world.store.opened(VISITOR.id) == []
    world.live.disconnect(visitor)
    world.live.disconnect(first)
    assert world.table.items == {}


def test_a_socket_that_is_gone_is_its_agents_no_more(world: World) -> None:
    one = world.connect(ANA)
    world.follow(one, CASE)
    world.cut(one)
    world.tell(said("a"))

    assert world.store.opened(ANA.id) == []


def test_a_hundred_sockets_are_ended(world: World) -> None:
    for _ in range(100):
        world.connect(ANA)
    assert change(world, DISABLED) == 100
    assert world.table.items == {}


def test_the_same_again_ends_them_wherever_the_store_failed() -> None:
    for number in range(1, MANY):
        world, client = tapped_world()
        one, other = world.connect(ANA), world.connect(ANA)
        world.say(one, action="follow", topics=[CASE, MINE])
        world.follow(other, CASE)

        client.at(number, fail)
        try:
            change(world, DISABLED)
        except StoreUnavailable:
            assert world.agents[ANA.id] == DISABLED
            change(world, DISABLED)
        if not client.was_there:
            assert number > 10
            return
        assert left_of(world, one) + left_of(world, other) == [], number
    pytest.fail("it never ended")


def test_who_is_being_ended_is_heard_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = world.connect(ANA)
    world.follow(one, CASE)
    with monkeypatch.context() as broken:
        broken.setattr(type(world.topics), "leave", lambda *_: fail())
        with pytest.raises(StoreUnavailable):
            change(world, DISABLED)

    assert world.say(one, action="follow", topics=[CASE])["code"] == "not_connected"
    assert change(world, DISABLED) == 1
    assert left_of(world, one) == []


def connecting(world: World) -> None:
    ticket, _ = world.live.ticket(ANA, world.now)
    try:
        world.live.connect("con-a", ticket, world.now)
    except NotAuthenticated:
        assert world.agents[ANA.id] == DISABLED


def following(world: World) -> None:
    world.say("con-a", action="follow", topics=[CASE, MINE])


def lagging(world: World) -> None:
    """Told numbers only from now on: its rows as a listener are written anew."""
    world.say("con-a", action="ping", seqs={CASE: 0, MINE: 0})


def leaving(world: World) -> None:
    world.say("con-a", action="leave", topics=[CASE])


ACTS: tuple[Callable[[World], None], ...] = (connecting, following, lagging, leaving)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_stays_open_when_an_agent_is_disabled_in_the_middle(act: Callable[[World], None]) -> None:
    for number in range(1, MANY):
        world, client = tapped_world()
        for before in ACTS[: ACTS.index(act)]:
            before(world)
        client.at(number, lambda world=world: change(world, DISABLED))  # type: ignore[misc]
        act(world)
        if not client.was_there:
            assert number > 3
            return
        assert world.store.socket("con-a") is None, number
        assert {key[1] for key in world.table.items if "con-a" in "".join(key)} == set(), number
    pytest.fail("it never ended")


@pytest.mark.parametrize("intruder", [following, lagging, leaving])
@pytest.mark.parametrize("act", [following, lagging, leaving])
def test_what_is_listened_to_is_known_when_frames_come_at_the_same_time(
    act: Callable[[World], None], intruder: Callable[[World], None]
) -> None:
    for number in range(1, MANY):
        world, client = tapped_world()
        connecting(world)
        if following not in (act, intruder) or number % 2:
            following(world)
        client.at(number, lambda world=world: intruder(world))  # type: ignore[misc]
        act(world)
        if not client.was_there:
            return
        listens = {key[0].removeprefix("TOP#") for key in world.table.items if key[1] == "C#con-a"}
        assert listens <= {*world.socket("con-a").topics}, number
        change(world, DISABLED)
        assert [key for key in world.table.items if "con-a" in "".join(key)] == [], number
    pytest.fail("it never ended")


def test_two_frames_at_the_same_time_lose_no_topic() -> None:
    for number in range(1, MANY):
        world, client = tapped_world()
        connecting(world)
        client.at(number, lambda world=world: world.say("con-a", action="follow", topics=["desk"]))  # type: ignore[misc]
        following(world)
        if not client.was_there:
            return
        assert {*world.socket("con-a").topics} == {CASE, MINE, "desk"}
        change(world, DISABLED)
        assert left_of(world, "con-a") == [], number
    pytest.fail("it never ended")


def test_too_many_frames_at_the_same_time_are_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = world.connect(ANA)
    monkeypatch.setattr(type(world.store), "save", lambda *_: False)

    with pytest.raises(StoreUnavailable):
        world.say(one, action="follow", topics=[CASE])
    assert world.topics.following(CASE, world.now).listeners == ()
