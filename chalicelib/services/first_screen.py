"""The first screen: all that whoever picks up a conversation has to see, read side by side.

A conversation of one leg, of a contact that is nobody else, takes four reads: its collection, then at once its contact,
the first page of the timeline and the newest messages. Each further leg, and each further contact of the same person,
is a query more; a thread of more notes than one query brings, one more for its routing.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.opening import Opening
from chalicelib.domain.person import Person, alone
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import Page, Thread
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.timeline import Line, TimelineQuery
from chalicelib.domain.timeline_lines import as_it_is
from chalicelib.services.desk import ThreadPage, page_of
from chalicelib.services.timeline_pages import Contacts, Lines, People
from chalicelib.services.timeline_pages import TimelinePage as Timeline

# As many as are waited for at once, beside the legs that are read side by side on their own.
AT_ONCE = 4


class ScreenStore(Protocol):
    def opening(self, conversation_id: str, limit: int) -> Opening | None:
        """One query."""

    def routing(self, conversation_id: str) -> tuple[QueueEntry | None, Decision | None]:
        """One query."""

    def messages(self, conversation: Conversation, limit: int) -> Sequence[Message]:
        """One query for each stretch of a leg."""

    def notes(self, conversation_id: str, limit: int) -> Sequence[Note]:
        """One query."""


@dataclass(frozen=True, slots=True)
class Screen:
    """`contact` is whose conversation it is, `person` all who are the same; `entry`: the newest time that it was
    queued."""

    thread: ThreadPage
    contact: Contact | None
    person: Person
    timeline: Timeline
    entry: QueueEntry | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class FirstScreens:
    store: ScreenStore
    lines: Lines
    people: People
    contacts: Contacts

    def of(self, conversation_id: str, reader: Principal, *, entries: int, lines: int) -> Screen:
        """With the newest `entries` that this reader may see, and so many lines of the timeline.

        Raises ConversationNotFound, StoreUnavailable."""
        opening = self.store.opening(conversation_id, entries) if ids.is_id("cnv", conversation_id) else None
        if opening is None:
            raise ConversationNotFound("There is no such conversation.")
        found = opening.conversation
        query = TimelineQuery(found.contact_id, lines)
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            contact = pool.submit(self.contacts.get, found.contact_id)
            own = pool.submit(self.lines.together, (found.contact_id,), query)
            messages = pool.submit(self.store.messages, found, entries)
            routing = None if opening.is_whole else pool.submit(self.store.routing, found.id)
            absorbed = [pool.submit(self.store.notes, name, entries) for name in found.absorbed]
            person, timeline = self._person(contact.result(), found, own, query)
            notes = [*opening.notes, *(note for each in absorbed for note in each.result())]
            entry, decision = (opening.entry, opening.decision) if routing is None else routing.result()
            thread = Thread(found, messages.result(), notes)
        page = page_of(thread, limit=entries, reader=reader)
        return Screen(page, contact.result(), person, _current(timeline, found), entry, decision)

    def _person(
        self, contact: Contact | None, conversation: Conversation, own: "Future[Page[Line]]", query: TimelineQuery
    ) -> tuple[Person, Timeline]:
        """The contact's own page, where it is alone; else that of all its person's contacts."""
        if contact is None or not contact.person:
            known = {contact.id: contact} if contact is not None else {}
            return alone(conversation.contact_id), Timeline(own.result(), known)
        person = self.people.person_of(contact)
        others = [member for member in person.members if member != contact.id]
        if not others:
            return person, Timeline(own.result(), {contact.id: contact})
        with ThreadPoolExecutor(max_workers=1) as pool:
            known_others = pool.submit(self.people.contacts, others)
            page = self.lines.joined(own.result(), others, query)
            return person, Timeline(page, {contact.id: contact, **known_others.result()})


def _current(timeline: Timeline, conversation: Conversation) -> Timeline:
    """The line of this very conversation is shown as the screen shows the conversation; others as they were told."""
    name = f"conversation:{conversation.id}"
    lines = [
        as_it_is(line, conversation) if line.kind == "conversation" and line.subject == name else line
        for line in timeline.page.items
    ]
    return replace(timeline, page=replace(timeline.page, items=lines))
