"""What the numbers need of the outside: where ledgers, slices and roll-ups are kept, and the archive of events."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.measure import Measure, Slice
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping
from chalicelib.domain.tally import Table

# An event made small, with what was looked up for it once: a JSON object with an `id`. See domain/clock_events.py.
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A ledger as it is kept. `written`: by hour, a mark of its newest slice and that slice's version. `complete`:
    all of its slices are."""

    ledger: ClockLedger
    written: Mapping[str, tuple[str, int]]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Fold:
    """A ledger that is to be written with the slices that changed: hours, and their packed form."""

    ledger: ClockLedger
    written: Mapping[str, tuple[str, int]]
    changes: Sequence[tuple[datetime, str]]


class LedgerStore(Protocol):
    def read(self, conversation_ids: Sequence[str]) -> Mapping[str, Kept]:
        """Of each; an empty one where there is none. Raises StoreUnavailable."""

    def mark_hours(self, hours: Iterable[datetime], at: datetime) -> None:
        """Say that slices of these hours are about to be written, recorded at this time. Raises StoreUnavailable."""

    def changes(self, kept: Kept, measures: dict[datetime, tuple[Measure, ...]]) -> list[tuple[datetime, str]]:
        """The hours whose slices are not as they should be, with their packed form."""

    def put_folds(self, folds: Sequence[Fold], at: datetime) -> tuple[str, ...]:
        """Each conversation's all or nothing. Those that need another turn: somebody else was first, or not all of
        their hours were written. Raises StoreUnavailable."""


class CalendarStore(Protocol):
    def keep(self, hours: BusinessHours) -> tuple[str, str]:
        """Its digest and its text. Raises StoreUnavailable."""

    def restore(self, name: str, text: str) -> None:
        """As `keep` gave it. Raises StoreUnavailable."""

    def read(self, names: Sequence[str]) -> Mapping[str, BusinessHours]:
        """Those that are known, by digest; at most 100. Raises StoreUnavailable."""


class SliceStore(Protocol):
    def of_hour(self, hour: datetime, as_of: datetime) -> Iterator[Slice]:
        """Of each conversation the newest version recorded by then, by conversation id. Raises StoreUnavailable."""

    def of_hours(self, hours: Iterable[datetime], as_of: datetime) -> Iterator[Slice]:
        """Those of several hours, one after the other, streamed. Raises StoreUnavailable."""

    def days(self, first: date, last: date) -> Collection[date]:
        """The days of UTC, both included, that ever had slices. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What roll-ups hold: all that was recorded until `as_of`, by the days of `zone` (an IANA name). `settling`: they
    are being made anew for another zone; until that is done, what is read is the old one's."""

    as_of: datetime
    zone: str
    settling: bool = False


class RollupStore(Protocol):
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
        """The buckets that begin on these local days (both included), of one group or (None) of all. By when a bucket
        begins (an hour's start in UTC, a day, the first of a month, in ISO form) and the group.

        `kinds`: only these are needed; name them, for each family of kinds (`domain.families`) is a reading of its own.
        `standing`: what an answer was begun with (`standing()`), so that all its readings are of one run; without it,
        what holds now. Raises StoreUnavailable, also where a later run has replaced that standing: begin again."""

    def standing(self) -> Standing | None:
        """What roll-ups hold since the last run that ended; None before the first. Raises StoreUnavailable."""

    def settled(self) -> datetime | None:
        """As of when roll-ups hold: the cut of the last run that ended; None before the first.
        Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a family of kinds is kept for one bucket and grouping."""

    grain: Grain
    grouping: Grouping
    family: str
    bucket: str
    zone: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A table as it is kept. `mark`: a name for the whole of it, "" where it is empty. `pieces` are the store's own."""

    table: Table
    mark: str = ""
    pieces: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What is there. `of`: the marks of the parts that it is made of, a day's hours or a month's days, by name.
    `items` are the store's own."""

    packed: Packed
    of: Mapping[str, str] = field(default_factory=dict)
    items: Sequence[Any] = ()

    @property
    def table(self) -> Table:
        return self.packed.table

    @property
    def mark(self) -> str:
        return self.packed.mark


@dataclass(frozen=True, slots=True)
class Change:
    """What a place will hold, with what was read of it before."""

    place: Place
    held: Held
    packed: Packed
    of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """Slices of an hour may have been written that were recorded at this time."""

    hour: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `settled`: what holds until it is done. `filling`: the zone that is being made anew, or None."""

    as_of: datetime
    zone: str
    settled: Standing | None
    filling: str | None
    number: int


class RollupWriter(Protocol):
    def held(self, places: Sequence[Place]) -> Mapping[Place, Held]:
        """As they were written last, settled or not. Raises StoreUnavailable."""

    def packed(self, table: Table) -> Packed: ...

    def put_rollups(self, changes: Iterable[Change], run: Run) -> None:
        """Raises StoreUnavailable; some of them may have been written then."""


class RunStore(Protocol):
    def begin(self, now: datetime, as_of: datetime, zone: str, until: datetime) -> Run | None:
        """Take the lease; None where another run has it, or has gone as far. Raises StoreUnavailable."""

    def fill(self, run: Run, *, mark_all: bool) -> Run:
        """Note that roll-ups of the run's zone are made anew, and mark all hours for it. Raises StoreUnavailable."""

    def marks(self) -> Sequence[Mark]:
        """By hour. Raises StoreUnavailable."""

    def clear(self, marks: Iterable[Mark]) -> None: ...

    def end(self, run: Run, *, settled: bool) -> bool:
        """Give the lease back; `settled`: all holds as of the run's time. False: it was another's by then."""


class LineArchive(Protocol):
    def put(self, lines: Sequence[Line], at: datetime) -> None:
        """One object for one batch. Raises StoreUnavailable."""

    def archived_days(self) -> Sequence[date]:
        """On which something was put, in order. Raises StoreUnavailable."""

    def archived_names(self, day: date, after: str, limit: int) -> Sequence[str]:
        """A day's objects, in order, from behind this one. Raises StoreUnavailable."""

    def archived_lines(self, name: str) -> Sequence[Line]:
        """One object's lines; none where it is gone. Raises StoreUnavailable."""

    def archived(self, day: date) -> Iterator[Line]:
        """Streamed, in no order, repeats included. Raises StoreUnavailable."""
