"""How values are spread: counts by bin of a DDSketch, exact to merge and to compare, in any order.

The bins and the quantiles are the library's (`ddsketch`, of the paper's authors: C. Masson, J. E. Rim, H. K. Lee,
"DDSketch", VLDB 2019): a quantile read back is within `ACCURACY` of the true value, relatively. What is kept is ours:
plain counts of whole numbers, so two that hold the same values are equal, whatever came first.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

ACCURACY = 0.01
# Where zero is counted: 1 (a millisecond, or a millionth) is in bin 0, and nothing lies between.
ZERO = -1

Spread = Mapping[int, int]


@cache
def _mapping() -> Any:
    from ddsketch.mapping import LogarithmicMapping  # noqa: PLC0415  what only reads roll-ups' sums need not load it

    return LogarithmicMapping(relative_accuracy=ACCURACY)


def bin_of(value: int) -> int:
    """Of a whole number that is not negative. Raises ValueError for one that is."""
    if value < 0:
        raise ValueError(f"a negative value has no bin: {value}")
    return ZERO if value == 0 else int(_mapping().key(value))


def spread_of(values: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for value in values:
        place = bin_of(value)
        found[place] = found.get(place, 0) + 1
    return found


def merged(spreads: Iterable[Spread]) -> dict[int, int]:
    found: dict[int, int] = {}
    for spread in spreads:
        for place, count in spread.items():
            found[place] = found.get(place, 0) + count
    return found


def size(spread: Spread) -> int:
    return sum(spread.values())


def quantile(spread: Spread, share: float) -> float | None:
    """The value below which this share (0 to 1) of all lies, within `ACCURACY`; None where there is none."""
    return value_at(spread, share * (size(spread) - 1)) if spread else None


def value_at(spread: Spread, rank: float) -> float:
    """The value of a rank, counted from 0 in ascending order; a rank outside is the nearest there is."""
    below = 0
    for place in sorted(spread):
        below += spread[place]
        if below > rank:
            break
    return bin_value(place)


@lru_cache(maxsize=8192)
def bin_value(place: int) -> float:
    """What stands for every value of a bin, within `ACCURACY` of each."""
    return 0.0 if place == ZERO else float(_mapping().value(place))
