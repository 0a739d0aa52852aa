"""Who follows a conversation: a set with a bound, in which nobody who chose to be there is ever pushed out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.follower import MAX_FOLLOWERS, Follower, Following, chosen, concerned, left, mentioned
from chalicelib.domain.mention import MAX_MENTIONED, joined
from tests.services.together import conversation

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOBODY = Following("cnv_1")


def after(change: Following | None, before: Following) -> Following:
    return change or before


def test_who_chooses_follows_until_they_leave() -> None:
    following = after(chosen(NOBODY, "agt_a", AT), NOBODY)
    assert (following.followers, following.version) == ((Follower("agt_a", AT),), 1)
    assert chosen(following, "agt_a", AT + timedelta(hours=1)) is None
    gone = left(following, "agt_a")
    assert gone is not None
    assert (gone.followers, gone.version) == ((), 2)
    assert left(gone, "agt_a") is None


def test_who_is_mentioned_follows_and_does_again_after_leaving() -> None:
    once = after(mentioned(NOBODY, ["agt_a", "agt_b"], AT), NOBODY)
    assert once.agent_ids == ("agt_a", "agt_b")
    assert mentioned(once, ["agt_b"], AT) is None
    gone = after(left(once, "agt_a"), once)
    assert gone.agent_ids == ("agt_b",)
    assert after(mentioned(gone, ["agt_a"], AT), gone).agent_ids == ("agt_b", "agt_a")


def test_who_was_mentioned_may_choose_to_stay() -> None:
    once = after(mentioned(NOBODY, ["agt_a"], AT), NOBODY)
    stays = chosen(once, "agt_a", AT + timedelta(hours=1))
    assert stays is not None
    assert stays.followers == (Follower("agt_a", AT),)


def test_a_mention_where_all_have_chosen_to_follow_changes_nothing_more() -> None:
    own = Following("cnv_1", tuple(Follower(f"agt_{n}", AT) for n in range(MAX_FOLLOWERS)), 7)
    assert own.is_full
    assert mentioned(own, ["agt_x"], AT) is None


names = st.sampled_from([f"agt_{n}" for n in range(MAX_FOLLOWERS + 12)])
steps = st.one_of(
    st.tuples(st.just("chosen"), names),
    st.tuples(st.just("left"), names),
    st.tuples(st.just("mentioned"), st.lists(names, min_size=1, max_size=30, unique=True)),
)


@settings(max_examples=30)
@given(st.lists(steps, max_size=25))
def test_there_is_a_bound_and_who_chose_to_follow_stays(taken: list[tuple[str, object]]) -> None:
    following, own = NOBODY, set[str]()
    for place, (what, whom) in enumerate(taken):
        at, before = AT + timedelta(minutes=place), following
        if what == "mentioned":
            following = after(mentioned(before, list(whom), at), before)  # type: ignore[call-overload]
        elif what == "left":
            following, own = after(left(before, str(whom)), before), own - {str(whom)}
        elif not before.is_full or str(whom) in before.agent_ids:
            following, own = after(chosen(before, str(whom), at), before), own | {str(whom)}
        assert len(following.followers) <= MAX_FOLLOWERS
        assert len(set(following.agent_ids)) == len(following.followers)
        assert {each.agent_id for each in following.followers if not each.by_mention} == own
        assert following.version == before.version + (following.followers != before.followers)


def test_the_owner_is_told_first_and_nobody_twice() -> None:
    one = Following("cnv_1", (Follower("agt_b", AT), Follower("agt_a", AT)), 2)
    other = Following("cnv_2", (Follower("agt_c", AT), Follower("agt_b", AT)), 2)
    assert concerned(conversation(assignee_id="agt_a"), [one, other]) == ("agt_a", "agt_b", "agt_c")
    assert concerned(conversation(), [other]) == ("agt_c", "agt_b")


# Whom a note means.


def test_each_is_meant_once_and_the_author_never() -> None:
    assert joined([("agt_b",), ("agt_a", "agt_b", "agt_c")], "agt_a", ()) == ("agt_b", "agt_c")
    assert joined([("agt_a",)], "agt_a", ("agt_b",)) == ()


@pytest.mark.parametrize(
    ("meant", "audience", "field"),
    [
        ([("agt_b",), ("agt_c",)], ("agt_b",), "mentions[1]"),
        ([("agt_b", "agt_c")], ("agt_b",), "mentions[0]"),
        ([tuple(f"agt_{n}" for n in range(MAX_MENTIONED)), ("agt_x",)], (), "mentions[1]"),
    ],
)
def test_whom_a_note_cannot_mean_is_named(meant: list[tuple[str, ...]], audience: tuple[str, ...], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        joined(meant, "agt_a", audience)
    assert refused.value.field == field
