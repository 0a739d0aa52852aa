"""Who looks, who types, who holds the composer: told to who looks too, kept nowhere for long, and never to customers by
mistake."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import convert

from chalicelib.api import live_schemas
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.viewing import REFRESH_AFTER, VIEWING_FOR
from chalicelib.services.looking import Looking
from tests.services.live_world import ANA, BO, CASE, SUE
from tests.services.viewed import VISITOR, Pushed, Room, names


@pytest.fixture
def room() -> Room:
    return Room()


# --- viewing


def test_agents_see_each_other_when_they_look_at_one_conversation(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    assert names(room.does(ana, "view")["viewers"]) == ["Ana"]
    room.pass_(seconds=1)
    told = room.does(bo, "view", request="7")

    assert (told["type"], told["request"], told["lock"]) == ("viewing", "7", None)
    assert names(told["viewers"]) == ["Ana", "Bo"]
    (frame,) = room.seen(ana, "viewers")
    assert (frame["topic"], names(frame["viewers"])) == (CASE, ["Ana", "Bo"])
    assert frame["viewers"][1] == {
        "id": BO.id,
        "name": "Bo",
        "since": room.now.isoformat(),
        "until": (room.now + VIEWING_FOR).isoformat(),
        "composing": None,
    }


def test_who_looks_at_another_conversation_has_left_the_first(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    room.does(ana, "view")
    room.does(bo, "view", "cnv_2")
    room.does(ana, "view", "cnv_2")

    assert room.rooms.room("cnv_1").wire(room.now)["viewers"] == []
    assert names(room.rooms.room("cnv_2").wire(room.now)["viewers"]) == ["Ana", "Bo"]
    assert room.seen(bo, "viewers")[-1]["viewers"] == []

    answer = room.does(ana, "view", None)
    assert answer == {"type": "viewing", "conversation_id": None, "viewers": [], "lock": None}
    assert names(room.rooms.room("cnv_2").wire(room.now)["viewers"]) == ["Bo"]


def test_an_agent_with_two_windows_is_one_viewer_until_both_are_closed(room: Room) -> None:
    one, other, bo = room.follower(ANA), room.follower(ANA), room.follower(BO)
    room.does(one, "view")
    room.does(other, "view")
    assert names(room.rooms.room("cnv_1").wire(room.now)["viewers"]) == ["Ana"]

    room.close(one)
    assert names(room.seen(bo, "viewers")[-1]["viewers"]) == ["Ana"]
    room.close(other)
    assert room.seen(bo, "viewers")[-1]["viewers"] == []


def test_pings_keep_a_viewer_and_silence_ends_it(room: Room) -> None:
    ana = room.follower(ANA)
    since = room.does(ana, "view")["viewers"][0]["since"]
    for _ in range(6):
        room.pass_(seconds=30)
        room.say(ana, action="ping", seqs={})
    (viewer,) = room.rooms.room("cnv_1").wire(room.now)["viewers"]
    assert viewer["since"] == since

    looking = Looking(room.rooms)
    assert looking.at(ANA.id, "cnv_1", room.now)
    assert not looking.at(BO.id, "cnv_1", room.now)
    assert not looking.at(ANA.id, "cnv_2", room.now)
    room.pass_(seconds=VIEWING_FOR.total_seconds())
    assert not looking.at(ANA.id, "cnv_1", room.now)
    assert room.rooms.room("cnv_1").wire(room.now)["viewers"] == []


def test_a_viewer_who_slept_is_there_again_with_the_next_ping(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    room.does(ana, "view")
    room.pass_(minutes=20)
    room.say(ana, action="ping", seqs={})

    assert names(room.seen(bo, "viewers")[-1]["viewers"]) == ["Ana"]


def test_a_ping_writes_nothing_for_a_viewer_who_was_seen_just_now(room: Room) -> None:
    ana = room.follower(ANA)
    room.does(ana, "view")
    room.pass_(seconds=REFRESH_AFTER.total_seconds() - 1)
    before = len(room.table.stream)
    room.say(ana, action="ping", seqs={})
    assert len(room.table.stream) == before

    room.pass_(seconds=1)
    room.say(ana, action="ping", seqs={})
    assert len(room.table.stream) == before + 1


def test_a_ping_is_answered_when_what_is_viewed_cannot_be_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = room.follower(ANA)
    room.does(ana, "view")

    def fail(_connection: str) -> None:
        raise StoreUnavailable("not now")

    monkeypatch.setattr(room.rooms, "viewed", fail)
    assert room.say(ana, action="ping", seqs={})["type"] == "pong"


def test_a_ping_is_a_sign_of_life_of_agents_alone_and_a_closed_socket_is_none(room: Room) -> None:
    ana, visitor = room.follower(ANA), room.connect(VISITOR)
    room.say(ana, action="ping", seqs={})
    room.say(visitor, action="ping", seqs={})
    room.close(ana)

    assert room.alive == [ANA.id]


def test_everybody_else_is_told_when_one_socket_is_gone_or_slow(room: Room) -> None:
    ana, bo, sue = room.follower(ANA), room.follower(BO), room.follower(SUE)
    room.sockets.late.add(sue)
    room.cut(bo)
    other = room.follower(BO)
    room.does(ana, "view")

    assert len(room.seen(other, "viewers")) == 1
    assert room.store.socket(bo) is None
    assert room.store.socket(sue) is not None


# --- typing


def test_a_reply_is_told_to_the_customer_and_to_who_looks(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    answer = room.does(ana, "typing", on=True, composing="reply")

    assert (answer["type"], answer["lock"]["id"]) == ("lock", ANA.id)
    assert room.told == [(ANA.id, "cnv_1", True)]
    (frame,) = room.seen(bo, "typing")
    assert frame == {
        "type": "typing",
        "topic": CASE,
        "conversation_id": "cnv_1",
        "who": {"kind": "agent", "id": ANA.id, "name": "Ana"},
        "composing": "reply",
        "until": (room.now + timedelta(seconds=6)).isoformat(),
    }
    assert room.seen(ana, "typing") == []
    assert room.rooms.room("cnv_1").wire(room.now)["viewers"][0]["composing"] == "reply"

    assert room.does(ana, "typing", on=False) is None
    assert room.told[-1] == (ANA.id, "cnv_1", False)
    assert room.seen(bo, "typing")[-1]["until"] == room.now.isoformat()
    assert room.seen(bo, "lock")[-1]["lock"] is None


def test_a_note_is_told_to_colleagues_and_never_to_the_customer(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    for _ in range(4):
        assert room.does(ana, "typing", on=True, composing="note") is None
        room.pass_(seconds=3)
    room.does(ana, "typing", on=False, composing="note")
    room.does(ana, "typing", on=False, composing="reply")

    assert {frame["composing"] for frame in room.seen(bo, "typing")} == {"note"}
    assert room.told == []
    assert room.seen(bo, "lock") == []
    assert room.rooms.lock("cnv_1") is None


def test_typing_is_passed_on_at_its_pace_when_a_client_says_every_key(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    for _ in range(100):
        room.does(ana, "typing", on=True)
        room.pass_(seconds=0.1)

    assert len(room.seen(bo, "typing")) == 5
    assert len(room.told) == 2


def test_frames_are_as_they_are_written_down(room: Room) -> None:
    ana, bo, sue = room.follower(ANA), room.follower(BO), room.follower(SUE)
    answers = [
        *(
            room.does(bo, "view"),
            room.does(ana, "typing", on=True),
            room.does(bo, "view", None),
            room.does(sue, "take"),
        ),
        room.does(sue, "view"),
    ]
    room.does(sue, "typing", on=False)
    assert all(convert(answer, live_schemas.Viewing | live_schemas.Lock) for answer in answers)
    assert {frame["type"] for _, frame in room.sockets.frames} == {"viewers", "typing", "lock"}
    assert all(convert(frame, Pushed) for _, frame in room.sockets.frames)


def test_typing_leaves_no_entry_and_no_number(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    before = room.topics.newest(CASE)
    room.does(ana, "typing", on=True)

    assert room.topics.newest(CASE) == before
    assert room.say(bo, action="ping", seqs={CASE: before})["heads"] == {CASE: before}


def test_colleagues_are_told_when_the_customer_cannot_be(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    room.fails = True

    assert room.does(ana, "typing", on=True)["type"] == "lock"
    assert len(room.seen(bo, "typing")) == 1


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ({"action": "typing"}, "conversation_id"),
        ({"action": "typing", "conversation_id": ["cnv_1"]}, "conversation_id"),
        ({"action": "typing", "conversation_id": "cnv 1#"}, "conversation_id"),
        ({"action": "typing", "conversation_id": "cnv_1", "on": 1}, "on"),
        ({"action": "typing", "conversation_id": "cnv_1", "composing": "mail"}, "composing"),
        ({"action": "typing", "conversation_id": "cnv_1", "composing": {}}, "composing"),
        ({"action": "view"}, "conversation_id"),
        ({"action": "view", "conversation_id": ""}, "conversation_id"),
        ({"action": "view", "conversation_id": "x" * 201}, "conversation_id"),
        ({"action": "take", "conversation_id": 7}, "conversation_id"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused_by_its_field(room: Room, frame: dict[str, Any], field: str) -> None:
    sue = room.follower(SUE)
    before = len(room.table.stream)
    answer = room.say(sue, **frame)

    assert (answer["type"], answer["code"], answer["field"]) == ("error", "invalid_input", field)
    assert (len(room.table.stream), room.told) == (before, [])


@pytest.mark.parametrize("action", ["view", "typing", "take"])
def test_a_visitor_can_neither_look_nor_type_as_an_agent(room: Room, action: str) -> None:
    bo, visitor = room.follower(BO), room.connect(VISITOR)
    answer = room.does(visitor, action)

    assert (answer["type"], answer["code"]) == ("error", "not_permitted")
    assert (room.sockets.of(bo), room.told) == ([], [])
    assert room.rooms.room("cnv_1").viewers == ()
