"""Ids: their order is the order of time, they tell what they were made of, and no two things share one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain import ids
from tests.domain.values import identifiers, message_ids, texts, times


@given(st.integers(0, 32**9 - 1), st.integers(0, 32**9 - 1))
def test_numbers_sort_as_texts_when_encoded(one: int, other: int) -> None:
    left, right = ids.encode(one, 9), ids.encode(other, 9)
    assert (left < right) is (one < other)
    assert (ids.decode(left), ids.decode(right)) == (one, other)


@pytest.mark.parametrize(("number", "length"), [(-1, 3), (32**3, 3), (1, 0)])
def test_it_is_refused_when_a_number_does_not_fit(number: int, length: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ids.encode(number, length)


@pytest.mark.parametrize("text", ["A", "i", "l", "o", "u", " ", "é", "0-0"])
def test_it_is_refused_when_a_text_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not found"):
        ids.decode(text)


@given(times, times, texts, texts)
def test_message_ids_sort_by_their_time(one: datetime, other: datetime, seed: str, other_seed: str) -> None:
    left, right = ids.message_id(one, seed), ids.message_id(other, other_seed)
    assert (ids.message_time(left), ids.message_time(right)) == (one, other)
    if one != other:
        assert (left < right) is (one < other)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
        (datetime(9999, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=32**9 - 1)),
        (datetime(2026, 3, 2, 9, 0, 0, 123999, UTC), datetime(2026, 3, 2, 9, 0, 0, 123000, UTC)),
    ],
)
def test_times_are_clamped_to_what_an_id_can_hold(at: datetime, kept: datetime) -> None:
    assert ids.message_time(ids.message_id(at, "seed")) == kept


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_two_lists_of_parts_never_share_a_digest(one: list[str], other: list[str]) -> None:
    assert (ids.digest(*one) == ids.digest(*other)) is (one == other)


@given(st.text(max_size=8), st.integers(0, 8), st.integers(0, 8))
def test_moving_the_border_between_parts_changes_the_digest(text: str, cut: int, other: int) -> None:
    assume(min(cut, len(text)) != min(other, len(text)))
    assert ids.digest(text[:cut], text[cut:]) != ids.digest(text[:other], text[other:])


@given(st.text(st.characters(), max_size=4))
def test_any_text_has_a_digest_of_one_form(text: str) -> None:
    assert len(ids.digest(text)) == ids.DIGEST_LENGTH
    assert set(ids.digest(text)) <= set(ids.ALPHABET)


@given(message_ids, message_ids)
def test_next_and_previous_leave_out_the_id_itself_and_nothing_else(one: str, other: str) -> None:
    assert one < ids.next_id("msg", one)
    assert ids.previous_id("msg", one) < one
    if other > one:
        assert ids.next_id("msg", one) <= other
    if other < one:
        assert other < ids.previous_id("msg", one)


@given(times, texts)
def test_a_notes_id_bounds_the_messages_of_its_time(at: datetime, seed: str) -> None:
    note = ids.note_id(at, seed)
    assert ids.message_id(at - timedelta(milliseconds=1), seed) < ids.next_id("msg", note)
    assert ids.message_id(at + timedelta(milliseconds=1), seed) > ids.next_id("msg", note)


@given(identifiers("ibx"), texts, texts)
def test_a_leg_tells_its_inbox(inbox: str, address: str, other: str) -> None:
    leg = ids.leg_id(inbox, address)
    assert ids.inbox_of(leg) == inbox
    assert ids.is_id("leg", leg)
    assert (leg == ids.leg_id(inbox, other)) is (address == other)


@pytest.mark.parametrize(
    "text",
    ["", "leg_", "leg_abc", "msg_0", "leg#a", "leg_A" + "0" * 20, "leg_" + "0" * 80, "leg_é" + "0" * 20, None],
)
def test_it_is_refused_when_a_text_is_no_leg(text: str | None) -> None:
    with pytest.raises(ValueError, match="no leg id"):
        ids.inbox_of(text or "")


@pytest.mark.parametrize(
    "text",
    ["", "msg_", "msg", "msg_" + "0" * 28, "msg_" + "0" * 30, "nte_" + "0" * 29, "msg_" + "#" * 29, "MSG_" + "0" * 29],
)
def test_it_is_refused_when_a_text_is_no_message(text: str) -> None:
    with pytest.raises(ValueError, match="no message id"):
        ids.message_time(text)


@given(st.text())
def test_no_text_outside_the_alphabet_is_an_id(text: str) -> None:
    named = ids.is_id("ibx", f"ibx_{text}")
    assert named is (0 < len(text) <= 64 and set(text) <= set(ids.ALPHABET))
