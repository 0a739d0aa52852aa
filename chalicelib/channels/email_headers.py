"""The headers of a mail, read from what stands there: broken words, odd charsets, ids with junk around them.

The standard library's readers of headers raise on some of it, take ever longer the longer a header is, and differ from
one Python to the next in whose address they find. These read each character once.
"""

import binascii
import codecs
import quopri
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

MAX_HEADER = 100_000
MAX_VALUES = 200
MAX_IDS = 200
MAX_ID = 512

_WORD = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?]*)\?=(\s*(?==\?))?")
_BREAK = re.compile(r"\r?\n(?=[ \t])")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BRACKETED = re.compile(r"<([^<>]*)>")
_SEPARATOR = re.compile(r"[\s,;<>()\"']+")
# Codecs that are charsets: of the others some take ever longer, and none is a mail's.
_CHARSET = re.compile(
    r"(?:utf-(?:7|8|8-sig|16|16-be|16-le|32|32-be|32-le)|ascii|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|gb2312|gbk|gb18030|"
    r"hz|big5|big5hkscs|euc_\w+|shift_\w+|johab|iso2022_\w+|tis-620|ptcp154|kz1048|hp-roman8)"
)
# What is called by the smaller one's name is written in the larger.
_LARGER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}
_NAMES = {"ks_c_5601-1987": "cp949", "x-sjis": "cp932", "iso-8859-8-i": "iso8859-8", "windows-874": "cp874"}
# Any bytes are text in these: what is valid UTF-8 is UTF-8, whatever it is called.
_SINGLE_BYTE = re.compile(r"iso8859-|cp125|koi8-|mac-|cp437|cp85|cp866|utf-8")


def charset(name: str | None) -> str | None:
    """Python's codec for a charset; None where there is none."""
    wanted = (name or "").strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_NAMES.get(wanted, wanted)).name if 0 < len(wanted) <= 40 else ""
    except (LookupError, ValueError):
        return None
    return _LARGER.get(found, found) if _CHARSET.fullmatch(found) else None


def text_of(content: bytes, declared: str | None) -> str:
    """The text, whatever it is called: as declared where that fits, else as UTF-8, else as what cannot fail."""
    known = charset(declared)
    ways = ["utf-8"] if known is None else ["utf-8", known] if _SINGLE_BYTE.match(known) else [known, "utf-8"]
    for way in ways:
        try:
            return clean(content.decode(way))
        except (UnicodeError, ValueError):
            continue
    return clean(content.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Without what cannot be stored."""
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "").removeprefix("\ufeff")


def raw_values(message: Message, name: str) -> list[str]:
    """The header's values, each in one line; bytes that are no ASCII are read as UTF-8, or as what cannot fail."""
    small = name.lower()
    found = [value for key, value in message.raw_items() if key.lower() == small]
    return [_one_line(str(value)[:MAX_HEADER]) for value in found[:MAX_VALUES]]


def _one_line(value: str) -> str:
    joined = _BREAK.sub("", value)
    if not joined.isascii():
        joined = text_of(joined.encode("utf-8", "surrogateescape"), None)
    return _CONTROL.sub(" ", joined).strip()


def values(message: Message, name: str) -> list[str]:
    """The same with encoded words read."""
    return [words(value) for value in raw_values(message, name)]


def first(message: Message, name: str) -> str:
    return next(iter(values(message, name)), "")


def words(value: str) -> str:
    """RFC 2047's words read; those that cannot be stay as they are. Neighbours share letters that were cut in two."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending, pending_charset, end = b"", "", 0
    for found in _WORD.finditer(value):
        content = _decoded(found[2].lower(), found[3])
        between = value[end : found.start()]
        name = found[1].lower()
        if pending and (between or name != pending_charset):
            pieces.append(text_of(pending, pending_charset))
            pending = b""
        pieces.append(between)
        pending, pending_charset = pending + content, name
        end = found.end()
    pieces += [text_of(pending, pending_charset), value[end:]]
    return _CONTROL.sub(" ", clean("".join(pieces))).strip()


def _decoded(way: str, content: str) -> bytes:
    plain = content.encode("utf-8", "replace")
    if way == "q":
        return quopri.decodestring(plain, header=True)
    try:
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return plain


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a header. Words that stand around them are no ids; without brackets, what has an `@` is one."""
    value = value[:MAX_HEADER]
    bracketed = ["".join(found.split()) for found in _BRACKETED.findall(value)]
    bare = [word for word in _SEPARATOR.split(_BRACKETED.sub(" ", value)) if "@" in word.strip("@")]
    return tuple(each for each in bracketed + bare if 0 < len(each) <= MAX_ID)


def newest_last(ids: list[str]) -> tuple[str, ...]:
    """Each once, where it stands last; of very many, the newest."""
    return tuple(reversed(list(dict.fromkeys(reversed(ids)))[:MAX_IDS]))


def date(value: str) -> datetime | None:
    """A time in UTC. A mail that does not say its zone (`-0000`) means UTC."""
    try:
        at = parsedate_to_datetime(value[:100])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
