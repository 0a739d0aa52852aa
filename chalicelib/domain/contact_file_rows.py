"""The rows of a file of contacts, whatever its form: how it is written, and the rows of a window."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.contact_file import DELIMITERS, MAX_ROW, TOO_LONG, WINDOW, FileForm, FileRow, Place
from chalicelib.domain.contact_file_json import json_rows, object_row
from chalicelib.domain.contact_file_lines import Lines
from chalicelib.domain.contact_file_text import begins, size_of, text_of, units_of

MAX_COLUMNS = 200
MAX_COLUMN_NAME = 200
HEADER_ROW = 1
_NO_TEXT = "The row has characters that its encoding does not have: declare the file's encoding."


class NoHeader(Exception):
    """A CSV file without a header that can be read; says why."""


def form_of(window: bytes, file_format: str, declared: str, delimiter: str | None) -> tuple[FileForm, Place]:
    """How a file is written, from its first window, and where its first row is. Raises NoHeader."""
    encoding, start = begins(window, declared)
    form = FileForm(file_format, encoding, start)
    if file_format != "csv":
        return form, Place(start)
    units = units_of(window[start:], encoding)
    lines = Lines(units, at_end=len(window) < WINDOW)
    form = replace(form, delimiter=delimiter or _delimiter(units[: lines.end(0) or MAX_ROW]))
    cells, end, fault = lines.record(0, form.delimiter)
    if cells is None:
        raise NoHeader(fault or "The file is empty, or its first line is too long for a header.")
    try:
        columns = tuple(text_of(cell, encoding).strip() for cell in cells)
    except ValueError as error:
        raise NoHeader("The header has characters that its encoding does not have.") from error
    if not any(columns) or len(columns) > MAX_COLUMNS or any(len(name) > MAX_COLUMN_NAME for name in columns):
        raise NoHeader(f"The first row is no header: it names the columns, at most {MAX_COLUMNS}.")
    return replace(form, columns=columns), Place(start + size_of(units[:end], encoding), HEADER_ROW + 1)


def _delimiter(line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count)


def rows_of(window: bytes, form: FileForm, place: Place, *, at_end: bool, limit: int) -> tuple[list[FileRow], Place]:
    """Up to `limit` rows of a window that begins at `place`, and the place after them. A window of `WINDOW` bytes (or
    the file's last one) brings the place further."""
    units = units_of(window, form.encoding)
    if form.format == "json":
        return json_rows(units, form, place, at_end=at_end, limit=limit)
    reading = _Reading(Lines(units, at_end=at_end), form, place)
    while len(reading.rows) < limit and reading.go_on():
        pass
    return reading.rows, reading.place


class _Reading:
    """Rows that are made of lines, one after the other. `at` counts units of the window."""

    def __init__(self, lines: Lines, form: FileForm, begun: Place) -> None:
        self._lines, self._form, self._begun = lines, form, begun
        self._at, self._number, self._skipping = 0, begun.row, begun.skipping
        self.rows: list[FileRow] = []

    @property
    def place(self) -> Place:
        ended = self._lines.at_end and self._at >= len(self._lines.units)
        offset = self._begun.offset + size_of(self._lines.units[: self._at], self._form.encoding)
        return Place(offset, self._number, self._skipping and not ended, ended)

    def go_on(self) -> bool:
        """Past one line, record or piece of what is too long; False where this window has no more of them."""
        if self._at >= len(self._lines.units):
            return False
        end = self._lines.end(self._at)
        if self._skipping:
            self._skipping, self._at = end is None, len(self._lines.units) if end is None else end
            return True
        if end is None:
            return self._begin_to_skip()
        if self._form.format == "csv":
            return self._csv()
        row = self._json(self._lines.units[self._at : end])
        self._take(row, end)
        return True

    def _begin_to_skip(self) -> bool:
        if len(self._lines.units) - self._at <= MAX_ROW:
            return False
        self._take(FileRow(self._number, {}, TOO_LONG), len(self._lines.units))
        self._skipping = True
        return True

    def _take(self, row: FileRow | None, end: int) -> None:
        self.rows += [row] if row else []
        self._at, self._number = end, self._number + 1

    def _csv(self) -> bool:
        cells, end, fault = self._lines.record(self._at, self._form.delimiter)
        if cells is None and not fault:
            return False
        self._take(FileRow(self._number, {}, fault) if cells is None else self._named(cells), end)
        return True

    def _named(self, cells: Sequence[str]) -> FileRow | None:
        try:
            texts = [text_of(cell, self._form.encoding) for cell in cells]
        except ValueError:
            return FileRow(self._number, {}, _NO_TEXT)
        columns = self._form.columns
        if not any(text.strip() for text in texts):
            return None
        if any(text.strip() for text in texts[len(columns) :]):
            return FileRow(self._number, {}, f"The row has {len(texts)} cells, the header {len(columns)}.")
        # Of columns with the same name the first; one that is mapped comes once (see `services/contact_import`).
        named = reversed(list(zip(columns, texts, strict=False)))
        return FileRow(self._number, {name: text for name, text in named if name})

    def _json(self, line: str) -> FileRow | None:
        if len(line) > MAX_ROW:
            return FileRow(self._number, {}, TOO_LONG)
        return object_row(line, self._form.encoding, self._number) if line.strip() else None
