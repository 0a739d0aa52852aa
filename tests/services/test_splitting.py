"""A text in pieces: all of it, in order, each within the limit, and no character cut in two."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.domain.message import MessageKind
from chalicelib.services.splitting import MAX_PARTS, graphemes, parts, pieces
from tests.channels.cases import outgoing

FAMILY, FLAG, ACCENTED, KEYCAP = "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301\u0323", "1\ufe0f\u20e3"
WORDS = st.text("abcdefgh", min_size=1, max_size=12) | st.sampled_from(
    [FAMILY, FLAG, FLAG + "🇫🇷", ACCENTED, KEYCAP, "한국어", "नमस्ते", "你好。", "https://example.com/a?b=c", "x" * 70]
)
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n", ". ", "! ", "?\n\n", "\t", "", " \u0301"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=60).map(lambda found: "".join(itertools.chain(*found)))


def by(measure: Callable[[str], int], limit: int) -> Callable[[str, int], bool]:
    return lambda piece, _place: measure(piece) <= limit


def utf8(text: str) -> int:
    return len(text.encode())


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None, max_examples=300)
@given(text=TEXTS | st.text(max_size=300), limit=st.integers(40, 200), measure=st.sampled_from([len, utf8]))
def test_the_pieces_are_the_text(text: str, limit: int, measure: Callable[[str], int]) -> None:
    try:
        found = list(pieces(text, by(measure, limit)))
    except CannotSay:
        assert max(measure(character) for character in graphemes(text)) > limit
        return
    assert all(0 < measure(piece) <= limit for piece in found)
    # A space with an accent is no white space: it is looked at as a reader's characters are.
    assert not any(graphemes(piece)[end].isspace() for piece in found for end in (0, -1))
    # They stand in the text one behind the other, with nothing but white space between them.
    place = 0
    characters = graphemes(text)
    for piece in found:
        while characters[place].isspace():
            place += 1
        own = graphemes(piece)
        assert characters[place : place + len(own)] == own
        place += len(own)
    assert not "".join(characters[place:]).strip()


@settings(deadline=None, max_examples=100)
@given(text=TEXTS, limit=st.integers(40, 200))
def test_a_text_that_fits_is_one_piece(text: str, limit: int) -> None:
    found = list(pieces(text, by(len, limit)))
    if len(text.strip()) <= limit:
        assert found == ([text.strip()] if text.strip() else [])
    else:
        assert len(found) > 1


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("One. Two.\n\nThree. Four five.", 24, ["One. Two.", "Three. Four five."]),
        ("One two. Three four. Five", 21, ["One two. Three four.", "Five"]),
        ("One two “three.” Four five six", 25, ["One two “three.”", "Four five six"]),
        ("first line\nsecond line of it", 20, ["first line", "second line of it"]),
        ("你好。我很好。谢谢你", 8, ["你好。我很好。", "谢谢你"]),
        ("aaaa bbbb cccc", 9, ["aaaa bbbb", "cccc"]),
        ("aaaabbbbcccc", 5, ["aaaab", "bbbcc", "cc"]),
        ("3.14159 is not 2.71828", 10, ["3.14159 is", "not", "2.71828"]),
        (FLAG * 3, 4, [FLAG * 2, FLAG]),
        (f"ab{FAMILY}c", 8, ["ab", f"{FAMILY}c"]),
        ("  spaces around  ", 20, ["spaces around"]),
        (" \n ", 20, []),
    ],
)
def test_a_text_is_cut_where_a_reader_pauses(text: str, limit: int, expected: list[str]) -> None:
    assert list(pieces(text, by(len, limit))) == expected


def test_a_character_that_is_too_long_for_a_message_is_refused() -> None:
    with pytest.raises(CannotSay) as refusal:
        list(pieces("a" + "\u0301" * 50, by(len, 40)))
    assert refusal.value.field == "text"


def test_plain_text_and_others_are_taken_apart_alike() -> None:
    plain = "Plain text, with\nlines and \x00 signs."
    assert graphemes(plain) == regex.findall(r"\X", plain)
    assert graphemes("a\r\nb") == ["a", "\r\n", "b"]


# --- messages ----------------------------------------------------------------------------------------------------


def said(message: Outgoing, channel: str) -> list[Outgoing]:
    return [part.shown for part in parts(message, registry.load(channel))]


SPEAKING = [name for name in registry.CHANNELS if MessageKind.TEXT in registry.load(name).CAPABILITIES.kinds_out]


@pytest.mark.parametrize("name", SPEAKING)
def test_every_channel_takes_the_pieces_of_a_text_that_is_too_long(name: str) -> None:
    channel = registry.load(name)
    text = " ".join(f"Sentence {number} with an é and {FAMILY}." for number in range(3000))[
        : channel.CAPABILITIES.max_text * 2
    ]
    found = parts(outgoing(text=text), channel)
    assert len(found) > 1
    for part in found:
        channel.check_send(part.shown)
    assert squeezed("".join(part.message.text for part in found)) == squeezed(text)


def test_what_would_take_too_many_messages_is_refused() -> None:
    with pytest.raises(CannotSay) as refusal:
        parts(outgoing(text="x" * 1000 * (MAX_PARTS + 1)), registry.load("instagram"))
    assert str(MAX_PARTS) in refusal.value.reason


def test_a_file_goes_before_its_words_where_it_takes_none() -> None:
    file = OutgoingAttachment("", "image/png", "a.png", 10)
    message = outgoing(MessageKind.IMAGE, text="x" * 1500, attachments=(file,), reply_to="m.1")
    found = said(message, "instagram")
    assert [(each.kind, len(each.text), len(each.attachments), each.reply_to) for each in found] == [
        (MessageKind.IMAGE, 0, 1, "m.1"),
        (MessageKind.TEXT, 1000, 0, None),
        (MessageKind.TEXT, 500, 0, None),
    ]


def test_files_go_one_by_one_with_the_words_on_the_first() -> None:
    files = tuple(OutgoingAttachment("", "image/png", f"{name}.png", 10) for name in "ab")
    message = outgoing(MessageKind.IMAGE, text="Both sides", attachments=files)
    found = parts(message, registry.load("whatsapp"))
    assert [(part.shown.text, part.files) for part in found] == [("Both sides", (0,)), ("", (1,))]


def test_a_quotation_goes_first_where_the_file_takes_no_words() -> None:
    file = OutgoingAttachment("", "image/png", "a.png", 10)
    message = outgoing(MessageKind.IMAGE, attachments=(file,), reply_to="m.1")
    found = parts(message, registry.load("messenger"), "Where is it?")
    assert [(part.shown.kind, part.shown.text) for part in found] == [
        (MessageKind.TEXT, "> Where is it?"),
        (MessageKind.IMAGE, ""),
    ]


def test_a_place_goes_before_its_words_and_cards_one_by_one() -> None:
    place = outgoing(MessageKind.LOCATION, text="Here", content={"latitude": 1.0, "longitude": 2.0})
    assert [each.kind for each in said(place, "telegram")] == [MessageKind.LOCATION, MessageKind.TEXT]
    cards = [{"name": {"formatted_name": name}, "phones": [{"phone": "+4930123456"}]} for name in ("Ana", "Bo")]
    people = outgoing(MessageKind.CONTACTS, content={"contacts": cards})
    assert [each.content["contacts"] for each in said(people, "telegram")] == [[cards[0]], [cards[1]]]
    assert len(said(people, "whatsapp")) == 1


def test_what_cannot_be_split_is_refused_as_it_was() -> None:
    channel = registry.load("whatsapp")
    buttons = [{"id": str(number), "title": f"Choice {number}"} for number in range(9)]
    message = outgoing(MessageKind.BUTTONS, content={"body": "Which?", "buttons": buttons})
    with pytest.raises(CannotSay) as refusal:
        parts(message, channel)
    assert refusal.value.field == "content.buttons"
    with pytest.raises(CannotSay):
        parts(replace(message, kind=MessageKind.TEXT), channel)
