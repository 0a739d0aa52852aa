"""Tasks, followers and mentions as they are kept: back as they were, in no page of a thread, and each key its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec_together import DONE_KEPT_FOR, task_from, task_item, task_key
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.personal_places import PersonalPlaces
from chalicelib.domain import ids
from chalicelib.domain.agent_draft import DraftWords
from chalicelib.domain.checklist import Point
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import Case, Survey
from chalicelib.domain.reads import ThreadQuery
from chalicelib.domain.task import Task, TaskKind, TaskState, task_id
from chalicelib.domain.writes import Recorded
from chalicelib.services.tasks import NewTask
from tests.domain.values import identifiers, texts, times
from tests.services.together import ANA, BEN, CNV, Together

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTHING = Recorded((), SYSTEM, NOW)

points = st.builds(Point, identifiers("pt"), texts, st.booleans(), st.none() | identifiers("agt"), st.none() | times)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    conversation = draw(st.none() | identifiers("cnv"))
    return Task(
        id=task_id(conversation, draw(texts)),
        title=draw(texts),
        owner_id=draw(identifiers("agt") | identifiers("team")),
        created_by=draw(identifiers("agt")),
        created_at=draw(times),
        digest=draw(texts),
        conversation_id=conversation,
        kind=draw(st.sampled_from(TaskKind)),
        due_at=draw(st.none() | times),
        remind_at=draw(st.none() | times),
        wakes=draw(st.booleans()),
        checklist=tuple(draw(st.lists(points, max_size=3))),
        state=draw(st.sampled_from(TaskState)),
        ended_at=draw(times),
        ended_by=draw(st.none() | identifiers("agt")),
        told_due=draw(st.none() | times),
        told_reminder=draw(st.none() | times),
        version=draw(st.integers(1, 9)),
    )


@settings(max_examples=30)
@given(tasks())
def test_a_task_comes_back_as_it_was_kept(task: Task) -> None:
    from chalicelib.aws.codec import from_attributes, to_attributes

    item = from_attributes(to_attributes(task_item(task, NOTHING)))
    assert task_from(item) == task
    assert (item["pk"], item["sk"]) == task_key(task.id)
    assert item["pk"].startswith("CNV#" if task.conversation_id else "TSK#")


@given(times, times, identifiers("tsk"))
def test_a_list_stands_in_the_order_of_time_with_what_has_none_last(one: datetime, other: datetime, task: str) -> None:
    first, second = keys_work.task_place(one, task), keys_work.task_place(other, task)
    assert (first < second) is (one < other)
    assert first < keys_work.task_place(None, task)


@given(identifiers("cnv"), identifiers("agt"), identifiers("tsk"))
def test_no_two_kinds_share_a_key_and_all_stand_before_the_notes(conversation: str, agent: str, task: str) -> None:
    made = [
        keys_work.task(conversation, task),
        keys_work.agent_draft(conversation, agent),
        keys_work.followers(conversation),
    ]
    assert len(set(made)) == len(made)
    assert all(sk < keys.NOTE for _, sk in made)
    assert keys.sort_identifier(made[0][1]) == task
    assert keys.sort_identifier(made[1][1]) == agent
    # What begins as a task's key is a task.
    assert not made[1][1].startswith(keys_work.TASK)
    assert keys_work.mention(agent, "nte_1")[1] < keys_work.mentions_seen(agent)[1]


def test_what_is_about_a_conversation_stays_with_it_and_ones_own_ends() -> None:
    about = Task(task_id(CNV, "1"), "Call", "agt_1", "agt_1", NOW, "d", CNV, state=TaskState.DONE, ended_at=NOW)
    own = replace(about, id=task_id(None, "1"), conversation_id=None)
    assert task_item(about, NOTHING)["expires_at"] is None
    assert task_item(own, NOTHING)["expires_at"] == int((NOW + DONE_KEPT_FOR).timestamp())
    assert task_item(replace(own, state=TaskState.OPEN, ended_at=None), NOTHING)["expires_at"] is None


def test_no_page_of_a_thread_shows_any_of_it() -> None:
    here = Together()
    here.note(BEN.id)
    for number in range(8):
        new = NewTask("Call", f"{number}", conversation_id=CNV, due_at=here.now + timedelta(hours=1))
        here.tasks(ANA).create(new)
    found = DeskStore(here.desk).thread(ThreadQuery(CNV, 5, None, None))
    assert found is not None
    assert ([note.text for note in found.notes], found.messages) == (["Look"], [])
    assert found.conversation.id == CNV
    assert ids.is_id("nte", found.notes[0].id)


def test_the_files_of_a_draft_are_found_with_its_conversation() -> None:
    here = Together()
    here.drafts(ANA).save(CNV, DraftWords("Look", attachments=("upl_1",)), 0)
    nothing: Any = None
    places = PersonalPlaces(here.desk, here.desk, nothing)
    survey = Survey(Case(contact_ids=("con_1",), conversations=(CNV,)))
    found = {(place.store, place.pk) for place, _ in places.conversation(CNV, survey)}
    assert {("attachments", "uploads/upl_1"), ("attachments", "UPL#upl_1"), ("conversations", f"CNV#{CNV}")} <= found
