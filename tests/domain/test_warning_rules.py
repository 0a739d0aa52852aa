"""The formulas of early warnings, each by numbers that can be done on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.warning_rules import (
    QueueNow,
    Sample,
    burn,
    burns,
    queue_forecast,
    taken_per_minute,
    volume,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIVE, WITHIN = timedelta(minutes=5), timedelta(minutes=20)


def queue(depth: int = 10, joining: float = 4.0, oldest: int = 60, free: bool = False, agents: int = 4) -> QueueNow:
    return QueueNow(depth, joining, 0, timedelta(seconds=oldest), agents, free)


def test_the_rate_of_taking_is_what_ended_since_the_first_look_of_the_window() -> None:
    samples = [Sample(NOW - timedelta(minutes=ago), gone) for ago, gone in ((30, 0), (10, 20), (5, 30))]

    assert taken_per_minute(samples, 40, NOW) == 2.0
    assert taken_per_minute(samples[:1], 40, NOW) is None
    assert taken_per_minute([Sample(NOW - timedelta(minutes=1), 3)], 4, NOW) is None


def test_a_new_day_counts_from_zero() -> None:
    assert taken_per_minute([Sample(NOW - timedelta(minutes=10), 900)], 20, NOW) == 2.0


def test_a_growing_queue_is_told_when_it_crosses_its_target() -> None:
    found = queue_forecast(queue(depth=4, joining=4.0), 2.0, FIVE, WITHIN, 3)

    # 2 a minute in 5 minutes are 10; 6 more than wait now, at 2 more a minute.
    assert found is not None
    assert (found.minutes, found.taken, found.agents_needed) == (3.0, 2.0, 4)


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (queue(depth=2), 2.0),  # hardly anybody waits
        (queue(free=True), 2.0),  # somebody has room
        (queue(depth=4, joining=2.0), 4.0),  # it gets shorter
        (queue(depth=4, joining=2.2), 2.0),  # what chance alone brings about
        (queue(depth=4), None),  # nothing is known of how fast they are taken
    ],
)
def test_a_queue_that_stays_within_its_target_is_not_told(now: QueueNow, taken: float | None) -> None:
    assert queue_forecast(now, taken, FIVE, WITHIN, 3) is None


def test_a_queue_that_is_late_already_is_told_at_once() -> None:
    found = queue_forecast(queue(oldest=301), None, FIVE, WITHIN, 3)

    assert found is not None
    assert found.minutes == 0.0


def test_where_nobody_is_taken_the_oldest_tells_when() -> None:
    found = queue_forecast(queue(oldest=120), 0.0, FIVE, WITHIN, 3)

    assert found is not None
    assert (found.minutes, found.agents_needed) == (3.0, 1)


@settings(max_examples=30)
@given(st.integers(3, 200), st.integers(0, 200), st.integers(1, 200), st.integers(1, 299))
def test_what_is_told_is_within_the_time_asked_for(depth: int, joining: int, taken: int, oldest: int) -> None:
    found = queue_forecast(queue(depth, joining / 10, oldest), taken / 10, FIVE, WITHIN, 3)

    grows_by = (joining - taken) / 10 * 20
    if found is not None:
        assert 0 <= found.minutes <= 20
        assert 1 <= found.agents_needed <= 5
        assert depth + grows_by >= taken / 10 * 5 - 1e-6 or depth >= taken / 10 * 5
    elif depth >= taken / 10 * 5:
        pytest.fail("who joins now waits for too long")


def test_a_budget_burns_where_both_windows_say_so() -> None:
    both = burn((12, 20), (60, 100), 0.9)

    assert both is not None
    assert (round(both.rate, 2), round(both.recent, 2), both.missed) == (4.0, 4.0, 40)
    assert burns(both, 3, 20)
    over = burn((20, 20), (60, 100), 0.9)
    assert over is not None
    assert not burns(over, 3, 20)  # it has stopped
    few = burn((1, 3), (3, 9), 0.9)
    assert few is not None
    assert not burns(few, 3, 20)
    assert burn((0, 0), (60, 100), 0.9) is None


def test_an_hour_is_compared_with_the_same_hour_of_the_weeks_before() -> None:
    weeks = (98, 102, 100, 97, 103, 101, 99, 400)  # one outlier moves nothing

    found = volume(160, weeks)

    assert found is not None
    assert found.usual == 100.5
    assert found.sigmas == pytest.approx(59.5 / 100.5**0.5)
    assert volume(160, (100, 100, 100)) is None


def test_few_customers_vary_by_chance() -> None:
    found = volume(3, (0, 1, 0, 2))

    assert found is not None
    assert found.sigmas == 2.5
