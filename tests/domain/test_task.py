"""Tasks: each of their times is told once, however timers come; checklists keep who did what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.checklist import MAX_POINTS, Point, Wanted, arranged, ticked
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.task import (
    DUE,
    REMINDER,
    Task,
    TaskKind,
    TaskState,
    come_due,
    conversation_of,
    may_see,
    moved,
    next_time,
    task_id,
)
from tests.domain.values import identifiers, texts

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TASK = Task("tsk_1", "Call Bob", "agt_a", "agt_b", AT, "d", "cnv_1", due_at=AT + 2 * HOUR, remind_at=AT + HOUR)


@given(st.none() | identifiers("cnv"), texts, texts)
def test_a_tasks_id_tells_its_conversation(conversation: str | None, one: str, other: str) -> None:
    made = task_id(conversation, one)
    assert conversation_of(made) == conversation
    assert (made == task_id(conversation, other)) is (one == other)


@pytest.mark.parametrize("text", ["tsk_", "tsk_0", "tsk_0000", "x"])
def test_what_is_short_names_no_conversation(text: str) -> None:
    assert conversation_of(text) is None


def test_each_time_is_told_once_and_at_its_time() -> None:
    assert next_time(TASK) == AT + HOUR
    assert come_due(TASK, AT + HOUR - timedelta(milliseconds=1)) is None
    reminded = come_due(TASK, AT + HOUR)
    assert reminded is not None
    task, reason = reminded
    assert (reason, next_time(task), task.version) == (REMINDER, AT + 2 * HOUR, 2)
    assert come_due(task, AT + HOUR) is None
    due = come_due(task, AT + 3 * HOUR)
    assert due is not None
    assert (due[1], next_time(due[0]), come_due(due[0], AT + 9 * HOUR)) == (DUE, None, None)


def test_of_two_times_that_have_passed_only_that_it_is_due_is_told() -> None:
    late = come_due(TASK, AT + 5 * HOUR)
    assert late is not None
    assert (late[1], next_time(late[0])) == (DUE, None)


def test_what_was_put_off_is_told_again_and_what_is_over_is_not() -> None:
    told = come_due(TASK, AT + 5 * HOUR)
    assert told is not None
    later = replace(told[0], due_at=AT + 8 * HOUR)
    assert next_time(later) == AT + 8 * HOUR
    for state in (TaskState.DONE, TaskState.CANCELLED):
        over = moved(later, state, "agt_a", AT)
        assert (next_time(over), over.ended_by, over.ended_at) == (None, "agt_a", AT)
        again = moved(over, TaskState.OPEN, "agt_a", AT)
        assert (next_time(again), again.ended_at) == (AT + 8 * HOUR, None)


hours = st.none() | st.integers(1, 6).map(lambda n: AT + n * HOUR)


@settings(max_examples=60)
@given(hours, hours, st.lists(st.integers(0, 9), max_size=12))
def test_timers_that_come_late_or_twice_tell_nothing_twice(
    due: datetime | None, remind: datetime | None, calls: list[int]
) -> None:
    task, told = replace(TASK, due_at=due, remind_at=remind), list[str]()
    for hour in sorted(calls):
        for _ in range(2):
            come = come_due(task, AT + hour * HOUR)
            if come is not None:
                task, reason = come
                told.append(reason)
    last = AT + max(calls, default=0) * HOUR
    assert told.count(DUE) == (due is not None and due <= last)
    assert told.count(REMINDER) <= (remind is not None and remind <= last)
    assert (next_time(task) or last + HOUR) > last


@pytest.mark.parametrize(
    ("task", "seen_by"),
    [
        (TASK, {"agt_a", "agt_b", "agt_c", "agt_s"}),
        (replace(TASK, conversation_id=None), {"agt_a", "agt_b", "agt_s"}),
        (replace(TASK, kind=TaskKind.REMINDER), {"agt_a", "agt_b", "agt_s"}),
    ],
)
def test_who_sees_a_task(task: Task, seen_by: set[str]) -> None:
    people = [Principal("agent", f"agt_{name}", name, Role.AGENT) for name in "abc"]
    people.append(Principal("agent", "agt_s", "s", Role.SUPERVISOR))
    assert {each.id for each in people if may_see(task, each)} == seen_by


# Checklists.


def points(*texts_: str) -> tuple[Point, ...]:
    return arranged((), [Wanted(text) for text in texts_], "seed", "agt_a", AT)


def test_points_are_added_moved_reworded_and_taken_out() -> None:
    one, two, three = points(" Ask ", "Refund", "Write")
    assert (one.text, len({one.id, two.id, three.id})) == ("Ask", 3)
    done = ticked((one, two, three), two.id, True, "agt_b", AT + HOUR)
    wanted = [Wanted("New"), Wanted("Refund it", two.id, True), Wanted("Ask", one.id, True)]
    now = arranged(done, wanted, "later", "agt_c", AT + 2 * HOUR)
    assert [point.text for point in now] == ["New", "Refund it", "Ask"]
    assert now[0].id not in {one.id, two.id, three.id}
    # Who did it first is kept.
    assert [(point.by, point.at) for point in now] == [(None, None), ("agt_b", AT + HOUR), ("agt_c", AT + 2 * HOUR)]
    undone = ticked(now, two.id, False, "agt_a", AT)
    assert (undone[1].done, undone[1].by, undone[1].at) == (False, None, None)


def test_the_same_tick_changes_nothing() -> None:
    done = ticked(points("Ask"), points("Ask")[0].id, True, "agt_a", AT)
    assert ticked(done, done[0].id, True, "agt_b", AT + HOUR) == done


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ([Wanted("x", "pt_unknown")], "checklist[0].id"),
        ([Wanted("x"), Wanted("   ")], "checklist[1].text"),
        ([Wanted("x" * 301)], "checklist[0].text"),
        ([Wanted("x")] * (MAX_POINTS + 1), "checklist"),
    ],
)
def test_what_is_wrong_with_a_checklist_is_named(wanted: list[Wanted], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        arranged(points("Ask"), wanted, "later", "agt_a", AT)
    assert refused.value.field == field


def test_no_point_is_named_twice_and_no_other_is_ticked() -> None:
    (one,) = points("Ask")
    with pytest.raises(InvalidInput, match="once"):
        arranged((one,), [Wanted("a", one.id), Wanted("b", one.id)], "later", "agt_a", AT)
    with pytest.raises(InvalidInput):
        ticked((one,), "pt_other", True, "agt_a", AT)
