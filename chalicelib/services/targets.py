"""Proposals of targets from our own numbers: what was reached in the last eight weeks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.definition import DURATION, NEITHER, RATE, Definition
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.measure import NONE, Dimension
from chalicelib.domain.periods import local_day
from chalicelib.domain.report_asks import check_metric
from chalicelib.domain.rollup import Cell, Grain
from chalicelib.domain.targets import Proposal, proposals
from chalicelib.services.numbers_ports import RollupStore

WEEKS = timedelta(weeks=8)
LEAST_SHARE, MOST_SHARE = 0.5, 0.99


@dataclass(frozen=True, slots=True)
class TargetAsk:
    """`share`: of a duration, how many of a day's conversations it is about. `by` None: all together."""

    metric: str
    by: Dimension | None = None
    share: float = 0.8
    business: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """`first` to `last`: the days looked at. By value of the dimension (`NONE`: all, where none was asked for); without
    proposals where too few days had enough."""

    ask: TargetAsk
    definition: Definition
    first: date
    last: date
    as_of: datetime | None
    values: Mapping[str, list[Proposal]]


@dataclass(frozen=True, slots=True)
class Targets:
    rollups: RollupStore
    zone: Callable[[], ZoneInfo]
    definitions: Mapping[str, Definition]

    def propose(self, ask: TargetAsk, now: datetime, within: Collection[str] | None = None) -> Proposed:
        """`within`: only these values. Raises InvalidInput, naming the field; StoreUnavailable."""
        check_metric(ask.metric, self.definitions, "metric")
        definition = self.definitions[ask.metric]
        if definition.shape not in (DURATION, RATE) or definition.better == NEITHER:
            raise InvalidInput(f"“{ask.metric}” is nothing to have a target for.", field="metric")
        if not LEAST_SHARE <= ask.share <= MOST_SHARE:
            raise InvalidInput(f"From {LEAST_SHARE} to {MOST_SHARE}.", field="share")
        today, standing = local_day(now, self.zone()), self.rollups.standing()
        first, last = today - WEEKS, today - timedelta(days=1)
        if standing is None:
            return Proposed(ask, definition, first, last, None, {})
        grouping = (ask.by,) if ask.by else ()
        rows = self.rollups.read(Grain.DAY, grouping, None, first, last, (ask.metric,), standing)
        days: dict[str, dict[date, Cell]] = {}
        for (day, group), cells in rows.items():
            value = group[0] if group else NONE
            if ask.metric in cells and (ask.by is None or value != NONE) and (within is None or value in within):
                days.setdefault(value, {})[date.fromisoformat(day)] = cells[ask.metric]
        found = {
            value: proposals(definition, held, ask.share, business=ask.business) for value, held in sorted(days.items())
        }
        return Proposed(ask, definition, first, last, standing.as_of, found)
