"""The lines and CSV records of a window. Lines end as on any system; inside quotation marks they do not."""

import csv
import re
from collections.abc import Iterator

from chalicelib.domain.contact_file import MAX_ROW, TOO_LONG

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r(?=[^\n]))")


class Lines:
    """`units` of a window (see `contact_file_text`); `at_end`: it is the file's last."""

    def __init__(self, units: str, *, at_end: bool) -> None:
        self.units, self.at_end = units, at_end

    def end(self, start: int) -> int | None:
        """Behind the line that begins there; None where it is not all in this window."""
        found = _LINE.match(self.units, start)
        if found:
            return found.end()
        return len(self.units) if self.at_end and start < len(self.units) else None

    def record(self, start: int, delimiter: str) -> tuple[list[str] | None, int, str]:
        """(cells, end, fault) of the CSV record that begins there. No cells and no fault: it is not all in this
        window. What is wrong with a record ends with its first line: a quotation mark that is never closed would
        swallow all that follows."""
        taken = _Taken(self, start)
        try:
            cells = next(csv.reader(taken, delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            if taken.is_short and len(self.units) - start <= MAX_ROW:
                return None, start, ""
            too_long = taken.is_short or taken.length > MAX_ROW
            return None, taken.first_end, TOO_LONG if too_long else f"The row is no CSV: {error}."
        if cells is None:
            return None, start, ""
        return (None, taken.first_end, TOO_LONG) if taken.length > MAX_ROW else (cells, taken.end, "")


class _Taken:
    """The lines that a record takes, as its reader asks for them."""

    def __init__(self, lines: Lines, start: int) -> None:
        self._lines, self._start = lines, start
        self.end = self.first_end = start
        self.is_short = False

    @property
    def length(self) -> int:
        return self.end - self._start

    def __iter__(self) -> Iterator[str]:
        while self.length <= MAX_ROW:
            end = self._lines.end(self.end)
            if end is None:
                self.is_short = not self._lines.at_end
                return
            line = self._lines.units[self.end : end]
            self.first_end = end if self.end == self._start else self.first_end
            self.end = end
            yield line
