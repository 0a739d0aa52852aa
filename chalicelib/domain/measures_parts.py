"""An episode as its measures see it: its intervals, the customer's waits, and how much of them is business time."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.domain.clock import Hours
from chalicelib.domain.clock_hours import open_time
from chalicelib.domain.clock_state import OURS, Holder, Interval
from chalicelib.domain.clock_values import Episode
from chalicelib.domain.clock_waits import Wait
from chalicelib.domain.measures_book import Book, Under

# Which part of something, how long it was, and how long within business hours.
Part = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """`held`: its intervals, up to `limit`; where one ends there it still goes on."""

    book: Book
    episode: Episode
    waits: Sequence[Wait]
    held: Sequence[Interval]
    hours: Hours
    limit: int

    def put(self, kind: str, at: int, under: Under, *, parts: Sequence[Part] = (), hit: bool | None = None) -> None:
        """With the sum of the parts for a value."""
        if hit is not None or not parts:
            self.book.put(kind, self.episode.number, at, under, hit=hit)
            return
        value, business = sum(part[1] for part in parts), sum(part[2] for part in parts)
        self.book.put(kind, self.episode.number, at, under, value=value, business=business)

    def open(self, found: Interval, start: int, end: int) -> int:
        """How much of a piece of an interval lies within business hours."""
        if found.holder is Holder.CLOSED:
            return 0
        opened = None if found.holder in OURS else open_time(found.hours, self.hours)
        return end - start if opened is None else opened.between(start, end)

    def during(self, start: int, end: int) -> Iterator[tuple[Interval, int, int]]:
        """The intervals that touch [start, end), with what lies within."""
        place = bisect_left(self.held, start, key=lambda each: each.end)
        for found in self.held[place:]:
            if found.start >= end:
                break
            if found.end > start:
                yield found, max(found.start, start), min(found.end, end)

    def pieces(self, found: Sequence[Interval]) -> list[Part]:
        return [(each.holder.value, each.length, self.open(each, each.start, each.end)) for each in found]
