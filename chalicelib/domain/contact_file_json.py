"""JSON files of contacts: a list of objects, or an object in each line."""

import json
import re
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.contact_file import MAX_ROW, FileForm, FileRow, Place
from chalicelib.domain.contact_file_text import Encoding, size_of, text_of

MAX_NAME = 200
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_BROKEN = "From here on the file is no JSON: nothing after this was read."
_CUT = "The file ends before its list does: it may be cut off."
# Only to find where an object ends: no number is too long for it.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def object_row(units: str, encoding: Encoding, number: int) -> FileRow:
    """One object. What is nested in it is named with dots, one level deep: `attributes.tier`."""
    try:
        found = json.loads(text_of(units, encoding), parse_constant=_refuse)
    except RecursionError:
        return FileRow(number, {}, "The row nests too deeply.")
    except ValueError as error:
        return FileRow(number, {}, f"The row is no JSON: {str(error)[:100]}.")
    if not isinstance(found, Mapping):
        return FileRow(number, {}, "The row is no object.")
    return FileRow(number, _flat(found))


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _flat(found: Mapping[str, Any]) -> Mapping[str, Any]:
    values: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{inner}"[:MAX_NAME]: each for inner, each in value.items()}
        else:
            values[name[:MAX_NAME]] = value
    return values


def json_rows(units: str, form: FileForm, place: Place, *, at_end: bool, limit: int) -> tuple[list[FileRow], Place]:
    """Up to `limit` objects of a list. Where the list breaks, reading ends: nobody knows where the next one begins."""
    rows: list[FileRow] = []
    at, number, ended = 0, place.row, False
    if place.offset == form.start:
        begun = re.match(r"[ \t\r\n]*\[", units)
        if begun is None:
            return [FileRow(number, {}, "The file is no JSON list of objects.")], Place(
                place.offset, number, ended=True
            )
        at = begun.end()
    while len(rows) < limit and not ended:
        between = _BETWEEN.match(units, at)
        at = between.end() if between else at
        if at >= len(units):
            ended = at_end
            rows += [FileRow(number, {}, _CUT)] if at_end else []
            break
        if units[at] == "]":
            ended = True
            break
        end = _end_of(units, at, at_end=at_end)
        if end is None and not at_end and len(units) - at <= MAX_ROW:
            break  # the rest of it comes with the next window
        rows.append(_row(units[at:end], form, number) if end is not None else FileRow(number, {}, _BROKEN))
        at, number, ended = at if end is None else end, number + 1, end is None
    return rows, Place(place.offset + size_of(units[:at], form.encoding), number, ended=ended)


def _row(units: str, form: FileForm, number: int) -> FileRow:
    if len(units) > MAX_ROW:
        return FileRow(number, {}, f"The row has more than {MAX_ROW} bytes.")
    return object_row(units, form.encoding, number)


def _end_of(units: str, at: int, *, at_end: bool) -> int | None:
    """Behind the value that begins there; None where there is none, or not all of it."""
    try:
        _, end = _DECODER.raw_decode(units, at)
    except (ValueError, RecursionError):
        return None
    # A number at a window's very end may go on.
    return end if end < len(units) or at_end else None
