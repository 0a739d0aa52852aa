"""Roll-ups: measures counted by hour, day and month, for all and by each grouping.

Every part of a cell is a whole number or counts of whole numbers: however measures are put together, and in whatever
order, the same measures give the same cells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from chalicelib.domain.measure import Dimension, Measure
from chalicelib.domain.spread import Spread, bin_of, merged

# By what roll-ups are kept: nothing, each dimension, and the channel with each other one. What is asked for by other
# dimensions is counted from the slices.
Grouping = tuple[Dimension, ...]
GROUPINGS: tuple[Grouping, ...] = (
    (),
    *((one,) for one in Dimension),
    *((Dimension.CHANNEL, one) for one in Dimension if one is not Dimension.CHANNEL),
)
# The values of a grouping's dimensions, in its order.
Group = tuple[str, ...]


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cell:
    """All measures of one kind in one group and bucket. `n` counts them, `hits` those of a rate that are so; `total`
    and `business_total` are sums; the spreads are of those that have a value."""

    n: int = 0
    hits: int = 0
    total: int = 0
    business_total: int = 0
    spread: Spread = field(default_factory=dict)
    business_spread: Spread = field(default_factory=dict)


# The cells of one group in one bucket, by the kind of measure.
Cells = Mapping[str, Cell]


def cell_of(measure: Measure) -> Cell:
    value, business = measure.value, measure.business
    return Cell(
        1,
        int(measure.hit is True),
        value or 0,
        business or 0,
        {} if value is None else {bin_of(value): 1},
        {} if business is None else {bin_of(business): 1},
    )


def together(cells: Iterable[Cell]) -> Cell:
    held = tuple(cells)
    return Cell(
        sum(each.n for each in held),
        sum(each.hits for each in held),
        sum(each.total for each in held),
        sum(each.business_total for each in held),
        merged(each.spread for each in held),
        merged(each.business_spread for each in held),
    )


def all_together(parts: Iterable[Cells]) -> dict[str, Cell]:
    """The cells of several buckets or groups as one, kind by kind."""
    found: dict[str, list[Cell]] = {}
    for part in parts:
        for kind, cell in part.items():
            found.setdefault(kind, []).append(cell)
    return {kind: together(cells) for kind, cells in sorted(found.items())}


def groups_of(measure: Measure, grouping: Grouping) -> list[Group]:
    """The groups that count a measure; more than one only where a conversation has several labels."""
    return list(product(*(measure.dims.values(dimension) for dimension in grouping)))


def counted(measures: Iterable[Measure], grouping: Grouping) -> dict[Group, dict[str, Cell]]:
    """Measures of one bucket, by group and kind. Counting them by hand gives the same."""
    found: dict[Group, dict[str, list[Measure]]] = {}
    for measure in measures:
        for group in groups_of(measure, grouping):
            found.setdefault(group, {}).setdefault(measure.kind, []).append(measure)
    return {
        group: {kind: together(cell_of(each) for each in held) for kind, held in sorted(kinds.items())}
        for group, kinds in sorted(found.items())
    }
