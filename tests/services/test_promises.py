"""Promises over the real store: events late, twice and in any order, timers early, late and stale: each promise ends as
what happened first would have it, and each end is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.domain.presence import Intent
from chalicelib.domain.priority import PriorityRule
from chalicelib.domain.promise import Promise, PromiseKind, PromiseNotFound, PromiseState, overdue, wait_promise_id
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.writes import Written
from chalicelib.services import promises as service
from chalicelib.services.promises import AGAIN, DUE, MOST_OPEN, PATIENCE, add, timer_subject
from tests.services.test_routing import START
from tests.services.watched import Event, Watched

CNV = "cnv_0001"
MINUTE = timedelta(minutes=1)
DUE_AT = START + 6 * MINUTE
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)


def promised(here: Watched) -> Promise:
    """What the customer of the one conversation is told as they begin to wait."""
    promise = Promise(
        id=wait_promise_id(CNV, START),
        conversation_id=CNV,
        kind=PromiseKind.WAIT,
        text="You are number 1.",
        told_at=START,
        due_at=DUE_AT,
        made_by=Actor("rule", "tell_wait"),
        channel="whatsapp",
        position=1,
    )
    assert add(here.promise_store, promise) is Written.DONE
    return promise


def waiting() -> tuple[Watched, Promise]:
    here = Watched()
    here.floor.agent("ana", 10, ("team_1",), {})
    here.opens(CNV)
    promise = promised(here)
    here.settle()
    return here, promise


def found(here: Watched, promise: Promise) -> Promise:
    return service.get(here.promise_store, promise.conversation_id, promise.id)


def assigned(at: datetime) -> Event:
    data = {"previous_assignee_id": None, "assignee_id": "ana", "previous_team_id": None, "team_id": None}
    return event("conversation.assigned", at, data, {"id": CNV, "status": "open", "assignee_id": "ana"})


def resolved(at: datetime) -> Event:
    data = {"previous": "open", "status": "resolved", "episode": 1, "reason": "agent"}
    return event("conversation.status_changed", at, data, {"id": CNV, "status": "resolved", "assignee_id": None})


def answered(at: datetime, kind: str = "agent") -> Event:
    said = {"kind": "text", "direction": "outbound", "author": {"kind": kind}, "content": {}}
    said |= {"conversation_id": CNV, "occurred_at": at.isoformat()}
    return event("message.created", at, {}, said)


def event(name: str, at: datetime, data: Any, snapshot: Any) -> Event:
    of = {"aggregate": {"id": CNV, "version": 9}, "occurred_at": at.isoformat()}
    return {"type": name, "data": data, "snapshot": snapshot, **of}


def told_of(here: Watched) -> list[str]:
    here.news()
    return [each["type"] for each in here.seen if each["type"].startswith("promise.")]


def test_what_is_promised_sets_its_timer() -> None:
    here, promise = waiting()
    assert here.timers.all == [(DUE, f"{CNV}/{promise.id}", 1, DUE_AT)]
    assert add(here.promise_store, promise) is Written.DUPLICATE


def test_it_is_kept_when_somebody_is_given_the_conversation_in_time() -> None:
    here, promise = waiting()
    here.floor.now = DUE_AT - MINUTE
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    after = found(here, promise)
    assert (after.state, after.settled_at, after.reason) == (PromiseState.KEPT, DUE_AT - MINUTE, "assigned")
    here.promises.due(timer_subject(promise), 1, DUE_AT)
    assert found(here, promise) == after
    assert told_of(here) == ["promise.made", "promise.kept"]


def test_it_is_broken_when_its_time_is_up_and_the_customer_moves_forward() -> None:
    here, promise = waiting()
    here.floor.now = DUE_AT
    before = here.floor.store.entry(CNV)
    here.promises.due(timer_subject(promise), 1, DUE_AT)
    here.settle()
    after, entry = found(here, promise), here.floor.store.entry(CNV)
    assert (after.state, after.settled_at) == (PromiseState.BROKEN, DUE_AT)
    assert told_of(here) == ["promise.made", "promise.broken"]
    assert before is not None and entry is not None
    assert entry.points == before.points + 30
    assert [part.name for part in entry.contributions][-1] == "broken promise"
    for again in [*here.seen, *here.seen]:
        here.tell(again)
    assert here.floor.store.entry(CNV) == entry


def test_rules_may_ask_for_it_and_it_stays_known_for_as_long_as_the_customer_waits() -> None:
    here, promise = waiting()
    asks = PriorityRule("Promised", 100, {"field": "promise_broken", "is": True})
    here.floor.rules.now = RoutingPolicy(priorities=(asks,))
    here.promises.due(timer_subject(promise), 1, DUE_AT)
    here.settle()
    here.floor.routing.rescore(CNV, DUE_AT)
    entry = here.floor.store.entry(CNV)
    assert entry is not None and entry.points == 130
    # Put aside and taken up again by its agent: the same customer still waits for the same answer.
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    given_to = here.floor.conversation(CNV)
    assert here.floor.routing.give_back(given_to, "returned", DUE_AT, declined_by="ana") is Written.DONE
    again = here.floor.store.entry(CNV)
    assert again is not None and (again.epoch, again.points) == (2, 130)


def test_a_timer_that_comes_too_early_is_set_again() -> None:
    here, promise = waiting()
    here.promises.due(timer_subject(promise), 1, DUE_AT - MINUTE)
    assert here.timers.all[-1] == (DUE, timer_subject(promise), 1, DUE_AT)
    assert found(here, promise) == promise


def test_a_timer_waits_for_what_is_on_its_way() -> None:
    here, promise = waiting()
    here.floor.now = DUE_AT - MINUTE
    here.floor.choose("ana", Intent.ONLINE)  # its event has not come yet
    here.promises.due(timer_subject(promise), 1, DUE_AT)
    assert found(here, promise).state is PromiseState.OPEN
    assert here.timers.all[-1] == (DUE, timer_subject(promise), 2, DUE_AT + AGAIN)
    here.settle()
    here.promises.due(timer_subject(promise), 2, DUE_AT + AGAIN)
    assert found(here, promise).state is PromiseState.KEPT


def test_it_does_not_wait_for_ever_and_what_comes_at_last_corrects_it() -> None:
    here, promise = waiting()
    here.floor.now = DUE_AT - MINUTE
    here.floor.choose("ana", Intent.ONLINE)
    here.promises.due(timer_subject(promise), 1, DUE_AT + PATIENCE)
    assert found(here, promise).state is PromiseState.BROKEN
    here.settle()
    after = found(here, promise)
    assert (after.state, after.settled_at) == (PromiseState.KEPT, DUE_AT - MINUTE)
    assert told_of(here) == ["promise.made", "promise.broken", "promise.kept"]


def test_who_was_taken_up_while_they_were_being_told_was_promised_nothing_false() -> None:
    here = Watched()
    here.floor.agent("ana", 10, ("team_1",), {})
    here.opens(CNV)
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    promise = promised(here)
    here.settle()
    after = found(here, promise)
    assert (after.state, after.reason) == (PromiseState.KEPT, "taken")


@pytest.mark.parametrize(("kind", "state"), [("agent", PromiseState.KEPT), ("api", PromiseState.KEPT)])
def test_an_answer_keeps_it(kind: str, state: PromiseState) -> None:
    here, promise = waiting()
    here.tell(answered(START + MINUTE, kind))
    assert found(here, promise).state is state


@pytest.mark.parametrize("kind", ["rule", "bot", "contact"])
def test_what_no_person_says_does_not(kind: str) -> None:
    here, promise = waiting()
    here.tell(answered(START + MINUTE, kind))
    assert found(here, promise).state is PromiseState.OPEN


def test_who_leaves_is_owed_nothing() -> None:
    here, promise = waiting()
    here.floor.moves(CNV, Status.RESOLVED)
    here.settle()
    assert (found(here, promise).state, found(here, promise).reason) == (PromiseState.CANCELLED, "resolved")


def test_what_is_merged_into_another_case_is_owed_nothing_there() -> None:
    here, promise = waiting()
    data = {"source_id": CNV, "target_id": "cnv_0002"}
    here.promises.react(event("conversation.merged", START + MINUTE, data, {"id": "cnv_0002"}), START)
    assert found(here, promise).state is PromiseState.OPEN
    here.promises.react(event("conversation.merged", START + MINUTE, data, {"id": CNV}), START)
    assert (found(here, promise).state, found(here, promise).reason) == (PromiseState.CANCELLED, "merged")


SECONDS = st.integers(1, 900)
STEPS = st.lists(st.tuples(st.sampled_from(["assigned", "resolved", "answered"]), SECONDS), max_size=4)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.lists(SECONDS, max_size=4), st.randoms(use_true_random=False))
def test_the_end_is_what_happened_first(steps: list[tuple[str, int]], timers: list[int], chance: Any) -> None:
    """Against the brute force: events in any order, each up to three times, timers among them at any time, and one at
    last when all has come."""
    here, promise = waiting()
    make = {"assigned": assigned, "resolved": resolved, "answered": answered}
    calls: list[Any] = [("event", make[what](START + timedelta(seconds=at))) for what, at in steps] * 3
    calls += [("timer", START + timedelta(seconds=at)) for at in timers]
    chance.shuffle(calls)
    for kind, what in calls:
        if kind == "event":
            here.promises.react(what, here.floor.now)
        else:
            here.promises.due(timer_subject(promise), 1, what)
    here.promises.due(timer_subject(promise), 7, DUE_AT + timedelta(hours=1))

    in_time = sorted((at, what == "resolved") for what, at in steps if at <= 360)
    after = found(here, promise)
    if not in_time:
        assert (after.state, after.settled_at) == (PromiseState.BROKEN, DUE_AT)
    else:
        wanted = PromiseState.CANCELLED if in_time[0][1] else PromiseState.KEPT
        assert (after.state, after.settled_at) == (wanted, START + timedelta(seconds=in_time[0][0]))
    # As many endings were told as there were changes, and the last one told is the one that holds.
    told = told_of(here)
    assert len(told) == after.version
    assert told[-1] == f"promise.{after.state.value}"


# What agents do.


def told(here: Watched, text: str = "I will call you", minutes: int = 30) -> Promise:
    return service.promise(here.promise_store, ANA, CNV, text, START + minutes * MINUTE, START)


def test_an_agents_promise_is_kept_by_their_word_alone() -> None:
    here, _ = waiting()
    promise = told(here)
    here.settle()
    assert here.timers.all[-1] == (DUE, timer_subject(promise), 1, START + 30 * MINUTE)
    for happens in (assigned(START + MINUTE), answered(START + MINUTE), resolved(START + MINUTE)):
        here.tell(happens)
    assert found(here, promise).state is PromiseState.OPEN
    kept = service.keep(here.promise_store, ANA, CNV, promise.id, START + 2 * MINUTE)
    assert (kept.state, kept.settled_at, kept.reason) == (PromiseState.KEPT, START + 2 * MINUTE, "agent")


def test_an_agents_promise_is_broken_whoever_has_the_conversation() -> None:
    here, _ = waiting()
    promise = told(here)
    here.floor.choose("ana", Intent.ONLINE)
    here.settle()
    here.promises.due(timer_subject(promise), 1, START + 30 * MINUTE)
    assert found(here, promise).state is PromiseState.BROKEN


def test_the_same_words_for_the_same_time_are_one_promise() -> None:
    here, _ = waiting()
    assert told(here) == told(here, " I will call you ")
    assert told(here, "I will write") != told(here)
    assert len(here.promise_store.of(CNV)) == 3


def test_what_is_settled_is_not_settled_again_by_hand() -> None:
    here, ours = waiting()
    promise = told(here)
    service.cancel(here.promise_store, ANA, CNV, promise.id, START + MINUTE)
    with pytest.raises(TransitionRefused, match="cancelled already"):
        service.keep(here.promise_store, ANA, CNV, promise.id, START + MINUTE)
    with pytest.raises(TransitionRefused, match="settled by what happens"):
        service.keep(here.promise_store, ANA, CNV, ours.id, START + MINUTE)
    with pytest.raises(PromiseNotFound):
        service.keep(here.promise_store, ANA, CNV, "prm_0", START + MINUTE)


def test_keeping_it_when_its_time_is_up_keeps_nothing() -> None:
    here, _ = waiting()
    promise = told(here)
    late = service.keep(here.promise_store, ANA, CNV, promise.id, START + 31 * MINUTE)
    assert (late.state, late.settled_at) == (PromiseState.BROKEN, START + 30 * MINUTE)


@pytest.mark.parametrize(
    ("text", "at", "field"),
    [
        ("   ", START + MINUTE, "text"),
        ("x" * 501, START + MINUTE, "text"),
        ("Soon", START, "due_at"),
        ("Soon", START - MINUTE, "due_at"),
        ("Soon", START + timedelta(days=367), "due_at"),
    ],
)
def test_what_is_wrong_with_a_promise_is_named(text: str, at: datetime, field: str) -> None:
    here, _ = waiting()
    with pytest.raises(InvalidInput) as refused:
        service.promise(here.promise_store, ANA, CNV, text, at, START)
    assert refused.value.field == field


def test_a_case_has_so_many_open_promises_and_no_more() -> None:
    here, _ = waiting()
    for number in range(MOST_OPEN - 1):
        told(here, f"Promise {number}")
    with pytest.raises(TransitionRefused, match="at most"):
        told(here, "One more")


def test_two_who_settle_at_once_settle_it_once() -> None:
    here, _ = waiting()
    promise = told(here)
    stale = replace(promise)
    service.keep(here.promise_store, ANA, CNV, promise.id, START + MINUTE)
    after = service._settle(
        here.promise_store, stale, lambda one: overdue(one, START + 40 * MINUTE), Actor("system"), START
    )
    assert after.state is PromiseState.KEPT
