"""Ids of timeline lines."""

from datetime import datetime

from chalicelib.domain.ids import DIGEST_LENGTH, TIME_LENGTH, digest, is_id, time_part

LINE = "tml"


def line_id(at: datetime, *seed: str) -> str:
    """Carries its time, so that lines sort as they happened; the same event always makes the same id."""
    return f"{LINE}_{time_part(at)}{digest(*seed)}"


def line_parts(identifier: str) -> tuple[str, str]:
    """The time and the digest of a line's id. Raises ValueError when it is none."""
    body = identifier.partition("_")[2]
    if not is_id(LINE, identifier) or len(body) != TIME_LENGTH + DIGEST_LENGTH:
        raise ValueError(f"no line id: {identifier[:60]!r}")
    return body[:TIME_LENGTH], body[TIME_LENGTH:]
