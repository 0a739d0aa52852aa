"""One timeline of several contacts: their lines merged, the newest first, a page at a time.

Every line has a place: its sort key (time, kind, digest) and its contact. Places stand in one order for all contacts,
the newest key first and contacts of one key by their ids; a page ends at a place, and everything up to it has been
looked at. So the next page can be read of each contact by itself, whoever has joined or left meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.timeline import Line


@dataclass(frozen=True, slots=True)
class Place:
    sk: str
    contact_id: str

    def is_before(self, other: "Place") -> bool:
        """Whether it comes first, the newest first."""
        return self.sk > other.sk or (self.sk == other.sk and self.contact_id < other.contact_id)


@dataclass(frozen=True, slots=True)
class Portion:
    """What was read of one contact's timeline: lines wanted, with their places, in order. `looked_to`: how far it was
    looked, None where that is to its end."""

    lines: Sequence[tuple[Place, Line]]
    looked_to: Place | None = None


def merged(portions: Iterable[Portion], limit: int) -> tuple[list[Line], Place | None]:
    """The lines of a page, and where it ends; None where nothing is left."""
    read = list(portions)
    edge = _first(portion.looked_to for portion in read if portion.looked_to is not None)
    known = [
        (place, line) for portion in read for place, line in portion.lines if edge is None or not edge.is_before(place)
    ]
    ordered = in_order(known)
    if len(ordered) > limit:
        return [line for _, line in ordered[:limit]], ordered[limit - 1][0]
    return [line for _, line in ordered], edge


def in_order(lines: Iterable[tuple[Place, Line]]) -> list[tuple[Place, Line]]:
    by_contact = sorted(lines, key=lambda each: each[0].contact_id)
    return sorted(by_contact, key=lambda each: each[0].sk, reverse=True)


def _first(places: Iterable[Place]) -> Place | None:
    """Beyond the first of these not everybody's lines are known."""
    found: Place | None = None
    for place in places:
        if found is None or place.is_before(found):
            found = place
    return found
