"""Consent: what holds does not depend on the order of its words, and no word is lost that matters."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.consent import (
    KEPT,
    ConsentState,
    ConsentWord,
    Purpose,
    consent_now,
    held,
    is_granted,
    is_withdrawn,
    with_word,
    with_words,
)
from tests.domain import values

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
few_times = st.integers(0, 5).map(lambda hours: AT + timedelta(hours=hours))


def word(state: ConsentState, hours: int = 0, channel: str = "email") -> ConsentWord:
    return ConsentWord(channel, Purpose.MARKETING, state, AT + timedelta(hours=hours), "web_form")


@given(st.lists(values.consent_words(few_times), max_size=10), st.randoms(use_true_random=False))
def test_the_history_is_the_same_when_words_come_in_any_order_and_twice(words: list, chance: object) -> None:
    shuffled = [*words, *words[:2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert with_words((), shuffled) == with_words((), words)
    assert set(with_words((), words)) == set(words)


@given(st.lists(values.consent_words(few_times), max_size=10), st.sampled_from(Purpose))
def test_what_holds_is_the_newest_answer(words: list[ConsentWord], purpose: Purpose) -> None:
    fit = [each for each in words if each.purpose is purpose and each.channel in ("sms", "any")]
    answers = [each for each in fit if each.state is not ConsentState.ASKED]
    newest = [each for each in answers if each.at == max(answer.at for answer in answers)]

    found = consent_now(with_words((), words), "sms", purpose)

    if not fit:
        assert found is None
    elif not answers:
        assert found is not None and found.state is ConsentState.ASKED
    else:
        assert found in newest
        assert is_withdrawn(words, "sms", purpose) == any(each.state is ConsentState.WITHDRAWN for each in newest)


def test_a_question_overtakes_no_answer() -> None:
    words = (word(ConsentState.WITHDRAWN), word(ConsentState.ASKED, 1))

    assert is_withdrawn(words, "email", Purpose.MARKETING)
    assert not is_granted(words, "email", Purpose.MARKETING)


def test_a_withdrawal_for_any_channel_counts_for_each_until_one_is_granted_again() -> None:
    words = (word(ConsentState.GRANTED), word(ConsentState.WITHDRAWN, 1, "any"))

    assert is_withdrawn(words, "email", Purpose.MARKETING)
    assert is_granted((*words, word(ConsentState.GRANTED, 2)), "email", Purpose.MARKETING)
    assert is_withdrawn((*words, word(ConsentState.GRANTED, 2)), "sms", Purpose.MARKETING)


def test_nothing_is_agreed_to_when_nobody_has_said_anything() -> None:
    assert consent_now((), "email", Purpose.SERVICE) is None
    assert not is_granted((), "email", Purpose.SERVICE)
    assert not is_withdrawn((), "email", Purpose.SERVICE)


def test_the_oldest_words_go_when_there_are_too_many_and_the_answer_that_holds_stays() -> None:
    words = with_words((), [word(ConsentState.WITHDRAWN), *(word(ConsentState.ASKED, 1 + n) for n in range(KEPT * 2))])

    assert len(words) == KEPT + 1
    assert is_withdrawn(words, "email", Purpose.MARKETING)


def test_what_holds_is_listed_by_channel_and_purpose() -> None:
    words = with_word((word(ConsentState.GRANTED),), word(ConsentState.WITHDRAWN, 1, "any"))

    assert [(each.channel, each.state.value) for each in held(words)] == [("any", "withdrawn"), ("email", "withdrawn")]
