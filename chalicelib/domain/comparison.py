"""Is one channel, agent, team or label faster than another? Like is compared with like, and few are never "different".

A stratum is one topic (of anything but a channel: one channel) in one part of the week, so that who gets the harder
questions, or the night, is not called slow for it. Nothing else is made equal: what is shown is a difference, not why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.comparison_strata import Fineness, Levels, Observed, Sides
from chalicelib.domain.rate_significance import Table, stratified_rates
from chalicelib.domain.rollup import Cell
from chalicelib.domain.significance import factor, stratified_ranks
from chalicelib.domain.spread import Spread, quantile, size
from chalicelib.domain.statistics import ALPHA, detectable, holm

# Fewer than this on a side, in strata that have both sides, are too few to say anything.
ENOUGH = 30


class Verdict(StrEnum):
    """Of the first side. Durations are faster or slower, rates higher or lower."""

    FASTER = "faster"
    SLOWER = "slower"
    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE_SHOWN = "no_difference_shown"


@dataclass(frozen=True, slots=True)
class Side:
    """As the reports have it, nothing made equal. `middle`: of a duration the median in ms, of a rate its share."""

    n: int
    middle: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`compared_a`, `compared_b`: how many of each side are in strata that have both; `strata` counts those, `alike`
    says what part of the week they are.

    `size`: how much longer the first side is (a factor: 1.2 is a fifth longer), or its rate less the other's (0.1 is
    ten in a hundred more), like by like, with the 95 % interval of this one alone. `longer`: how often one of the first
    side is longer than a like one of the second. `chance`: of a difference so large where there is none; `corrected`:
    the same for all `asked` together. `seen`: the size that would have been found four times of five."""

    metric: str
    sides: Sides
    verdict: Verdict
    a: Side
    b: Side
    compared_a: int = 0
    compared_b: int = 0
    strata: int = 0
    alike: Fineness = Fineness.TWO_HOURS
    too_few: bool = True
    size: float | None = None
    low: float | None = None
    high: float | None = None
    longer: float | None = None
    chance: float | None = None
    corrected: float | None = None
    asked: int = 0
    seen: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`shape`: duration or rate. `business`: a duration's within business hours."""

    metric: str
    shape: str
    sides: Sides
    business: bool = False


def compared(questions: Sequence[Question], observed: Mapping[str, Observed]) -> list[Comparison]:
    """All that was asked together, in that order; each is held to Holm's correction for all that could be answered."""
    levels = {metric: Levels(each) for metric, each in observed.items()}
    tests = {str(place): _tested(each, levels[each.metric]) for place, each in enumerate(questions)}
    corrected = holm({place: each.chance for place, each in tests.items() if each is not None and each.enough})
    return [
        _comparison(question, levels[question.metric], tests[str(place)], corrected.get(str(place)), len(corrected))
        for place, question in enumerate(questions)
    ]


@dataclass(frozen=True, slots=True)
class _Tested:
    """Whichever test it was. `z` is above zero where the first side is longer, or higher. `sized` gives the size, its
    interval, and what would have been seen among so many asked."""

    n_a: int
    n_b: int
    strata: int
    z: float
    chance: float
    enough: bool
    alike: Fineness
    sized: Callable[[int], tuple[float, float | None, float | None, float | None]]
    longer: float | None = None


def _tested(question: Question, levels: Levels) -> _Tested | None:
    alike = levels.finest(question.sides)
    observed = levels.at(alike)
    test = _rates_tested if question.shape == "rate" else _ranks_tested
    return test(observed.pairs(question.sides), observed.repeated, alike, question.business)


Pairs = list[tuple[Cell, Cell]]


def _ranks_tested(cells: Pairs, repeated: float, alike: Fineness, business: bool) -> _Tested | None:
    pairs = [(_spread(a, business), _spread(b, business)) for a, b in cells]
    ranks = stratified_ranks(pairs, repeated)
    if ranks is None:
        return None

    def sized(asked: int) -> tuple[float, float | None, float | None, float | None]:
        found = factor(pairs, ranks, asked)
        return found.value, found.low, found.high, found.seen

    enough = min(ranks.n_a, ranks.n_b) >= ENOUGH
    return _Tested(ranks.n_a, ranks.n_b, ranks.strata, ranks.z, ranks.chance, enough, alike, sized, ranks.effect)


def _rates_tested(cells: Pairs, repeated: float, alike: Fineness, _business: bool) -> _Tested | None:
    rates = stratified_rates([Table(a.hits, a.n, b.hits, b.n) for a, b in cells], repeated)
    if rates is None:
        return None

    def sized(asked: int) -> tuple[float, float | None, float | None, float | None]:
        return rates.difference, rates.interval.low, rates.interval.high, detectable(rates.error, asked)

    enough = rates.enough and min(rates.n_a, rates.n_b) >= ENOUGH
    return _Tested(rates.n_a, rates.n_b, rates.strata, rates.z, rates.chance, enough, alike, sized)


def _comparison(
    question: Question, levels: Levels, test: _Tested | None, corrected: float | None, asked: int
) -> Comparison:
    a, b = (_side(question, cell) for cell in levels.both(question.sides))
    found = Comparison(question.metric, question.sides, Verdict.NO_DIFFERENCE_SHOWN, a, b, asked=asked)
    if test is None:
        return found
    found = replace(found, compared_a=test.n_a, compared_b=test.n_b, strata=test.strata, alike=test.alike)
    if corrected is None:
        return found
    value, low, high, seen = test.sized(asked)
    return replace(
        found,
        verdict=_verdict(question.shape, test.z, corrected),
        too_few=False,
        size=value,
        low=low,
        high=high,
        longer=test.longer,
        chance=test.chance,
        corrected=corrected,
        seen=seen,
    )


def _verdict(shape: str, z: float, corrected: float) -> Verdict:
    if corrected >= ALPHA:
        return Verdict.NO_DIFFERENCE_SHOWN
    if shape == "rate":
        return Verdict.HIGHER if z > 0 else Verdict.LOWER
    return Verdict.SLOWER if z > 0 else Verdict.FASTER


def _side(question: Question, cell: Cell) -> Side:
    if question.shape == "rate":
        return Side(cell.n, cell.hits / cell.n if cell.n else None)
    spread = _spread(cell, question.business)
    return Side(size(spread), quantile(spread, 0.5))


def _spread(cell: Cell, business: bool) -> Spread:
    return cell.business_spread if business else cell.spread
