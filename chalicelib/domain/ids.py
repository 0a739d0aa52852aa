"""Ids: a prefix, then lower-case Crockford base32 whose order is the order of what it encodes.

A message id carries its time, so ids of one leg sort as the provider said, and is derived from the payload
alone: the same delivery always makes the same id, whatever batch it comes in. Nothing here is random;
ids that must be unguessable come from the `Ids` port.
"""

import hashlib
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TIME_LENGTH = 9  # 45 bits of milliseconds: until the year 3084
DIGEST_LENGTH = 20  # 100 bits
PORTION_LENGTH = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MS = 32**TIME_LENGTH - 1


def encode(number: int, length: int) -> str:
    """`number` in `length` base32 digits. Raises ValueError when it does not fit."""
    if not 0 <= number < 32**length:
        raise ValueError(f"{number} does not fit {length} digits")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))


def decode(text: str) -> int:
    """The number that `encode` wrote. Raises ValueError on any other text."""
    number = 0
    for character in text:
        number = number * 32 + ALPHABET.index(character)
    return number


def digest(*parts: str) -> str:
    """A fixed-width name for `parts` (each length-prefixed, so no two lists of parts share a text)."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    raw = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()
    return encode(int.from_bytes(raw[:13], "big") >> 4, DIGEST_LENGTH)


def time_part(at: datetime) -> str:
    """`at` to the millisecond, in digits that sort; times outside the range are clamped to its ends."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    return encode(min(max(milliseconds, 0), _MAX_MS), TIME_LENGTH)


def message_id(at: datetime, *seed: str) -> str:
    return f"msg_{time_part(at)}{digest(*seed)}"


def portion_id(first: str, place: int) -> str:
    """The id of one of several messages that were written as one: they sort by their place, and nothing between them.
    `first` is the id of any of them."""
    return f"{first[:-PORTION_LENGTH]}{encode(place, PORTION_LENGTH)}"


def message_time(identifier: str) -> datetime:
    """The time inside a message id. Raises ValueError when it is none."""
    if not is_id("msg", identifier) or len(identifier) != len("msg_") + TIME_LENGTH + DIGEST_LENGTH:
        raise ValueError(f"no message id: {identifier[:60]!r}")
    return _EPOCH + timedelta(milliseconds=decode(identifier[4 : 4 + TIME_LENGTH]))


def note_id(at: datetime, *seed: str) -> str:
    """Sorts among the message ids of its time once the prefix is taken off."""
    return f"nte_{time_part(at)}{digest(*seed)}"


def body_of(identifier: str) -> str:
    """An id without its prefix: what entries of a thread are sorted by. Raises ValueError when it is no such id."""
    _, _, body = identifier.partition("_")
    if len(body) != TIME_LENGTH + DIGEST_LENGTH or not set(body) <= set(ALPHABET):
        raise ValueError(f"no message or note id: {identifier[:60]!r}")
    return body


def next_id(prefix: str, after: str) -> str:
    """The lowest text above `after` among ids with this prefix."""
    return f"{prefix}_{body_of(after)}0"


def previous_id(prefix: str, before: str) -> str:
    """A text below `before` and above every id with this prefix that sorts before it."""
    number = decode(body_of(before))
    return f"{prefix}_{encode(max(number - 1, 0), TIME_LENGTH + DIGEST_LENGTH)}~"


def leg_id(inbox_id: str, address: str) -> str:
    """A leg's id tells its inbox, so that a reply can be checked against its channel without reading the leg."""
    return f"leg_{inbox_id.removeprefix('ibx_')}{digest(inbox_id, address)}"


def inbox_of(leg: str) -> str:
    """The inbox a leg id names. Raises ValueError when it is no leg id."""
    if not is_id("leg", leg) or len(leg) <= len("leg_") + DIGEST_LENGTH:
        raise ValueError(f"no leg id: {leg[:60]!r}")
    return f"ibx_{leg[len('leg_') : -DIGEST_LENGTH]}"


def identity_id(channel: str, address: str) -> str:
    return f"idn_{digest(channel, address)}"


def contact_id(channel: str, address: str) -> str:
    """The contact that the first message of this identity creates: two racing deliveries make one contact."""
    return f"con_{digest(channel, address)}"


def conversation_id(leg: str, ordinal: int) -> str:
    """The `ordinal`-th conversation begun on a leg: the same whichever of its messages arrives first."""
    return f"cnv_{digest(leg, str(ordinal))}"


def is_id(prefix: str, text: str) -> bool:
    """Whether `text` has the form of an id with this prefix (so it is safe inside a key)."""
    head, _, rest = text.partition("_")
    return head == prefix and 0 < len(rest) <= 64 and all(character in ALPHABET for character in rest)
