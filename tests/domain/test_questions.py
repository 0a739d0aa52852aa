"""Questions to customers: what counts as an answer in any language, and what does not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.envelope import Actor
from chalicelib.domain.question import (
    NONE,
    OPEN_FOR,
    Question,
    QuestionKind,
    QuestionState,
    answered,
    chosen_by_button,
    payload,
    question_id,
    void,
)
from chalicelib.domain.question_phrases import WORDS
from chalicelib.domain.question_words import (
    BUTTON,
    TOPIC,
    button_said,
    channel_name,
    chosen_by_words,
    day_said,
    topic_said,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LANGUAGES = sorted(WORDS)


def question(*options: str) -> Question:
    return Question(
        id=question_id("cnv_1", "join"),
        conversation_id="cnv_1",
        leg_id="leg_1",
        kind=QuestionKind.JOIN,
        options=options,
        asked_at=NOW,
        asked_by=Actor("rule", "joining"),
        language="en",
        client_id="join",
        about={},
    )


def test_each_button_brings_its_own_option_back() -> None:
    asked = question("cnv_a", "cnv_b")
    assert [chosen_by_button(asked, {"payload": payload(asked, place)}) for place in range(3)] == [
        "cnv_a",
        "cnv_b",
        NONE,
    ]


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_another_buttons_payload_is_no_answer(value: object) -> None:
    assert chosen_by_button(question("cnv_a"), {"payload": value}) is None


@pytest.mark.parametrize("place", ["-1", "3", "99", "٣", "1e1", "", "999999999999"])
def test_a_place_that_is_none_is_no_answer(place: str) -> None:
    asked = question("cnv_a", "cnv_b")
    assert chosen_by_button(asked, {"payload": f"{asked.id}.{place}"}) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_are_understood_in_each_language(language: str) -> None:
    words = WORDS[language]
    titles = (words.yes, words.no)
    for said in words.said_yes:
        assert chosen_by_words(f" {said.upper()}!", ("cnv_a",), titles) == "cnv_a", said
    for said in words.said_no:
        assert chosen_by_words(f"{said.capitalize()}.", ("cnv_a",), titles) == NONE, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_cases_a_number_or_title_chooses_and_yes_does_not(language: str) -> None:
    words = WORDS[language]
    titles = ("Late parcel", "Wrong size", words.new)
    options = ("cnv_a", "cnv_b")
    assert [chosen_by_words(said, options, titles) for said in ("1", "2.", " 3 ", "２")] == [
        "cnv_a",
        "cnv_b",
        NONE,
        "cnv_b",  # NFKC: a wide digit is a digit
    ]
    assert chosen_by_words("wrong SIZE", options, titles) == "cnv_b"
    assert chosen_by_words(words.new, options, titles) == NONE
    assert chosen_by_words(words.yes, options, titles) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "0",
        "4",
        "11",
        "yes but my order is late",
        "no idea",
        "1 2",
        "yes no",
        "maybe",
        "order 1",
        "½",
        "１２３４５６",
        "?",
    ],
)
def test_what_is_not_clearly_an_answer_is_none(said: str) -> None:
    assert chosen_by_words(said, ("cnv_a", "cnv_b"), ("Late parcel", "Wrong size", "Something new")) is None


@given(st.text(), st.integers(1, 3))
def test_any_text_is_an_option_or_no_answer(said: str, count: int) -> None:
    options = tuple(f"cnv_{place}" for place in range(count))
    titles = (*(f"Case {place}" for place in range(count)), "New")
    assert chosen_by_words(said, options, titles) in {*options, NONE, None}


def test_no_word_means_yes_in_one_language_and_no_in_another() -> None:
    yes = {word for words in WORDS.values() for word in words.said_yes}
    no = {word for words in WORDS.values() for word in words.said_no}
    assert not yes & no


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_its_words(language: str) -> None:
    words = WORDS[language]
    assert len(words.days) == 7
    assert "{case}" in words.continues and "{topic}" in words.about
    assert "{day}" in words.neutral and "{day}" in words.neutral_over and "{day}" in words.case
    assert "{channel}" in words.consent and "{address}" in words.consent
    for title in (words.yes, words.no, words.new):
        assert len(title) <= BUTTON
    assert channel_name("email", language) and channel_name("sms", language)


@given(st.text(max_size=300))
def test_a_topic_is_one_short_line(topic: str) -> None:
    said = topic_said(topic)
    assert len(said) <= TOPIC and said == " ".join(said.split())
    assert not any(mark in said for mark in "\n\r\t\x00\x7f")
    assert len(button_said(said)) <= BUTTON


def test_days_are_told_by_name_within_a_week_and_by_date_before() -> None:
    assert day_said(NOW - timedelta(days=1), NOW, "en") == "Sunday"
    assert day_said(NOW - timedelta(days=6), NOW, "de") == "Dienstag"
    assert day_said(NOW - timedelta(days=7), NOW, "en") == "2026-02-23"


def test_an_answer_counts_once_and_for_a_while() -> None:
    asked = question("cnv_a")
    assert asked.is_open(NOW) and asked.is_open(NOW + OPEN_FOR - timedelta(seconds=1))
    assert not asked.is_open(NOW + OPEN_FOR)
    done = answered(asked, "cnv_a", "msg_1", NOW)
    assert (done.state, done.choice, done.version) == (QuestionState.ANSWERED, "cnv_a", 2)
    assert not done.is_open(NOW) and not void(asked, NOW).is_open(NOW)
