"""Files of contacts, read a piece at a time: CSV, JSON and JSON lines, in the encodings that other systems write.

A file is read through windows. `Place` says where the next window begins, so reading can stop after any row and go on
in another process. Whatever is wrong with one row is that row's fault, a sentence; the rows after it are read.

Characters are found in the raw bytes, one character for each byte (for each two of UTF-16), and decoded row by row: a
row with broken characters breaks nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.contact_file_text import Encoding

# Of the longest row that is read. A window is larger than that, so each window gives a row or a fault.
MAX_ROW = 64 * 1024
WINDOW = 256 * 1024
DELIMITERS = (",", ";", "\t")
FORMATS = ("csv", "json", "jsonl")
TOO_LONG = f"The row has more than {MAX_ROW} bytes, or a quotation mark is never closed."


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file is written. `start` is the first byte after a byte order mark; `columns` are those of a CSV file."""

    format: str
    encoding: Encoding
    start: int = 0
    delimiter: str = ","
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: a byte, and the number of the row there. `skipping`: inside of a row that is too long.
    `ended`: nothing more is read."""

    offset: int
    row: int = 1
    skipping: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row by its number (a CSV file's header is row 1), as values by column, or what is wrong with it."""

    number: int
    values: Mapping[str, Any]
    fault: str = ""


class NoHeader(Exception):
    """A CSV file without a header that can be read; says why."""
