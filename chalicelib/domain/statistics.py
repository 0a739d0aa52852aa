"""How sure a number is: 95 % intervals beside rates, means and percentiles, from what roll-ups keep.

Nothing is said where nothing can be: every function gives None where there is too little to say it of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, exp, lgamma, log, sqrt
from statistics import NormalDist

from chalicelib.domain.spread import Spread, bin_value, size, value_at

CONFIDENCE = 0.95
# Up to this many values the ranks of a percentile's interval are exact; above, the normal approximation is as good.
_EXACT = 1000
# How far a two-sided test may err, and how surely it should find what is there: for what could have been seen.
ALPHA, POWER = 0.05, 0.8


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends in the unit of what it is about."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def normal_quantile(share: float) -> float:
    return NormalDist().inv_cdf(share)


def two_sided(z: float) -> float:
    """How likely a standard normal value is at least this far from zero."""
    return erfc(abs(z) / sqrt(2))


def wilson(hits: int, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Of a rate (0 to 1): Wilson's score interval, which stays within 0 and 1 and holds for few, too.

    E. B. Wilson, JASA 22 (1927); without continuity correction, method 3 of R. G. Newcombe, Statistics in Medicine 17
    (1998), pages 857-872. Raises ValueError for more hits than there are."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} hits of {n}")
    if n == 0:
        return None
    z = normal_quantile((1 + confidence) / 2)
    rate, spread = hits / n, z * z / n
    middle = rate + spread / 2
    half = z * sqrt((rate * (1 - rate) + spread / 4) / n)
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return Interval(0.0 if hits == 0 else max(low, 0.0), 1.0 if hits == n else min(high, 1.0))


def rate_difference(
    hits_a: int, n_a: int, hits_b: int, n_b: int, confidence: float = CONFIDENCE
) -> tuple[float, Interval] | None:
    """The first rate less the second, and its interval: R. G. Newcombe, Statistics in Medicine 17 (1998), pages
    873-890, method 10. None where one of them counts nothing."""
    of_a, of_b = wilson(hits_a, n_a, confidence), wilson(hits_b, n_b, confidence)
    if of_a is None or of_b is None:
        return None
    a, b = hits_a / n_a, hits_b / n_b
    below = sqrt((a - of_a.low) ** 2 + (of_b.high - b) ** 2)
    above = sqrt((of_a.high - a) ** 2 + (b - of_b.low) ** 2)
    return a - b, Interval(a - b - below, a - b + above)


def mean_interval(total: int, spread: Spread, confidence: float = CONFIDENCE) -> Interval | None:
    """Of the mean of as many values as the spread has, whose exact sum is `total`. None for fewer than two.

    An approximation in two ways: values are taken as normal in the mean (with few and very uneven ones it is too
    narrow), and their variance is that of the spread's bins (each value within a hundredth)."""
    n = size(spread)
    if n < 2:
        return None
    values = {bin_value(place): count for place, count in spread.items()}
    middle = sum(value * count for value, count in values.items()) / n
    variance = sum(count * (value - middle) ** 2 for value, count in values.items()) / (n - 1)
    half = normal_quantile((1 + confidence) / 2) * sqrt(variance / n)
    return Interval(max(total / n - half, 0.0), total / n + half)


def quantile_interval(spread: Spread, share: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Of a quantile: the two values of the spread between which it lies, whatever the distribution.

    By order statistics: as many values as there are below the true quantile are binomial (W. J. Conover, "Practical
    Nonparametric Statistics", 3.2). None where there are too few for both ends."""
    n, tail = size(spread), (1 - confidence) / 2
    if n == 0 or not 0 < share < 1:
        return None
    low, high = _exact_ranks(n, share, tail) if n <= _EXACT else _near_ranks(n, share, tail)
    if low < 0 or high >= n:
        return None
    return Interval(value_at(spread, low), value_at(spread, high))


@lru_cache(maxsize=4096)
def _exact_ranks(n: int, share: float, tail: float) -> tuple[int, int]:
    """From 0. The lower one: at most `tail` that the quantile lies below it; the upper one likewise. What lies more
    than ten deviations below is less than a float can tell; from there on each chance follows from the one before."""
    low, high, below = -1, n, 0.0
    first = max(0, int(n * share - 10 * sqrt(n * share * (1 - share)) - 10))
    chance, odds = _binomial(n, share, first), share / (1 - share)
    for count in range(first, n + 1):
        before, below = below, below + chance
        if before <= tail < below:
            low = count - 1
        if before < 1 - tail <= below:
            high = count
            break
        chance *= odds * (n - count) / (count + 1)
    return low, high


def _binomial(n: int, share: float, count: int) -> float:
    ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
    return exp(ways + count * log(share) + (n - count) * log(1 - share))


def _near_ranks(n: int, share: float, tail: float) -> tuple[int, int]:
    half = -normal_quantile(tail) * sqrt(n * share * (1 - share))
    return int(n * share - half) - 1, int(n * share + half) + 1


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Each p-value corrected for how many were asked together: S. Holm, Scandinavian Journal of Statistics 6 (1979).
    Where none of the differences is there, the chance that any falls below 0.05 is at most 0.05."""
    corrected: dict[str, float] = {}
    largest = 0.0
    for place, (name, chance) in enumerate(sorted(chances.items(), key=lambda each: (each[1], each[0]))):
        largest = max(largest, min(1.0, (len(chances) - place) * chance))
        corrected[name] = largest
    return corrected


def detectable(standard_error: float, asked: int = 1) -> float:
    """The difference that would have been found four times of five, where `asked` are asked together (by the strictest
    step of Holm's correction): what "no difference shown" leaves open."""
    return (normal_quantile(1 - ALPHA / (2 * max(asked, 1))) + normal_quantile(POWER)) * standard_error


def ranked(values: Sequence[float], share: float) -> float:
    """The quantile of a few plain numbers, between neighbours in proportion. Raises ValueError where there are none."""
    if not values:
        raise ValueError("there are no values")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
