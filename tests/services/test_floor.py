"""The floor: what is shown is what the stores hold, counted by hand; looked at at most once in five seconds, for nobody
where nobody looks; read in two calls whatever its size."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.codec_sla import clock_item
from chalicelib.aws.stores.floor import FloorRows
from chalicelib.aws.stores.writes import count_writes
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.floor import SOON, Floor
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.sla import Clock, ClockKind
from chalicelib.domain.sla_clocks import clock_id
from chalicelib.domain.workload import Workload, teams_at
from chalicelib.domain.writes import Recorded
from chalicelib.domain.writes_sla import ClockWrite
from chalicelib.services.board import Board
from chalicelib.services.floor import Known, Looking
from tests.services.test_routing import START, TEAMS
from tests.services.watched import Watched

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


def test_a_workload_that_nobody_set_up_is_shown_as_away() -> None:
    place = Place()
    place.agents.append(Agent("eve", "Eve", "", Role.AGENT, START, ("team_1",)))
    eve = next(agent for agent in place.look().agents if agent.agent_id == "eve")
    assert (eve.intent, eve.available, eve.used, eve.team_ids) == ("offline", False, 0, ("team_1",))
    assert isinstance(place.floor.workload("ana"), Workload)
