"""Numbers of reports as people read them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.report_words_form import Words

MILLIONTHS = 1_000_000
NOTHING = "–"
_SHARES = {"rate": ".1f", "change": "+.1f", "points": "+.1f", "interval": ""}


def said(kind: str, value: Any, words: Words) -> str:
    """A value of a column: `count`, `duration` (milliseconds), `amount` (millionths), `rate` and `change` (shares),
    `points` (a difference of shares), `interval` (a pair of shares), or a text, as one line."""
    if value is None:
        return NOTHING
    if kind == "duration":
        return duration(float(value), words)
    if kind in _SHARES:
        return _share(kind, value, words)
    if kind == "amount":
        return _spaced(f"{value / MILLIONTHS:,.2f}")
    return _spaced(f"{value:,}") if isinstance(value, int) else " ".join(str(value).split())


def _share(kind: str, value: Any, words: Words) -> str:
    if kind == "interval":
        return f"{value[0] * 100:.1f}–{value[1] * 100:.1f} %"
    return f"{value * 100:{_SHARES[kind]}} {words.points if kind == 'points' else '%'}"


def _spaced(text: str) -> str:
    return text.replace(",", "\u202f")


def duration(milliseconds: float, words: Words) -> str:
    """The two largest units: 3 d 4 h, 1 h 5 min, 42 s; below a minute seconds alone, rounded."""
    day, hour, minute, second = words.units
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds}{words.gap}{second}"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return _two(minutes, minute, rest, second, words)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _two(hours, hour, minutes, minute, words)
    return _two(hours // 24, day, hours % 24, hour, words)


def _two(large: int, of: str, small: int, part: str, words: Words) -> str:
    head = f"{large}{words.gap}{of}"
    return f"{head} {small}{words.gap}{part}" if small else head


def local_time(iso: str, zone: str) -> str:
    return datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def bucket(text: str, zone: str) -> str:
    """When a bucket begins: a local day as it is, an hour in local time."""
    return local_time(text, zone) if "T" in text else text
