"""Intervals and corrections against an independent implementation (scipy) and published, worked examples."""

from collections.abc import Sequence
from math import sqrt
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chalicelib.domain.spread import ACCURACY, spread_of
from chalicelib.domain.statistics import (
    Interval,
    detectable,
    holm,
    mean_interval,
    quantile_interval,
    ranked,
    rate_difference,
    two_sided,
    wilson,
)

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_rates_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    assert ends(wilson(hits, n)) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=30)
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
def test_a_rates_interval_is_scipys(counts: tuple[int, int], confidence: float) -> None:
    theirs = stats.binomtest(*counts).proportion_ci(confidence, method="wilson")
    ours = wilson(*counts, confidence)
    assert ends(ours) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_nothing_counted_has_no_interval_and_too_many_hits_are_refused() -> None:
    assert wilson(0, 0) is None
    assert rate_difference(0, 0, 3, 4) is None
    with pytest.raises(ValueError, match="5 hits of 4"):
        wilson(5, 4)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_a_difference_of_rates_is_the_published_one(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = rate_difference(*counts)
    assert found is not None
    difference, interval = found
    assert difference == counts[0] / counts[1] - counts[2] / counts[3]
    assert ends(interval) == pytest.approx((low, high), abs=5e-5)


def test_a_means_interval_is_the_textbooks_on_the_exact_values() -> None:
    values = [Random(1).lognormvariate(11, 1.2) for _ in range(400)]
    whole = [round(value) for value in values]
    interval = mean_interval(sum(whole), spread_of(whole))
    assert interval is not None
    mean = sum(whole) / 400
    half = 1.959964 * sqrt(sum((value - mean) ** 2 for value in whole) / 399 / 400)
    assert (interval.low + interval.high) / 2 == pytest.approx(mean)
    assert (interval.high - interval.low) / 2 == pytest.approx(half, rel=3 * ACCURACY)


def test_a_mean_of_one_has_no_interval() -> None:
    assert mean_interval(7, spread_of([7])) is None


def near(ours: Interval | None, theirs: Any) -> bool:
    def same(mine: float, other: float) -> bool:
        return abs(mine - other) <= ACCURACY * other + 1e-9

    return ours is not None and same(ours.low, theirs.low) and same(ours.high, theirs.high)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=120, unique=True), st.sampled_from([0.5, 0.9, 0.25]))
def test_a_percentiles_interval_is_scipys(values: list[int], share: float) -> None:
    """Within the bins' width; and there is one exactly where theirs is bounded on both sides."""
    theirs = stats.quantile_test(values, q=0, p=share).confidence_interval(0.95)
    ours = quantile_interval(spread_of(values), share)
    if theirs.low != theirs.low or theirs.high != theirs.high:
        assert ours is None
    else:
        assert near(ours, theirs)


def test_a_percentiles_interval_of_many_is_scipys_within_a_rank_or_two() -> None:
    values = sorted({round(Random(2).lognormvariate(12, 1) * 7919 * place) % 10**9 for place in range(1, 5000)})
    theirs = stats.quantile_test(values, q=0, p=0.9).confidence_interval(0.95)
    ours = quantile_interval(spread_of(values), 0.9)
    assert ours is not None
    ranks = [abs(place_of(values, mine) - place_of(values, other)) for mine, other in zip_ends(ours, theirs)]
    assert max(ranks) <= 2 + 2 * ACCURACY * len(values)


def zip_ends(ours: Interval, theirs: Any) -> list[tuple[float, float]]:
    return [(ours.low, theirs.low), (ours.high, theirs.high)]


def place_of(values: Sequence[int], value: float) -> int:
    return sum(1 for each in values if each < value)


def test_a_percentile_holds_what_it_says() -> None:
    """Of 400 samples of a known distribution about 95 % of the intervals hold the true median."""
    chance, truth = Random(3), 60_000
    held = 0
    for _ in range(400):
        interval = quantile_interval(spread_of(round(chance.expovariate(1) * truth / 0.693147) for _ in range(60)), 0.5)
        held += interval is not None and interval.low * (1 - ACCURACY) <= truth <= interval.high * (1 + ACCURACY)
    assert 0.93 <= held / 400 <= 1.0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_ends_of_a_spread_have_no_interval(share: float) -> None:
    assert quantile_interval(spread_of(range(50)), share) is None


def test_holms_correction_is_the_worked_example() -> None:
    """S. Holm's step-down as R's `p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm")` has it, and in any order."""
    assert holm({"d": 0.04, "b": 0.02, "c": 0.03, "a": 0.01}) == pytest.approx(
        {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.06}
    )
    assert holm({}) == {}
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1.0, "b": 1.0}


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_correction_never_makes_a_chance_smaller_nor_changes_the_order(chances: list[float]) -> None:
    named = {f"{place:02d}": chance for place, chance in enumerate(chances)}
    corrected = holm(named)
    ordered = sorted(named, key=lambda name: (named[name], name))
    assert all(corrected[name] >= named[name] for name in named)
    assert [corrected[name] for name in ordered] == sorted(corrected.values())
    assert corrected[ordered[0]] == pytest.approx(min(1.0, len(chances) * min(chances)))


def test_what_could_have_been_seen_is_the_textbooks() -> None:
    """(1.96 + 0.8416) standard errors at 5 % two-sided and a power of 80 %; more where more was asked."""
    assert detectable(1.0) == pytest.approx(2.8016, abs=1e-4)
    assert detectable(2.0, 10) > 2 * detectable(1.0)


def test_two_sided_chances_are_the_normal_tables() -> None:
    assert two_sided(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert two_sided(-1.959964) == two_sided(1.959964)


def test_a_quantile_of_a_few_is_between_neighbours() -> None:
    assert ranked([4.0, 1.0, 2.0], 0.5) == 2.0
    assert ranked([1.0, 2.0], 0.75) == 1.75
    with pytest.raises(ValueError, match="no values"):
        ranked([], 0.5)
