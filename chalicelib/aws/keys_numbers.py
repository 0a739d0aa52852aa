"""Keys of the facts table: ledgers, slices of hours, roll-ups. Same rules as `keys`."""

from datetime import date, datetime
from urllib.parse import quote, unquote

from chalicelib.aws.keys import HEAD, Key
from chalicelib.domain.ids import time_part

__all__ = ["HEAD", "Key"]


def ledger(conversation_id: str) -> Key:
    """What a conversation's clock is derived from."""
    return f"CLK#{conversation_id}", HEAD


def hour_slices(hour: datetime) -> str:
    """Partition: all conversations' measures of an hour."""
    return f"HRS#{hour:%Y-%m-%dT%H:%MZ}"


def hour_slice(hour: datetime, conversation_id: str, version: int) -> Key:
    """One version of a conversation's measures of an hour; the newest of a conversation last."""
    return hour_slices(hour), f"{conversation_id}#{version:08d}"


def rollups(grain: str, grouping: str) -> str:
    """Partition: what was counted by hour, day or month, by a grouping."""
    return f"RUP#{grain}#{grouping}"


def rollup(grain: str, grouping: str, group: tuple[str, ...], bucket: str) -> Key:
    """A group's cells of one bucket; a group's buckets stand together, in order."""
    return rollups(grain, grouping), f"{group_text(group)}#{bucket}"


def group_text(group: tuple[str, ...]) -> str:
    """Values may hold anything: whatever has a meaning in a key is escaped."""
    return "|".join(quote(value, safe="") for value in group)


def group_from(text: str) -> tuple[str, ...]:
    return tuple(unquote(value) for value in text.split("|")) if text else ()


def day_text(day: date) -> str:
    return day.isoformat()


def instant_text(at: datetime) -> str:
    return time_part(at)
