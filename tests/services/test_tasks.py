"""Tasks over the real store: made once, changed by who has read them, and told of once when they are due, however their
timers come and whatever fails."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.checklist import Wanted
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationIsMerged,
    ConversationNotFound,
    InvalidInput,
    NotPermitted,
    StoreUnavailable,
    TaskNotFound,
    TasksTooMany,
    VersionConflict,
)
from chalicelib.domain.task import MAX_OPEN, Task, TaskKind, TaskState
from chalicelib.services.tasks import NewTask
from tests.services.together import ANA, BEN, CAT, CNV, GONE, REFUNDS, START, SUE, Together

HOUR = timedelta(hours=1)


@pytest.fixture
def here() -> Together:
    return Together()


def make(here: Together, who: Principal = ANA, seed: str = "t1", **more: Any) -> Task:
    about = {"title": "Call Bob", "conversation_id": CNV, **more}
    return here.tasks(who).create(NewTask(seed=seed, **about))


def remind(here: Together, at: datetime, who: Principal = ANA, **more: Any) -> Task:
    return make(here, who, kind=TaskKind.REMINDER, due_at=at, **more)


# Making and changing.


def test_a_task_is_made_once_when_it_is_sent_twice(here: Together) -> None:
    points = (Wanted("Ask", done=True), Wanted("Refund"))
    made = make(here, owner_id=BEN.id, due_at=START + HOUR, checklist=points)
    here.pass_(minutes=1)
    assert make(here, owner_id=BEN.id, due_at=START + HOUR, checklist=points) == made
    assert [(point.text, point.by) for point in made.checklist] == [("Ask", ANA.id), ("Refund", None)]
    assert here.tasks(CAT).get(made.id) == made
    assert len(here.told("task.created")) == 1
    with pytest.raises(ClientIdReused):
        make(here, owner_id=BEN.id, title="Call Alice")
    # Another author's own id is another's.
    assert make(here, CAT).id != made.id


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_task_is_there_once_when_its_write_fails(here: Together, how: str) -> None:
    here.client.fails = lambda name: how if name == "transact_write_items" else None
    with pytest.raises(StoreUnavailable):
        make(here)
    here.client.fails = lambda _name: None
    made = make(here)
    assert here.tasks().of(CNV) == [made]
    assert len(here.told("task.created")) == 1


@pytest.mark.parametrize(
    ("more", "refusal", "field"),
    [
        ({"title": "  "}, InvalidInput, "title"),
        ({"title": "x" * 301}, InvalidInput, "title"),
        ({"due_at": START}, InvalidInput, "due_at"),
        ({"remind_at": START - HOUR}, InvalidInput, "remind_at"),
        ({"due_at": START + timedelta(days=800)}, InvalidInput, "due_at"),
        ({"owner_id": GONE}, InvalidInput, "owner_id"),
        ({"owner_id": "agt_0nbdy"}, InvalidInput, "owner_id"),
        ({"owner_id": "team_0nthng"}, InvalidInput, "owner_id"),
        ({"wakes": True}, InvalidInput, "wakes"),
        ({"conversation_id": None, "due_at": START + HOUR, "wakes": True}, InvalidInput, "wakes"),
        ({"conversation_id": None, "owner_id": REFUNDS}, InvalidInput, "owner_id"),
        ({"conversation_id": None, "owner_id": BEN.id}, NotPermitted, "owner_id"),
        ({"kind": TaskKind.REMINDER}, InvalidInput, "due_at"),
        ({"kind": TaskKind.REMINDER, "owner_id": BEN.id, "due_at": START + HOUR}, InvalidInput, "owner_id"),
        ({"conversation_id": "cnv_0404"}, ConversationNotFound, None),
        ({"checklist": (Wanted("x", "pt_1"),)}, InvalidInput, "checklist[0].id"),
    ],
)
def test_what_is_wrong_with_a_task_is_named_and_nothing_is_written(
    here: Together, more: dict[str, Any], refusal: type[Exception], field: str | None
) -> None:
    before = dict(here.table.items)
    with pytest.raises(refusal) as refused:
        make(here, **more)
    assert getattr(refused.value, "field", None) == field
    assert here.table.items == before


def test_a_conversation_that_is_part_of_another_gets_no_task_but_keeps_its_own(here: Together) -> None:
    made = make(here)
    here.opens("cnv_0002", absorbed=(CNV,))
    here.alters(CNV, merged_into="cnv_0002")
    with pytest.raises(ConversationIsMerged):
        make(here, seed="t2")
    assert [task.id for task in here.tasks().of("cnv_0002")] == [made.id]
    assert here.tasks().change(made.id, 1, {"state": TaskState.DONE}).state is TaskState.DONE


def test_a_conversation_that_goes_meanwhile_gets_no_task(here: Together) -> None:
    real = here.desk.transact

    def gone(writes: Any) -> None:
        here.table.remove((f"CNV#{CNV}", "~"))
        real(writes)

    here.desk.transact = gone  # type: ignore[method-assign]
    with pytest.raises(ConversationNotFound):
        make(here)
    assert not [key for key in here.table.items if key[1].startswith("K#")]


def test_so_many_tasks_of_a_conversation_are_open_at_once(here: Together) -> None:
    made = [make(here, seed=f"t{number}") for number in range(MAX_OPEN)]
    with pytest.raises(TasksTooMany):
        make(here, seed="more")
    assert make(here, seed="t0") == made[0]
    here.tasks().change(made[0].id, 1, {"state": TaskState.DONE})
    make(here, seed="more")


def test_only_who_has_read_the_newest_changes_it(here: Together) -> None:
    made = make(here)
    changed = here.tasks(BEN).change(made.id, 1, {"title": " Call Bob back ", "owner_id": REFUNDS})
    assert (changed.title, changed.owner_id, changed.version) == ("Call Bob back", REFUNDS, 2)
    with pytest.raises(VersionConflict):
        here.tasks(CAT).change(made.id, 1, {"title": "Mine"})
    with pytest.raises(VersionConflict):
        here.tasks(CAT).arrange(made.id, 1, [Wanted("Mine")])
    assert here.tasks(CAT).change(made.id, 2, {"title": "Call Bob back"}) == changed
    (event,) = here.told("task.changed")
    assert (event["data"]["fields"], event["data"]["agent_ids"]) == (["title", "owner_id"], [ANA.id])
    assert event["data"]["team_id"] == REFUNDS


def test_a_task_is_done_cancelled_and_opened_again(here: Together) -> None:
    made = make(here, owner_id=BEN.id)
    done = here.tasks(BEN).change(made.id, 1, {"state": TaskState.DONE})
    assert (done.ended_by, done.ended_at) == (BEN.id, START)
    assert [event["type"] for event in here.told()[1:]] == ["task.done"]
    again = here.tasks(BEN).change(made.id, 2, {"state": TaskState.OPEN})
    assert (again.ended_at, again.ended_by) == (None, None)
    here.tasks(BEN).change(made.id, 3, {"state": TaskState.CANCELLED})
    assert [event["data"]["fields"] for event in here.told("task.changed")] == [["state"], ["state"]]


def test_two_who_tick_at_once_are_never_in_each_others_way(here: Together) -> None:
    one, two = (made := make(here, checklist=(Wanted("Ask"), Wanted("Refund")))).checklist
    stale = here.tasks(BEN)
    here.tasks().tick(made.id, one.id, done=True)
    after = stale.tick(made.id, two.id, done=True)
    assert [(point.done, point.by) for point in after.checklist] == [(True, ANA.id), (True, BEN.id)]
    assert stale.tick(made.id, two.id, done=True) == after
    moved = here.tasks().arrange(made.id, after.version, [Wanted("Refund", two.id, True), Wanted("New")])
    assert [(point.text, point.by) for point in moved.checklist] == [("Refund", BEN.id), ("New", None)]


def test_what_is_private_is_nobody_elses_business(here: Together) -> None:
    own = make(here, conversation_id=None)
    reminder = remind(here, START + HOUR, seed="r")
    for task in (own, reminder):
        with pytest.raises(TaskNotFound):
            here.tasks(BEN).get(task.id)
        with pytest.raises(TaskNotFound):
            here.tasks(BEN).change(task.id, 1, {"state": TaskState.DONE})
        assert here.tasks(SUE).get(task.id) == task
    assert here.tasks(BEN).of(CNV) == []
    assert here.tasks().of(CNV) == [reminder]
    # Nothing leads everybody who looks at the conversation to it.
    assert [event["data"]["conversation_id"] for event in here.told("task.created")] == [None, None]


def test_a_supervisor_gives_an_agent_what_is_about_no_conversation(here: Together) -> None:
    given_ = make(here, SUE, conversation_id=None, owner_id=BEN.id)
    assert here.tasks(BEN).get(given_.id) == given_
    here.tasks(BEN).change(given_.id, 1, {"state": TaskState.DONE})
    with pytest.raises(TaskNotFound):
        here.tasks(CAT).get(given_.id)


# Lists.


def test_tasks_are_listed_by_when_they_are_due(here: Together) -> None:
    late = make(here, seed="late", due_at=START + 5 * HOUR)
    never = make(here, seed="never")
    soon = make(here, seed="soon", due_at=START + 9 * HOUR, remind_at=START + HOUR)
    own = make(here, seed="own", conversation_id=None, due_at=START + 2 * HOUR)
    theirs = make(here, seed="theirs", owner_id=BEN.id)
    team = make(here, seed="team", owner_id=REFUNDS)
    page = here.tasks().owned(None, 3, None, over=False)
    rest = here.tasks().owned(None, 3, page.next, over=False)
    assert [*page.items, *rest.items] == [soon, own, late, never]
    assert here.tasks().owned(REFUNDS, 9, None, over=False).items == [team]
    assert here.tasks(SUE).owned(BEN.id, 9, None, over=False).items == [theirs]
    with pytest.raises(NotPermitted):
        here.tasks().owned(BEN.id, 9, None, over=False)
    with pytest.raises(InvalidInput):
        here.tasks(Principal("api", "key_1", "K", Role.ADMIN)).owned(None, 9, None, over=False)
    here.pass_(minutes=1)
    done = here.tasks().change(late.id, 1, {"state": TaskState.DONE})
    here.pass_(minutes=1)
    dropped = here.tasks().change(never.id, 1, {"state": TaskState.CANCELLED})
    assert here.tasks().owned(None, 9, None, over=False).items == [soon, own]
    assert here.tasks().owned(None, 9, None, over=True).items == [dropped, done]
    assert here.tasks().of(CNV) == [soon, *sorted([theirs, team], key=lambda each: each.id), dropped, done]


# When they are due.


def told_due(here: Together) -> list[tuple[str, list[str]]]:
    return [(event["data"]["reason"], event["data"]["agent_ids"]) for event in here.told("task.due")]


def runs(here: Together) -> None:
    """Events come twice to who sets timers, and every timer rings twice."""
    for _ in range(2):
        here.plan(times=2)
        here.ring()
        here.ring()


def test_each_time_is_told_once_to_the_owner_and_whose_the_conversation_is(here: Together) -> None:
    here.alters(assignee_id=CAT.id)
    make(here, owner_id=BEN.id, due_at=START + 2 * HOUR, remind_at=START + HOUR)
    runs(here)
    assert told_due(here) == []
    here.pass_(hours=1)
    runs(here)
    assert told_due(here) == [("reminder", [BEN.id, CAT.id])]
    here.pass_(hours=3)
    runs(here)
    runs(here)
    assert told_due(here) == [("reminder", [BEN.id, CAT.id]), ("due", [BEN.id, CAT.id])]
    assert here.told("task.due")[0]["data"]["conversation_id"] == CNV


def test_a_reminder_is_for_who_asked_for_it_alone(here: Together) -> None:
    here.alters(assignee_id=CAT.id)
    made = remind(here, START + HOUR, BEN)
    here.pass_(hours=1)
    runs(here)
    assert told_due(here) == [("due", [BEN.id])]
    assert here.told("task.due")[0]["data"]["conversation_id"] is None
    # It stays until it was looked at.
    assert [task.id for task in here.tasks(BEN).owned(None, 9, None, over=False).items] == [made.id]


def test_a_teams_task_is_told_to_the_team(here: Together) -> None:
    make(here, owner_id=REFUNDS, due_at=START + HOUR)
    here.pass_(hours=1)
    runs(here)
    (event,) = here.told("task.due")
    assert (event["data"]["team_id"], event["data"]["agent_ids"]) == (REFUNDS, [ANA.id, BEN.id, CAT.id])


def test_what_is_done_or_put_off_is_not_told(here: Together) -> None:
    done = make(here, seed="done", due_at=START + HOUR)
    later = make(here, seed="later", due_at=START + HOUR)
    here.plan()
    here.tasks().change(done.id, 1, {"state": TaskState.DONE})
    here.tasks().change(later.id, 1, {"due_at": START + 3 * HOUR})
    here.pass_(hours=2)
    runs(here)
    assert told_due(here) == []
    here.pass_(hours=2)
    runs(here)
    assert told_due(here) == [("due", [ANA.id])]


def test_a_timer_of_what_is_not_there_does_nothing(here: Together) -> None:
    for subject in ("tsk_0404", "tsk_", "", "../x", "tsk_" + "0" * 60):
        here.due.due(subject, 1, here.now)
    assert here.told() == []


def asleep(here: Together) -> None:
    here.alters(status=Status.SNOOZED, snoozed_until=START + 99 * HOUR)


def test_a_conversation_that_sleeps_is_woken_once_where_that_was_asked(here: Together) -> None:
    asleep(here)
    make(here, due_at=START + HOUR, wakes=True)
    here.pass_(hours=1)
    runs(here)
    assert here.conversation().status is Status.OPEN
    (woken,) = here.told("conversation.status_changed")
    assert (woken["data"]["reason"], woken["data"]["previous"]) == ("task_due", "snoozed")
    asleep(here)
    runs(here)
    assert here.conversation().status is Status.SNOOZED
    assert told_due(here) == [("due", [ANA.id])]


def test_a_conversation_that_sleeps_is_left_alone_where_that_was_not_asked(here: Together) -> None:
    asleep(here)
    make(here, due_at=START + HOUR)
    here.pass_(hours=1)
    runs(here)
    assert here.conversation().status is Status.SNOOZED


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("call", ["get_item", "put_item", "transact_write_items"])
@pytest.mark.parametrize("wakes", [False, True])
def test_a_call_that_fails_comes_again_and_tells_once(here: Together, call: str, how: str, wakes: bool) -> None:
    asleep(here)
    made = make(here, due_at=START + HOUR, wakes=wakes)
    here.pass_(hours=1)
    left = [1]

    def fails(name: str) -> str | None:
        if name == call and left:
            left.pop()
            return how
        return None

    here.client.fails = fails
    for _ in range(3):
        try:
            here.due.due(made.id, 1, here.now)
        except StoreUnavailable:
            continue
    here.client.fails = lambda _name: None
    assert told_due(here) == [("due", [ANA.id])]
    assert (here.conversation().status is Status.OPEN) is wakes
    assert len(here.told("conversation.status_changed")) == wakes


moves = st.one_of(
    st.tuples(st.just("waits"), st.integers(1, 4)),
    st.tuples(st.just("puts_off"), st.integers(1, 6)),
    st.tuples(st.just("ends"), st.sampled_from([0, 1])),
    st.tuples(st.just("opens"), st.just(0)),
    st.tuples(st.just("runs"), st.just(0)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(moves, max_size=10))
def test_every_time_that_comes_while_it_is_open_is_told_once(taken: list[tuple[str, int]]) -> None:
    here = Together()
    task = make(here, due_at=START + 2 * HOUR)
    for what, number in [*taken, ("waits", 9), ("runs", 0)]:
        if what == "waits":
            here.pass_(hours=number)
        elif what == "runs":
            runs(here)
        else:
            task = here.tasks().get(task.id)
            states = (TaskState.DONE, TaskState.CANCELLED)
            change: dict[str, Any] = {"state": TaskState.OPEN if what == "opens" else states[number % 2]}
            if what == "puts_off":
                change = {"due_at": here.now + number * HOUR}
            task = here.tasks().change(task.id, task.version, change)
    task = here.tasks().get(task.id)
    told = [event["snapshot"]["due_at"] for event in here.told("task.due")]
    assert len(told) == len(set(told))
    assert task.due_at is not None
    if task.state is TaskState.OPEN:
        assert told[-1] == task.due_at.isoformat()
    # None before its time.
    assert all(event["snapshot"]["due_at"] <= event["occurred_at"] for event in here.told("task.due"))
