"""What was put aside and is taken up again at once stays with its agent, who need not be there."""

from datetime import timedelta

import pytest

from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import CapacityExceeded
from chalicelib.domain.presence import Intent
from chalicelib.domain.routing_policy import Mode
from chalicelib.services import assignment
from chalicelib.services import desk as desk_service
from tests.services.room import Room, who


class Shared(Room):
    """Ana has a conversation and is not there any more; Ben is, and has room."""

    def __init__(self) -> None:
        super().__init__(Mode.DIRECT)
        self.agent("ana", 5, ("team_1",), {})
        self.choose("ana", Intent.ONLINE)
        self.opens("cnv_0001")
        self.agent("ben", 5, ("team_1",), {})
        self.choose("ben", Intent.ONLINE)
        self.choose("ana", Intent.OFFLINE)

    def becomes(self, status: Status, *, keeps: bool = False) -> None:
        self.now += timedelta(seconds=2)
        until = self.now + timedelta(hours=1) if status is Status.SNOOZED else None
        units = assignment.keeping(self.desk) if keeps else None
        desk_service.set_status(self.desk, who("ana"), "cnv_0001", status, self.now, snoozed_until=until, units=units)
        self.settle()

    def owner(self) -> tuple[str | None, Status, int]:
        found = self.conversation("cnv_0001")
        return found.assignee_id, found.status, found.weight


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.mark.parametrize("aside", [Status.SNOOZED, Status.RESOLVED])
def test_undoing_keeps_the_owner_who_is_not_there(shared: Shared, aside: Status) -> None:
    before = shared.owner()
    assert before[0] == "ana" and before[2] > 0
    shared.becomes(aside)
    assert (shared.owner(), shared.workload("ana").used) == (("ana", aside, 0), 0)

    shared.becomes(Status.OPEN, keeps=True)

    assert shared.owner() == before
    assert (shared.workload("ana").used, shared.workload("ben").used) == (before[2], 0)


def test_opening_without_that_finds_somebody_who_is_there(shared: Shared) -> None:
    shared.becomes(Status.SNOOZED)
    shared.becomes(Status.OPEN)

    assert shared.owner()[0] == "ben"


def test_one_that_is_pending_again_holds_its_units(shared: Shared) -> None:
    weight = shared.owner()[2]
    shared.becomes(Status.PENDING)
    shared.becomes(Status.SNOOZED)
    shared.becomes(Status.PENDING, keeps=True)

    assert shared.owner() == ("ana", Status.PENDING, weight)
    shared.becomes(Status.OPEN)
    assert shared.owner() == ("ana", Status.OPEN, weight)


def test_who_has_no_room_any_more_is_not_given_too_much(shared: Shared) -> None:
    shared.becomes(Status.SNOOZED)
    for name in ("cnv_0002", "cnv_0003"):
        shared.opens(name)
        wish = assignment.Wish("ana", "team_1")
        if shared.conversation(name).assignee_id != "ana":
            assignment.assign(shared.desk, who("ana"), name, wish, shared.now)
            shared.settle()

    with pytest.raises(CapacityExceeded):
        shared.becomes(Status.OPEN, keeps=True)

    assert shared.owner()[:2] == ("ana", Status.SNOOZED)
