"""What is live: topics that clients follow, their numbered entries, and cursors that prove nothing is missing.

A topic is what somebody looks at: a conversation, an agent's work, a team's, a contact, the desk, or (for visitors) a
leg. Its entries are numbered without a hole, each with what changed. A client holds one number per topic: the next
entry has the next number, or something is missing, and then it asks for what follows its number.
"""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.routing_values import FALLBACK

CONVERSATION, WORK, TEAM, CONTACT, DESK, VISITOR = "conversation", "work", "team", "contact", "desk", "visitor"
FLOOR = "floor"
KINDS = (CONVERSATION, WORK, TEAM, CONTACT, DESK, FLOOR, VISITOR)
# There is one of each.
WHOLE = frozenset({DESK, FLOOR})
# The queue of what no team is named for.
NO_TEAM = FALLBACK
MAX_TOPICS = 60
_ID = re.compile(r"[A-Za-z0-9_.~-]{1,200}")
# One entry in bytes of JSON; a frame of a socket holds 128 KB (API Gateway's limit).
MAX_ENTRY = 60_000
MAX_FRAME = 120_000
# How long a topic is kept going for somebody who was there; its entries are there for a little longer.
LEASE_FOR = timedelta(hours=24)
KEPT_FOR = LEASE_FOR + timedelta(hours=1)
# Whoever appends is this generous with a lease that has just run out: clocks differ.
GRACE = timedelta(minutes=5)
# Numbers begin with the day's, so that a topic which was quiet for so long that its entries are gone goes up.
_PER_DAY = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing as it is now (`view` as the REST API shows it), with what happened to it (events without their
    snapshot). With an `audience` it is for these agents and supervisors only."""

    kind: str
    id: str
    version: int
    view: Mapping[str, Any]
    happened: tuple[Mapping[str, Any], ...] = ()
    audience: tuple[str, ...] = ()

    def wire(self) -> dict[str, Any]:
        told = {"kind": self.kind, "id": self.id, "version": self.version, "view": self.view}
        return {**told, "happened": list(self.happened), **({"audience": self.audience} if self.audience else {})}


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a topic. `changes` are wire forms of `Change`."""

    topic: str
    seq: int
    at: datetime
    changes: Sequence[Mapping[str, Any]]

    def for_(self, principal: Principal) -> dict[str, Any]:
        """The entry as it is told to somebody: what is not for them is left out, the number stays."""
        mine = [told_to(change) for change in self.changes if is_for(change, principal)]
        return {"topic": self.topic, "seq": self.seq, "at": self.at.isoformat(), "changes": mine}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a client has come in a topic, and when it was told so."""

    seq: int
    at: datetime

    def __str__(self) -> str:
        return f"{self.seq}.{milliseconds(self.at)}"


def is_for(change: Mapping[str, Any], principal: Principal) -> bool:
    audience = change.get("audience")
    return not audience or principal.id in audience or principal.may(Role.SUPERVISOR)


def told_to(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if name != "audience"}


def first_seq(now: datetime) -> int:
    """The number that a topic without entries begins with."""
    return int(now.timestamp()) // 86400 * _PER_DAY + 1


def milliseconds(at: datetime) -> int:
    """Whole ones, as the tables keep them: a place that were one earlier than its lease would count as too old."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def topic_kind(topic: str) -> str:
    return topic.partition(":")[0]


def check_topic(topic: object, principal: Principal, at: str = "topics") -> str:
    """The topic, where this principal may follow it. Raises InvalidInput."""
    kind, colon, identifier = topic.partition(":") if isinstance(topic, str) else ("", "", "")
    named = not colon if kind in WHOLE else _ID.fullmatch(identifier) is not None
    if not isinstance(topic, str) or kind not in KINDS or not named:
        said = f"A topic is one of {', '.join(KINDS[:4])} with an id behind a colon, or desk, or floor."
        raise InvalidInput(said, field=at)
    if not _may_follow(kind, identifier, principal):
        raise InvalidInput("This topic is not yours to follow.", field=at)
    return topic


def _may_follow(kind: str, identifier: str, principal: Principal) -> bool:
    if principal.kind == VISITOR:
        return kind == VISITOR and identifier == principal.id
    if kind == VISITOR:
        return False
    if kind == FLOOR:
        return principal.may(Role.SUPERVISOR)
    return kind != WORK or identifier == principal.id or principal.may(Role.SUPERVISOR)


def place_from(text: object, at: str = "after") -> Place:
    """Raises InvalidInput."""
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise InvalidInput("A place in a topic is what the desk gave with it: leave it out to begin anew.", field=at)
    try:
        return Place(int(parts[0]), datetime.fromtimestamp(int(parts[1]) / 1000, UTC))
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidInput("This place is of no time.", field=at) from error


def cursor_of(places: Mapping[str, Place]) -> str:
    """One cursor for all topics of a client."""
    written = json.dumps({topic: str(place) for topic, place in sorted(places.items())}, separators=(",", ":"))
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def cursor_from(cursor: str) -> dict[str, Place]:
    """Raises InvalidInput."""
    try:
        read = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InvalidInput("after is the cursor of an earlier answer.", field="after") from error
    if not isinstance(read, dict) or len(read) > MAX_TOPICS:
        raise InvalidInput("after is the cursor of an earlier answer.", field="after")
    return {topic: place_from(place) for topic, place in read.items()}


def follows(after: int, entries: Sequence[Entry]) -> bool:
    """Whether these are exactly what comes behind a number (which may be among them)."""
    numbers = [entry.seq for entry in entries if entry.seq > after]
    return numbers == list(range(after + 1, after + 1 + len(numbers)))


def portions(changes: Sequence[Change]) -> Iterator[list[dict[str, Any]]]:
    """Changes as entries hold them, none too large for a frame unless a single change is."""
    portion: list[dict[str, Any]] = []
    size = 0
    for change in changes:
        wire = change.wire()
        weight = len(json.dumps(wire, ensure_ascii=False).encode())
        if portion and size + weight > MAX_ENTRY:
            yield portion
            portion, size = [], 0
        portion.append(wire)
        size += weight
    if portion:
        yield portion
