"""Counting measures by all groupings at once, and putting a part of a sum in another one's place."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from chalicelib.domain.measure import Dims, Measure
from chalicelib.domain.rollup import GROUPINGS, Cell, Cells, Group, Grouping
from chalicelib.domain.spread import Spread, bin_of

# The cells of one bucket by a grouping.
Table = Mapping[Group, Cells]
# Of a family of kinds, by grouping: how roll-ups are kept.
Part = tuple[Grouping, str]

_bin = lru_cache(maxsize=100_000)(bin_of)


class Tally:
    """Says of what was added what `rollup.counted` says, for every grouping, in one go; measures are not kept."""

    def __init__(self) -> None:
        self._found: dict[Grouping, dict[Group, dict[str, list[Any]]]] = {grouping: {} for grouping in GROUPINGS}
        self._places: dict[Dims, list[dict[str, list[Any]]]] = {}

    def add(self, measures: Iterable[Measure]) -> None:
        for measure in measures:
            kind, value, business, hit = measure.kind, measure.value, measure.business, measure.hit is True
            bin_, business_bin = _bin(value) if value is not None else None, None
            if business is not None:
                business_bin = _bin(business)
            for kinds in self._of(measure.dims):
                row = kinds.get(kind)
                if row is None:
                    row = kinds[kind] = [0, 0, 0, 0, {}, {}]
                row[0] += 1
                row[1] += hit
                if bin_ is not None:
                    row[2] += value
                    row[4][bin_] = row[4].get(bin_, 0) + 1
                if business_bin is not None:
                    row[3] += business
                    row[5][business_bin] = row[5].get(business_bin, 0) + 1

    def _of(self, dims: Dims) -> list[dict[str, list[Any]]]:
        """Where measures of these dimensions are counted: many share them."""
        found = self._places.get(dims)
        if found is None:
            found = self._places[dims] = [
                self._found[grouping].setdefault(group, {})
                for grouping in GROUPINGS
                for group in product(*(dims.values(dimension) for dimension in grouping))
            ]
        return found

    def table(self, grouping: Grouping) -> dict[Group, dict[str, Cell]]:
        return {
            group: {kind: Cell(*row) for kind, row in sorted(kinds.items())}
            for group, kinds in sorted(self._found[grouping].items())
        }


def replaced(whole: Table, old: Table, new: Table) -> dict[Group, dict[str, Cell]]:
    """`whole`, of which `old` was a part, with `new` in its place. Exact: all numbers are whole."""
    found = {group: dict(cells) for group, cells in whole.items()}
    for group in {*old, *new}:
        before, after, kept = old.get(group, {}), new.get(group, {}), found.setdefault(group, {})
        for kind in {*before, *after}:
            if before.get(kind) == after.get(kind):
                continue
            cell = _exchanged(kept.get(kind, Cell()), before.get(kind, Cell()), after.get(kind, Cell()))
            if cell.n:
                kept[kind] = cell
            else:
                kept.pop(kind, None)
    return {group: cells for group, cells in found.items() if cells}


def _exchanged(whole: Cell, old: Cell, new: Cell) -> Cell:
    return Cell(
        whole.n - old.n + new.n,
        whole.hits - old.hits + new.hits,
        whole.total - old.total + new.total,
        whole.business_total - old.business_total + new.business_total,
        _spread(whole.spread, old.spread, new.spread),
        _spread(whole.business_spread, old.business_spread, new.business_spread),
    )


def _spread(whole: Spread, old: Spread, new: Spread) -> dict[int, int]:
    found = dict(whole)
    for place in {*old, *new}:
        count = found.get(place, 0) - old.get(place, 0) + new.get(place, 0)
        if count:
            found[place] = count
        else:
            found.pop(place, None)
    return found
