"""Whether one side's rate is higher than another's, by strata: like is compared with like."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from chalicelib.domain.statistics import CONFIDENCE, Interval, normal_quantile, two_sided

# Below this many of each kind that could have fallen either way the test says nothing (N. Mantel and J. L. Fleiss,
# American Journal of Epidemiology 112, 1980).
ENOUGH_EITHER_WAY = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One stratum: how many of each side, and how many of those are so."""

    hits_a: int
    n_a: int
    hits_b: int
    n_b: int


@dataclass(frozen=True, slots=True)
class Rates:
    """All strata together: `n_a`, `n_b` and `strata` count those that have both sides. `difference`: the first rate
    less the second within strata (0.1 is ten in a hundred more), with its interval. `error`: its standard error where
    there is no difference. `enough`: whether there is enough for the test to hold."""

    n_a: int
    n_b: int
    strata: int
    difference: float
    interval: Interval
    error: float
    enough: bool

    @property
    def z(self) -> float:
        return self.difference / self.error if self.error > 0 else 0.0

    @property
    def chance(self) -> float:
        """The two-sided p-value of the Cochran-Mantel-Haenszel test, without correction for continuity."""
        return two_sided(self.z)


def stratified_rates(tables: Iterable[Table], repeated: float = 1.0, confidence: float = CONFIDENCE) -> Rates | None:
    """The test of W. G. Cochran (Biometrics 10, 1954) and of N. Mantel and W. Haenszel (JNCI 22, 1959); the difference
    is theirs too, its interval that of T. Sato (Biometrics 45, 1989, pages 1323-1324), which holds for few large strata
    and for many small ones. `repeated` as for `stratified_ranks`. None where no stratum has both sides."""
    held = [each for each in tables if each.n_a and each.n_b]
    if not held:
        return None
    whole = sum(each.n_a * each.n_b / _n(each) for each in held)
    above = sum((each.hits_a * each.n_b - each.hits_b * each.n_a) / _n(each) for each in held)
    difference = above / whole
    of_interval = (difference * sum(map(_p, held)) + sum(map(_q, held))) / whole**2
    half = normal_quantile((1 + confidence) / 2) * sqrt(max(of_interval, 0.0) * repeated)
    return Rates(
        sum(each.n_a for each in held),
        sum(each.n_b for each in held),
        len(held),
        difference,
        Interval(max(difference - half, -1.0), min(difference + half, 1.0)),
        sqrt(sum(map(_variance, held)) * repeated) / whole,
        _enough(held),
    )


def _n(table: Table) -> int:
    return table.n_a + table.n_b


def _hits(table: Table) -> int:
    return table.hits_a + table.hits_b


def _variance(table: Table) -> float:
    """Of the hits of the first side, where all that is given is how many hits and how many of each side there are."""
    n, hits = _n(table), _hits(table)
    return table.n_a * table.n_b * hits * (n - hits) / (n * n * (n - 1))


def _p(table: Table) -> float:
    ends = table.n_a**2 * table.hits_b - table.n_b**2 * table.hits_a
    return (ends + table.n_a * table.n_b * (table.n_b - table.n_a) / 2) / _n(table) ** 2


def _q(table: Table) -> float:
    misses_a, misses_b = table.n_a - table.hits_a, table.n_b - table.hits_b
    return (table.hits_a * misses_b + table.hits_b * misses_a) / (2 * _n(table))


def _enough(tables: list[Table]) -> bool:
    expected = sum(each.n_a * _hits(each) / _n(each) for each in tables)
    lowest = sum(max(0, _hits(each) - each.n_b) for each in tables)
    highest = sum(min(each.n_a, _hits(each)) for each in tables)
    return min(expected - lowest, highest - expected) >= ENOUGH_EITHER_WAY
