"""From rows of roll-ups to strata: topics (or channels) by bands of the week, streamed into few cells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Cell, Cells, Group, Grouping, together
from chalicelib.domain.spread import Spread

# Conversations are alike that come in the same three hours of a day, of a working day or of a weekend.
BAND_HOURS = 3
_SATURDAY = 5
# What counts episodes: a kind that is measured more often than that is measured several times of a conversation.
EPISODES = "arrivals"
# The mix's value and the band of the week.
Stratum = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sides:
    """`against` None: all others."""

    of: str
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """One metric's cells by stratum and value, and by stratum all values together, each measure once. `repeated`: how
    often one conversation is counted in a stratum's whole, on average (several labels, several answers)."""

    cells: Mapping[Stratum, Mapping[str, Cell]]
    whole: Mapping[Stratum, Cell]
    repeated: float = 1.0

    def pairs(self, sides: Sides) -> list[tuple[Cell, Cell]]:
        """Both sides of each stratum in which the first is."""
        return [
            (held[sides.of], self._other(stratum, sides)) for stratum, held in self.cells.items() if sides.of in held
        ]

    def _other(self, stratum: Stratum, sides: Sides) -> Cell:
        held = self.cells[stratum]
        if sides.against is None:
            return less(self.whole[stratum], held[sides.of])
        return held.get(sides.against, Cell())

    def side(self, value: str) -> Cell:
        return together(held[value] for held in self.cells.values() if value in held)

    def rest(self, value: str) -> Cell:
        return less(together(self.whole.values()), self.side(value))


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


def mixed_by(by: Dimension) -> Dimension:
    """What is made equal beside the hours: the topic of channels, the channel of everything else."""
    return Dimension.LABEL if by is Dimension.CHANNEL else Dimension.CHANNEL


def grouping_by(by: Dimension) -> Grouping:
    """The roll-up that has both."""
    return (Dimension.CHANNEL, Dimension.LABEL if by is Dimension.CHANNEL else by)


@cache
def band(hour: str, zone: ZoneInfo) -> str:
    """`hour`: when it begins, in ISO form; the band is local: `working 09`, `weekend 00`."""
    local = datetime.fromisoformat(hour).astimezone(zone)
    kind = "weekend" if local.weekday() >= _SATURDAY else "working"
    return f"{kind} {local.hour // BAND_HOURS * BAND_HOURS:02d}"


@dataclass(slots=True)
class _Sum:
    n: int = 0
    hits: int = 0
    total: int = 0
    business_total: int = 0
    spread: dict[int, int] = field(default_factory=dict)
    business_spread: dict[int, int] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        self.n += cell.n
        self.hits += cell.hits
        self.total += cell.total
        self.business_total += cell.business_total
        for kept, more in ((self.spread, cell.spread), (self.business_spread, cell.business_spread)):
            for place, count in more.items():
                kept[place] = kept.get(place, 0) + count

    def cell(self) -> Cell:
        return Cell(self.n, self.hits, self.total, self.business_total, self.spread, self.business_spread)


Rows = Mapping[tuple[str, Group], Cells]


class Strata:
    """Hour rows come in portions; only what was asked for is kept."""

    def __init__(self, by: Dimension, metrics: Collection[str], zone: ZoneInfo) -> None:
        self._by, self._zone = by, zone
        self._kinds = tuple(dict.fromkeys((*metrics, EPISODES)))
        self._metrics = tuple(metrics)
        self._parts: dict[tuple[str, Stratum, str], _Sum] = {}
        self._whole: dict[tuple[str, Stratum], _Sum] = {}
        self._counted: dict[str, int] = {}
        self._distinct: dict[str, int] = {}

    def add(self, rows: Rows) -> None:
        """Rows of `grouping_by`."""
        for (hour, (channel, value)), cells in rows.items():
            of, mix = (channel, value) if self._by is Dimension.CHANNEL else (value, channel)
            stratum = (mix, band(hour, self._zone))
            for kind, cell in self._wanted(cells):
                self._parts.setdefault((kind, stratum, of), _Sum()).add(cell)
                self._counted[kind] = self._counted.get(kind, 0) + cell.n
                if self._by is not Dimension.LABEL:
                    self._whole.setdefault((kind, stratum), _Sum()).add(cell)

    def add_channels(self, rows: Rows) -> None:
        """Rows by channel alone, where labels overlap: each measure once."""
        for (hour, (channel,)), cells in rows.items():
            for kind, cell in self._wanted(cells):
                self._distinct[kind] = self._distinct.get(kind, 0) + cell.n
                if self._by is Dimension.LABEL:
                    self._whole.setdefault((kind, (channel, band(hour, self._zone))), _Sum()).add(cell)

    def _wanted(self, cells: Cells) -> Iterable[tuple[str, Cell]]:
        return [(kind, cells[kind]) for kind in self._kinds if kind in cells]

    def values(self) -> list[str]:
        """Of the dimension, all that were seen."""
        return sorted({of for kind, _, of in self._parts if kind in self._metrics})

    def observed(self) -> dict[str, Observed]:
        """By metric."""
        found: dict[str, dict[Stratum, dict[str, Cell]]] = {kind: {} for kind in self._metrics}
        for (kind, stratum, of), held in self._parts.items():
            if kind in found:
                found[kind].setdefault(stratum, {})[of] = held.cell()
        whole: dict[str, dict[Stratum, Cell]] = {kind: {} for kind in self._metrics}
        for (kind, stratum), held in self._whole.items():
            if kind in whole:
                whole[kind][stratum] = held.cell()
        return {kind: Observed(found[kind], whole[kind], self._repeated(kind)) for kind in self._metrics}

    def _repeated(self, kind: str) -> float:
        """How often a conversation is counted: for each of its labels where those are the strata, and each time where
        it is measured several times. Then what is of one conversation is taken to say the same, which is the most
        cautious there is."""
        labels = self._ratio(self._counted.get(kind, 0), self._distinct.get(kind, 0))
        times = self._ratio(self._count(kind), self._count(EPISODES))
        return times if self._by is Dimension.LABEL else labels * times

    def _count(self, kind: str) -> int:
        return self._distinct.get(kind, 0) or self._counted.get(kind, 0)

    @staticmethod
    def _ratio(above: int, below: int) -> float:
        return max(1.0, above / below) if below else 1.0
