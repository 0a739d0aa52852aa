"""E-mail addresses and phone numbers of a contact, with the time in which they hold.

The contact's own `email` and `phone` are the ones shown; more stand beside them in `contact_points`, and what has ended
stays there with its dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from chalicelib.domain.contact import Contact, ContactPoint
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.profile import UNKNOWN, words_of

EMAIL, PHONE = "email", "phone"
KINDS = (EMAIL, PHONE)
MAX_POINTS = 50


def with_point(points: Sequence[ContactPoint], point: ContactPoint) -> tuple[ContactPoint, ...]:
    """With this one in place of the one of its kind and value, if there was one; what was proven of that stays proven.
    Raises InvalidInput where there are too many, or it ends before it begins."""
    if point.valid_from and point.valid_to and point.valid_to < point.valid_from:
        raise InvalidInput("It cannot end before it begins.", field="valid_to")
    place = next((place for place, each in enumerate(points) if _same(each, point)), None)
    if place is None and len(points) >= MAX_POINTS:
        raise InvalidInput(f"A contact has at most {MAX_POINTS} e-mail addresses and phone numbers.", field="value")
    if place is None:
        return (*points, point)
    was = points[place]
    proven = point if point.verified_at else replace(point, verified_at=was.verified_at, verified_by=was.verified_by)
    return (*points[:place], proven, *points[place + 1 :])


def without_point(points: Sequence[ContactPoint], kind: str, value: str) -> tuple[ContactPoint, ...]:
    """Without one that was entered by mistake."""
    return tuple(point for point in points if (point.kind, point.value) != (kind, value))


def find_point(points: Iterable[ContactPoint], kind: str, value: str) -> ContactPoint | None:
    return next((point for point in points if (point.kind, point.value) == (kind, value)), None)


def points_of(contact: Contact) -> tuple[ContactPoint, ...]:
    """All there are, the contact's own e-mail address and phone number among them, first."""
    own = []
    for kind in KINDS:
        value = getattr(contact, kind)
        if value and find_point(contact.contact_points, kind, value) is None:
            own.append(ContactPoint(kind, value, source=contact.sources.get(kind, UNKNOWN)))
    return (*own, *contact.contact_points)


def reachable(contact: Contact, kind: str, day: date) -> tuple[ContactPoint, ...]:
    """What holds on a day, to write to or call: the proven first, then the contact's own, then the others."""
    own = getattr(contact, kind)
    found = [point for point in points_of(contact) if point.kind == kind and point.holds_on(day)]
    return tuple(sorted(found, key=lambda point: (point.verified_at is None, point.value != own)))


def is_proven(contact: Contact, kind: str, value: str) -> bool:
    """Whether it was proven that the contact has this address or number."""
    point = find_point(contact.contact_points, kind, value)
    return point is not None and point.verified_at is not None


def proven(contact: Contact, kind: str, value: str, by: str, at: datetime) -> Contact:
    """The contact with proof that this address or number (in its one form) is theirs."""
    known = find_point(points_of(contact), kind, value) or ContactPoint(kind, value, source="verified")
    point = replace(known, verified_at=known.verified_at or at, verified_by=known.verified_by or by)
    return replace(contact, contact_points=with_point(contact.contact_points, point))


def outlived(before: Contact, after: Contact, at: datetime) -> Contact:
    """`after` with what nobody says any more of its own e-mail address and phone number kept, as ended that day."""
    points = after.contact_points
    for kind in KINDS:
        said = {word.value for word in words_of(after, kind).values()} | {getattr(after, kind)}
        gone = {word.value for word in words_of(before, kind).values() if word.value} - said
        for value in sorted(gone):
            known = find_point(points, kind, value) or ContactPoint(
                kind, value, source=before.sources.get(kind, UNKNOWN)
            )
            ended = replace(known, valid_to=known.valid_to or at.astimezone(UTC).date())
            points = with_point(_with_room(points, ended), ended)
    return replace(after, contact_points=points)


def _with_room(points: tuple[ContactPoint, ...], point: ContactPoint) -> tuple[ContactPoint, ...]:
    """Without the oldest ended one, where there is no room for another: a change of a number must not fail for that."""
    if len(points) < MAX_POINTS or find_point(points, point.kind, point.value):
        return points
    ended = [each for each in points if each.valid_to is not None and each.verified_at is None]
    oldest = min(ended or points, key=lambda each: each.valid_to or date.max)
    return without_point(points, oldest.kind, oldest.value)


def _same(one: ContactPoint, other: ContactPoint) -> bool:
    return (one.kind, one.value) == (other.kind, other.value)
