"""Who holds the composer: one agent at a time, not for long, and nobody is hindered."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.agent import Principal
from chalicelib.domain.viewing import LOCK_FOR, Lock
from tests.services.live_world import ANA, BO, CASE, SUE
from tests.services.viewed import Room, names


@pytest.fixture
def room() -> Room:
    return Room()


def test_who_types_first_holds_the_composer_and_the_other_is_told(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    room.does(ana, "typing", on=True)
    room.pass_(seconds=3)
    answer = room.does(bo, "typing", on=True)

    assert answer["lock"]["id"] == ANA.id
    assert [frame["lock"]["id"] for frame in room.seen(bo, "lock")] == [ANA.id]
    # It hinders nobody: Bo's typing is told, too.
    assert room.told[-1] == (BO.id, "cnv_1", True)
    assert room.does(bo, "view")["lock"]["id"] == ANA.id


def test_one_of_two_who_begin_at_once_holds_the_composer(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both saw it free."""
    ana, bo = room.follower(ANA), room.follower(BO)
    seen = iter([None])
    real = room.rooms.lock
    monkeypatch.setattr(room.rooms, "lock", lambda conversation_id: next(seen, real(conversation_id)))
    room.rooms.take("cnv_1", Lock(ANA.id, "Ana", ana, room.now, room.now + LOCK_FOR), room.now)

    assert room.does(bo, "typing", on=True)["lock"]["id"] == ANA.id
    assert room.seen(ana, "lock") == []


def test_the_lock_is_renewed_by_typing_and_runs_out_without(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    since = room.does(ana, "typing", on=True)["lock"]["since"]
    for _ in range(10):
        room.pass_(seconds=3)
        lock = room.does(ana, "typing", on=True)["lock"]
    assert (lock["id"], lock["since"]) == (ANA.id, since)

    room.pass_(seconds=LOCK_FOR.total_seconds())
    assert room.does(bo, "typing", on=True)["lock"]["id"] == BO.id
    assert room.seen(ana, "lock")[-1]["lock"]["id"] == BO.id


def test_the_lock_is_free_when_its_holder_has_sent_or_closed(room: Room) -> None:
    ana, bo = room.follower(ANA), room.follower(BO)
    room.does(ana, "typing", on=True)
    assert not room.lock.free("cnv_1", BO.id, room.now)
    assert room.lock.free("cnv_1", ANA.id, room.now)
    assert room.seen(bo, "lock")[-1] == {"type": "lock", "topic": CASE, "lock": None}
    assert not room.lock.free("cnv_1", ANA.id, room.now)

    room.does(bo, "typing", on=True)
    room.close(bo)
    assert room.rooms.lock("cnv_1") is None
    assert (room.seen(ana, "viewers")[-1]["lock"], names(room.seen(ana, "viewers")[-1]["viewers"])) == (None, ["Ana"])


def test_a_window_that_closes_does_not_free_what_the_other_one_holds(room: Room) -> None:
    one, other = room.follower(ANA), room.follower(ANA)
    room.does(one, "view")
    room.does(other, "typing", on=True)
    room.close(one)

    held = room.rooms.lock("cnv_1")
    assert held is not None
    assert held.connection_id == other


def test_only_a_supervisor_takes_the_composer_from_somebody(room: Room) -> None:
    ana, bo, sue = room.follower(ANA), room.follower(BO), room.follower(SUE)
    room.does(ana, "typing", on=True)
    refused = room.does(bo, "take")
    assert (refused["code"], refused["field"]) == ("not_permitted", "action")

    assert room.does(sue, "take")["lock"]["id"] == SUE.id
    assert room.seen(ana, "lock")[-1]["lock"]["id"] == SUE.id
    room.pass_(seconds=3)
    assert room.does(ana, "typing", on=True)["lock"]["id"] == SUE.id


class LockMachine(RuleBasedStateMachine):
    """Whoever does what: nobody loses the composer to another agent before its time but to a supervisor."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self.who = {person.id: person for person in (ANA, BO, SUE)}
        self.sockets = [self.room.connect(person) for person in (ANA, ANA, BO, SUE)]
        self.held: Lock | None = None

    def owner(self, socket: int) -> Principal:
        return self.room.socket(self.sockets[socket]).principal

    @rule(socket=st.integers(0, 3))
    def types(self, socket: int) -> None:
        me, now = self.owner(socket).id, self.room.now
        lock = self.room.lock.hold(self.room.socket(self.sockets[socket]), "cnv_1", now)
        if self.held is not None and self.held.holds(now) and self.held.agent_id != me:
            assert lock.agent_id == self.held.agent_id
        else:
            assert lock.agent_id == me
            assert lock.until > now
            self.held = lock

    @rule()
    def takes(self) -> None:
        self.room.does(self.sockets[3], "take")
        self.held = Lock(SUE.id, "Sue", self.sockets[3], self.room.now, self.room.now + LOCK_FOR)

    @precondition(lambda self: self.held is not None)
    @rule(who=st.sampled_from([ANA.id, BO.id, SUE.id]))
    def sends(self, who: str) -> None:
        assert self.held is not None
        freed = self.room.lock.free("cnv_1", who, self.room.now)
        assert freed is (self.held.agent_id == who)
        if freed:
            self.held = None

    @rule(seconds=st.sampled_from([1, 6, 14, 15, 40]))
    def time_passes(self, seconds: int) -> None:
        self.room.pass_(seconds=seconds)

    @invariant()
    def the_store_knows_who_holds_it(self) -> None:
        stored, now = self.room.rooms.lock("cnv_1"), self.room.now
        held = self.held is not None and self.held.holds(now)
        assert (stored is not None and stored.holds(now)) is held
        if held:
            assert stored is not None and self.held is not None
            assert (stored.agent_id, stored.until >= self.held.until) == (self.held.agent_id, True)


TestLockMachine = LockMachine.TestCase
TestLockMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
