"""Gauges of queues: at most one frame in five seconds, always the last, for nobody but who watches."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.live import Live as LiveRows
from chalicelib.aws.transaction import Desk
from chalicelib.services.board import QueueState
from chalicelib.services.live_gauges import GAUGES, LiveGauges
from tests.services.live_world import ANA, World


class Timers:
    def __init__(self) -> None:
        self.set_: list[tuple[str, int, datetime]] = []

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        assert kind == GAUGES
        self.set_.append((subject, epoch, due_at))


@pytest.fixture
def world() -> World:
    return World()


def gauges(world: World, depth: list[int]) -> tuple[LiveGauges, Timers]:
    timers = Timers()

    def state(team_id: str, now: datetime) -> QueueState:
        return QueueState(team_id, depth[0], False, now - timedelta(minutes=2), 3, 7)

    return LiveGauges(world.topics, world.sockets, LiveRows(Desk(world.client, "live")), timers, state), timers


def moved(team: str | None, **data: Any) -> dict[str, Any]:
    return {"aggregate": {"kind": "conversation"}, "data": data, "snapshot": {"team_id": team}}


def told(world: World) -> list[tuple[str, int]]:
    return [(frame["team_id"], frame["depth"]) for _, frame in world.sockets.frames if frame["type"] == "gauges"]


def test_a_queue_nobody_watches_sets_no_timer(world: World) -> None:
    made, timers = gauges(world, [1])
    made.react(moved("team_1"), world.now)
    assert timers.set_ == []


def test_many_changes_within_five_seconds_are_one_frame_with_the_last(world: World) -> None:
    world.follow(world.connect(ANA), "team:team_1")
    depth = [1]
    made, timers = gauges(world, depth)
    for _ in range(20):
        made.react(moved("team_1"), world.now)
        depth[0] += 1
        world.pass_(milliseconds=100)

    ((team, epoch, due_at),) = timers.set_
    assert due_at - world.now <= timedelta(seconds=5)
    made.due(team, epoch, due_at)
    assert told(world) == [("team_1", 21)]

    world.pass_(seconds=6)
    made.react(moved("team_1"), world.now)
    assert len(timers.set_) == 2


def test_a_move_touches_both_queues_and_no_team_is_the_fallback(world: World) -> None:
    world.say(world.connect(ANA), action="follow", topics=["team:team_1", "team:fallback"])
    made, timers = gauges(world, [0])
    made.react(moved("team_1", previous_team_id=None), world.now)
    assert [team for team, _, _ in timers.set_] == ["team_1", "fallback"]


def test_an_agents_event_is_no_queues(world: World) -> None:
    made, timers = gauges(world, [0])
    made.react({"aggregate": {"kind": "agent"}, "data": {}, "snapshot": {"id": "agt_1"}}, world.now)
    assert timers.set_ == []
