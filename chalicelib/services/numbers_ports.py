"""What the numbers need of the outside: where ledgers, slices and roll-ups are kept, and the archive of events."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.measure import Slice
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping

# An event made small, with what was looked up for it once: a JSON object with an `id`. See domain/clock_events.py.
Line = Mapping[str, Any]


class SliceStore(Protocol):
    def of_hour(self, hour: datetime, as_of: datetime) -> Iterator[Slice]:
        """Of each conversation the newest version recorded by then, by conversation id. Raises StoreUnavailable."""

    def of_hours(self, hours: Iterable[datetime], as_of: datetime) -> Iterator[Slice]:
        """Those of several hours, one after the other, streamed. Raises StoreUnavailable."""


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


class LineArchive(Protocol):
    def put(self, lines: Sequence[Line], at: datetime) -> None:
        """One object for one batch. Raises StoreUnavailable."""

    def days(self) -> Sequence[date]: ...

    def read(self, day: date) -> Iterator[Line]:
        """Streamed, in no order, repeats included."""
