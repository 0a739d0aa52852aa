"""An inbox's health: late words change nothing, notices end up the same in any order, rates are of the hours asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.inbox_health import (
    NOTICES_KEPT,
    InboxHealth,
    Notice,
    TokenState,
    Vitals,
    error_rate,
    hour_of,
    with_notice,
    with_token,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

notices = st.builds(
    Notice,
    kind=st.sampled_from([f"account.{number}" for number in range(NOTICES_KEPT)]),
    at=st.integers(0, 5).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    detail=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 2)),
)


@given(st.lists(notices, max_size=30), st.randoms())
def test_notices_come_to_the_same_in_any_order(given_notices: list[Notice], random: Any) -> None:
    shuffled = [*given_notices, *given_notices]
    random.shuffle(shuffled)
    ends = []
    for order in (given_notices, shuffled):
        health = InboxHealth("ibx_1")
        for notice in order:
            health = with_notice(health, notice)
        ends.append(health)

    assert ends[0] == ends[1]
    assert len({notice.kind for notice in ends[0].notices}) == len(ends[0].notices) <= NOTICES_KEPT


def test_a_late_word_on_credentials_is_dropped() -> None:
    dead = with_token(InboxHealth("ibx_1"), TokenState.DEAD, "expired", NOW)

    assert with_token(dead, TokenState.OK, None, NOW - timedelta(seconds=1)) is dead
    assert with_token(dead, TokenState.DEAD, "again", NOW + timedelta(seconds=1)) is dead
    assert with_token(dead, TokenState.OK, None, NOW).token is TokenState.OK


def test_counts_are_of_the_hours_asked() -> None:
    hours = {hour_of(NOW) - timedelta(hours=ago): (10, ago) for ago in (0, 1, 23, 24)}
    vitals = Vitals(hours=hours)

    assert vitals.counts(1, NOW) == (10, 0)
    assert vitals.counts(24, NOW) == (30, 24)
    assert error_rate(vitals.counts(24, NOW)) == round(24 / 54, 4)
    assert error_rate((0, 0)) is None
