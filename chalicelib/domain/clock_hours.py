"""Open time in whole milliseconds: a calendar's open spans, reckoned once a month and looked up from then on."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from chalicelib.domain.business_hours import BusinessHours, spans
from chalicelib.domain.clock_events import moment, of_moment

# Spans are reckoned for so long at once.
BLOCK = 28 * 24 * 60 * 60 * 1000
# So many calendars are kept ready.
KEPT = 64

Span = tuple[int, int]


class OpenTime:
    """Of one calendar. Times and lengths are whole milliseconds."""

    def __init__(self, hours: BusinessHours) -> None:
        self.hours = hours
        self._blocks: dict[int, tuple[list[Span], list[int]]] = {}

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """The open spans within [start, end), in order; one that reaches over a block's border comes in two parts."""
        for block in range(start // BLOCK, (end - 1) // BLOCK + 1):
            found, _ = self._block(block)
            for first, last in found[max(bisect_right(found, (start, start)) - 1, 0) :]:
                if first >= end:
                    break
                if last > start:
                    yield max(first, start), min(last, end)

    def between(self, start: int, end: int) -> int:
        """How much open time lies between two moments."""
        if end <= start:
            return 0
        first, last = start // BLOCK, end // BLOCK
        if first == last:
            return self._until(end) - self._until(start)
        whole = sum(self._block(block)[1][-1] for block in range(first, last))
        return whole - self._until(start) + self._until(end)

    def _until(self, at: int) -> int:
        """The open time of its block before a moment."""
        found, sums = self._block(at // BLOCK)
        place = bisect_right(found, (at, at))
        if place == 0:
            return 0
        begin, end = found[place - 1]
        return sums[place - 1] + min(at, end) - begin

    def _block(self, number: int) -> tuple[list[Span], list[int]]:
        """The spans that lie in a block, and how much is open before each of them and in all."""
        known = self._blocks.get(number)
        if known is not None:
            return known
        start = number * BLOCK
        end = start + BLOCK
        found = [
            (max(of_moment(begin), start), min(of_moment(finish), end))
            for begin, finish in spans(self.hours, moment(start), moment(end))
        ]
        sums = [0]
        for begin, finish in found:
            sums.append(sums[-1] + finish - begin)
        self._blocks[number] = (found, sums)
        return found, sums


_ready: dict[str, OpenTime] = {}


def open_time(digest: str | None, hours: Mapping[str, BusinessHours]) -> OpenTime | None:
    """Of the calendar that a digest names; None: always open, as where there is no such calendar."""
    found = hours.get(digest) if digest else None
    if digest is None or found is None:
        return None
    known = _ready.get(digest)
    if known is None or known.hours is not found and known.hours != found:
        if len(_ready) >= KEPT:
            _ready.clear()
        known = _ready[digest] = OpenTime(found)
    return known
