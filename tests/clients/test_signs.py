"""Frames that pass, as the services really push them, against the AsyncAPI document: all that is in them is written
down there, and all that is written down is in them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.live import Live as LiveRows
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conversation import Leg, LegHead, Status
from chalicelib.domain.expected_wait import Expected
from chalicelib.domain.live_topics import visitor_topic
from chalicelib.domain.typing_signs import TYPING_FOR, agent_typing, contact_typing
from chalicelib.services.board import QueueState
from chalicelib.services.gauges import Gauged
from chalicelib.services.live_gauges import LiveGauges
from chalicelib.services.live_typing import TypingRelay
from tests.clients.schema import document, fault_of
from tests.services.live_world import ANA, BO, CASE, SUE, said
from tests.services.viewed import VISITOR, Room


@pytest.fixture
def room() -> Room:
    return Room()


def faults(frames: list[dict[str, Any]]) -> list[str]:
    return [fault for frame in frames for fault in (fault_of(frame), *_unknown(frame)) if fault]


def _unknown(frame: Mapping[str, Any]) -> Iterator[str]:
    """Clients leave alone what they do not know; nothing is told that they cannot know."""
    described = {
        name
        for schema in document()["components"]["schemas"].values()
        if schema.get("properties", {}).get("type", {}).get("enum") == [frame["type"]]
        for name in schema["properties"]
    }
    yield from (f"{frame['type']}: {name} is not described" for name in frame.keys() - described)


def pushed(room: Room) -> list[dict[str, Any]]:
    return [frame for _, frame in room.sockets.frames]


def test_looking_typing_and_holding_are_told_as_they_are_described(room: Room) -> None:
    ana, bo, sue = room.follower(ANA), room.follower(BO), room.follower(SUE)
    answers = [
        room.does(bo, "view", request="1"),
        room.does(ana, "typing", on=True, request="2"),
        room.does(sue, "take", request="3"),
        room.does(bo, "view"),
        room.does(bo, "view", None),
    ]
    room.does(ana, "typing", on=False)
    room.does(sue, "typing", composing="note")
    room.close(sue)

    assert [frame["type"] for frame in answers] == ["viewing", "lock", "lock", "viewing", "viewing"]
    assert answers[3]["lock"]["id"] == SUE.id and len(answers[3]["viewers"]) == 2
    assert {frame["type"] for frame in pushed(room)} == {"viewers", "typing", "lock"}
    assert {frame["composing"] for frame in room.seen(bo, "typing")} == {"reply", "note"}
    assert faults(answers + pushed(room)) == []


def test_customers_and_visitors_are_told_of_typing_as_it_is_described(room: Room) -> None:
    head = LegHead(VISITOR.id, "ibx_1", "web_chat", "v", "idn_1", "con_1", "cnv_1", 1, Status.OPEN, room.now)
    leg = Leg(head.id, head.inbox_id, head.channel, head.address, "msg_1", "msg_1")
    room.follower(ANA)
    visitor = room.connect(VISITOR)
    room.follow(visitor, visitor_topic(VISITOR.id))
    relay = TypingRelay(room.passing, lambda _: None)
    until = room.now + TYPING_FOR

    assert relay.relay(contact_typing(head, until, room.now), room.now) == 1
    sign = agent_typing(BO, "cnv_1", leg, until, room.now, told=False)
    assert relay.relay(sign, room.now) == 2
    assert {frame["who"]["kind"] for frame in pushed(room)} == {"contact", "agent"}
    assert room.seen(visitor, "typing")[0].keys() == {"type", "topic", "who", "until"}
    assert faults(pushed(room)) == []


@pytest.mark.parametrize("gauged", [Gauged(), Gauged({1: 0.5, 5: 1.25}, Expected(60, 240, 12), 3)])
@pytest.mark.parametrize("team", ["team_1", "fallback"])
def test_gauges_are_pushed_as_they_are_described(room: Room, gauged: Gauged, team: str) -> None:
    room.follower(ANA, f"team:{team}")
    waiting = room.now - timedelta(minutes=2) if gauged.left_today else None
    state = QueueState(team, 4, False, waiting, 3, 7, waiting is None, gauged)
    timers: Any = None
    rows = LiveRows(Desk(room.client, "live"))
    LiveGauges(room.topics, room.sockets, rows, timers, lambda _team, _now: state).due(team, 1, room.now)

    (frame,) = pushed(room)
    assert (frame["type"], frame["topic"], frame["depth"]) == ("gauges", f"team:{team}", 4)
    assert faults([frame]) == []


def test_entries_and_heads_are_pushed_as_they_are_described(room: Room) -> None:
    room.follower(ANA)
    room.tell(said("a"))
    room.tell(said("x" * 130_000))

    assert [frame["type"] for frame in pushed(room)] == ["entries", "heads"]
    assert faults(pushed(room)) == []
    assert pushed(room)[1]["heads"].keys() == {CASE}


def test_what_is_not_described_is_seen() -> None:
    assert faults([{"type": "heads", "heads": {"desk": 1}, "more": 1}]) == ["heads: more is not described"]
