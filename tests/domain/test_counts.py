"""Counters: what is added is always the difference of two recounts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.counts import DESK, FIELDS, UNASSIGNED, changes, counted_in
from tests.domain.test_folding import conversation

states = st.builds(
    replace,
    st.just(conversation(Status.OPEN)),
    status=st.sampled_from(tuple(Status)),
    assignee_id=st.sampled_from((None, "agt_a", "agt_b")),
    team_id=st.sampled_from((None, "tea_a")),
    inbox_id=st.sampled_from(("ibx_a", "ibx_b")),
)


def recount(rows: Iterable[Conversation]) -> Counter[object]:
    return Counter(count for row in rows for count in counted_in(row))


@given(st.lists(states, min_size=1, max_size=5))
def test_the_sum_of_all_changes_is_a_recount(after_each: list[Conversation]) -> None:
    total: Counter[object] = Counter()
    for before, after in pairwise([None, *after_each]):
        assert after is not None
        for scope, fields in changes(before, after).items():
            assert all(fields.values()), "a change of nothing costs a write"
            total.update({(scope, field): amount for field, amount in fields.items()})
    assert {count: number for count, number in total.items() if number} == dict(recount(after_each[-1:]))


@given(states)
def test_nothing_is_written_when_nothing_counted_changed(state: Conversation) -> None:
    assert changes(state, state) == {}


@given(states)
def test_it_is_unassigned_when_it_is_open_and_nobodys(state: Conversation) -> None:
    counted = dict.fromkeys(counted_in(state))
    expected = state.status is Status.OPEN and state.assignee_id is None
    assert ((DESK, UNASSIGNED) in counted) is expected
    assert {field for _, field in counted} <= set(FIELDS)
