"""Pacing lets no more through in any second than it may, and no fewer than it could."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.pacing import SECOND, Rate, due, moved, within

LIMITS = st.one_of(st.integers(1, 2000).map(float), st.floats(0.05, 5))


def passed(rate: Rate, arrivals: list[int]) -> list[int]:
    """When messages go that all try at their times and, refused, when they were told to."""
    next_at: int | None = None
    gone = []
    for arrival in sorted(arrivals):
        at = arrival + due(next_at, arrival, rate)
        next_at = moved(next_at, at, rate)
        gone.append(at)
    return gone


@given(limit=LIMITS, arrivals=st.lists(st.integers(0, 3 * SECOND), min_size=1, max_size=200))
def test_no_second_has_more_than_its_limit(limit: float, arrivals: list[int]) -> None:
    gone = passed(within(limit), arrivals)
    for start in gone:
        in_second = sum(start <= at < start + SECOND for at in gone)
        assert in_second <= ceil(limit)


@given(limit=LIMITS, count=st.integers(2, 60))
def test_a_crowd_goes_at_the_rate(limit: float, count: int) -> None:
    rate = within(limit)
    gone = passed(rate, [0] * count)
    late = max(0, count - rate.burst) * rate.interval
    assert gone[-1] == late
    assert gone == sorted(gone)


def test_who_comes_alone_never_waits() -> None:
    rate = within(1)
    assert passed(rate, [0, SECOND, 2 * SECOND]) == [0, SECOND, 2 * SECOND]
