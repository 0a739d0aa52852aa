"""A few numbers for CloudWatch, of the hour that was counted last: for alarms and dashboards, not for reports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Cell, Grouping
from chalicelib.domain.spread import quantile
from chalicelib.domain.tally import Tally

BY_CHANNEL: Grouping = (Dimension.CHANNEL,)
CLOCKS = ("sla_first_response", "sla_next_response", "sla_resolution")
COUNT, MILLISECONDS = "Count", "Milliseconds"


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure of a channel, so far in this hour."""

    name: str
    unit: str
    value: float
    channel: str


def gauges(tally: Tally) -> Iterator[Gauge]:
    for (channel,), cells in tally.table(BY_CHANNEL).items():
        yield Gauge("Arrivals", COUNT, _of(cells, "arrivals").n, channel)
        yield Gauge("Breaches", COUNT, sum(_missed(_of(cells, kind)) for kind in CLOCKS), channel)
        waited = _of(cells, "first_response")
        for name, share in (("FirstResponseP50", 0.5), ("FirstResponseP90", 0.9)):
            value = quantile(waited.spread, share)
            if value is not None:
                yield Gauge(name, MILLISECONDS, round(value), channel)


def _of(cells: Mapping[str, Cell], kind: str) -> Cell:
    return cells.get(kind, Cell())


def _missed(cell: Cell) -> int:
    return cell.n - cell.hits
