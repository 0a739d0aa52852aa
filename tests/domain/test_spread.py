"""Spreads: exact to merge, and within their stated error, whatever is measured."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.measure import Dimension, Dims, Measure
from chalicelib.domain.rollup import GROUPINGS, all_together, cell_of, counted, groups_of, together
from chalicelib.domain.spread import ACCURACY, bin_of, merged, quantile, size, spread_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHARES = (0.0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0)
Draw = Callable[[random.Random], int]

# What quantile sketches are bad at: long tails, gaps, one value, ascending order, values far apart.
DISTRIBUTIONS: dict[str, Draw] = {
    "one value": lambda _: 86_400_000,
    "two values a million apart": lambda rnd: rnd.choice((1, 1_000_000_000)),
    "long tail": lambda rnd: int(1000 * rnd.paretovariate(0.5)),
    "log-normal": lambda rnd: int(rnd.lognormvariate(11, 3)),
    "mostly zero": lambda rnd: 0 if rnd.random() < 0.95 else rnd.randrange(10**9),
    "uniform": lambda rnd: rnd.randrange(1, 10**8),
    "two humps": lambda rnd: int(rnd.gauss(10_000, 50) if rnd.random() < 0.5 else rnd.gauss(50_000_000, 10_000)),
}


def exact(values: Sequence[int], share: float) -> int:
    return sorted(values)[int(share * (len(values) - 1))]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_quantile_is_within_its_stated_error_when_values_are_spread_badly(name: str) -> None:
    rnd = random.Random(name)
    values = [DISTRIBUTIONS[name](rnd) for _ in range(5000)]
    spread = spread_of(values)
    for share in SHARES:
        found, true = quantile(spread, share), exact(values, share)
        assert found is not None
        assert abs(found - true) <= ACCURACY * true * (1 + 1e-9), (share, found, true)


def test_a_quantile_is_within_its_stated_error_when_values_ascend_to_attack_the_bins() -> None:
    base = (1 + ACCURACY) / (1 - ACCURACY)
    values = sorted({max(1, int(base**power)) for power in range(1400)})
    for share in SHARES:
        found, true = quantile(spread_of(values), share), exact(values, share)
        assert found is not None and abs(found - true) <= ACCURACY * true * (1 + 1e-9)


def test_there_is_no_quantile_when_there_is_nothing() -> None:
    assert quantile({}, 0.5) is None


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match="-5"):
        bin_of(-5)


WHOLE = st.integers(min_value=0, max_value=40_000_000_000)


@given(st.lists(WHOLE, max_size=30), st.integers(min_value=0, max_value=30))
def test_parts_merge_to_the_whole_when_cut_anywhere(values: list[int], cut: int) -> None:
    whole = spread_of(values)
    assert merged((spread_of(values[cut:]), spread_of(values[:cut]))) == whole
    assert size(whole) == len(values)


NAMES = st.sampled_from(["-", "a", "b", "c|d"])
MEASURES = st.builds(
    Measure,
    st.sampled_from(["arrivals", "first_response", "answered"]),
    st.just(NOON),
    st.just(1),
    st.integers(0, 3),
    st.none() | WHOLE,
    st.none() | WHOLE,
    st.none() | st.booleans(),
    st.builds(Dims, channel=NAMES, agent=NAMES, labels=st.lists(NAMES, max_size=2, unique=True).map(tuple)),
)


@given(st.lists(MEASURES, max_size=12), st.sampled_from(GROUPINGS))
def test_counted_by_group_equals_counting_by_hand(measures: list[Measure], grouping: tuple[Dimension, ...]) -> None:
    cells = counted(measures, grouping)
    for group, kinds in cells.items():
        for kind, cell in kinds.items():
            mine = [one for one in measures if one.kind == kind and group in groups_of(one, grouping)]
            values = [one.value for one in mine if one.value is not None]
            assert (cell.n, cell.total, cell.hits) == (len(mine), sum(values), sum(one.hit is True for one in mine))
            assert cell.spread == spread_of(values)
    if Dimension.LABEL not in grouping:
        assert all_together(cells.values()) == all_together(counted(measures, ()).values())


def test_the_same_measures_give_the_same_cell_whatever_the_order() -> None:
    cells = [cell_of(Measure("response", NOON, 1, place, value=10**place, business=0)) for place in range(4)]
    assert len({repr(sorted(together(order).spread.items())) for order in permutations(cells)}) == 1
    assert len({together(order).total for order in permutations(cells)}) == 1
