"""A call's card: whatever order its updates come in, and however often, it shows one picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.call import RANK, REASONS, Call, CallOutcome, CallState, Line, Recording, card, is_about
from chalicelib.domain.message import Author, Direction, Message, MessageKind

AT = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
LEG = "leg_1"


def message(kind: MessageKind, external_id: str, at: int = 0, **values: Any) -> Message:
    when = AT + timedelta(seconds=at)
    fixed = {
        "id": ids.message_id(when, LEG, external_id),
        "leg_id": LEG,
        "conversation_id": "cnv_1",
        "direction": Direction.INBOUND,
        "kind": kind,
        "occurred_at": when,
        "stored_at": when,
        "author": Author("contact"),
        "external_id": external_id,
    }
    return Message(**{**fixed, **values})


CALL = message(MessageKind.CALL, "CA1", content={"direction": "inbound", "state": "ringing"})
PLACED = replace(CALL, direction=Direction.OUTBOUND, external_id=None, content={"agent_phone": "+1", "state": ["?"]})


def update(external_id: str, at: int = 1, /, **content: Any) -> Message:
    return message(MessageKind.CALL_UPDATE, external_id, at, content={"target": "CA1", **content})


def of_ours(external_id: str, attempt: int = 1, /, **content: Any) -> Message:
    return update(external_id, attempt, message_id=PLACED.id, attempt=attempt, **content)


def test_a_call_rings_when_nothing_else_is_told() -> None:
    assert card(CALL, []) == Call(Direction.INBOUND, CallState.RINGING)
    assert card(PLACED, []) == Call(Direction.OUTBOUND, CallState.RINGING)


def test_a_call_that_was_taken_tells_by_whom_and_how_long() -> None:
    told = [
        update("wait", 1, state="queued", queue={"position": 3}),
        update("leg", 2, state="answered", answered=True, answered_by="agt_ada"),
        update("dial", 3, answered=True, talk_seconds=40),
        update("status", 4, state="ended", reason="completed", duration_seconds=49),
    ]
    shown = card(CALL, told)
    assert (shown.state, shown.outcome, shown.answered_by) == (CallState.ENDED, CallOutcome.ANSWERED, "agt_ada")
    assert (shown.duration_seconds, shown.talk_seconds, shown.queue_position) == (49, 40, 3)
    assert not shown.callback_requested
    assert card(CALL, told[:2]).state is CallState.ANSWERED


@pytest.mark.parametrize("reason", REASONS)
def test_a_call_that_nobody_took_is_missed_and_wants_a_callback(reason: str) -> None:
    shown = card(CALL, [update("s", state="ended", reason=reason)])
    assert (shown.outcome, shown.reason, shown.callback_requested) == (CallOutcome.MISSED, reason, True)


def test_a_message_that_was_left_has_its_words() -> None:
    told = [
        update("s", state="ended", reason="completed"),
        update("r", recording={"id": "RE1", "voicemail": True, "duration_seconds": 8}),
        update("t", transcript={"recording": "RE1", "text": "Call me back."}),
    ]
    shown = card(CALL, told)
    assert shown.recordings == (Recording("RE1", 8, voicemail=True, transcript="Call me back."),)
    assert (shown.outcome, shown.callback_requested) == (CallOutcome.VOICEMAIL, True)
    failed = [told[0], update("r", recording={"id": "RE1", "voicemail": True, "failed": True})]
    assert card(CALL, failed).outcome is CallOutcome.MISSED


def test_lines_stand_in_the_order_they_were_said() -> None:
    told = [
        update(f"l{n}", line={"id": f"l{n}", "speaker": "customer", "text": str(n), "order": n}) for n in (10, 9, 2)
    ]
    assert card(CALL, told).lines == (Line("customer", "2"), Line("customer", "9"), Line("customer", "10"))


@pytest.mark.parametrize(
    ("choice", "shown"),
    [({"digits": "2", "label": "Refunds"}, "Refunds"), ({"speech": "hi"}, "hi"), ({"digits": "7"}, "7")],
)
def test_a_choice_is_shown_as_people_call_it(choice: dict[str, str], shown: str) -> None:
    assert card(CALL, [update("m", choice=choice)]).choice == shown


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ([{"state": "ended", "reason": "no_answer"}], CallOutcome.AGENT_UNREACHABLE),
        ([{"state": "connecting"}, {"state": "ended", "reason": "completed"}], CallOutcome.NO_ANSWER),
        ([{"state": "connecting"}, {"reason": "busy"}, {"state": "ended"}], CallOutcome.BUSY),
        ([{"state": "connecting"}, {"reason": "failed"}, {"state": "ended"}], CallOutcome.FAILED),
        ([{"state": "connecting"}, {"answered": True}, {"state": "ended"}], CallOutcome.ANSWERED),
    ],
)
def test_a_call_we_placed_ends_in_words_of_its_own(told: list[dict[str, Any]], outcome: CallOutcome) -> None:
    shown = card(PLACED, [of_ours(f"u{place}", **content) for place, content in enumerate(told)])
    assert (shown.state, shown.outcome, shown.callback_requested) == (CallState.ENDED, outcome, False)


def test_a_call_that_is_placed_again_begins_anew() -> None:
    first = [of_ours("a", 1, state="ended", reason="busy")]
    again = [of_ours("b", 2, state="connecting")]
    assert card(PLACED, first).state is CallState.ENDED
    assert card(PLACED, [*first, *again]) == card(PLACED, again)
    assert card(replace(PLACED, attempt=2), first).state is CallState.RINGING


def test_an_update_is_about_one_card_only() -> None:
    assert is_about(update("u"), CALL)
    assert not is_about(update("u"), replace(CALL, external_id="CA2"))
    assert not is_about(replace(update("u"), leg_id="leg_2"), CALL)
    assert not is_about(replace(update("u"), kind=MessageKind.TEXT), CALL)
    assert is_about(of_ours("u"), PLACED) and not is_about(of_ours("u"), replace(PLACED, id="msg_2"))
    assert not is_about(of_ours("u"), replace(CALL, id="msg_2"))


WORDS = st.sampled_from(["a", "b", "RE1"])
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from([*(state.value for state in CallState), "odd", 7, None]),
        "answered": st.sampled_from([True, False, "yes"]),
        "reason": st.sampled_from([*REASONS, "odd", []]),
        "answered_by": WORDS,
        "duration_seconds": st.integers(0, 99) | st.just("x"),
        "talk_seconds": st.integers(0, 99),
        "queue": st.fixed_dictionaries({"position": st.integers(1, 9)}) | st.just("x"),
        "choice": st.fixed_dictionaries({"digits": WORDS}),
        "recording": st.fixed_dictionaries({"id": WORDS, "voicemail": st.booleans()}),
        "transcript": st.fixed_dictionaries({"recording": WORDS, "text": WORDS}),
        "line": st.fixed_dictionaries({"id": WORDS, "speaker": WORDS, "text": WORDS, "order": st.integers(0, 9)}),
        "attempt": st.integers(1, 3),
    },
)
TOLD = st.lists(st.tuples(CONTENTS, st.integers(0, 5)), max_size=8).map(
    lambda found: [update(f"u{place}", at, **content) for place, (content, at) in enumerate(found)]
)


@given(told=TOLD, data=st.data())
def test_the_picture_is_the_same_whatever_order_updates_come_in_and_however_often(
    told: list[Message], data: st.DataObject
) -> None:
    mixed = data.draw(
        st.permutations([*told, *(data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else [])])
    )
    for call in (CALL, replace(CALL, direction=Direction.OUTBOUND)):
        assert card(call, mixed) == card(call, told)


@given(told=TOLD)
def test_a_call_never_goes_back(told: list[Message]) -> None:
    """Of one attempt: each update leaves the state where it is or moves it on."""
    told = [replace(item, content={**item.content, "attempt": 1}) for item in told]
    states = [card(CALL, told[:count]).state for count in range(len(told) + 1)]
    assert [RANK[state] for state in states] == sorted(RANK[state] for state in states)
    assert (card(CALL, told).outcome is None) == (states[-1] is not CallState.ENDED)
