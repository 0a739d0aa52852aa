"""Keys of the facts table: ledgers, slices of hours, roll-ups. Same rules as `keys`."""

from datetime import UTC, date, datetime
from urllib.parse import quote, unquote

from chalicelib.aws.keys import HEAD, Key
from chalicelib.domain.ids import TIME_LENGTH, decode, time_part

__all__ = ["HEAD", "Key"]

RETURNS = "R"
_VERSION_DIGITS = 8


def clock_ledger(conversation_id: str) -> Key:
    """What a conversation's clock is derived from."""
    return f"CLK#{conversation_id}", HEAD


def hour_slice(hour: datetime, conversation_id: str, version: int) -> Key:
    """One version of a conversation's measures of an hour; the newest of a conversation last."""
    return f"HRS#{hour_text(hour)}", f"{conversation_id}#{version:0{_VERSION_DIGITS}d}"


def slice_parts(sk: str) -> tuple[str, int]:
    """The conversation and the version in a slice's sort key."""
    conversation_id, _, version = sk.partition("#")
    return conversation_id, int(version)


def rollup(zone: str, grain: str, grouping: str, family: str, bucket: str, piece: int = 0) -> Key:
    """What was counted in one bucket, by a grouping; its partition holds the buckets in order. A bucket with very many
    groups is kept in several pieces."""
    sk = f"{bucket}#{piece:02d}" if piece else bucket
    return f"RUP#{quote(zone, safe='')}#{grain}#{grouping}#{family}", sk


def rollup_parts(sk: str) -> tuple[str, int]:
    """The bucket and the piece in a roll-up's sort key."""
    bucket, _, piece = sk.partition("#")
    return bucket, int(piece or 0)


def dirty_hour(hour: datetime, at: datetime) -> Key:
    """That slices of an hour are about to be written, at a time that is a part of the key: nobody writes another's."""
    return "DRT", f"{hour_text(hour)}#{time_part(at)}"


def dirty_parts(sk: str) -> tuple[datetime, int]:
    """The hour and the time (milliseconds) in the sort key of a mark."""
    hour, _, at = sk.partition("#")
    return hour_from(hour), decode(at[:TIME_LENGTH])


def counted_day(day: date) -> Key:
    """That a day (UTC) has slices."""
    return "DAYS", day.isoformat()


def aggregate_run() -> Key:
    """As of when roll-ups hold, and who is at work on them."""
    return "RUN", HEAD


def calendar(digest: str) -> Key:
    """Business hours as they were in force once: kept for ever."""
    return f"CAL#{digest}", HEAD


def contact_returns(contact_id: str) -> Key:
    """Of the desk table: when a contact's conversations began and were resolved, of late."""
    return f"CON#{contact_id}", RETURNS


def group_text(group: tuple[str, ...]) -> str:
    """Values may hold anything: whatever has a meaning here is escaped."""
    return "|".join(quote(value, safe="") for value in group)


def group_from(text: str) -> tuple[str, ...]:
    return tuple(unquote(value) for value in text.split("|")) if text else ()


def hour_text(hour: datetime) -> str:
    return f"{hour:%Y-%m-%dT%H:%MZ}"


def hour_from(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
