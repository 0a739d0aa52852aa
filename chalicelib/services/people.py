"""Persons: contacts are linked and unlinked, by people and by what is known of them. See `domain/person.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ContactNotFound, LinkNotFound, LinkRefused, StoreUnavailable
from chalicelib.domain.events import ContactLinked, ContactUnlinked
from chalicelib.domain.person import MAX_MEMBERS, Person, link_of, linked, unlinked
from chalicelib.domain.writes import Recorded, Written

ATTEMPTS = 8


class PeopleStore(Protocol):
    def person_of(self, contact: Contact) -> Person: ...

    def contacts(self, contact_ids: Iterable[str]) -> Mapping[str, Contact]: ...

    def stored(self, person_ids: Iterable[str]) -> Mapping[str, Person]: ...

    def rearrange(
        self, before: Sequence[Person], after: Sequence[Person], tells: str, recorded: Recorded, read: Mapping[str, int]
    ) -> Written:
        """CONFLICT: a person or contact has changed since it was read."""


def person_of(store: PeopleStore, contact_id: str) -> tuple[Person, Mapping[str, Contact]]:
    """The person that a contact is (part of), and the person's contacts by id. One read where the contact is alone,
    three where not. Raises ContactNotFound."""
    contact = _contacts(store, contact_id)[contact_id]
    person = store.person_of(contact)
    if len(person.members) == 1:
        return person, {contact_id: contact}
    return person, {**store.contacts(person.members), contact_id: contact}


def link(
    store: PeopleStore,
    one: str,
    other: str,
    *,
    strength: int,
    evidence: Iterable[str],
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Person:
    """Take two contacts for one person. A second time, or where they are one already, it adds what is known.

    Raises ContactNotFound, LinkRefused, StoreUnavailable."""
    if one == other:
        raise LinkRefused("A contact is one person with itself already.", field="contact_id", because="itself")
    made = link_of(one, other, strength, evidence, (actor.kind, actor.id), now, reason)
    told = ContactLinked(
        contact_id=made.a, other_id=made.b, evidence=made.evidence, strength=strength, reason=made.reason
    )
    for _ in range(ATTEMPTS):
        first, second = _persons(store, one, other)
        (after,) = linked(first, second, made)
        if len(after.members) > MAX_MEMBERS:
            raise LinkRefused(
                f"This would make one person of {len(after.members)} contacts; {MAX_MEMBERS} are the most.",
                field="contact_id",
                because="size",
            )
        before = [first] if first.id == second.id else [first, second]
        if _rearranged(store, before, [after], after.id, Recorded((told,), actor, now)):
            return after
    raise StoreUnavailable("too many writers at once")


def unlink(
    store: PeopleStore, one: str, other: str, *, actor: Actor, now: datetime, reason: str = ""
) -> tuple[Person, Person]:
    """Take a link back: the persons that both contacts are now, the same where another path joins them still.

    Raises ContactNotFound, LinkNotFound, StoreUnavailable."""
    for _ in range(ATTEMPTS):
        first, _second = _persons(store, one, other)
        found = first.link(one, other)
        if found is None:
            raise LinkNotFound("There is no link between these two contacts.", field="contact_id")
        after = unlinked(first, found)
        mine, others = _with(after, found.a), _with(after, found.b)
        told = ContactUnlinked(
            contact_id=found.a,
            other_id=found.b,
            members=mine.members,
            other_members=others.members,
            reason=reason,
        )
        if _rearranged(store, [first], after, first.id, Recorded((told,), actor, now)):
            return _with(after, one), _with(after, other)
    raise StoreUnavailable("too many writers at once")


def _with(persons: Sequence[Person], contact_id: str) -> Person:
    return next(person for person in persons if contact_id in person.members)


def _persons(store: PeopleStore, one: str, other: str) -> tuple[Person, Person]:
    """Raises ContactNotFound."""
    found = _contacts(store, one, other)
    first = store.person_of(found[one])
    if other in first.members:
        return first, first
    return first, store.person_of(found[other])


def _contacts(store: PeopleStore, *contact_ids: str) -> Mapping[str, Contact]:
    known = [contact_id for contact_id in contact_ids if ids.is_id("con", contact_id)]
    found = store.contacts(known) if known else {}
    if len(found) < len({*contact_ids}):
        raise ContactNotFound("There is no such contact.")
    return found


def _rearranged(
    store: PeopleStore, before: Sequence[Person], after: Sequence[Person], tells: str, recorded: Recorded
) -> bool:
    """Whether it was written as read. A person that comes to be may have been one before: its versions go on."""
    concerned = {person.id for person in (*before, *after)}
    known = {person.id: person.version for person in before if len(person.members) > 1}
    unknown = concerned - {*known}
    if unknown:
        known |= {person_id: person.version for person_id, person in store.stored(unknown).items()}
    fresh = [replace(person, version=known.get(person.id, 0)) for person in after]
    return store.rearrange(before, fresh, tells, recorded, known) is Written.DONE
