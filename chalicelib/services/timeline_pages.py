"""Pages of a timeline: a contact's own, or a whole person's, over all the contacts that are one human being."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ContactNotFound
from chalicelib.domain.person import Person, alone
from chalicelib.domain.reads import Page
from chalicelib.domain.timeline import Line, Subject, TimelineQuery
from chalicelib.domain.timeline_lines import as_it_is, is_unfinished

# What one read can bring.
MOST_CONVERSATIONS = 100


class Lines(Protocol):
    def together(self, contact_ids: Sequence[str], query: TimelineQuery) -> Page[Line]:
        """A page of all these contacts' lines, the newest first. One query for each, side by side."""

    def joined(self, own: Page[Line], contact_ids: Sequence[str], query: TimelineQuery) -> Page[Line]:
        """The first page of a contact, which was read, and of these others: one query for each of them."""

    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]: ...


class People(Protocol):
    def person_of(self, contact: Contact) -> Person:
        """No read where the contact is alone."""

    def contacts(self, contact_ids: Iterable[str]) -> Mapping[str, Contact]: ...


class Contacts(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...


class Conversations(Protocol):
    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]: ...


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """`contacts`: whose lines these may be, by id."""

    page: Page[Line]
    contacts: Mapping[str, Contact]


@dataclass(frozen=True, slots=True)
class Timelines:
    lines: Lines
    people: People
    contacts: Contacts
    conversations: Conversations

    def page(self, query: TimelineQuery, *, whole_person: bool = True) -> TimelinePage:
        """A page of the contact's person, or of the contact alone. Conversations that are not over are shown as they
        are now, which takes one read for all of the page. Raises ContactNotFound."""
        contact = self.contact(query.contact_id)
        members = self._members(contact) if whole_person else {contact.id: contact}
        page = self.lines.together(sorted(members), replace(query, words=(query.words or "").strip() or None))
        return TimelinePage(replace(page, items=self._current(page.items)), members)

    def contact(self, contact_id: str) -> Contact:
        """Raises ContactNotFound."""
        found = self.contacts.get(contact_id) if ids.is_id("con", contact_id) else None
        if found is None:
            raise ContactNotFound("There is no such contact.")
        return found

    def _members(self, contact: Contact) -> Mapping[str, Contact]:
        person = self.people.person_of(contact) if contact.person else alone(contact.id)
        others = [member for member in person.members if member != contact.id]
        return {contact.id: contact, **(self.people.contacts(others) if others else {})}

    def _current(self, lines: Sequence[Line]) -> Sequence[Line]:
        named = {line.id: str(line.data["conversation_id"]) for line in lines if is_unfinished(line)}
        if not named:
            return lines
        wanted = list(dict.fromkeys(named.values()))[:MOST_CONVERSATIONS]
        found = self.conversations.conversations(wanted)
        return [
            as_it_is(line, found[named[line.id]]) if named.get(line.id) in found else line  # the line stays as it was
            for line in lines
        ]

    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]:
        """What a contact's events of one type happened to, as it is now, newest first. Raises ContactNotFound."""
        found = self.lines.subjects(contact_id, kind, limit, start)
        if not found.items and start is None:
            self.contact(contact_id)  # asked only where there is nothing to show
        return found
