"""Promises: whatever is known of one in whatever order and however often, the end is what happened first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.envelope import Actor
from chalicelib.domain.promise import (
    Promise,
    PromiseKind,
    PromiseState,
    agent_promise_id,
    done,
    overdue,
    void,
    wait_promise_id,
)

TOLD = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = TOLD + timedelta(minutes=6)
PROMISE = Promise(
    "prm_1", "cnv_1", PromiseKind.WAIT, "You are number 2.", TOLD, DUE, Actor("rule", "tell_wait"), "whatsapp", 2
)
# (what, seconds after it was told): before it was told, in time, at the very end, late.
FACTS = st.lists(st.tuples(st.sampled_from(["done", "void", "timer"]), st.integers(-60, 600)), min_size=1, max_size=8)


def after(promise: Promise, what: str, at: datetime) -> Promise:
    found = {
        "done": lambda: done(promise, at, "assigned"),
        "void": lambda: void(promise, at, "resolved"),
        "timer": lambda: overdue(promise, at),
    }[what]()
    return found or promise


def meant(facts: list[tuple[str, int]]) -> tuple[PromiseState, datetime | None]:
    """The brute force: what happened first since it was told decides; a timer that comes in time breaks it where
    nothing did."""
    inside = sorted((second, what != "done") for what, second in facts if what != "timer" and 0 <= second <= 360)
    if inside:
        state = PromiseState.CANCELLED if inside[0][1] else PromiseState.KEPT
        return state, TOLD + timedelta(seconds=inside[0][0])
    late = any(second > 360 for what, second in facts if what != "timer")
    timed = any(what == "timer" and second >= 360 for what, second in facts)
    return (PromiseState.BROKEN, DUE) if late or timed else (PromiseState.OPEN, None)


@given(FACTS, st.randoms(use_true_random=False))
def test_neither_order_nor_repeats_matter(facts: list[tuple[str, int]], chance: object) -> None:
    wanted = meant(facts)
    shuffled = [*facts, *facts]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for order in (facts, facts[::-1], shuffled):
        found = PROMISE
        for what, second in order:
            found = after(found, what, TOLD + timedelta(seconds=second))
        assert (found.state, found.settled_at) == wanted


@given(FACTS)
def test_every_change_is_a_new_version_and_nothing_else_changes_it(facts: list[tuple[str, int]]) -> None:
    found = PROMISE
    for what, second in facts:
        again = after(found, what, TOLD + timedelta(seconds=second))
        assert (again == found) == (again.version == found.version)
        told = replace(
            again, state=found.state, settled_at=found.settled_at, reason=found.reason, version=found.version
        )
        assert told == found
        found = again


def test_it_is_broken_the_second_its_time_is_up_however_late_that_is_seen() -> None:
    assert overdue(PROMISE, DUE - timedelta(milliseconds=1)) is None
    for seen in (DUE, DUE + timedelta(hours=3)):
        found = overdue(PROMISE, seen)
        assert found is not None
        assert (found.state, found.settled_at, found.reason) == (PromiseState.BROKEN, DUE, "time_up")
        assert overdue(found, seen) is None


def test_what_came_in_time_corrects_what_was_taken_for_broken() -> None:
    broken = overdue(PROMISE, DUE)
    assert broken is not None
    kept = done(broken, DUE, "assigned")
    assert kept is not None
    assert (kept.state, kept.settled_at) == (PromiseState.KEPT, DUE)
    assert done(broken, DUE + timedelta(seconds=1), "assigned") is None


def test_kept_and_cancelled_at_one_moment_is_kept() -> None:
    for order in permutations((done, void)):
        found = PROMISE
        for fact in order:
            found = fact(found, DUE, "x") or found
        assert found.state is PromiseState.KEPT


@pytest.mark.parametrize("fact", [done, void])
def test_what_happened_before_it_was_told_has_no_say(fact: object) -> None:
    assert fact(PROMISE, TOLD - timedelta(seconds=1), "assigned") is None  # type: ignore[operator]


def test_one_promise_for_each_wait_and_for_each_word_of_an_agent() -> None:
    assert wait_promise_id("cnv_1", TOLD) == wait_promise_id("cnv_1", TOLD) != wait_promise_id("cnv_1", DUE)
    assert wait_promise_id("cnv_1", TOLD) != wait_promise_id("cnv_2", TOLD)
    ours = agent_promise_id("cnv_1", "agt_1", "I will call", DUE)
    assert ours == agent_promise_id("cnv_1", "agt_1", "I will call", DUE)
    assert ours != agent_promise_id("cnv_1", "agt_1", "I will write", DUE)
