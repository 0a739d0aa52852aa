"""What is told on a new leg: in order, within its room, and never a code."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.switching import SECRET, composed, opening, quotable, quotation, subject
from chalicelib.domain.switching_words import LANGUAGES, channel_said, words_of
from chalicelib.domain.verification import MASK, code_of, is_code, masked, said_code, wait_seconds
from tests.domain.test_folding import LEGS, START

WORDS = words_of("en")
texts = st.text(max_size=300)


def said(place: int, text: str, ours: bool = False, kind: MessageKind = MessageKind.TEXT) -> Message:
    at = START + timedelta(seconds=place)
    author = Author("agent", "agt_1", "Ana") if ours else Author("contact", "con_1")
    direction = Direction.OUTBOUND if ours else Direction.INBOUND
    identifier = ids.message_id(at, LEGS[0], str(place))
    return Message(identifier, LEGS[0], "cnv_1", direction, kind, at, at, author, text)


@given(st.lists(st.tuples(texts, st.booleans()), max_size=6), st.integers(-5, 900))
def test_a_quotation_keeps_to_its_room_and_order_and_has_the_newest(given: list[tuple[str, bool]], room: int) -> None:
    messages = [said(place, text, ours) for place, (text, ours) in enumerate(given)]
    found = quotation(messages, WORDS, room)
    assert len(found) <= max(room, 0)
    lines = found.split("\n") if found else []
    assert len(lines) <= len(messages)
    newest = messages[len(messages) - len(lines) :]
    for line, message in zip(lines, newest, strict=True):
        who = "Ana" if message.direction is Direction.OUTBOUND else "You"
        whole = f"> {who}: {' '.join(message.text.split())}"
        assert line == whole or (line.endswith("…") and whole.startswith(line[:-1]))
    if messages and room >= 24:
        assert lines


def test_reactions_edits_and_codes_are_not_told() -> None:
    code = replace(said(2, f"Your code is {MASK}", ours=True), content={SECRET: {"id": "vrf_1"}})
    edited = said(3, "Hello!", kind=MessageKind.EDIT)
    picture = said(4, "", kind=MessageKind.IMAGE)
    found = quotable([said(1, "Hello"), code, edited, picture], 3)
    assert quotation(found, WORDS, 200) == "> You: Hello\n> You: [image]"
    assert quotable(found, 0) == []


def test_each_language_says_where_it_comes_from_and_what_the_code_is() -> None:
    for language in LANGUAGES:
        words = words_of(f"{language}-XX")
        for channel in ("whatsapp", "email", "web_chat", "custom", "unheard_of"):
            name = channel_said(channel, words)
            assert name and name in opening(channel, words) and name in subject(channel, words)
            assert len(subject(channel, words)) < 80
        text = words.code.format(code=MASK, minutes=10)
        assert text.count(MASK) == 1 and "10" in text and "{" not in text
    assert words_of(None) is words_of("en") is words_of("xx")
    assert composed("From.", "", " Hello ") == "From.\n\nHello"


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_code_is_six_digits_and_fits_its_own_verification_alone(key: str, name: str) -> None:
    code = code_of(key, name)
    assert len(code) == 6 and code.isascii() and code.isdigit()
    assert is_code(key, name, code)
    assert said_code(f" {code[:3]} {code[3:]}\n") == code
    assert said_code(f"{code} {code}") is None and said_code(f"1{code}") is None
    assert not is_code(key, name, f"{(int(code) + 1) % 10**6:06d}") and not is_code(key, name, "")


@given(st.lists(st.integers(0, 2 * 86400), max_size=14))
def test_who_waits_as_long_as_they_are_told_may_ask_again(seconds: list[int]) -> None:
    asked = [START + timedelta(seconds=each) for each in sorted(seconds)]
    now = asked[-1] if asked else START
    wait = wait_seconds(asked, now)
    assert wait_seconds(asked, now + timedelta(seconds=wait)) == 0
    assert wait == 0 or wait_seconds(asked, now + timedelta(seconds=wait - 1)) > 0


def test_an_address_is_masked_where_colleagues_read_it() -> None:
    assert masked("email", "bob@customer.example") == "b…@customer.example"
    assert masked("phone", "+491701234567") == "…567"
