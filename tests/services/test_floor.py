"""The floor: what is shown is what the stores hold, counted by hand; looked at at most once in five seconds, for nobody
where nobody looks; read in two calls whatever its size."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.api.floor_views import FloorFrame, floor_view
from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_sla import clock_item
from chalicelib.aws.stores.floor import FloorRows, FloorStore
from chalicelib.aws.stores.live import Live
from chalicelib.aws.stores.writes import count_writes
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.floor import LISTS, SOON, Floor, FloorAgent, FloorQueue
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.sla import Clock, ClockKind
from chalicelib.domain.sla_clocks import clock_id
from chalicelib.domain.workload import Workload, teams_at
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_sla import ClockWrite
from chalicelib.services.board import Board
from chalicelib.services.floor import Known, Looking
from chalicelib.services.floor_timers import ASKED, HAPPENED, LOOK
from chalicelib.services.floor_watch import FloorReading, FloorWatch
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.live_world import ANA, SUE, World
from tests.services.test_routing import START, TEAMS
from tests.services.watched import Kept, Watched, fresh

FIRST = ClockKind.FIRST_RESPONSE
AGENTS = {"ana": ("team_1",), "ben": ("team_1", "team_2"), "cho": ("team_2",), "dov": ()}
NAMES = {"team_1": "Chat", "team_2": "Mail"}
INBOXES = {"ibx_1": "whatsapp"}


class Counting:
    """A client that counts what it is asked."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def counted(**request: Any) -> Any:
            self.calls[name] += 1
            return call(**request)

        return counted


class Place:
    """A floor whose customers come and go, and who looks at it."""

    def __init__(self) -> None:
        self.watched = Watched()
        self.floor = self.watched.floor
        self.client = Counting(self.floor.client)
        table = Desk(self.client, "desk")
        self.agents = [Agent(name, name.capitalize(), "", Role.AGENT, START, teams) for name, teams in AGENTS.items()]
        for name, teams in AGENTS.items():
            self.floor.agent(name, 6, teams, {})
        known = Known(lambda: self.agents, lambda: NAMES, lambda: INBOXES)
        board = Board(self.floor.store, self.floor.rules)
        self.rows = FloorRows(table)
        watched = self.watched
        self.looking = Looking(board, self.rows, watched.waits, watched.arrivals, watched.forecasts, known)

    def look(self) -> Floor:
        return self.looking.look(self.floor.now)

    def runs(self, conversation: str, seconds: int) -> Clock:
        """A clock of a promise that is due in so many seconds."""
        now = self.floor.now
        clock = Clock(FIRST, "pol_1", 1, now - timedelta(hours=1), 3600 + seconds, 0.8)
        self.put(conversation, clock, now + timedelta(seconds=seconds))
        return clock

    def put(self, conversation: str, clock: Clock, due_at: datetime | None) -> None:
        recorded = Recorded((), SYSTEM, self.floor.now)
        write = ClockWrite(conversation, clock_id(clock), clock, 1, recorded, due_at)
        self.floor.raw.write(Put(clock_item(write), None))


@pytest.fixture(scope="module")
def lived() -> Place:
    """Half an hour of comings and goings, with a fixed mixture of everything."""
    place = Place()
    floor, watched = place.floor, place.watched
    for name in ("ana", "ben", "cho"):
        floor.choose(name, Intent.ONLINE)
    for number in range(24):
        team = (*TEAMS, None)[number % 3]
        channel = ("whatsapp", "web_chat", "email")[number % 3 if number % 2 else 0]
        watched.opens(f"c{number}", channel=channel, team=team)
        # The floor of the tests does not count what is born there; sums are the same whenever that is made up for.
        born = replace(floor.conversation(f"c{number}"), assignee_id=None, status=Status.OPEN)
        floor.raw.transact(count_writes(None, born))
        floor.passes(45)
        if number % 5 == 4:
            taken = next((one for one in floor.conversations() if one.assignee_id), None)
            if taken is not None:
                floor.moves(taken.id, Status.RESOLVED)
        watched.settle()
    left = next(one for one in floor.conversations() if one.assignee_id is None and one.status is Status.OPEN)
    floor.moves(left.id, Status.RESOLVED)
    watched.settle()
    floor.choose("cho", Intent.AWAY)
    for place_, one in enumerate(sorted(floor.conversations(), key=lambda one: one.id)[:8]):
        place.runs(one.id, (place_ - 4) * 400 + 60)
    return place


def held_by(place: Place, agent: str) -> list[Any]:
    return [
        one
        for one in place.floor.conversations()
        if one.assignee_id == agent and one.status in (Status.OPEN, Status.PENDING)
    ]


def test_queues_are_what_waits_and_who_is_there(lived: Place) -> None:
    found = {queue.team_id: queue for queue in lived.look().queues}

    assert [*found] == ["team_1", "team_2", FALLBACK]
    assert any(queue.depth for queue in found.values())
    waiting = lived.floor.waiting()
    loads = [one for one in lived.floor.workloads() if one.presence.intent is Intent.ONLINE]
    for team, queue in found.items():
        mine = [entry for entry in waiting if entry.team_id == team]
        there = [one for one in loads if team in teams_at(one, lived.floor.now)]
        assert queue.depth == len(mine)
        assert queue.oldest_waiting_since == min((entry.waiting_since for entry in mine), default=None)
        assert queue.agents_available == len(there)
        assert queue.free_units == sum(max(0, 6 - one.used - 1) for one in there)
    assert sum(queue.left_today for queue in found.values()) == 1
    assert sum(queue.taken_today for queue in found.values()) > 0
    assert sum(queue.arrivals["last_60"] for queue in found.values()) == pytest.approx(24 / 60, abs=0.03)


def test_agents_are_as_their_own_records_say(lived: Place) -> None:
    found = {agent.agent_id: agent for agent in lived.look().agents}

    assert {name: agent.team_ids for name, agent in found.items()} == AGENTS
    for load in lived.floor.workloads():
        agent, mine = found[load.agent_id], held_by(lived, load.agent_id)
        assert (agent.intent, agent.used, agent.units) == (load.presence.intent.value, load.used, 6)
        assert agent.held == len(mine)
        assert agent.used == sum(one.weight for one in mine)
        assert agent.idle_since == load.idle_since
    assert found["cho"].available is False
    assert found["dov"].connected is False
    assert any(agent.held for agent in found.values())


def test_channels_count_what_is_open_and_waits(lived: Place) -> None:
    found = {channel.channel: channel for channel in lived.look().channels}

    # Every conversation is of the one inbox there is; what waits tells its own channel.
    cases = lived.floor.conversations()
    open_ones = [one for one in cases if one.status in (Status.OPEN, Status.PENDING)]
    assert found["whatsapp"].open == len(open_ones)
    assert found["whatsapp"].waiting == sum(one.assignee_id is None and one.status is Status.OPEN for one in cases)
    for name, channel in found.items():
        waiting = [entry.waiting_since for entry in lived.floor.waiting() if entry.channel == name]
        assert channel.oldest_waiting_since == min(waiting, default=None)
    assert sum(channel.arrivals["last_60"] for channel in found.values()) == pytest.approx(24 / 60, abs=0.03)
    assert len([channel for channel in found.values() if channel.arrivals["last_60"]]) == 3


def test_what_is_at_risk_are_the_clocks_that_run_and_are_due(lived: Place) -> None:
    floor = lived.look()

    clocks = [from_attributes(item) for item in lived.floor.table.items.values() if item["sk"]["S"].startswith("C#")]
    due = {}
    for item in clocks:
        at = keys.view_time(item["kind_sort"])
        if at <= lived.floor.now + SOON:
            due[keys.identifier(item["pk"])] = at
    assert {one.conversation_id: one.due_at for one in floor.at_risk} == due
    assert any(one.breached for one in floor.at_risk) and not all(one.breached for one in floor.at_risk)
    for one in floor.at_risk:
        case = lived.floor.conversation(one.conversation_id)
        assert (one.owner_id, one.team_id, one.channel) == (case.assignee_id, case.team_id, case.channel)
        assert one.breached is (one.due_at <= lived.floor.now)
    for queue in floor.queues:
        mine = [one for one in floor.at_risk if (one.team_id or FALLBACK) == queue.team_id]
        assert (queue.breached, queue.due_soon) == (
            sum(one.breached for one in mine),
            sum(not one.breached for one in mine),
        )


def test_a_clock_that_has_stopped_or_stands_still_is_not_listed() -> None:
    place = Place()
    place.watched.opens("c1")
    clock = place.runs("c1", 60)
    assert len(place.look().at_risk) == 1

    place.put("c1", replace(clock, stopped_at=place.floor.now), place.floor.now)
    assert place.look().at_risk == ()
    place.put("c1", clock, None)
    assert place.look().at_risk == ()


def test_the_newest_of_many_late_ones_are_listed_and_the_next_ones_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.floor.MAX_AT_RISK", 3)
    place = Place()
    for number in range(10):
        place.floor.born(f"c{number}")
        place.runs(f"c{number}", (number - 5) * 60 + 30)

    floor = place.look()

    assert [one.conversation_id for one in floor.at_risk] == ["c4", "c3", "c2", "c5", "c6", "c7"]
    assert floor.at_risk_is_more


def test_looking_asks_by_queue_and_portion_and_not_by_conversation() -> None:
    place = Place()
    place.look()
    before = place.client.calls.total()
    for number in range(60):
        place.floor.born(f"c{number}")
    place.look()

    assert place.client.calls.total() - before == before


# --- keeping it for who looks ---


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


def test_a_frame_shows_things_as_the_rest_api_does(lived: Place, watch: Watch) -> None:
    watch.world.follow(watch.world.connect(SUE), "floor")
    floor = lived.look()
    replace(watch.made, look=lambda now: floor).renewed(watch.now)

    (frame,) = watch.told()
    shown = json.loads(msgspec.json.encode(floor_view(floor, refreshing=False)))
    told = json.loads(msgspec.json.encode(msgspec.convert(frame, FloorFrame)))
    for name in LISTS:
        assert told["changed"][name] == shown[name]


def test_a_workload_that_nobody_set_up_is_shown_as_away() -> None:
    place = Place()
    place.agents.append(Agent("eve", "Eve", "", Role.AGENT, START, ("team_1",)))
    eve = next(agent for agent in place.look().agents if agent.agent_id == "eve")
    assert (eve.intent, eve.available, eve.used, eve.team_ids) == ("offline", False, 0, ("team_1",))
    assert isinstance(place.floor.workload("ana"), Workload)
