"""Redaction: what is wanted out is out, wherever it stands, and everything else is as it was."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.message import Attachment, AttachmentState, Author, Direction, Message, MessageKind
from chalicelib.domain.redaction import BLOCK, Pattern, Wanted, found, masked_deep, redacted
from tests.domain.values import texts

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARDS = ("4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "6011111111111117")
IBANS = ("DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "NO93 8601 1117 947")


def message(text: str, **more: object) -> Message:
    made = Message(
        id="msg_" + "0" * 29,
        leg_id="leg_1",
        conversation_id="cnv_1",
        direction=Direction.INBOUND,
        kind=MessageKind.TEXT,
        occurred_at=NOW,
        stored_at=NOW,
        author=Author("contact", "con_1"),
        text=text,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize("around", ["{}", "My card is {}, thanks.", "a{}b", "({})"])
def test_a_card_number_is_found_in_any_notation(number: str, around: str) -> None:
    after = redacted(message(around.format(number)), Wanted(patterns=frozenset({Pattern.CARD}))).message.text
    assert not any(letter.isdigit() for letter in after)
    assert after.replace(BLOCK, "").replace(" ", "") == around.format("").replace(" ", "")


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "order 1234567890123", "2026-03-02 09:00:00", "0000000000000"])
def test_what_only_looks_like_a_card_number_stays(text: str) -> None:
    assert not found(text, [Pattern.CARD])


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_is_found_and_the_words_after_it_stay(number: str) -> None:
    after = redacted(message(f"Pay to {number} please now"), Wanted(patterns=frozenset({Pattern.IBAN}))).message.text
    assert number[-4:] not in after
    assert after.startswith("Pay to ")
    assert after.endswith(" please now")
    assert not found(number[:-1] + ("0" if number[-1] != "0" else "1"), [Pattern.IBAN])


def test_it_is_taken_out_of_all_that_is_kept_with_the_text_but_for_addresses_of_answers() -> None:
    content = {"html": f"<p>{CARDS[0]}</p>", "form": [{"value": CARDS[0]}], "message_id": "a@b.example", "cut": "x/y"}
    wanted = Wanted(patterns=frozenset({Pattern.CARD, Pattern.EMAIL}))
    made = redacted(message(f"{CARDS[0]} bob@example.com", content=content), wanted)
    assert "4111" not in str(made.message)
    assert "bob@" not in str(made.message)
    assert made.message.content["message_id"] == "a@b.example"
    assert made.raw == {"cut": "x/y"}
    assert "cut" not in made.message.content


def test_the_whole_message_leaves_neither_word_nor_file() -> None:
    file = Attachment(
        "image/png", "bob.png", 9, "0f", "m1", "https://x.example/y", "attachments/1", AttachmentState.STORED
    )
    made = redacted(
        message("Secret words", content={"quoted": "Secret", "target": "t"}, attachments=(file,)), Wanted(whole=True)
    )
    assert made.objects == ("attachments/1",)
    assert made.message.content == {"target": "t", "redacted": True}
    (left,) = made.message.attachments
    assert (left.name, left.object_key, left.source_url, left.media_id, left.sha256) == (None, None, None, None, None)
    assert set(made.message.text) == {BLOCK, " "}


@given(st.text(max_size=60), st.data())
def test_ranges_are_out_and_the_rest_is_as_it_was(text: str, data: st.DataObject) -> None:
    spots = st.integers(0, len(text)).flatmap(lambda end: st.tuples(st.integers(0, end), st.just(end)))
    ranges = tuple(span for span in data.draw(st.lists(spots, max_size=4)) if span[0] < span[1])
    after = redacted(message(text), Wanted(ranges=ranges)).message.text
    assert len(after) == len(text)
    for place, (was, now) in enumerate(zip(text, after, strict=True)):
        inside = any(start <= place < end for start, end in ranges)
        assert now == (BLOCK if inside and not was.isspace() else was)
    again = redacted(message(after), Wanted(ranges=ranges))
    assert again.message.text == after
    assert again.characters == 0


@given(st.text(max_size=80))
def test_any_text_is_looked_through_without_a_fault_and_a_second_time_finds_nothing(text: str) -> None:
    wanted = Wanted(patterns=frozenset(Pattern))
    once = redacted(message(text), wanted).message
    assert redacted(once, wanted).message == once


@given(st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)))
def test_masking_keeps_the_shape(value: object) -> None:
    assert masked_deep(value, lambda text: text) == value
