"""What customers are told: whole minutes, rounded so that it is never better than what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.expected_wait import Expected
from chalicelib.domain.wait_words import (
    LANGUAGES,
    MINUTES_TOLD,
    Span,
    language_of,
    own_text,
    place_said,
    said,
    span_of,
    tongue_of,
    wait_said,
)


def spanned(low: int, high: int) -> Span:
    return span_of(Expected(low, high, 20))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_span_told_holds_the_one_measured(one: int, other: int) -> None:
    low, high = sorted((one, other))
    told = spanned(low, high)
    assert told.low * 60 <= low
    assert told.high * 60 >= high
    assert told.until.total_seconds() == told.high * 60 > 0
    assert 0 <= told.low <= told.high


@given(st.integers(1, 10**6))
def test_rounding_adds_a_minute_to_short_waits_and_a_part_to_long_ones(high: int) -> None:
    assert spanned(0, high).high * 60 - high < max(60, high * 0.5)


@given(st.integers(MINUTES_TOLD * 60 + 1, 10**6))
def test_what_is_told_in_hours_is_promised_in_hours(high: int) -> None:
    assert spanned(0, high).high % 60 == 0


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0, 20, "up to a minute"),
        (30, 130, "up to 3 minutes"),
        (180, 360, "3 to 6 minutes"),
        (190, 350, "3 to 6 minutes"),
        (300, 300, "about 5 minutes"),
        (1000, 1500, "15 to 25 minutes"),
        (4000, 6100, "60 to 105 minutes"),
        (7300, 9000, "2 to 3 hours"),
        (60, 9000, "up to 3 hours"),
    ],
)
def test_figures_are_told_as_people_say_them(low: int, high: int, told: str) -> None:
    assert wait_said(spanned(low, high), "en") == told


def test_a_sentence_in_each_language() -> None:
    assert said(2, Span(3, 6), "en") == (
        "You are number 2 in the queue. An agent will usually be with you in 3 to 6 minutes."
    )
    assert said(2, Span(3, 6), "de").endswith("Meist ist in 3 bis 6 Minuten jemand für Sie da.")
    assert {"en", "de", "es", "fr", "pt", "zh"} <= set(LANGUAGES)
    for language in LANGUAGES:
        for span in (Span(0, 1), Span(3, 6), Span(5, 5), Span(60, 180)):
            told = said(7, span, language)
            assert "{" not in told and "7" in told
            assert str(span.high if span.high <= MINUTES_TOLD else span.high // 60) in told or span.high == 1
        assert "7" in place_said(7, language)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("pt-BR", "pt"),
        ("zh_Hans_CN", "zh"),
        ("ru-RU", "ru"),
        ("DE", "de"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("-", "en"),
    ],
)
def test_the_language_is_the_locales_or_english(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("locale", "tongue"),
    [("zh-Hant-TW", "zh-hant"), ("zh_HK", "zh-hant"), ("zh-Hans-CN", "zh"), ("zh", "zh"), ("ru", "ru")],
)
def test_han_characters_are_written_as_the_customer_reads_them(locale: str, tongue: str) -> None:
    assert tongue_of(locale) == tongue
    assert said(2, Span(3, 6), "zh-hant") == "您目前排第 2 位。通常需等候 3 至 6 分鐘。"


def test_an_administrators_words_have_the_figures_put_in_once() -> None:
    assert own_text("Place {position}, {wait}. {other}", 3, Span(3, 6), "de") == "Place 3, 3 bis 6 Minuten. {other}"
    assert own_text("Soon.", 3, Span(3, 6), "en") == "Soon."
