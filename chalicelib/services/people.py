"""Persons: contacts are linked and unlinked, by people and by what is known of them. See `domain/person.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ContactNotFound, LinkNotFound, LinkRefused, StoreUnavailable
from chalicelib.domain.events import ContactLinked, ContactUnlinked, Event
from chalicelib.domain.person import MAX_LINKS, MAX_MEMBERS, Link, Person, link_of, linked, unlinked
from chalicelib.domain.suggestion import LinkLine, Pair, PairState, refused
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_person import Regrouping
from chalicelib.services.evidence import evidence_of

ATTEMPTS = 8
LINKED, UNLINKED = "linked", "unlinked"


class PeopleStore(Protocol):
    def person_of(self, contact: Contact) -> Person: ...

    def contacts(self, contact_ids: Iterable[str]) -> Mapping[str, Contact]: ...

    def stored(self, person_ids: Iterable[str]) -> Mapping[str, Person]: ...

    def pair(self, one: str, other: str) -> Pair | None: ...

    def rearrange(self, wanted: Regrouping) -> Written:
        """CONFLICT: a person, a contact or the pair has changed since it was read."""


def person_of(store: PeopleStore, contact_id: str) -> tuple[Person, Mapping[str, Contact]]:
    """The person that a contact is (part of), and the person's contacts by id. One read where the contact is alone,
    three where not. Raises ContactNotFound, StoreUnavailable."""
    for _ in range(ATTEMPTS):
        contact = _contacts(store, contact_id)[contact_id]
        person = store.person_of(contact)
        if contact.person is None or len(person.members) > 1:
            break
        # It became part of another person between the two reads.
    else:
        raise StoreUnavailable("too many writers at once")
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
    """Take two contacts for one person. A second time, or where they are one already, it adds what is known; what adds
    nothing changes nothing. Raises ContactNotFound, LinkRefused, StoreUnavailable."""
    if one == other:
        raise LinkRefused("A contact is one person with itself already.", field="contact_id", because="itself")
    return join(store, link_of(one, other, strength, evidence, (actor.kind, actor.id), now, reason))


def join(store: PeopleStore, made: Link, may: Callable[[Person, Person], bool] | None = None) -> Person:
    """The same of a link that is made. `may` looks at both persons as they are at the time of writing, and can refuse.

    Raises ContactNotFound, LinkRefused, StoreUnavailable."""
    told = ContactLinked(
        contact_id=made.a, other_id=made.b, evidence=made.evidence, strength=made.strength, reason=made.reason
    )
    for _ in range(ATTEMPTS):
        read = _read(store, made.a, made.b)
        if read is None:
            continue
        if _covers(read.first.link(made.a, made.b), made):
            return read.first
        if may is not None and not may(read.first, read.second):
            raise LinkRefused("People have said that these are two.", field="contact_id", because="apart")
        (after,) = linked(read.first, read.second, made)
        check_size(after)
        known = read.pair
        pair = replace(known, state=PairState.LINKED, by=made.by, why=made.reason, at=made.at) if known else None
        change = _Change(made, LINKED, told, pair, read)
        if _rearranged(store, change, [after], after.id):
            return after
    raise StoreUnavailable("too many writers at once")


def unlink(
    store: PeopleStore, one: str, other: str, *, actor: Actor, now: datetime, reason: str = ""
) -> tuple[Person, Person]:
    """Take a link back: the persons that both contacts are now, the same where another path joins them still. What was
    known of both then never links or suggests them again by itself. A second time it changes nothing.

    Raises ContactNotFound, LinkNotFound, StoreUnavailable."""
    for _ in range(ATTEMPTS):
        read = _read(store, one, other)
        if read is None:
            continue
        found = read.first.link(one, other)
        if found is None:
            if read.pair is not None and read.pair.state is PairState.APART:
                return read.first, read.second
            raise LinkNotFound("There is no link between these two contacts.", field="contact_id")
        after = unlinked(read.first, found)
        mine, others = _with(after, found.a), _with(after, found.b)
        told = ContactUnlinked(
            contact_id=found.a,
            other_id=found.b,
            members=mine.members,
            other_members=others.members,
            reason=reason,
        )
        taken = replace(found, by=(actor.kind, actor.id), at=now, reason=reason)
        change = _Change(taken, UNLINKED, told, _apart(taken, read), read)
        if _rearranged(store, change, after, read.first.id):
            return _with(after, one), _with(after, other)
    raise StoreUnavailable("too many writers at once")


@dataclass(frozen=True, slots=True)
class _Read:
    """Two contacts as they are, the persons they belong to (perhaps one and the same) and what is known of the pair."""

    contacts: Mapping[str, Contact]
    first: Person
    second: Person
    pair: Pair | None


@dataclass(frozen=True, slots=True)
class _Change:
    link: Link
    what: str
    told: Event
    pair: Pair | None
    read: _Read


def _read(store: PeopleStore, one: str, other: str) -> _Read | None:
    """None where one of them became part of another person between two reads. Raises ContactNotFound."""
    pair = store.pair(*sorted((one, other)))
    found = _contacts(store, one, other)
    first = store.person_of(found[one])
    second = first if other in first.members else store.person_of(found[other])
    moved = any(
        contact.person is not None and len(person.members) == 1
        for contact, person in ((found[one], first), (found[other], second))
    )
    return None if moved else _Read(found, first, second, pair)


def _covers(known: Link | None, made: Link) -> bool:
    """Whether a link says all that another would. What people said is not covered by what was found."""
    if known is None or known.strength < made.strength or not set(made.evidence) <= set(known.evidence):
        return False
    return known.by[0] == made.by[0] or made.by[0] == "system"


def check_size(person: Person) -> None:
    """Raises LinkRefused."""
    if len(person.members) > MAX_MEMBERS:
        detail = f"This would make one person of {len(person.members)} contacts; {MAX_MEMBERS} are the most."
        raise LinkRefused(detail, field="contact_id", because="size")
    if len(person.links) > MAX_LINKS:
        detail = f"This person has {MAX_LINKS} links, the most there may be: take some back first."
        raise LinkRefused(detail, field="contact_id", because="links")


def _apart(taken: Link, read: _Read) -> Pair:
    """What is kept of a pair that people took apart: all that was known of both counts as seen."""
    known = read.pair or Pair(
        taken.a, taken.b, PairState.APART, taken.strength, taken.evidence, "It was linked.", taken.at
    )
    marks = _common(read.contacts[taken.a], read.contacts[taken.b])
    return refused(known, marks, PairState.APART, taken.by, taken.reason, taken.at)


def _common(one: Contact, other: Contact) -> Mapping[str, int]:
    theirs = {each.mark: each.strength for each in evidence_of(other)}
    return {each.mark: min(each.strength, theirs[each.mark]) for each in evidence_of(one) if each.mark in theirs}


def _with(persons: Sequence[Person], contact_id: str) -> Person:
    return next(person for person in persons if contact_id in person.members)


def _contacts(store: PeopleStore, *contact_ids: str) -> Mapping[str, Contact]:
    known = [contact_id for contact_id in contact_ids if ids.is_id("con", contact_id)]
    found = store.contacts(known) if known else {}
    if len(found) < len({*contact_ids}):
        raise ContactNotFound("There is no such contact.")
    return found


def _rearranged(store: PeopleStore, change: _Change, after: Sequence[Person], tells: str) -> bool:
    """Whether it was written as read. A person that comes to be may have been one before: its versions go on."""
    first, second, link = change.read.first, change.read.second, change.link
    before = [first] if first.id == second.id else [first, second]
    concerned = {person.id for person in (*before, *after)}
    known = {person.id: person.version for person in before if len(person.members) > 1}
    unknown = concerned - {*known}
    if unknown:
        known |= {person_id: person.version for person_id, person in store.stored(unknown).items()}
    wanted = Regrouping(
        before=before,
        after=[replace(person, version=known.get(person.id, 0)) for person in after],
        tells=tells,
        recorded=Recorded((change.told,), Actor(*link.by), link.at),
        read=known,
        line=line_of(link, change.what, f"{tells}.{known.get(tells, 0) + 1}"),
        pair=change.pair,
        pair_read=change.read.pair.version if change.read.pair else 0,
    )
    return store.rearrange(wanted) is Written.DONE


def line_of(link: Link, what: str, nth: str) -> LinkLine:
    return LinkLine(link.a, link.b, what, link.at, link.by, link.strength, link.evidence, link.reason, nth)
