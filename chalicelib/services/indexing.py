"""Keeping the index that contacts are found by: as they change, and anew for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.evidence import EMAIL, PHONE
from chalicelib.domain.job import Job
from chalicelib.domain.reads import Page
from chalicelib.domain.search import Entry, entry_of
from chalicelib.domain.search_words import code
from chalicelib.domain.timeline import Subject
from chalicelib.domain.writes import Written
from chalicelib.services.evidence import normal

EVENTS = frozenset({"contact.created", "contact.updated"})
TOLD = "timeline.event_added"
INDEX_CONTACTS = "index.contacts"
ATTEMPTS = 8
PORTION = 50


class IndexStore(Protocol):
    def read(self, contact_id: str) -> tuple[Contact | None, Entry | None, int]: ...

    def write(self, contact: Contact, before: Entry | None, revision: int, after: Entry) -> Written: ...

    def add_number(self, contact_id: str, number: str) -> Written: ...

    def forget(self, contact_id: str) -> Written: ...

    def orders(self, contact_id: str) -> Sequence[Subject]: ...

    def contact_ids(self, limit: int, start: Mapping[str, Any] | None) -> Page[str]: ...


def reached_at(contact: Contact) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every e-mail address and phone number that a contact has or had, in their one form."""
    given = [(EMAIL, contact.email), (PHONE, contact.phone)]
    given += [(point.kind, point.value) for point in contact.contact_points]
    found = {(kind, normal(kind, value)): None for kind, value in given if value}
    emails = tuple(value for kind, value in found if kind == EMAIL and value)
    return emails, tuple(value for kind, value in found if kind == PHONE and value)


@dataclass(frozen=True, slots=True)
class Indexing:
    store: IndexStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Index the contact that the event is of, as it is now, or the order that it tells of: late, double or out of
        order does no harm."""
        if event["type"] in EVENTS:
            self.settle(event["aggregate"]["id"])
        elif event["type"] == TOLD:
            line = event["snapshot"]
            if number := _order_of(line.get("kind"), line.get("data")):
                self.store.add_number(event["data"]["contact_id"], number)

    def settle(self, contact_id: str) -> bool:
        """Let the index say what the contact says; whether it had to be changed. Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            contact, before, revision = self.store.read(contact_id)
            if contact is None:
                if self.store.forget(contact_id) is Written.DONE:
                    return before is not None
                continue
            after = entry_of(contact, *reached_at(contact))
            if before.is_as(after) if before is not None else not after.texts:
                return False
            # What one transaction does not hold takes two: the contact is found by nothing for a moment.
            step = after if after.fits_after(before) else replace(after, texts={})
            if self.store.write(contact, before, revision, step) is Written.DONE and step is after:
                return True
        raise StoreUnavailable("too many writers at once")

    def forget(self, contact_id: str) -> None:
        """Take away all that a contact is found by. What is indexed afterwards is only a contact that is there: so
        forget it once more when it is gone. Raises StoreUnavailable."""
        for _ in range(ATTEMPTS):
            if self.store.forget(contact_id) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _anew(self, contact_id: str) -> bool:
        for order in self.store.orders(contact_id):
            if number := _order_of(order.type, order.data):
                self.store.add_number(contact_id, number)
        return self.settle(contact_id)

    def step(self, job: Job, now: datetime) -> Job:
        """One portion of indexing all contacts, the oldest first."""
        page = self.store.contact_ids(PORTION, job.cursor or None)
        written = sum(self._anew(contact_id) for contact_id in page.items)
        done = job.done + len(page.items)
        result = {"contacts": done, "written": int(job.result.get("written", 0)) + written}
        after = replace(job, done=done, cursor=dict(page.next or {}), result=result)
        return after if page.next else after.ended(now, result)


def _order_of(kind: Any, data: Any) -> str:
    """An order's number as its customer knows it (#1001), which need not be its system's own id."""
    if str(kind).partition(".")[0] != "order" or not isinstance(data, Mapping):
        return ""
    number = data.get("number")
    return code(str(number)) if isinstance(number, str | int) and not isinstance(number, bool) else ""
