"""What is held against what, like with like: strata of one topic (of anything but a channel: one channel) in one part
of the week."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.rollup import Cell, together
from chalicelib.domain.spread import Spread

# The mix's value and the part of the week: its hour (0 is Monday at midnight), or what that is part of.
Stratum = tuple[str, int]
_DAY = 24
_WORKING = 5 * _DAY


class Fineness(StrEnum):
    """When two conversations came at a like time: in the same hour of the week, or of any working day or weekend, or of
    such days within the same two hours. Nothing coarser is alike: within eight hours the load of a desk changes so much
    that shifts were taken for people."""

    HOUR_OF_WEEK = "hour_of_week"
    HOUR_OF_DAY = "hour_of_day"
    TWO_HOURS = "two_hours"


def _of_day(hours: int) -> Callable[[int], int]:
    def part(hour_of_week: int) -> int:
        weekend = _WORKING if hour_of_week >= _WORKING else 0
        return weekend + hour_of_week % _DAY // hours * hours

    return part


# From the finest.
_PARTS: Mapping[Fineness, Callable[[int], int]] = {
    Fineness.HOUR_OF_WEEK: lambda hour_of_week: hour_of_week,
    Fineness.HOUR_OF_DAY: _of_day(1),
    Fineness.TWO_HOURS: _of_day(2),
}
# A finer one is taken as long as it leaves this share of what can be compared at all: what is less alike makes surer
# of what may be the hour's doing.
_LEAVES = 0.5


@dataclass(frozen=True, slots=True)
class Sides:
    """`against` None: all others."""

    of: str
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One metric's cells by stratum and value, and by stratum all values together, each measure once. `repeated`: how
    often one conversation is counted, on average (several labels, several answers)."""

    cells: Mapping[Stratum, Mapping[str, Cell]]
    whole: Mapping[Stratum, Cell]
    repeated: float = 1.0

    def at(self, fineness: Fineness) -> "Observed":
        """The same in coarser strata."""
        part = _PARTS[fineness]
        parts: dict[Stratum, dict[str, list[Cell]]] = {}
        wholes: dict[Stratum, list[Cell]] = {}
        for (mix, hour), held in self.cells.items():
            kept = parts.setdefault((mix, part(hour)), {})
            for value, cell in held.items():
                kept.setdefault(value, []).append(cell)
        for (mix, hour), cell in self.whole.items():
            wholes.setdefault((mix, part(hour)), []).append(cell)
        return replace(
            self,
            cells={at: {value: together(cells) for value, cells in held.items()} for at, held in parts.items()},
            whole={at: together(cells) for at, cells in wholes.items()},
        )

    def pairs(self, sides: Sides) -> list[tuple[Cell, Cell]]:
        """Both sides of each stratum that has both."""
        found = []
        for stratum, held in self.cells.items():
            if sides.of in held and self._other_count(stratum, sides):
                against = held[sides.against] if sides.against else less(self.whole[stratum], held[sides.of])
                found.append((held[sides.of], against))
        return found

    def of(self, value: str) -> list[Cell]:
        return [held[value] for held in self.cells.values() if value in held]

    def comparable(self, sides: Sides) -> int:
        """How many of the smaller side are in strata that have both."""
        both = [
            (held[sides.of].n, other)
            for stratum, held in self.cells.items()
            if sides.of in held and (other := self._other_count(stratum, sides))
        ]
        return min(sum(a for a, _ in both), sum(b for _, b in both))

    def _other_count(self, stratum: Stratum, sides: Sides) -> int:
        held = self.cells[stratum]
        if sides.against is None:
            return self.whole[stratum].n - held[sides.of].n
        return held[sides.against].n if sides.against in held else 0


class Levels:
    """One metric at each fineness, made when it is needed."""

    def __init__(self, observed: Observed) -> None:
        self._made = {Fineness.HOUR_OF_WEEK: observed}
        self._sides: dict[str | None, Cell] = {}
        self.whole = observed

    def at(self, fineness: Fineness) -> Observed:
        if fineness not in self._made:
            self._made[fineness] = self.whole.at(fineness)
        return self._made[fineness]

    def both(self, sides: Sides) -> tuple[Cell, Cell]:
        """All of each side, nothing made equal."""
        of = self._side(sides.of)
        return of, less(self._side(None), of) if sides.against is None else self._side(sides.against)

    def _side(self, value: str | None) -> Cell:
        if value not in self._sides:
            held = self.whole.whole.values() if value is None else self.whole.of(value)
            self._sides[value] = together(held)
        return self._sides[value]

    def finest(self, sides: Sides) -> Fineness:
        """At which half of what can be compared at all still can. It is chosen by counts alone, never by what was
        measured, so it favours no outcome."""
        reach = self.at(Fineness.TWO_HOURS).comparable(sides) * _LEAVES
        return next(each for each in _PARTS if self.at(each).comparable(sides) >= reach)


def less(whole: Cell, part: Cell) -> Cell:
    """All but a part of it."""
    return Cell(
        whole.n - part.n,
        whole.hits - part.hits,
        whole.total - part.total,
        whole.business_total - part.business_total,
        _without(whole.spread, part.spread),
        _without(whole.business_spread, part.business_spread),
    )


def _without(whole: Spread, part: Spread) -> dict[int, int]:
    return {place: left for place, count in whole.items() if (left := count - part.get(place, 0)) > 0}
