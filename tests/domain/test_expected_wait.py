"""What is told of a wait is what was measured: to within a bucket's width of the exact quantile, and nothing where too
little is known."""

from collections import Counter
from datetime import date, timedelta
from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.expected_wait import (
    CLASSES,
    DAYS,
    ENOUGH,
    HIGH,
    LOW,
    MAX_PLACE,
    RATIO,
    Counted,
    begins_at,
    bucket_of,
    class_of_place,
    ends_at,
    expected,
    first_day,
    quantile,
    weight_of_day,
)

TODAY = date(2026, 3, 9)
WAITS = st.lists(st.floats(0, 2_000_000), min_size=1, max_size=300)
SHARES = st.floats(0.01, 1.0)


def exact(waits: list[float], share: float) -> float:
    """The nearest rank, from the waits themselves."""
    return sorted(waits)[max(1, ceil(share * len(waits))) - 1]


def counted(waits: list[float]) -> dict[int, int]:
    return dict(Counter(bucket_of(wait) for wait in waits))


@given(st.floats(0, 1e9))
def test_a_wait_lies_within_its_bucket(seconds: float) -> None:
    bucket = bucket_of(seconds)
    end = ends_at(bucket) if ends_at(bucket) > begins_at(bucket) else inf
    assert begins_at(bucket) <= seconds < end


@pytest.mark.parametrize("bucket", range(1, 81))
def test_buckets_are_a_fifth_wide_and_leave_no_gap(bucket: int) -> None:
    assert ends_at(bucket) == begins_at(bucket + 1)
    assert ends_at(bucket) / begins_at(bucket) == pytest.approx(RATIO)


@given(WAITS, SHARES)
def test_a_quantile_is_off_by_less_than_a_buckets_width(waits: list[float], share: float) -> None:
    true, told = exact(waits, share), quantile(counted(waits), share)
    if true < 1:
        assert 0 <= told <= 1
    else:
        assert true / RATIO - 1e-6 <= told <= true * RATIO + 1e-6


@given(WAITS)
def test_quantiles_are_in_order(waits: list[float]) -> None:
    buckets = counted(waits)
    told = [quantile(buckets, share / 20) for share in range(1, 21)]
    assert told == sorted(told)


def test_nothing_has_no_quantile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        quantile({}, 0.5)


def test_places_are_told_apart_in_front_and_less_so_behind() -> None:
    assert [class_of_place(place) for place in (1, 2, 3, 4, 5, 8, 9, 16, 17)] == [0, 1, 2, 2, 3, 3, 4, 4, 5]
    assert class_of_place(MAX_PLACE) == CLASSES - 1
    assert class_of_place(MAX_PLACE + 1) == class_of_place(10**6) == CLASSES


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_who_is_further_back_is_in_no_class_further_in_front(one: int, other: int) -> None:
    if one <= other:
        assert class_of_place(one) <= class_of_place(other)


def test_a_week_counts_and_newer_days_for_more() -> None:
    weights = [weight_of_day(TODAY - timedelta(days=age), TODAY) for age in range(-1, DAYS + 1)]
    assert weights == [0, 7, 6, 5, 4, 3, 2, 1, 0]
    assert weight_of_day(first_day(TODAY), TODAY) == 1


@given(st.integers(0, ENOUGH + 5), st.integers(1, 300))
def test_below_twenty_waits_nothing_is_known(count: int, place: int) -> None:
    found = expected([Counted(TODAY, class_of_place(place), {20: count})], TODAY, place)
    assert (found is None) == (count < ENOUGH)


def test_what_is_older_than_a_week_tells_nothing() -> None:
    assert expected([Counted(TODAY - timedelta(days=DAYS), 0, {20: 500})], TODAY, 1) is None


def test_its_own_class_is_enough_where_it_has_enough() -> None:
    own, other = Counted(TODAY, 0, {bucket_of(60): ENOUGH}), Counted(TODAY, 1, {bucket_of(6000): 1000})
    found = expected([own, other], TODAY, 1)
    assert found is not None
    assert found.samples == ENOUGH
    assert found.high_seconds <= 60 * RATIO + 1


def test_neighbours_help_out_one_class_at_a_time() -> None:
    own = Counted(TODAY, 2, {bucket_of(60): ENOUGH - 5})
    near = [Counted(TODAY, 1, {bucket_of(60): 3}), Counted(TODAY, 3, {bucket_of(60): 2})]
    far = Counted(TODAY, 6, {bucket_of(6000): 1000})
    found = expected([own, *near, far], TODAY, 3)
    assert found is not None
    assert (found.samples, found.high_seconds < 100) == (ENOUGH, True)


DAY_COUNTS = st.lists(
    st.tuples(st.integers(0, DAYS + 1), st.integers(0, CLASSES), st.lists(st.floats(0, 90_000), max_size=40)),
    max_size=12,
)


@given(DAY_COUNTS, st.integers(1, 400))
def test_what_is_expected_is_the_weighed_quantile_of_what_was_measured(
    days: list[tuple[int, int, list[float]]], place: int
) -> None:
    """Against the exact quantiles of the waits themselves, each repeated as often as its day weighs."""
    found = expected(
        [Counted(TODAY - timedelta(days=age), number, counted(waits)) for age, number, waits in days], TODAY, place
    )
    own, repeated, samples = class_of_place(place), [], 0
    for reach in range(CLASSES + 1):
        near = [one for one in days if abs(one[1] - own) <= reach and one[0] < DAYS]
        samples = sum(len(waits) for _, _, waits in near)
        if samples >= ENOUGH:
            repeated = [wait for age, _, waits in near for wait in waits for _ in range(DAYS - age)]
            break
    if not repeated:
        assert found is None
        return
    assert found is not None and found.samples == samples
    low, high = exact(repeated, LOW), exact(repeated, HIGH)
    assert low / RATIO - 1 <= found.low_seconds <= max(1, low * RATIO)
    assert high / RATIO - 1e-6 <= found.high_seconds <= max(1, high * RATIO) + 1
    assert found.low_seconds <= found.high_seconds
