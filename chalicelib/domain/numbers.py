"""What is kept of the numbers: between the services that make them and the stores that hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.rollup import Grain, Grouping
from chalicelib.domain.tally import Table


@dataclass(frozen=True, slots=True)
class KnownContact:
    """`moments`: when an episode began or was resolved (milliseconds), by what it was, its conversation and its
    number."""

    contact_id: str
    language: str | None = None
    moments: Mapping[str, int] = field(default_factory=dict)
    version: int = 0


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What roll-ups hold: all that was recorded until `as_of`, by the days of `zone` (an IANA name). `settling`: they
    are being made anew for another zone; until that is done, what is read is the old one's."""

    as_of: datetime
    zone: str
    settling: bool = False


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
