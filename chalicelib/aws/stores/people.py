"""Persons: read by their contacts, and changed with them in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_pairs import pair_from
from chalicelib.aws.codec_people import person_from, person_item
from chalicelib.aws.stores.pairs import line_writes, pair_check, pair_writes, read_many
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.person import Person, alone
from chalicelib.domain.suggestion import Pair
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_person import Regrouping


class PeopleStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def person(self, person_id: str) -> Person | None:
        item = self._desk.get(keys_contact.person(person_id))
        return person_from(item) if item else None

    def person_of(self, contact: Contact) -> Person:
        """One read, none where the contact is alone."""
        found = self.person(contact.person) if contact.person else None
        return found if found is not None and contact.id in found.members else alone(contact.id)

    def contacts(self, contact_ids: Iterable[str]) -> Mapping[str, Contact]:
        """Contacts by id. One read for a hundred."""
        found = read_many(self._desk, [keys.contact(contact_id) for contact_id in contact_ids])
        return {contact.id: contact for contact in map(contact_from, found)}

    def stored(self, person_ids: Iterable[str]) -> Mapping[str, Person]:
        """Persons that are or once were, by id. One read."""
        found = self._desk.get_many([keys_contact.person(person_id) for person_id in person_ids])
        return {person.id: person for person in map(person_from, found.values())}

    def pair(self, one: str, other: str) -> Pair | None:
        item = self._desk.get(keys_contact.pair(one, other))
        return pair_from(item) if item else None

    def rearrange(self, wanted: Regrouping) -> Written:
        """CONFLICT: a person, a contact or the pair has changed since it was read."""
        line = wanted.line
        pair = wanted.pair
        writes = [
            *_writes(wanted.before, wanted.after, wanted.tells, wanted.recorded, wanted.read),
            *(pair_writes(pair) if pair else [pair_check(line.a, line.b, wanted.pair_read)]),
            *line_writes(line),
        ]
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE


def _writes(
    before: Sequence[Person], after: Sequence[Person], tells: str, recorded: Recorded, read: Mapping[str, int]
) -> Iterator[Write]:
    now = {person.id: person for person in after}
    for person_id in sorted({*now, *(person.id for person in before)}):
        person = now.get(person_id)
        stored = read.get(person_id, 0)
        kept = person is not None and len(person.members) > 1
        if not kept and not stored and person_id != tells:
            continue  # somebody alone who always was
        whole = person if person is not None and kept else Person(person_id, ())
        yield _put(whole, stored, recorded if person_id == tells else None)
    yield from _moves(before, after)


def _put(person: Person, stored: int, recorded: Recorded | None) -> Put:
    item = person_item(person) | {"version": stored + 1}
    item["events"] = events_of(recorded) if recorded is not None else "[]"
    if not stored:
        return Put(item)
    return Put(item, "version = :read", {":read": stored})


def _moves(before: Sequence[Person], after: Sequence[Person]) -> Iterator[Update]:
    """Neither the version of a contact nor its events: nothing of the contact itself has changed."""
    roots = {member: _root(person) for person in before for member in person.members}
    for person in after:
        for member in person.members:
            if roots.get(member) != _root(person):
                yield _move(member, roots.get(member), _root(person))


def _root(person: Person) -> str | None:
    return person.id if len(person.members) > 1 else None


def _move(contact_id: str, before: str | None, after: str | None) -> Update:
    values = {":before": before, ":after": after}
    was = "person = :before" if before else "attribute_not_exists(person)"
    expression = "SET person = :after" if after else "REMOVE person"
    return Update(
        keys.contact(contact_id),
        expression,
        {name: value for name, value in values.items() if value},
        condition=f"attribute_exists(pk) AND {was}",
    )
