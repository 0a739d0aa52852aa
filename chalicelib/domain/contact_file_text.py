"""Encodings of files that are read a window at a time.

`units_of` gives one character for each byte, or for each two bytes of UTF-16: in all encodings here what separates rows
and cells has the same units, wherever a window begins. `text_of` gives what a piece of units says.
"""

from enum import StrEnum

_UTF16 = ("utf-16-le", "utf-16-be")


class Encoding(StrEnum):
    UTF8 = "utf-8"
    UTF16_LE = "utf-16-le"
    UTF16_BE = "utf-16-be"
    LATIN1 = "latin-1"
    WINDOWS = "windows-1252"


# What can be declared; `auto` is UTF-8 unless a byte order mark says otherwise.
DECLARED = ("auto", "utf-8", "utf-16", "latin-1", "windows-1252")
_MARKS = (
    (b"\xef\xbb\xbf", Encoding.UTF8),
    (b"\xff\xfe", Encoding.UTF16_LE),
    (b"\xfe\xff", Encoding.UTF16_BE),
)
_DEFAULTS = {"auto": Encoding.UTF8, "utf-16": Encoding.UTF16_LE, "latin-1": Encoding.LATIN1}


def begins(window: bytes, declared: str) -> tuple[Encoding, int]:
    """The encoding of a file that begins so, and how long its byte order mark is. What was declared holds, but for
    which of the two UTF-16 it is."""
    marked = next(((encoding, len(mark)) for mark, encoding in _MARKS if window.startswith(mark)), None)
    wanted = _DEFAULTS.get(declared) or Encoding(declared)
    if marked is None:
        return wanted, 0
    if declared == "auto" or marked[0] is wanted or (declared == "utf-16" and marked[0].value in _UTF16):
        return marked
    return wanted, 0


def units_of(raw: bytes, encoding: Encoding) -> str:
    """A half unit at the end is left for the next window."""
    if encoding.value in _UTF16:
        return raw[: len(raw) // 2 * 2].decode(encoding.value, "surrogatepass")
    return raw.decode("latin-1")


def size_of(units: str, encoding: Encoding) -> int:
    """In bytes."""
    return len(units.encode(encoding.value, "surrogatepass")) if encoding.value in _UTF16 else len(units)


def text_of(units: str, encoding: Encoding) -> str:
    """Raises ValueError where they are no text in this encoding."""
    if encoding.value in _UTF16:
        return units.encode(encoding.value, "surrogatepass").decode(encoding.value)
    return units if encoding is Encoding.LATIN1 else units.encode("latin-1").decode(encoding.value)
