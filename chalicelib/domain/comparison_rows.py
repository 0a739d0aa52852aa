"""From rows of roll-ups to strata: topics (or channels) by hours of the week, streamed into few cells."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from chalicelib.domain.comparison_strata import Observed, Stratum, less
from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Cell, Cells, Group, Grouping, together

# What counts episodes: a kind that is measured more often than that is measured several times of a conversation.
EPISODES = "arrivals"


def grouping_by(by: Dimension) -> Grouping:
    """The roll-up that has what is compared, and what is made equal beside the hours: the topic of channels, the
    channel of everything else."""
    return (Dimension.CHANNEL, Dimension.LABEL if by is Dimension.CHANNEL else by)


@cache
def hour_of_week(hour: str, zone: ZoneInfo) -> int:
    """`hour`: when it begins, in ISO form. Of the local week: 0 is Monday at midnight."""
    local = datetime.fromisoformat(hour).astimezone(zone)
    return local.weekday() * 24 + local.hour


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
# What has none of the topics that were named.
OTHER = "-"


class TopicsOverlap(Exception):
    """A conversation has two of the labels that were named as topics."""


def by_topic(rows: Rows, channels: Rows, topics: Collection[str]) -> dict[tuple[str, Group], dict[str, Cell]]:
    """Hours by channel and label, of which only these labels are kept, and all else of the channel as one. So each
    measure is in one of them. Raises TopicsOverlap where they hold more than there is."""
    kept: dict[tuple[str, str], dict[str, list[Cell]]] = {}
    found: dict[tuple[str, Group], dict[str, Cell]] = {}
    for (hour, (channel, label)), cells in rows.items():
        if label in topics:
            found[hour, (channel, label)] = dict(cells)
            for kind, cell in cells.items():
                kept.setdefault((hour, channel), {}).setdefault(kind, []).append(cell)
    for (hour, (channel,)), cells in channels.items():
        of_topics = kept.get((hour, channel), {})
        rest = {kind: less(cell, together(of_topics.get(kind, ()))) for kind, cell in cells.items()}
        if any(cell.n < 0 for cell in rest.values()):
            raise TopicsOverlap
        found[hour, (channel, OTHER)] = {kind: cell for kind, cell in rest.items() if cell.n}
    return found


class Strata:
    """Rows come in portions; only what was asked for is kept. `topics`: see `by_topic`; none: every label is a stratum
    of its own, and a conversation is in as many as it has."""

    def __init__(self, by: Dimension, metrics: Collection[str], zone: ZoneInfo, topics: Collection[str] = ()) -> None:
        self._by, self._zone, self._topics = by, zone, topics
        self._metrics = tuple(metrics)
        self._parts: dict[tuple[str, Stratum, str], _Sum] = {}
        self._whole: dict[tuple[str, Stratum], _Sum] = {}
        self._counted: dict[str, int] = {}
        self._distinct: dict[str, int] = {}

    def add(self, rows: Rows, channels: Rows) -> None:
        """Hours of `grouping_by`, and the same hours by channel alone, which have each measure once and `EPISODES`
        among them. Raises TopicsOverlap."""
        for cells in channels.values():
            for kind, cell in cells.items():
                self._distinct[kind] = self._distinct.get(kind, 0) + cell.n
        if self._by is Dimension.LABEL:
            self._add_wholes(channels)
        elif self._topics:
            rows = by_topic(rows, channels, self._topics)
        for (hour, (channel, value)), cells in rows.items():
            of, mix = (channel, value) if self._by is Dimension.CHANNEL else (value, channel)
            self._add(of, (mix, hour_of_week(hour, self._zone)), cells)

    def _add(self, of: str, stratum: Stratum, cells: Cells) -> None:
        for kind, cell in self._wanted(cells):
            self._parts.setdefault((kind, stratum, of), _Sum()).add(cell)
            self._counted[kind] = self._counted.get(kind, 0) + cell.n
            if self._by is not Dimension.LABEL:
                self._whole.setdefault((kind, stratum), _Sum()).add(cell)

    def _add_wholes(self, channels: Rows) -> None:
        """Labels overlap, and a whole has each measure once."""
        for (hour, (channel,)), cells in channels.items():
            for kind, cell in self._wanted(cells):
                self._whole.setdefault((kind, (channel, hour_of_week(hour, self._zone))), _Sum()).add(cell)

    def _wanted(self, cells: Cells) -> Iterable[tuple[str, Cell]]:
        return [(kind, cells[kind]) for kind in self._metrics if kind in cells]

    def values(self) -> list[str]:
        """Of the dimension, all that were seen."""
        return sorted({of for _, _, of in self._parts})

    def overlap(self) -> float:
        """In how many strata a conversation is, on average: above 1 only where labels are the strata and it has
        several."""
        if self._by is not Dimension.CHANNEL:
            return 1.0
        return max(
            (_ratio(self._counted.get(kind, 0), self._distinct.get(kind, 0)) for kind in self._metrics), default=1
        )

    def observed(self) -> dict[str, Observed]:
        """By metric."""
        found: dict[str, dict[Stratum, dict[str, Cell]]] = {kind: {} for kind in self._metrics}
        for (kind, stratum, of), held in sorted(self._parts.items()):
            found[kind].setdefault(stratum, {})[of] = held.cell()
        whole: dict[str, dict[Stratum, Cell]] = {kind: {} for kind in self._metrics}
        for (kind, stratum), held in self._whole.items():
            whole[kind][stratum] = held.cell()
        return {kind: Observed(found[kind], whole[kind], self._repeated(kind)) for kind in self._metrics}

    def _repeated(self, kind: str) -> float:
        """How often a conversation is counted: for each of its labels where those are the strata, and each time where
        it is measured several times. Then what is of one conversation is taken to say the same, which is the most
        cautious there is."""
        distinct = self._distinct.get(kind, 0)
        times = _ratio(distinct, self._distinct.get(EPISODES, 0))
        return times * _ratio(self._counted.get(kind, 0), distinct) if self._by is Dimension.CHANNEL else times


def _ratio(above: int, below: int) -> float:
    return max(1.0, above / below) if below else 1.0
