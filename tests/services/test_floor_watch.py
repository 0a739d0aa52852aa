"""The floor for who looks: at most one look and one frame in five seconds, none where nobody looks, and two calls to
read it whatever its size."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.api.floor_views import FloorFrame, floor_view
from chalicelib.aws.stores.floor import FloorStore
from chalicelib.aws.stores.live import Live
from chalicelib.aws.transaction import Desk
from chalicelib.domain.floor import LISTS, AtRisk, ExpectedWait, Floor, FloorAgent, FloorChannel, FloorQueue, per_minute
from chalicelib.services.floor_timers import ASKED, HAPPENED, LOOK
from chalicelib.services.floor_watch import FloorReading, FloorWatch
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.live_world import ANA, START, SUE, World
from tests.services.test_floor import Counting
from tests.services.watched import Kept, fresh


class Watch:
    """Somebody's floor, and who follows it."""

    def __init__(self) -> None:
        self.world = World()
        self.timers = Kept()
        self.looked: list[datetime] = []
        self.depth = 1
        self.client = Counting(MemoryDynamoDB({"live": self.world.table}))
        table = Desk(self.client, "live")
        self.store = FloorStore(table)
        world = self.world
        self.made = FloorWatch(self.store, world.topics, world.sockets, Live(table), self.timers, self._look, fresh)
        self.reading = FloorReading(self.store, self.timers)

    def _look(self, now: datetime) -> Floor:
        self.looked.append(now)
        return Floor(now, (FloorQueue("team_1", "Chat", depth=self.depth),))

    @property
    def now(self) -> datetime:
        return self.world.now

    def call_due(self) -> None:
        """Every timer whose time has come, as the queue brings them."""
        due = [one for one in self.timers.all if one[3] <= self.now]
        self.timers.all = [one for one in self.timers.all if one[3] > self.now]
        for kind, subject, epoch, _ in due:
            assert kind == LOOK
            self.made.due(subject, epoch, self.now)

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.world.pass_(seconds=1)
            self.call_due()

    def told(self) -> list[Mapping[str, Any]]:
        return [frame for _, frame in self.world.sockets.frames if frame["type"] == "floor"]


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_what_happens_while_nobody_looks_is_not_looked_at(watch: Watch) -> None:
    watch.made.happened(watch.now)
    watch.passes(10)
    assert (watch.timers.all, watch.looked) == ([], [])


def test_a_busy_floor_is_looked_at_and_told_at_most_once_in_five_seconds(watch: Watch) -> None:
    watch.world.follow(watch.world.connect(SUE), "floor")
    for second in range(60):
        watch.depth = second
        watch.made.happened(watch.now)
        watch.passes(1)

    gaps = [after - before for before, after in zip(watch.looked, watch.looked[1:], strict=False)]
    assert len(watch.looked) >= 10
    assert min(gaps) >= timedelta(seconds=5)
    assert len(watch.told()) == len(watch.looked)
    watch.passes(10)
    depths = [queue["depth"] for frame in watch.told() for queue in frame["changed"]["queues"]]
    assert depths[-1] == 59


def test_frames_say_what_they_follow_so_that_a_lost_one_is_noticed(watch: Watch) -> None:
    watch.world.follow(watch.world.connect(SUE), "floor")
    for _ in range(3):
        watch.made.happened(watch.now)
        watch.passes(6)

    frames = watch.told()
    assert [frame["since"] for frame in frames[1:]] == [frame["as_of"] for frame in frames[:-1]]
    assert frames[1]["changed"]["queues"] == []


def test_a_call_that_comes_twice_looks_once_and_nothing_is_missed(watch: Watch) -> None:
    watch.world.follow(watch.world.connect(SUE), "floor")
    watch.made.due(HAPPENED, 1, watch.now)
    watch.depth = 7
    watch.made.due(HAPPENED, 1, watch.now)
    watch.made.due(HAPPENED, 1, watch.now)
    assert len(watch.looked) == 1

    watch.passes(11)
    assert len(watch.looked) == 2
    assert watch.told()[-1]["changed"]["queues"][0]["depth"] == 7


def test_a_floor_that_is_followed_is_looked_at_from_time_to_time(watch: Watch) -> None:
    socket = watch.world.connect(SUE)
    watch.world.follow(socket, "floor")
    watch.made.happened(watch.now)
    watch.passes(100)
    assert 3 <= len(watch.looked) <= 5

    watch.world.say(socket, action="leave", topics=["floor"])
    watch.passes(100)
    assert len(watch.looked) <= 5
    assert watch.timers.all == []


def test_reading_gives_what_there_is_and_asks_for_a_new_look(watch: Watch) -> None:
    assert watch.reading.read(watch.now) == (Floor(), True)
    watch.call_due()
    floor, refreshing = watch.reading.read(watch.now)
    assert (floor.as_of, refreshing, watch.timers.all) == (watch.now, False, [])

    watch.world.pass_(hours=3)
    floor, refreshing = watch.reading.read(watch.now)
    assert (floor.as_of, refreshing) == (watch.now - timedelta(hours=3), True)
    ((_, why, _, at),) = watch.timers.all
    assert (why, at) == (ASKED, watch.now)


def test_many_who_ask_at_once_are_one_look(watch: Watch) -> None:
    for _ in range(50):
        watch.reading.read(watch.now)
    watch.call_due()
    assert len(watch.looked) == 1
    watch.passes(20)
    assert len(watch.looked) == 1


@pytest.mark.parametrize("agents", [10, 1000])
def test_reading_takes_two_calls_whatever_the_size(watch: Watch, agents: int) -> None:
    is_so = ("online", True, True, True, "online", 10)
    many = tuple(
        FloorAgent(f"agt_{n:020d}", f"Ana {n}", ("team_1",), *is_so, n % 9, n % 5, 2, START) for n in range(agents)
    )
    assert watch.store.put(Floor(watch.now, agents=many))
    watch.client.calls.clear()
    watch.world.pass_(minutes=1)

    floor, _ = watch.reading.read(watch.now)

    assert floor.agents == many
    assert watch.client.calls.total() + len(watch.timers.all) == 2
    item = watch.world.table.items[("FLOOR", "~")]
    assert len(item["floor"]["S"]) < 60_000


def test_an_older_look_does_not_replace_a_newer_one(watch: Watch) -> None:
    assert watch.store.put(Floor(watch.now, (FloorQueue("team_1", "New"),)))
    assert not watch.store.put(Floor(watch.now - timedelta(seconds=1)))
    assert watch.store.get().queues[0].name == "New"


def test_too_much_for_a_frame_is_to_be_fetched(watch: Watch) -> None:
    many = tuple(FloorQueue(f"team_{n}", "x" * 900) for n in range(200))
    watch.world.follow(watch.world.connect(SUE), "floor")
    made = replace(watch.made, look=lambda now: Floor(now, many))

    made.renewed(watch.now)

    (frame,) = watch.told()
    assert frame["fetch"] is True
    assert frame["changed"] == {"queues": [], "agents": [], "at_risk": [], "channels": []}


def test_supervisors_follow_the_floor_and_agents_do_not(watch: Watch) -> None:
    world = watch.world
    assert world.follow(world.connect(SUE), "floor")["topic"] == "floor"
    refused = world.say(world.connect(ANA), action="follow", topics=["floor"])
    assert (refused["type"], refused["field"]) == ("error", "topics")


def test_a_frame_shows_things_as_the_rest_api_does(watch: Watch) -> None:
    watch.world.follow(watch.world.connect(SUE), "floor")
    rates = per_minute({1: 2, 7: 1})
    queue = FloorQueue(
        "team_1", "Chat", 3, True, START, 2, 5, rates, 9, 1, ExpectedWait(20, 200, 40), due_soon=1, breached=1
    )
    agent = FloorAgent("agt_1", "Ana", ("team_1",), "online", True, True, True, "online", 10, 4, 2, 5, START)
    risk = AtRisk("cnv_1.c", "cnv_1", "first_response", "whatsapp", None, "agt_1", START, START, True)
    lists = (queue,), (agent,), False, (risk,), True, (FloorChannel("whatsapp", 4, 3, START, rates),)
    floor = Floor(watch.now, *lists)
    replace(watch.made, look=lambda now: floor).renewed(watch.now)

    (frame,) = watch.told()
    shown = json.loads(msgspec.json.encode(floor_view(floor, refreshing=False)))
    told = json.loads(msgspec.json.encode(msgspec.convert(frame, FloorFrame)))
    for name in LISTS:
        assert told["changed"][name] == shown[name]
        assert {*frame["changed"][name][0]} == {*shown[name][0]}
