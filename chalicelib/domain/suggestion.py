"""A pair of contacts and what became of it: suggested as one person, taken apart by people, or linked.

There is nothing of a pair that never was suggested, dismissed or unlinked. Of each pair the newest word is kept, and of
every word a line in the history of both contacts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.ids import decode, encode, is_id
from chalicelib.domain.matching_values import Judgement

SUGGESTION = "sug"
_LENGTH_DIGITS = 2


class PairState(StrEnum):
    """`WITHDRAWN`: what the suggestion rested on holds no longer. `APART`: it was linked and people took that back."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"
    LINKED = "linked"
    APART = "apart"


# What people said against it.
REFUSED = frozenset({PairState.DISMISSED, PairState.APART})


@dataclass(frozen=True, slots=True)
class Pair:
    """`a` sorts before `b`. `marks`: what it rests on, by mark (see `Ground`) its strength; `refused`: what people have
    seen when they said that these are two. `by` is the actor (kind, id) of the newest word, `why` what they said."""

    a: str
    b: str
    state: PairState
    strength: int
    evidence: tuple[str, ...]
    reason: str
    at: datetime
    marks: Mapping[str, int] = field(default_factory=dict)
    against: tuple[str, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    by: tuple[str, str | None] = ("system", None)
    why: str = ""
    version: int = 0

    @property
    def id(self) -> str:
        return pair_id(self.a, self.b)

    @property
    def ends(self) -> tuple[str, str]:
        return self.a, self.b

    @property
    def is_refused(self) -> bool:
        """Whether people said no to what was known, though it may be suggested again for something new."""
        return self.state in REFUSED or (bool(self.refused) and self.state is not PairState.LINKED)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A line of the history of links: what was done to the pair, `linked`, `unlinked` or `dismissed`. `nth` names the
    version of the person or pair that came of it: the same change never makes two lines."""

    a: str
    b: str
    what: str
    at: datetime
    by: tuple[str, str | None]
    strength: int = 0
    evidence: tuple[str, ...] = ()
    reason: str = ""
    nth: str = ""


def pair_id(one: str, other: str) -> str:
    """The suggestion's id tells both contacts, so that it is found without a search."""
    a, b = (contact_id.removeprefix("con_") for contact_id in sorted((one, other)))
    return f"{SUGGESTION}_{encode(len(a), _LENGTH_DIGITS)}{a}{b}"


def ends_of(suggestion_id: str) -> tuple[str, str]:
    """Both contacts. Raises ValueError where it is no id of a pair."""
    rest = suggestion_id.partition("_")[2]
    if not is_id(SUGGESTION, suggestion_id) or len(rest) <= _LENGTH_DIGITS:
        raise ValueError(f"no suggestion id: {suggestion_id[:60]!r}")
    length, names = decode(rest[:_LENGTH_DIGITS]), rest[_LENGTH_DIGITS:]
    a, b = f"con_{names[:length]}", f"con_{names[length:]}"
    if not (is_id("con", a) and is_id("con", b) and a < b):
        raise ValueError(f"no suggestion id: {suggestion_id[:60]!r}")
    return a, b


def suggested(known: Pair | None, one: str, other: str, judgement: Judgement, now: datetime) -> Pair | None:
    """The pair as it is suggested; None where it says so already."""
    a, b = sorted((one, other))
    made = Pair(
        a,
        b,
        PairState.OPEN,
        judgement.strength,
        judgement.kinds,
        judgement.reason,
        now,
        judgement.marks,
        judgement.against,
        known.refused if known else {},
        version=known.version if known else 0,
    )
    if known is not None and replace(made, at=known.at) == known:
        return None
    return made


def refused(
    known: Pair, marks: Mapping[str, int], state: PairState, by: tuple[str, str | None], why: str, now: datetime
) -> Pair:
    """The pair after people said that these are two; `marks` is all that was known of them then."""
    seen = dict(known.refused)
    for mark, strength in (*known.marks.items(), *marks.items()):
        seen[mark] = max(strength, seen.get(mark, 0))
    return replace(known, state=state, refused=seen, by=by, why=why, at=now)


def pair_snapshot(pair: Pair) -> Mapping[str, Any]:
    """As events tell it: without the words of people."""
    return {
        "id": pair.id,
        "contact_id": pair.a,
        "other_id": pair.b,
        "state": pair.state.value,
        "strength": pair.strength,
        "evidence": list(pair.evidence),
    }
