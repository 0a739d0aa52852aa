"""A supervisor takes over and gives back: at once, with the units it takes, and to who had it where they have room."""

import pytest

from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.presence import Intent
from chalicelib.services import assignment
from tests.services.test_escalation import NAME, SUE, Place


def test_a_supervisor_has_it_at_once_whatever_they_hold() -> None:
    here = Place()
    for number in range(2, 5):
        here.floor.opens(f"cnv_{number:04d}", team="team_none")
        assignment.assign(here.floor.desk, SUE, f"cnv_{number:04d}", assignment.Wish("sue", None), here.floor.now)
    assert here.floor.workload("sue").used == 6
    after = here.take_over.take(SUE, NAME, "Asked for a manager", here.floor.now)
    assert (after.assignee_id, after.weight) == ("sue", 2)
    assert (here.floor.workload("sue").used, here.floor.workload("ana").used) == (8, 0)
    taken = here.found().taken_over
    assert taken is not None and (taken.by, taken.previous) == ("sue", "ana")
    (line,) = here.notes()
    assert line.facts == {
        "type": "conversation.taken_over",
        "previous_assignee_id": "ana",
        "assignee_id": "sue",
        "team_id": "team_1",
        "reason": "Asked for a manager",
    }
    with pytest.raises(TransitionRefused):
        here.take_over.take(SUE, NAME, "again", here.floor.now)


def test_it_goes_back_to_who_had_it_where_they_have_room() -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    after = here.take_over.give_back(SUE, NAME, "Solved", here.floor.now)
    assert (after.assignee_id, after.weight) == ("ana", 2)
    assert (here.floor.workload("sue").used, here.floor.workload("ana").used) == (0, 2)
    assert here.found().taken_over is None
    assert "conversation.given_back" in {line.facts["type"] for line in here.notes()}


@pytest.mark.parametrize("intent", [Intent.ONLINE, Intent.OFFLINE])
def test_it_waits_where_they_are_gone_or_full(intent: Intent) -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    for number in range(2, 5):
        here.floor.opens(f"cnv_{number:04d}", team="team_none")
        assignment.assign(here.floor.desk, SUE, f"cnv_{number:04d}", assignment.Wish("ana", None), here.floor.now)
    here.floor.choose("ana", intent)
    assert here.floor.workload("ana").used == 6
    after = here.take_over.give_back(SUE, NAME, "", here.floor.now)
    assert after.assignee_id is None
    entry = here.floor.store.entry(NAME)
    assert entry is not None and entry.waits and (entry.reason, entry.sticky_id) == ("given back", "ana")
    assert here.floor.workload("sue").used == 0


def test_what_was_waiting_is_taken_out_of_its_queue_and_goes_back_to_it() -> None:
    here = Place()
    here.floor.choose("ana", Intent.AWAY)
    here.floor.opens("cnv_0002")
    here.take_over.take(SUE, "cnv_0002", "r", here.floor.now)
    assert [entry.conversation_id for entry in here.floor.waiting()] == []
    here.take_over.give_back(SUE, "cnv_0002", "", here.floor.now)
    assert [entry.conversation_id for entry in here.floor.waiting()] == ["cnv_0002"]


def test_only_what_is_taken_over_is_given_back() -> None:
    here = Place()
    with pytest.raises(TransitionRefused):
        here.take_over.give_back(SUE, NAME, "", here.floor.now)
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    # Given to somebody else, it is taken over no longer: nor when it comes back by other ways.
    assignment.assign(here.floor.desk, SUE, NAME, assignment.Wish("eve", "team_2"), here.floor.now)
    assignment.assign(here.floor.desk, SUE, NAME, assignment.Wish("sue", "team_2"), here.floor.now)
    assert here.found().taken_over is None
    with pytest.raises(TransitionRefused):
        here.take_over.give_back(SUE, NAME, "", here.floor.now)


def test_what_is_resolved_is_not_taken_over_and_needs_no_room_to_go_back() -> None:
    here = Place()
    here.take_over.take(SUE, NAME, "r", here.floor.now)
    here.floor.moves(NAME, Status.RESOLVED)
    here.floor.choose("ana", Intent.OFFLINE)
    after = here.take_over.give_back(SUE, NAME, "", here.floor.now)
    assert (after.assignee_id, after.weight) == ("ana", 0)
    with pytest.raises(TransitionRefused):
        here.take_over.take(SUE, NAME, "r", here.floor.now)
