"""What the numbers need of the outside: where ledgers, slices and roll-ups are kept, and the archive of events."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.measure import Measure, Slice
from chalicelib.domain.numbers import Change, Fold, Held, Kept, Mark, Packed, Place, Run, Standing
from chalicelib.domain.rollup import Cells, Grain, Group, Grouping
from chalicelib.domain.tally import Table

__all__ = ["Standing"]

# An event made small, with what was looked up for it once: a JSON object with an `id`. See domain/clock_events.py.
Line = Mapping[str, Any]


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
