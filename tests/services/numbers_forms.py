"""Generated facts of the numbers, and the stores that reports read, in memory: slices with their versions, and roll-ups
made from them hour by hour, as the service makes them."""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.measure import Dims, Measure, Slice
from chalicelib.domain.periods import hour_text, local_day, month_of
from chalicelib.domain.rollup import GROUPINGS, Cells, Grain, Group, Grouping, all_together, counted
from chalicelib.services.numbers_ports import Standing

CHANNELS = ("whatsapp", "web_chat", "email")
TEAMS = ("team_1", "team_2", "-")
AGENTS = ("agt_1", "agt_2", "agt_3", "agt_4", "agt_5", "agt_6", "-")
LABELS = ((), ("refund",), ("refund", "vip"), ("vip",))
DURATIONS = ("first_response", "resolution")


@dataclass(frozen=True, slots=True)
class Definition:
    """What reports need of one."""

    name: str
    shape: str


KNOWN = {
    "arrivals": Definition("arrivals", "count"),
    "first_response": Definition("first_response", "duration"),
    "resolution": Definition("resolution", "duration"),
    "one_touch": Definition("one_touch", "rate"),
    "cost_provider": Definition("cost_provider", "amount"),
}


@dataclass
class MemorySlices:
    """Appended only."""

    kept: list[Slice] = field(default_factory=list)
    by_hour: dict[datetime, list[Slice]] = field(default_factory=dict)
    calls: int = 0

    def put(self, *slices: Slice) -> None:
        self.kept.extend(slices)
        for each in slices:
            self.by_hour.setdefault(each.hour, []).append(each)

    def of_hour(self, hour: datetime, as_of: datetime) -> Iterator[Slice]:
        self.calls += 1
        newest: dict[str, Slice] = {}
        for each in self.by_hour.get(hour, ()):
            if each.recorded_at <= as_of:
                held = newest.get(each.conversation_id)
                if held is None or each.version > held.version:
                    newest[each.conversation_id] = each
        yield from (newest[name] for name in sorted(newest))

    def days(self, first: date, last: date) -> frozenset[date]:
        return frozenset(hour.date() for hour in self.by_hour if first <= hour.date() <= last)

    def of_hours(self, hours: Iterable[datetime], as_of: datetime) -> Iterator[Slice]:
        for hour in hours:
            yield from self.of_hour(hour, as_of)


@dataclass
class MemoryRollups:
    """`run` makes them anew, as of a moment."""

    slices: MemorySlices
    zone: ZoneInfo
    as_of: datetime | None = None
    calls: int = 0
    kept: dict[tuple[Grain, Grouping], dict[tuple[str, Group], Cells]] = field(default_factory=dict)

    def run(self, as_of: datetime) -> None:
        self.as_of = as_of
        self.kept = {(grain, grouping): {} for grain in Grain for grouping in GROUPINGS}
        parts: dict[tuple[Grain, Grouping, str, Group], list[Cells]] = {}
        for hour in sorted(self.slices.by_hour):
            measures = [one for each in self.slices.of_hour(hour, as_of) for one in each.measures]
            day = local_day(hour, self.zone)
            places = {Grain.HOUR: hour_text(hour), Grain.DAY: str(day), Grain.MONTH: str(month_of(day))}
            for grouping in GROUPINGS:
                for group, cells in counted(measures, grouping).items():
                    for grain, bucket in places.items():
                        parts.setdefault((grain, grouping, bucket, group), []).append(cells)
        for (grain, grouping, bucket, group), held in parts.items():
            self.kept[grain, grouping][bucket, group] = all_together(held)

    def read(
        self,
        grain: Grain,
        grouping: Grouping,
        group: Group | None,
        first: date,
        last: date,
        kinds: Collection[str] | None = None,
        standing: Standing | None = None,
    ) -> Mapping[tuple[str, Group], Cells]:
        self.calls += 1
        if standing != self.standing():
            raise StoreUnavailable("a later run has ended")
        found = {
            place: {kind: cell for kind, cell in cells.items() if kinds is None or kind in kinds}
            for place, cells in self.kept[grain, grouping].items()
            if first <= self._day(grain, place[0]) <= last and group in (None, place[1])
        }
        return {place: cells for place, cells in found.items() if cells}

    def standing(self) -> Standing | None:
        return Standing(self.as_of, self.zone.key) if self.as_of else None

    def settled(self) -> datetime | None:
        return self.as_of

    def _day(self, grain: Grain, bucket: str) -> date:
        if grain is Grain.HOUR:
            return local_day(datetime.fromisoformat(bucket), self.zone)
        return date.fromisoformat(bucket)


def generated(seed: int, first: datetime, days: int, count: int) -> list[Slice]:
    """So many conversations, each with its measures in one or two hours."""
    chance = random.Random(seed)
    found: list[Slice] = []
    for number in range(count):
        at = first + timedelta(seconds=chance.randrange(days * 86_400))
        found += _of(chance, f"cnv_{number:05d}", at)
    return found


def changed(seed: int, slices: Iterable[Slice], recorded_at: datetime) -> list[Slice]:
    """Newer versions of some of them, known later: other values, or nothing any more."""
    chance = random.Random(seed)
    return [
        replace(each, version=each.version + 1, recorded_at=recorded_at, measures=_other(chance, each.measures))
        for each in slices
        if chance.random() < 0.3
    ]


def _other(chance: random.Random, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    if chance.random() < 0.3:
        return ()
    return tuple(replace(one, value=one.value + 7 if one.value is not None else None) for one in measures)


def _of(chance: random.Random, name: str, at: datetime) -> Iterator[Slice]:
    dims = Dims(
        chance.choice(CHANNELS),
        f"ibx_{chance.randrange(2)}",
        chance.choice(TEAMS),
        chance.choice(AGENTS),
        chance.choice(LABELS),
        chance.choice(("gold", "-")),
        chance.choice(("en", "ru", "-")),
    )
    took = int(chance.lognormvariate(12, 2))
    later = at + timedelta(milliseconds=took)
    business = took // 2 if chance.random() < 0.8 else None
    hits = chance.random() < 0.6
    measures = [
        Measure("arrivals", at, 1, dims=dims),
        Measure("first_response", later, 1, 0, took, business, dims=dims),
        Measure("resolution", later, 1, 0, took, business, dims=dims),
        Measure("one_touch", later, 1, 0, hit=hits, dims=dims),
        Measure("cost_provider", later, 1, 0, chance.randrange(5000), dims=dims),
    ]
    by_hour: dict[datetime, list[Measure]] = {}
    for one in measures:
        by_hour.setdefault(one.at.replace(minute=0, second=0, microsecond=0), []).append(one)
    for hour, held in by_hour.items():
        yield Slice(name, hour, 1, max(one.at for one in held), tuple(held))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
