"""Targets that can be reached, for they were: what the best days came to, and how often it would have been kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from chalicelib.domain.definition import HIGHER, RATE, Definition
from chalicelib.domain.rollup import Cell
from chalicelib.domain.spread import Spread, bin_value, quantile, size
from chalicelib.domain.statistics import ranked

# A day with fewer says nothing of a day; fewer such days say nothing of days.
ENOUGH_A_DAY, ENOUGH_DAYS = 10, 10
# What share of the days came up to it.
REACHES: Mapping[str, float] = {"steady": 0.9, "reachable": 0.5, "demanding": 0.25}
# Targets are round: up to the first figure (ms) in steps of the second.
_STEPS = (
    (60_000, 5_000),
    (600_000, 30_000),
    (3_600_000, 300_000),
    (8 * 3_600_000, 900_000),
)
_LONGEST_STEP = 3_600_000
_POINTS = 100  # a rate's target is whole points of a hundred


@dataclass(frozen=True, slots=True)
class Proposal:
    """`target`: of a duration the ms within which the asked share of a day's conversations lies, of a rate the share.
    `days_kept` of `days` would have kept it. `within`: what share of all conversations were within that duration (of a
    rate None)."""

    word: str
    target: float
    days_kept: int
    days: int
    within: float | None


def proposals(
    definition: Definition, days: Mapping[date, Cell], share: float, *, business: bool = False
) -> list[Proposal]:
    """From each day's cell; none where too few days have enough. `share`: of a duration, how many of a day's
    conversations the target is about (0.8: four of five)."""
    if definition.shape == RATE:
        return _of_rates(definition, [cell for cell in days.values() if cell.n >= ENOUGH_A_DAY])
    spreads = [cell.business_spread if business else cell.spread for cell in days.values()]
    return _of_durations([spread for spread in spreads if size(spread) >= ENOUGH_A_DAY], share)


def _of_durations(spreads: Sequence[Spread], share: float) -> list[Proposal]:
    reached = [value for spread in spreads if (value := quantile(spread, share)) is not None]
    if len(reached) < ENOUGH_DAYS:
        return []
    found = []
    for word, reach in REACHES.items():
        target = _rounded_up(ranked(reached, reach))
        kept = sum(value <= target for value in reached)
        n = sum(size(spread) for spread in spreads)
        within = sum(count for spread in spreads for place, count in spread.items() if bin_value(place) <= target)
        found.append(Proposal(word, target, kept, len(reached), within / n))
    return found


def _of_rates(definition: Definition, cells: Sequence[Cell]) -> list[Proposal]:
    rates = [cell.hits / cell.n for cell in cells]
    if len(rates) < ENOUGH_DAYS:
        return []
    higher = definition.better == HIGHER
    found = []
    for word, reach in REACHES.items():
        value = ranked(rates, 1 - reach if higher else reach) * _POINTS
        # Rounded to the side on which it is kept; a hair's breadth is no point.
        target = (floor(value + 1e-9) if higher else ceil(value - 1e-9)) / _POINTS
        kept = sum(rate >= target if higher else rate <= target for rate in rates)
        found.append(Proposal(word, target, kept, len(rates), None))
    return found


def _rounded_up(value: float) -> float:
    step = next((step for most, step in _STEPS if value <= most), _LONGEST_STEP)
    return float(ceil(value / step) * step)
