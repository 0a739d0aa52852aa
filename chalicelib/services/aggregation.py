"""Slices into roll-ups, on a schedule. All of a run holds as of one time, its cut; until the run is done, readers see
what held before.

An hour is counted anew from its slices. A day is the sum of its hours and notes of which it is made: where it holds an
hour as that was before, the new one takes its place; where it holds anything else, because a run broke off, it is
summed anew. A month is made of its days in the same way. So runs that are repeated or broken off change nothing.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from chalicelib.domain.families import FAMILIES, family_of
from chalicelib.domain.numbers import Change, Held, Mark, Place, Run
from chalicelib.domain.periods import hour_text, hours, local_day, month_of
from chalicelib.domain.report import Period
from chalicelib.domain.rollup import GROUPINGS, Cell, Cells, Grain, Group, all_together
from chalicelib.domain.tally import Part, Table, Tally, replaced
from chalicelib.services.numbers_ports import RollupWriter, RunStore, SliceStore

PARTS: tuple[Part, ...] = tuple((grouping, family) for grouping in GROUPINGS for family in FAMILIES)
# Whoever writes slices is done so long after the time at which they are recorded: its function has ended by then.
LAG = timedelta(seconds=90)
LEASE = timedelta(minutes=5)
# A run that has worked so long leaves the rest to the next one; the function may run a minute longer.
WORK_SECONDS = 200.0


@dataclass(frozen=True, slots=True)
class Done:
    """`newest`: the tally of the newest hour that was counted, by when it begins."""

    run: Run
    hours: int
    settled: bool
    newest: tuple[datetime, Tally] | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """What became of a part: what it was, and what it is."""

    name: str
    old: Table
    old_mark: str
    new: Table
    new_mark: str


@dataclass
class Counted:
    """What of a run is passed on from days to months."""

    days: dict[Part, list[Swap]] = field(default_factory=dict)
    hours: int = 0
    newest: tuple[datetime, Tally] | None = None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`zone`: the workspace's, as it is set now. `lag`: how far a run's cut lies behind."""

    runs: RunStore
    slices: SliceStore
    rollups: RollupWriter
    zone: Callable[[], str]
    lag: timedelta = LAG
    clock: Callable[[], float] = time.monotonic

    def run(self, now: datetime) -> Done | None:
        """None where another run is at it. Raises StoreUnavailable: the next run does it all."""
        zone = self.zone()
        run = self.runs.begin(now, now - self.lag, zone, now + LEASE)
        if run is None:
            return None
        if (run.filling or (run.settled.zone if run.settled else None)) != zone:
            # Before the first run was done, every hour that there is still has its mark.
            run = self.runs.fill(run, mark_all=bool(run.settled or run.filling))
        until = self.clock() + WORK_SECONDS
        done = self._count(run, until)
        return done if self.runs.end(run, settled=done.settled) else None

    def _count(self, run: Run, until: float) -> Done:
        zone, found, in_time = ZoneInfo(run.zone), Counted(), True
        marks = sorted(self.runs.marks(), key=lambda mark: mark.hour)
        by_month = groupby(marks, key=lambda mark: month_of(local_day(mark.hour, zone)))
        for month, held in by_month:
            seen: list[Mark] = []
            found.days.clear()
            for day, marked in groupby(held, key=lambda mark: local_day(mark.hour, zone)):
                if not (in_time := self.clock() < until):
                    break
                of_day = list(marked)
                self._day(run, day, sorted({mark.hour for mark in of_day}), found)
                seen += of_day
            self._sum(run, Grain.MONTH, month, found.days)
            self.runs.clear(mark for mark in seen if mark.at <= run.as_of)
            if not in_time:
                break
        return Done(run, found.hours, in_time, found.newest)

    def _day(self, run: Run, day: date, dirty: Sequence[datetime], found: Counted) -> None:
        swaps: dict[Part, list[Swap]] = {}
        for hour in dirty:
            tally = Tally()
            for each in self.slices.of_hour(hour, run.as_of):
                tally.add(each.measures)
            found.hours += 1
            found.newest = hour, tally
            for part, swap in self._hour(run, hour, tally).items():
                swaps.setdefault(part, []).append(swap)
        for part, swap in self._sum(run, Grain.DAY, day, swaps).items():
            found.days.setdefault(part, []).append(swap)

    def _hour(self, run: Run, hour: datetime, tally: Tally) -> dict[Part, Swap]:
        """Every part of an hour, also where it stays as it is: the day may have missed it."""
        bucket = hour_text(hour)
        tables = {grouping: _by_family(tally.table(grouping)) for grouping in GROUPINGS}
        places = {part: Place(Grain.HOUR, *part, bucket, run.zone) for part in PARTS}
        held = self.rollups.held(list(places.values()))
        swaps: dict[Part, Swap] = {}
        changes: list[Change] = []
        for part, place in places.items():
            before, after = held[place], self.rollups.packed(tables[part[0]].get(part[1], {}))
            if before.mark != after.mark:
                changes.append(Change(place, before, after))
            if before.mark or after.mark:
                swaps[part] = Swap(_name(bucket), before.table, before.mark, after.table, after.mark)
        self.rollups.put_rollups(changes, run)
        return swaps

    def _sum(self, run: Run, grain: Grain, day: date, swaps: Mapping[Part, Sequence[Swap]]) -> dict[Part, Swap]:
        """A day of its hours, or a month of its days."""
        bucket = day.isoformat()
        places = {part: Place(grain, *part, bucket, run.zone) for part in swaps}
        held = self.rollups.held(list(places.values())) if places else {}
        found: dict[Part, Swap] = {}
        changes: list[Change] = []
        for part, place in places.items():
            before = held[place]
            table, of = self._put_in(place, before, swaps[part])
            after = before.packed if table is before.table else self.rollups.packed(table)
            if after.mark != before.mark or of != before.of:
                changes.append(Change(place, before, after, of))
            found[part] = Swap(_name(bucket), before.table, before.mark, after.table, after.mark)
        self.rollups.put_rollups(changes, run)
        return found

    def _put_in(self, place: Place, held: Held, swaps: Sequence[Swap]) -> tuple[Table, Mapping[str, str]]:
        table, of = held.table, held.of
        for swap in swaps:
            inside = of.get(swap.name, "")
            if inside == swap.new_mark:
                continue
            if inside not in ("", swap.old_mark):
                return self._anew(place, {*held.of, *(each.name for each in swaps)})
            table = replaced(table, swap.old if inside else {}, swap.new)
            of = _noted({**of, swap.name: swap.new_mark})
        return table, of

    def _anew(self, place: Place, names: Iterable[str]) -> tuple[Table, Mapping[str, str]]:
        """From the parts as they are written by now."""
        grain = Grain.HOUR if place.grain is Grain.DAY else Grain.DAY
        wanted = {name: Place(grain, place.grouping, place.family, bucket, place.zone)
                  for name, bucket in _buckets(place).items() if name in names}  # fmt: skip
        held = self.rollups.held(list(wanted.values()))
        groups: dict[Group, list[Cells]] = {}
        for at in wanted.values():
            for group, cells in held[at].table.items():
                groups.setdefault(group, []).append(cells)
        of = _noted({name: held[at].mark for name, at in wanted.items()})
        return {group: all_together(cells) for group, cells in groups.items()}, of


def _name(bucket: str) -> str:
    """An hour inside its day, or a day inside its month: the day of the month, and the hour."""
    return bucket[8:13]


def _buckets(place: Place) -> dict[str, str]:
    """All that may be parts of a day or a month, by name."""
    first = date.fromisoformat(place.bucket)
    if place.grain is Grain.DAY:
        found = [hour_text(hour) for hour in hours(Period(first, first), ZoneInfo(place.zone))]
    else:
        found = [(first + timedelta(days=nth)).isoformat() for nth in range(31)]
    return {_name(bucket): bucket for bucket in found if place.grain is Grain.DAY or bucket[:7] == place.bucket[:7]}


def _noted(of: Mapping[str, str]) -> dict[str, str]:
    return {name: of[name] for name in sorted(of) if of[name]}


def _by_family(table: Table) -> dict[str, dict[Group, Cells]]:
    found: dict[str, dict[Group, dict[str, Cell]]] = {}
    for group, cells in table.items():
        for kind, cell in cells.items():
            found.setdefault(family_of(kind), {}).setdefault(group, {})[kind] = cell
    return {family: dict(groups) for family, groups in found.items()}
