"""Folding messages into a conversation: the same state for each of their orders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids, transitions
from chalicelib.domain.conversation import Conversation, Leg, Status, WakeOn, summary
from chalicelib.domain.delivery import RANK, DeliveryState, advances, applies
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.message import SILENT, Author, Direction, Message, MessageKind
from chalicelib.domain.transitions import VIEW_SLACK, with_message

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEGS = ("leg_a" + "0" * 20, "leg_b" + "0" * 20)
statuses = st.sampled_from(tuple(Status))
wakes = st.sampled_from(tuple(WakeOn))
states = st.sampled_from(tuple(DeliveryState))
said = st.tuples(st.sampled_from(LEGS), st.integers(0, 400), st.sampled_from(("text", "image", "reaction", "edit")))


def message(index: int, leg: str, seconds: int, kind: str, **more: Any) -> Message:
    at = START + timedelta(seconds=seconds)
    return Message(
        id=ids.message_id(at, leg, str(index)),
        leg_id=leg,
        conversation_id="cnv_1",
        direction=Direction.INBOUND,
        kind=MessageKind(kind),
        occurred_at=at,
        stored_at=START,
        author=Author("contact", "con_1"),
        text=f"text {index}",
        external_id=str(index),
        **more,
    )


def conversation(status: Status, wake_on: WakeOn = WakeOn.ANY_INBOUND) -> Conversation:
    first = message(0, LEGS[0], 200, "text")
    legs = {leg: Leg(leg, "ibx_a", "whatsapp", leg, first.id, first.id) for leg in LEGS}
    return Conversation(
        id="cnv_1",
        contact_id="con_1",
        contact_name="Bob",
        inbox_id="ibx_a",
        channel="whatsapp",
        active_leg_id=LEGS[0],
        opened_at=first.occurred_at,
        status_changed_at=first.occurred_at,
        last_activity_at=first.occurred_at,
        view_at=first.occurred_at,
        created_at=START,
        legs=legs,
        last_message=summary(first),
        status=status,
        resolved_at=START + timedelta(seconds=210) if status is Status.RESOLVED else None,
        snoozed_until=START + timedelta(days=1) if status is Status.SNOOZED else None,
        wake_on=wake_on if status is Status.SNOOZED else WakeOn.ANY_INBOUND,
    )


def folded(state: Conversation, messages: list[Message]) -> Conversation:
    for each in messages:
        state = with_message(state, each)
    return state


def lasting(state: Conversation) -> Conversation:
    """Without what tells of arrival: when the status changed is when the first of the messages came; and the list
    row's place may lag by the slack."""
    assert timedelta() <= state.last_activity_at - state.view_at <= VIEW_SLACK
    return replace(state, status_changed_at=START, view_at=START)


def test_a_list_shows_what_stands_over_buttons_and_the_kind_of_what_has_no_words() -> None:
    asked = replace(message(1, LEGS[0], 0, "buttons", content={"body": "Is this about your order?"}), text="")
    silent = replace(message(2, LEGS[0], 0, "image"), text="")

    assert summary(asked).preview == "Is this about your order?"
    assert summary(silent).preview == "[image]"


@given(st.lists(said, max_size=8), st.randoms(), statuses, wakes)
def test_the_state_is_the_same_in_whatever_order_messages_arrive(
    told: list[Any], chance: Any, status: Status, wake_on: WakeOn
) -> None:
    messages = [message(index, *each) for index, each in enumerate(told, 1)]
    before = conversation(status, wake_on)
    shuffled = list(messages)
    chance.shuffle(shuffled)
    ordered = sorted(messages, key=lambda each: each.id)
    after = folded(before, ordered)
    assert lasting(folded(before, shuffled)) == lasting(after)
    assert after.unread == sum(each.kind not in SILENT for each in messages)


@given(said, statuses)
def test_only_what_customers_say_wakes_and_reopens(told: Any, status: Status) -> None:
    each = message(1, *told)
    after = with_message(conversation(status), each)
    if each.kind in SILENT:
        assert (after.status, after.unread, after.episode) == (status, 0, 1)
    elif status is Status.PENDING:
        assert after.status is Status.PENDING
    else:
        assert (after.status, after.snoozed_until, after.resolved_at) == (Status.OPEN, None, None)
        assert after.episode == (2 if status is Status.RESOLVED else 1)


@given(st.lists(said, min_size=1, max_size=8), wakes)
def test_a_snooze_that_waits_for_its_time_hides_nothing(told: list[Any], wake_on: WakeOn) -> None:
    messages = [message(index, *each) for index, each in enumerate(told, 1)]
    spoken = [each.occurred_at for each in messages if each.kind not in SILENT]
    after = folded(conversation(Status.SNOOZED, wake_on), messages)
    assert (after.unread, after.waiting_since) == (len(spoken), min(spoken, default=None))
    woken = bool(spoken) and wake_on is WakeOn.ANY_INBOUND
    assert after.status is (Status.OPEN if woken else Status.SNOOZED)
    assert (after.snoozed_until is None, after.wake_on) == (woken, WakeOn.ANY_INBOUND if woken else wake_on)


@given(st.sampled_from(tuple(Status)), wakes, st.integers(-60, 60))
def test_a_vip_wakes_only_the_snooze_that_waits_for_them_and_that_they_wrote_after(
    status: Status, wake_on: WakeOn, seconds: int
) -> None:
    asleep = replace(conversation(status, wake_on), waiting_since=START, status_changed_at=START)
    written_at = START + timedelta(seconds=seconds)
    woken = transitions.vip_woken(asleep, written_at, START + timedelta(hours=1))
    if status is Status.SNOOZED and wake_on is WakeOn.VIP_INBOUND and seconds >= 0:
        assert woken is not None
        assert (woken.status, woken.snoozed_until, woken.wake_on) == (Status.OPEN, None, WakeOn.ANY_INBOUND)
        assert woken.waiting_since == START
    else:
        assert woken is None
    assert transitions.vip_woken(replace(asleep, waiting_since=None), written_at, START) is None


def test_what_wakes_is_said_with_a_snooze_only() -> None:
    until = START + timedelta(hours=1)
    asleep = transitions.change_status(
        conversation(Status.OPEN), Status.SNOOZED, START, snoozed_until=until, wake_on=WakeOn.TIME
    )
    assert (asleep.wake_on, asleep.snoozed_until) == (WakeOn.TIME, until)
    with pytest.raises(TransitionRefused) as refused:
        transitions.change_status(conversation(Status.OPEN), Status.PENDING, START, wake_on=WakeOn.TIME)
    assert refused.value.field == "wake_on"
    # Prolonged without a word of it, any message wakes it again.
    again = transitions.change_status(asleep, Status.SNOOZED, START, snoozed_until=until)
    assert again.wake_on is WakeOn.ANY_INBOUND


@pytest.mark.parametrize("kind", ["agent", "api", "bot", "automation", "rule"])
def test_only_people_answer(kind: str) -> None:
    before = replace(conversation(Status.OPEN), unread=3, waiting_since=START)
    at = START + timedelta(seconds=900)
    reply = replace(message(1, LEGS[0], 900, "text"), direction=Direction.OUTBOUND, author=Author(kind, "x"))
    after = with_message(before, reply)
    people = kind in ("agent", "api")
    assert (after.unread, after.waiting_since) == ((0, None) if people else (3, START))
    assert after.first_response_at == (at if people else None)


def test_a_late_answer_does_not_hide_what_came_after_it() -> None:
    before = replace(conversation(Status.OPEN), unread=1, waiting_since=START)
    late = replace(message(1, LEGS[0], 100, "text"), direction=Direction.OUTBOUND, author=Author("api"))
    assert with_message(before, late).unread == 1


@given(st.lists(states, max_size=12), st.randoms())
def test_marks_end_the_same_in_whatever_order_they_come(marks: list[DeliveryState], chance: Any) -> None:
    def end(order: list[DeliveryState]) -> DeliveryState:
        current = DeliveryState.QUEUED
        for mark in order:
            current = mark if advances(current, mark) else current
        return current

    shuffled = marks * 2
    chance.shuffle(shuffled)
    assert end(shuffled) is end(marks) is max([DeliveryState.QUEUED, *marks], key=RANK.__getitem__)


@given(states, states, st.integers(1, 3), st.integers(1, 3))
def test_of_an_earlier_attempt_only_proof_counts(
    current: DeliveryState, update: DeliveryState, attempt: int, told: int
) -> None:
    proof = update in (DeliveryState.DELIVERED, DeliveryState.READ)
    assert applies(current, attempt, update, told) is (advances(current, update) and (told >= attempt or proof))


@given(st.integers(-100_000, 100_000), st.integers(0, 100_000))
def test_a_case_reopens_within_its_time_and_not_after(seconds: int, limit: int) -> None:
    at = START + timedelta(seconds=seconds)
    assert transitions.may_reopen(START, at, limit) is (seconds <= limit)
    assert transitions.may_reopen(None, at, limit) is False
