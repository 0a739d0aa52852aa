"""From counts to numbers: what a cell of a roll-up says, with how sure it is (`statistics.py`)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chalicelib.domain.report import Figure, Figures, Quantile
from chalicelib.domain.rollup import Cell, Cells
from chalicelib.domain.spread import Spread, quantile, size
from chalicelib.domain.statistics import mean_interval, quantile_interval, wilson

if TYPE_CHECKING:
    from chalicelib.domain.metrics import Definition

NOTHING = Cell()


def figure(shape: str, cell: Cell, *, business: bool = False) -> Figure:
    """`shape`: count, duration, rate or amount. `business`: a duration's within business hours."""
    return _SHAPES[shape](cell, business)


def figures(definitions: Mapping[str, "Definition"], cells: Cells, *, business: bool = False) -> Figures:
    """One for each definition, whatever was measured."""
    return {
        name: figure(definition.shape, cells.get(name, NOTHING), business=business)
        for name, definition in definitions.items()
    }


def _count(cell: Cell, _business: bool) -> Figure:
    return Figure(cell.n, cell.n)


def _rate(cell: Cell, _business: bool) -> Figure:
    sure = wilson(cell.hits, cell.n)
    return Figure(
        cell.n,
        cell.hits / cell.n if cell.n else None,
        low=sure.low if sure else None,
        high=sure.high if sure else None,
        hits=cell.hits,
    )


def _amount(cell: Cell, _business: bool) -> Figure:
    return Figure(cell.n, cell.total, total=cell.total)


def _duration(cell: Cell, business: bool) -> Figure:
    held, total = (cell.business_spread, cell.business_total) if business else (cell.spread, cell.total)
    spread = dict(sorted(held.items()))  # sums of fractions depend on their order
    n = size(spread)
    sure = mean_interval(total, spread)
    return Figure(
        n,
        total / n if n else None,
        low=sure.low if sure else None,
        high=sure.high if sure else None,
        total=total,
        p50=_quantile(spread, 0.5),
        p90=_quantile(spread, 0.9),
        p99=_quantile(spread, 0.99),
    )


def _quantile(spread: Spread, share: float) -> Quantile | None:
    value = quantile(spread, share)
    if value is None:
        return None
    sure = quantile_interval(spread, share)
    return Quantile(value, sure.low, sure.high) if sure else Quantile(value)


_SHAPES: Mapping[str, Callable[[Cell, bool], Figure]] = {
    "count": _count,
    "duration": _duration,
    "rate": _rate,
    "amount": _amount,
}
