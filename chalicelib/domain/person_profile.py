"""The profile of a person: what all members' sources say, field by field, and whose word is shown.

It is derived, never stored: who is linked shows it at once, and who is unlinked shows what was before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.contact import Contact, ContactPoint, DoNotContact
from chalicelib.domain.profile import authority, told_fields


@dataclass(frozen=True, slots=True)
class Said:
    """One source's word on a field of one member. `by` is who wrote it, where that is known."""

    value: Any
    source: str
    at: datetime
    contact_id: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class ProfileField:
    """`shown` is the strongest source's word, of equal ones the newest; `others` are all other words, in that order."""

    name: str
    shown: Said
    others: tuple[Said, ...] = ()

    @property
    def is_disputed(self) -> bool:
        return any(said.value != self.shown.value for said in self.others)


@dataclass(frozen=True, slots=True)
class Profile:
    """`labels`: by label the members that have it. `do_not_contact` is the whole person's as soon as one member says
    so."""

    fields: tuple[ProfileField, ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    contact_points: tuple[tuple[str, ContactPoint], ...] = ()
    do_not_contact: tuple[tuple[str, DoNotContact], ...] = ()

    def field(self, name: str) -> ProfileField | None:
        return next((field for field in self.fields if field.name == name), None)


def profile_of(contacts: Iterable[Contact]) -> Profile:
    """The profile of the person that these contacts are; their order does not matter."""
    members = sorted(contacts, key=lambda contact: contact.id)
    said: dict[str, list[Said]] = {}
    labels: dict[str, list[str]] = {}
    for contact in members:
        for told in told_fields(contact):
            word = Said(told.value, told.source, told.at, contact.id, told.by)
            said.setdefault(told.field, []).append(word)
        for label in contact.labels:
            labels.setdefault(label, []).append(contact.id)
    return Profile(
        fields=tuple(_field(name, words) for name, words in said.items()),
        labels=tuple((label, tuple(labels[label])) for label in sorted(labels)),
        contact_points=tuple((contact.id, point) for contact in members for point in contact.contact_points),
        do_not_contact=tuple(
            (contact.id, contact.do_not_contact) for contact in members if contact.do_not_contact is not None
        ),
    )


def _field(name: str, words: list[Said]) -> ProfileField:
    # Sorted by member before: of words that count the same, always the same one is first.
    shown, *others = sorted(words, key=lambda said: (authority(said.source), said.at), reverse=True)
    return ProfileField(name, shown, tuple(others))


class Outcome(StrEnum):
    """What a link makes of a field, seen from the first of both: its value stays shown (`KEPT`), the other's value is
    shown where it had none (`ADOPTED`), or both have one and they differ (`CONFLICTING`): both are kept."""

    KEPT = "kept"
    ADOPTED = "adopted"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class FieldPreview:
    """A field as each side shows it, and as the person they would be shows it."""

    name: str
    outcome: Outcome
    mine: Said | None
    theirs: Said | None
    shown: Said


def preview(mine: Iterable[Contact], theirs: Iterable[Contact]) -> tuple[FieldPreview, ...]:
    """What a link of two persons would make of every field."""
    first, second = {each.id: each for each in mine}, {each.id: each for each in theirs}
    one, other = profile_of(first.values()), profile_of(second.values())
    whole = profile_of({**first, **second}.values())
    return tuple(_preview(field, one.field(field.name), other.field(field.name)) for field in whole.fields)


def _preview(field: ProfileField, mine: ProfileField | None, theirs: ProfileField | None) -> FieldPreview:
    left, right = mine.shown if mine else None, theirs.shown if theirs else None
    outcome = Outcome.KEPT
    if left is None:
        outcome = Outcome.ADOPTED
    elif right is not None and left.value != right.value:
        outcome = Outcome.CONFLICTING
    return FieldPreview(field.name, outcome, left, right, field.shown)


# What there is more of is not counted on.
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are; with `is_more` that many at least."""

    count: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What one side has, and keeps: a link moves nothing."""

    conversations: Tally
    lines: Tally


def tally(counts: Iterable[int]) -> Tally:
    """Of the counts of some contacts, each up to one more than is counted."""
    whole = sum(counts)
    return Tally(min(whole, COUNTED), whole > COUNTED)
