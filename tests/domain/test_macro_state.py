"""What macros make of a conversation's state, and how it is put back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.conversation import Conversation, Priority, Status
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.macro import Action, ActionKind, blocks
from chalicelib.domain.macro_state import CHANGED_SINCE, Change, changes, joined, state_of, undone, with_action
from chalicelib.services.macro_documents import actions_body, actions_from

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
LABELS = ("a", "b", "c")


def conversation(**more: Any) -> Conversation:
    made = Conversation("cnv_1", "con_1", "Bob", "ibx_1", "sms", "leg_1", AT, AT, AT, AT, AT)
    return replace(made, **more)


ACTIONS = st.one_of(
    st.sampled_from([None, "me", "agt_ben"]).map(lambda who: {"do": "assign", "assignee_id": who}),
    st.sampled_from([None, "team_1"]).map(lambda team: {"do": "assign", "team_id": team}),
    st.sampled_from(["open", "pending", "resolved"]).map(lambda status: {"do": "status", "status": status}),
    st.integers(60, 9000).map(lambda wait: {"do": "status", "status": "snoozed", "snooze_seconds": wait}),
    st.sampled_from(list(Priority)).map(lambda level: {"do": "priority", "priority": level.value}),
    st.tuples(st.sets(st.sampled_from(LABELS)), st.sets(st.sampled_from(LABELS)))
    .filter(any)
    .map(lambda sets: {"do": "labels", "add": sorted(sets[0]), "remove": sorted(sets[1])}),
)
STATES = st.builds(
    conversation,
    status=st.sampled_from([Status.OPEN, Status.PENDING, Status.RESOLVED]),
    assignee_id=st.sampled_from([None, "agt_ana", "agt_ben"]),
    priority=st.sampled_from(list(Priority)),
    labels=st.permutations(LABELS).map(lambda each: tuple(each[:2])),
)


def applied(before: Conversation, given_actions: list[dict[str, Any]]) -> tuple[Conversation, tuple[Change, ...]]:
    """One after the other, as blocks do, with the changes joined as runs do."""
    state, made = before, joined((), ())
    for action in actions_from(given_actions):
        after = with_action(state, action, "agt_ana", AT)
        made, state = joined(made, changes(state, after)), after
    return state, made


@settings(max_examples=60)
@given(STATES, st.lists(ACTIONS, min_size=1, max_size=6))
def test_undoing_gives_back_what_was_where_nobody_has_changed_it(
    before: Conversation, given_actions: list[dict[str, Any]]
) -> None:
    after, made = applied(before, given_actions)
    assert {each.field for each in made} == {each.field for each in changes(before, after)}
    back = undone(after, made, LATER)
    was, now = dict(state_of(before)), dict(state_of(back.after))
    assert sorted(was.pop("labels")) == sorted(now.pop("labels"))
    assert now == was
    assert back.kept == {}
    assert set(back.restored) == {each.field for each in made}


@settings(max_examples=40)
@given(STATES, st.lists(ACTIONS, min_size=1, max_size=4), st.lists(ACTIONS, min_size=1, max_size=3))
def test_what_others_changed_since_stays_as_they_left_it(
    before: Conversation, given_actions: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    after, made = applied(before, given_actions)
    current, theirs = applied(after, others)
    back = undone(current, made, LATER)
    now, left = state_of(back.after), state_of(current)
    for each in theirs:
        if each.field != "labels":
            assert now[each.field] == left[each.field]
    for each in made:
        assert each.field in back.restored or now[each.field] == left[each.field] or each.field == "labels"
    added = {label for each in theirs if each.field == "labels" for label in each.after if label not in each.before}
    assert added <= set(now["labels"]) | {label for each in made if each.field == "labels" for label in each.after}


def test_why_a_field_stays_is_told() -> None:
    after, made = applied(
        conversation(), [{"do": "priority", "priority": "urgent"}, {"do": "status", "status": "resolved"}]
    )
    since = replace(after, priority=Priority.LOW)
    back = undone(since, made, LATER)
    assert (back.restored, back.kept) == (("status",), {"priority": CHANGED_SINCE})


def test_neighbours_of_the_state_are_one_block() -> None:
    kinds = [ActionKind.ASSIGN, ActionKind.STATUS, ActionKind.REPLY, ActionKind.NOTE, ActionKind.LABELS]
    found = blocks([Action(kind) for kind in kinds])
    assert [(each.first, len(each.actions), each.is_state) for each in found] == [
        (0, 2, True),
        (2, 1, False),
        (3, 1, False),
        (4, 1, True),
    ]


@pytest.mark.parametrize(
    ("given_action", "field"),
    [
        ("reply", "actions[0].do"),
        ({"do": "delete"}, "actions[0].do"),
        ({"do": ["reply"]}, "actions[0].do"),
        ({"do": "reply"}, "actions[0].text"),
        ({"do": "reply", "text": "Hi", "canned_response_id": "can_1"}, "actions[0].text"),
        ({"do": "reply", "canned_response_id": "x"}, "actions[0].canned_response_id"),
        ({"do": "reply", "text": "Hi", "to": "x"}, "actions[0].to"),
        ({"do": "template", "name": "a", "language": "en", "components": [1]}, "actions[0].components[0]"),
        ({"do": "note", "text": "  "}, "actions[0].text"),
        ({"do": "assign"}, "actions[0].assignee_id"),
        ({"do": "assign", "assignee_id": "you"}, "actions[0].assignee_id"),
        ({"do": "assign", "team_id": 7}, "actions[0].team_id"),
        ({"do": "status", "status": "snoozed"}, "actions[0].snooze_seconds"),
        ({"do": "status", "status": "open", "snooze_seconds": 60}, "actions[0].snooze_seconds"),
        ({"do": "status", "status": {}}, "actions[0].status"),
        ({"do": "priority", "priority": True}, "actions[0].priority"),
        ({"do": "labels"}, "actions[0].add"),
        ({"do": "labels", "add": [3]}, "actions[0].add[0]"),
        ({"do": "task", "title": ""}, "actions[0].title"),
        ({"do": "task", "title": "x", "due_in_seconds": 1.5}, "actions[0].due_in_seconds"),
    ],
)
def test_an_action_that_is_wrong_is_refused_with_its_place(given_action: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions_from([given_action])
    assert refused.value.field == field


def test_what_is_kept_reads_as_it_was_given() -> None:
    given_actions = [{"do": "reply", "text": " Hi "}, {"do": "assign", "assignee_id": "me", "team_id": None}]
    assert actions_body(actions_from(given_actions)) == given_actions
    for wrong in ([], "x", [{"do": "note", "text": "x"}] * 21, [{"do": "note", "text": "ü" * 9999}] * 7):
        with pytest.raises(InvalidInput):
            actions_from(wrong)
