"""Tests of differences against scipy, published worked examples, and by hand over all permutations."""

from itertools import combinations
from math import exp, log, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chalicelib.domain.rate_significance import Table, stratified_rates
from chalicelib.domain.significance import GROWTH, Pair, factor, rank_sum, stratified_ranks
from chalicelib.domain.spread import bin_of, spread_of

VALUES = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


def bins(values: list[int]) -> list[int]:
    return [bin_of(value) for value in values]


def test_the_rank_test_is_the_textbooks() -> None:
    """M. Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", example 4.1 (permeability of a membrane): 35
    of 50 pairs for the ten at term. Times 1000, for values here are whole; two of them fall into one bin."""
    term = [800, 830, 1890, 1040, 1450, 1380, 1910, 1640, 730, 1460]
    early = [1150, 880, 900, 740, 1210]
    found = rank_sum(spread_of(term), spread_of(early))
    assert found is not None
    assert (found.n_a, found.n_b, found.u, found.effect) == (10, 5, 35.0, 0.7)
    assert found.z == pytest.approx((35 - 25) / sqrt(10 * 5 * 16 / 12), rel=0.002)


@settings(max_examples=30)
@given(VALUES, VALUES)
def test_the_rank_test_is_scipys_on_the_bins(a: list[int], b: list[int]) -> None:
    found = rank_sum(spread_of(a), spread_of(b))
    assert found is not None
    if len({*bins(a), *bins(b)}) == 1:
        assert found.z == 0 and found.chance == 1.0
        return
    theirs = stats.mannwhitneyu(bins(a), bins(b), method="asymptotic", use_continuity=False)
    assert found.u == theirs.statistic
    assert found.chance == pytest.approx(theirs.pvalue, abs=1e-9)


def test_one_side_alone_is_no_comparison() -> None:
    assert rank_sum({}, {3: 1}) is None
    assert stratified_ranks([({3: 1}, {}), ({}, {3: 1})]) is None
    assert stratified_rates([Table(1, 2, 0, 0)]) is None


def by_permutations(strata: list[tuple[list[int], list[int]]]) -> tuple[float, float]:
    """Van Elteren's statistic and its variance, each stratum's by all ways to share its values out."""
    whole, variance = 0.0, 0.0
    for a, b in strata:
        held, weight = [*a, *b], 1 / (len(a) + len(b) + 1)
        ranks = list(stats.rankdata(held))
        sums = [sum(ranks[place] for place in places) for places in combinations(range(len(held)), len(a))]
        mean = sum(sums) / len(sums)
        whole += weight * (sum(ranks[: len(a)]) - mean)
        variance += weight**2 * sum((each - mean) ** 2 for each in sums) / len(sums)
    return whole, variance


def test_the_rank_test_by_strata_is_the_one_over_all_permutations() -> None:
    strata = [([10, 40, 40, 95], [10, 20, 30]), ([500, 900], [300, 500, 700, 800]), ([7], [1, 3, 5, 7, 9])]
    found = stratified_ranks([(spread_of(a), spread_of(b)) for a, b in strata])
    whole, variance = by_permutations(strata)
    assert found is not None
    assert (found.n_a, found.n_b, found.strata) == (7, 12, 3)
    assert found.z == pytest.approx(whole / sqrt(variance))


@settings(max_examples=20)
@given(VALUES, VALUES)
def test_one_stratum_is_the_plain_rank_test(a: list[int], b: list[int]) -> None:
    pair = (spread_of(a), spread_of(b))
    alone, by_strata = rank_sum(*pair), stratified_ranks([pair, ({1: 3}, {})])
    assert alone is not None and by_strata is not None
    assert by_strata.z == pytest.approx(alone.z) and by_strata.effect == pytest.approx(alone.effect)


def test_what_is_counted_twice_is_not_twice_as_sure() -> None:
    pair = (spread_of([10, 20, 30, 50]), spread_of([15, 25, 60, 80]))
    once, twice = stratified_ranks([pair]), stratified_ranks([pair, pair], repeated=2)
    assert once is not None and twice is not None
    assert twice.z == pytest.approx(once.z)


def lognormal(chance: Random, n: int, middle: float) -> list[int]:
    return [round(chance.lognormvariate(log(middle), 0.9)) for _ in range(n)]


def test_a_factor_is_found_though_strata_differ_by_more() -> None:
    """One side 1.25 times as long within each stratum, and most of its values in the shorter stratum: as a whole it is
    shorter, like by like it is longer."""
    chance = Random(5)
    strata: list[Pair] = [
        (spread_of(lognormal(chance, 900, 75_000)), spread_of(lognormal(chance, 300, 60_000))),
        (spread_of(lognormal(chance, 300, 2_500_000)), spread_of(lognormal(chance, 900, 2_000_000))),
    ]
    ranks = stratified_ranks(strata)
    assert ranks is not None
    assert ranks.z > 3
    found = factor(strata, ranks)
    assert found.low is not None and found.high is not None and found.seen is not None
    assert found.low < 1.25 < found.high and found.low > 1
    assert found.value == pytest.approx(1.25, abs=0.12)
    # Four times of five 2.8 standard errors are found, and the interval is 1.96 wide to each side.
    assert log(found.seen) == pytest.approx(2.8016 / 1.96 * log(found.high / found.value), rel=0.1)


@settings(max_examples=20)
@given(VALUES, VALUES)
def test_a_factor_is_the_median_of_all_ratios(a: list[int], b: list[int]) -> None:
    """Hodges and Lehmann's estimate by hand: the median of all differences of bins, within half a bin's step."""
    pair = (spread_of(a), spread_of(b))
    ranks = stratified_ranks([pair])
    assert ranks is not None
    ratios = sorted(one - other for one in bins(a) for other in bins(b))
    low, high = ratios[(len(ratios) - 1) // 2], ratios[len(ratios) // 2]
    assert low - 1 <= log(factor([pair], ranks).value, GROWTH) <= high + 1


def test_a_factor_of_too_few_has_open_ends() -> None:
    pair = (spread_of([10]), spread_of([20]))
    ranks = stratified_ranks([pair])
    assert ranks is not None
    found = factor([pair], ranks)
    assert (found.low, found.high, found.seen) == (None, None, None)


# Admissions at Berkeley 1973 by department, men and women (P. J. Bickel et al., Science 187, 1975).
BERKELEY = [
    Table(512, 825, 89, 108),
    Table(353, 560, 17, 25),
    Table(120, 325, 202, 593),
    Table(138, 417, 131, 375),
    Table(53, 191, 94, 393),
    Table(22, 373, 24, 341),
]


def test_rates_by_strata_are_the_published_example() -> None:
    """R's `mantelhaen.test(UCBAdmissions)`: X-squared 1.5246 (1 degree of freedom, p 0.2169) without correction; taken
    together, men are admitted far more often."""
    found = stratified_rates(BERKELEY)
    assert found is not None
    assert found.z**2 == pytest.approx(1.5246, abs=1e-4)
    assert found.chance == pytest.approx(0.2169, abs=1e-4)
    assert found.interval.holds(0.0)
    whole = stratified_rates([Table(1198, 2691, 557, 1835)])
    assert whole is not None and whole.chance < 1e-15 and whole.interval.low > 0.1


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), max_size=1))
def test_rates_of_one_stratum_are_pearsons(counts: list[tuple[int, int, int, int]]) -> None:
    """One stratum: the test is Pearson's, but for n - 1 instead of n (the variance given the margins)."""
    for hits_a, misses_a, hits_b, misses_b in counts:
        n_a, n_b = hits_a + misses_a, hits_b + misses_b
        found = stratified_rates([Table(hits_a, n_a, hits_b, n_b)])
        if found is None or not hits_a + hits_b or not misses_a + misses_b:
            continue
        theirs = stats.chi2_contingency([[hits_a, misses_a], [hits_b, misses_b]], correction=False).statistic
        n = n_a + n_b
        assert found.z**2 == pytest.approx(theirs * (n - 1) / n)
        assert found.difference == pytest.approx(hits_a / n_a - hits_b / n_b)


def test_an_interval_of_rates_holds_the_truth_as_often_as_it_says() -> None:
    """Sixty small strata of their own rates, one side 0.15 higher in each: about 95 % of 400 intervals hold it."""
    chance, held = Random(2), 0
    for _ in range(400):
        tables = []
        for place in range(60):
            base = 0.1 + 0.6 * place / 60
            n_a, n_b = chance.randint(1, 6), chance.randint(1, 9)
            hits_a = sum(chance.random() < base + 0.15 for _ in range(n_a))
            tables.append(Table(hits_a, n_a, sum(chance.random() < base for _ in range(n_b)), n_b))
        found = stratified_rates(tables)
        assert found is not None and found.enough
        held += found.interval.holds(0.15)
    assert 0.93 <= held / 400 <= 0.97


def test_too_few_either_way_are_not_enough() -> None:
    few = stratified_rates([Table(3, 3, 0, 3), Table(1, 1, 0, 1)])
    none = stratified_rates([Table(0, 500, 0, 500)])
    assert few is not None and not few.enough
    assert none is not None and not none.enough and none.chance == 1.0


def test_where_nothing_differs_one_in_twenty_is_told_different() -> None:
    """The stated rate of errors, over 400 draws of skewed durations in four strata."""
    chance, found = Random(11), 0
    for _ in range(400):
        strata = [
            (spread_of(lognormal(chance, 12, middle)), spread_of(lognormal(chance, 30, middle)))
            for middle in (5_000, 60_000, 400_000, 3_000_000)
        ]
        ranks = stratified_ranks(strata)
        assert ranks is not None
        found += ranks.chance < 0.05
    assert 0.03 <= found / 400 <= 0.07


def test_a_bin_further_is_longer_by_the_growth() -> None:
    assert exp(log(GROWTH) * (bin_of(10**9) - bin_of(10**6))) == pytest.approx(1000, rel=GROWTH - 1)
