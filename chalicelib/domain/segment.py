"""Segments: contacts that have something in common, told by a condition over what is known of them.

Who belongs is kept as contacts change, so that counting and paging cost no look at all of them. Conditions ask for
dates, never for "so many days ago": who belongs changes only with a contact or with the definition.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import Any

from chalicelib.domain.conditions import Facts, asked_of, check, holds
from chalicelib.domain.errors import InvalidInput, SegmentNotFound

MAX_SEGMENTS = 50
MAX_CONDITION_BYTES = 5000
# A rebuilding that nobody has begun by then was never asked for, or got lost.
PATIENCE = timedelta(minutes=15)

CHANNELS = "contact.channels"
FIELDS = frozenset(
    {
        "contact.tier",
        "contact.locale",
        "contact.language",
        "contact.dialect",
        "contact.country",
        "contact.labels",
        "contact.preferred_channel",
        "contact.is_verified",
        "contact.time_zone",
        "contact.customer_since",
        "contact.created_at",
        "contact.interests",
        "contact.goals",
        "contact.do_not_contact",
        "contact.has_email",
        "contact.has_phone",
        "contact.email_domain",
        CHANNELS,
        "consent.*",
        "attribute.*",
    }
)

# What rules of other kinds may ask for, and why a segment may not: by the beginning of a field's name.
NOT_KEPT = {
    "contact.last_seen": "When a contact wrote last changes with every message, without any change of the contact.",
    "contact.customer_days": "It changes with every day. Ask for contact.customer_since, a date.",
    "entitlement.": "Rules of entitlements change on their own. Ask for what the rule asks for.",
    "external.": "What other systems say changes on its own.",
}


class SegmentState(StrEnum):
    """READY: its members are exactly those of its definition. REBUILDING: of an older one, in part. INTERRUPTED: so,
    and nobody is at it."""

    READY = "ready"
    REBUILDING = "rebuilding"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Segment:
    """`version` counts all changes, `definition` those of the condition; `settled` is the definition that all contacts
    have been held against. `changed_at`: when that was set; `job_id`: the rebuilding that is at it."""

    id: str
    name: str
    condition: Mapping[str, Any]
    version: int
    changed_at: datetime
    changed_by: str
    description: str = ""
    definition: int = 1
    settled: int = 0
    job_id: str | None = None

    @property
    def is_settled(self) -> bool:
        return self.settled == self.definition


@dataclass(frozen=True, slots=True)
class Register:
    """All segments, kept as one: whoever holds a contact against them reads them together. `contacts`: how many there
    were when all were last looked at."""

    segments: tuple[Segment, ...] = ()
    version: int = 0
    contacts: int | None = None
    counted_at: datetime | None = None

    def get(self, segment_id: str) -> Segment:
        """Raises SegmentNotFound."""
        found = next((each for each in self.segments if each.id == segment_id), None)
        if found is None:
            raise SegmentNotFound("There is no such segment.")
        return found

    @property
    def definitions(self) -> Mapping[str, int]:
        return {each.id: each.definition for each in self.segments}

    def joined(self, facts: Facts) -> frozenset[str]:
        """The segments that somebody with these facts belongs to."""
        return frozenset(each.id for each in self.segments if holds(each.condition, facts))

    def asks_for(self, name: str) -> bool:
        return any(name in asked_of(each.condition) for each in self.segments)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which segments a contact is counted in, and how often that was written (0: never)."""

    contact_id: str
    segments: frozenset[str] = frozenset()
    revision: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a look at some contacts tells of all of them. `low` to `high`: the share (0 to 1) of all that belongs, 95
    times in 100 where those looked at are like the others; both are exact where `is_complete`."""

    looked_at: int
    matched: int
    is_complete: bool
    low: float
    high: float
    contacts: int | None = None
    sample: Sequence[Any] = field(default_factory=tuple)


def checked(condition: Any, size: int) -> Mapping[str, Any]:
    """A condition that segments can use. Raises InvalidInput with the path of what is wrong."""
    try:
        check(condition, FIELDS)
    except InvalidInput as refused:
        raise _explained(refused, condition) from None
    if size > MAX_CONDITION_BYTES:
        raise InvalidInput(f"A condition has at most {MAX_CONDITION_BYTES} bytes.", field="condition")
    found: Mapping[str, Any] = condition
    return found


def _explained(refused: InvalidInput, condition: Any) -> InvalidInput:
    """With the reason, where the field is one that other rules have and segments cannot."""
    if not (refused.field or "").endswith(".field"):
        return refused
    found = condition
    for step in re.findall(r"[a-z_]+|[0-9]+", refused.field or "")[1:]:
        found = _inside(found, step)
    why = next((why for name, why in NOT_KEPT.items() if str(found).startswith(name)), None)
    return InvalidInput(f"A segment cannot ask for this. {why}", field=refused.field) if why else refused


def _inside(value: Any, step: str) -> Any:
    """One step into what somebody gave, whatever it is; None where there is nothing."""
    if isinstance(value, Mapping):
        return value.get(step)
    place = int(step) if step.isdigit() else -1
    return value[place] if isinstance(value, list | tuple) and 0 <= place < len(value) else None


def share(matched: int, looked_at: int) -> tuple[float, float]:
    """Wilson's interval of a share, for 95 of 100."""
    if not looked_at:
        return 0.0, 1.0
    z = 1.96
    part, weight = matched / looked_at, z * z / looked_at
    middle = (part + weight / 2) / (1 + weight)
    reach = z * sqrt(part * (1 - part) / looked_at + weight / (4 * looked_at)) / (1 + weight)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
