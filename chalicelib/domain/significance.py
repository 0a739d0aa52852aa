"""Whether one side's durations are longer than another's: rank tests on spreads, alone and by strata.

Ranks, and not means, for durations are skewed: one conversation that was forgotten for a week moves a mean and no rank.
Values of one bin (within a hundredth) count as tied. Like is compared with like: a stratum holds what may be compared,
such as one topic in one band of the week, and strata that have one side only say nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

from chalicelib.domain.spread import ACCURACY, Spread, size
from chalicelib.domain.statistics import CONFIDENCE, detectable, normal_quantile, two_sided

# What lies one bin further is longer by this factor.
GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
# The two sides of a stratum.
Pair = tuple[Spread, Spread]


@dataclass(frozen=True, slots=True)
class RankSum:
    """`u` counts the pairs of one value each in which the first side's is longer, ties by half; `variance` is that of
    `u` where neither side is longer, for the ties there are."""

    n_a: int
    n_b: int
    u: float
    variance: float

    @property
    def effect(self) -> float:
        """How likely one of the first side is longer than one of the second: 0.5 where neither is."""
        return self.u / (self.n_a * self.n_b)

    @property
    def z(self) -> float:
        return (self.u - self.n_a * self.n_b / 2) / sqrt(self.variance) if self.variance > 0 else 0.0

    @property
    def chance(self) -> float:
        """The two-sided p-value: how likely a difference of ranks at least so large is by chance."""
        return two_sided(self.z)


def rank_sum(a: Spread, b: Spread) -> RankSum | None:
    """H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947), with the correction for ties and
    without one for continuity. None where a side has nothing."""
    n_a, n_b = size(a), size(b)
    if not n_a or not n_b:
        return None
    u, ties, below_b = 0.0, 0, 0
    for place in sorted({*a, *b}):
        of_a, of_b = a.get(place, 0), b.get(place, 0)
        u += of_a * (below_b + of_b / 2)
        below_b += of_b
        tied = of_a + of_b
        ties += tied**3 - tied
    n = n_a + n_b
    variance = n_a * n_b / 12 * ((n + 1) - ties / (n * (n - 1)))
    return RankSum(n_a, n_b, u, variance)


@dataclass(frozen=True, slots=True)
class Ranks:
    """All strata together: `n_a`, `n_b` and `strata` count those that have both sides. `effect` as in RankSum, and
    `error` its standard error where neither side is longer."""

    n_a: int
    n_b: int
    strata: int
    effect: float
    error: float

    @property
    def z(self) -> float:
        return (self.effect - 0.5) / self.error if self.error > 0 else 0.0

    @property
    def chance(self) -> float:
        return two_sided(self.z)


def stratified_ranks(pairs: Iterable[Pair], repeated: float = 1.0) -> Ranks | None:
    """The rank test by strata of P. H. van Elteren (Bulletin of the International Statistical Institute 37, 1960): each
    stratum weighs 1 / (n + 1), which finds a shift that is alike in all of them best. One stratum: it is `rank_sum`.

    `repeated`: how often each value is counted on average where strata overlap (labels); the error grows by its root,
    as it does where every value is there so often. None where no stratum has both sides."""
    found = [each for pair in pairs if (each := rank_sum(*pair)) is not None]
    if not found:
        return None
    weights = [1 / (each.n_a + each.n_b + 1) for each in found]
    whole = sum(weight * each.n_a * each.n_b for weight, each in zip(weights, found, strict=True))
    u = sum(weight * each.u for weight, each in zip(weights, found, strict=True))
    variance = sum(weight * weight * each.variance for weight, each in zip(weights, found, strict=True))
    return Ranks(
        sum(each.n_a for each in found),
        sum(each.n_b for each in found),
        len(found),
        u / whole,
        sqrt(variance * repeated) / whole,
    )


@dataclass(frozen=True, slots=True)
class Factor:
    """How much longer the first side is: 1.2 is a fifth longer. An open end (None) is not bounded by what there is.
    `seen`: the factor that would have been found four times of five, always above 1."""

    value: float
    low: float | None
    high: float | None
    seen: float | None


def factor(pairs: Sequence[Pair], ranks: Ranks, asked: int = 1, confidence: float = CONFIDENCE) -> Factor:
    """The factor by which the second side's values had to be multiplied for neither to be longer: the estimate of J. L.
    Hodges and E. L. Lehmann (Annals of Mathematical Statistics 34, 1963) on the logarithms, over all strata, and the
    interval that belongs to the rank test."""
    shares = _Shares(pairs)
    half = normal_quantile((1 + confidence) / 2) * ranks.error
    value = GROWTH ** shares.shift(0.5)
    seen = shares.factor(0.5 - detectable(ranks.error, asked))
    low, high = shares.factor(0.5 + half), shares.factor(0.5 - half)
    return Factor(value, low, high, None if seen is None else seen / value)


class _Shares:
    """How often the first side is longer when the second is moved by a number of bins: it falls as they move up."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._strata = []
        whole, lowest, highest = 0.0, 0, 0
        for a, b in pairs:
            n_a, n_b = size(a), size(b)
            if not n_a or not n_b:
                continue
            places, weight = sorted(b), 1 / (n_a + n_b + 1)
            below = [0, *accumulate(b[place] for place in places)]
            self._strata.append((weight, tuple(a.items()), places, below))
            whole += weight * n_a * n_b
            lowest, highest = min(lowest, min(a) - places[-1]), max(highest, max(a) - places[0])
        self._whole, self._lowest, self._highest = whole, lowest - 1, highest + 1
        self._known: dict[int, float] = {}

    def longer(self, shift: int) -> float:
        if shift not in self._known:
            self._known[shift] = self._longer(shift)
        return self._known[shift]

    def _longer(self, shift: int) -> float:
        found = 0.0
        for weight, of_a, places, below in self._strata:
            pairs = 0.0
            for place, count in of_a:
                at = bisect_left(places, place - shift)
                tied = at < len(places) and places[at] == place - shift
                pairs += count * ((below[at] + below[at + 1]) / 2 if tied else below[at])
            found += weight * pairs
        return found / self._whole

    def factor(self, share: float) -> float | None:
        """None where the first side is never longer so often, or never so seldom."""
        return GROWTH ** self.shift(share) if 0 < share < 1 else None

    def shift(self, share: float) -> float:
        """The number of bins at which the first side is longer this often, between whole ones in proportion."""
        low, high = self._lowest, self._highest
        of_low, of_high = self.longer(low), self.longer(high)
        while high - low > 1:
            middle = (low + high) // 2
            of_middle = self.longer(middle)
            if of_middle >= share:
                low, of_low = middle, of_middle
            else:
                high, of_high = middle, of_middle
        return low + (of_low - share) / (of_low - of_high)
