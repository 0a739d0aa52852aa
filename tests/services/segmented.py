"""A desk in memory with contacts and segments, whose jobs are carried out a portion at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_contact import contact_from, contact_item
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.jobs import JobStore
from chalicelib.aws.stores.segments import SegmentStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.conditions import holds
from chalicelib.domain.contact import Contact
from chalicelib.domain.segment import Segment, SegmentState
from chalicelib.services.jobs import Jobs
from chalicelib.services.memberships import REBUILD, Memberships, segment_facts
from chalicelib.services.segments import SegmentRegister, Segments
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.searched import INDEXES, Counted

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
GOLD = {"field": "contact.tier", "is": "gold"}
GERMAN = {"field": "contact.language", "is": "de"}
CONDITIONS: tuple[dict[str, Any], ...] = (
    GOLD,
    GERMAN,
    {"all": [GOLD, GERMAN]},
    {"any": [{"field": "contact.labels", "contains": "vip"}, {"not": GOLD}]},
    {},
    {"field": "attribute.size", "at_least": 40},
)


class Queue:
    def __init__(self) -> None:
        self.waiting: list[str] = []

    def put(self, job_id: str) -> None:
        self.waiting.append(job_id)


class Desks:
    """A desk with contacts and segments; jobs run a portion at a time."""

    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = Counted(MemoryDynamoDB({"desk": self.table}))
        desk = Desk(self.client, "desk")
        self.store, self.queue, number = SegmentStore(desk), Queue(), count(1)
        self.registers = SegmentRegister(DocumentStore(desk, "segments"))
        self.memberships = Memberships(self.registers, self.store)
        self.jobs = Jobs(JobStore(desk), self.queue, {REBUILD: lambda: self.memberships.step})
        self.segments = Segments(self.registers, self.store, self.jobs, lambda: f"seg_{next(number):04d}")
        self.contacts: dict[str, Contact] = {}
        self.changed: set[str] = set()

    def put(self, contact: Contact) -> None:
        self.table.items[keys.contact(contact.id)] = to_attributes(contact_item(contact))
        self.contacts[contact.id] = contact
        self.changed.add(contact.id)

    def add(self, number: int, **fields: Any) -> Contact:
        contact = Contact(f"con_{number:04d}", T0 + timedelta(minutes=number), T0, **fields)
        self.put(contact)
        return contact

    def change(self, contact_id: str, **fields: Any) -> None:
        now = self.contacts.get(contact_id)
        if now is not None:
            self.put(replace(now, version=now.version + 1, **fields))

    def erase(self, contact_id: str) -> None:
        if self.contacts.pop(contact_id, None) is not None:
            self.memberships.forget(contact_id)
            del self.table.items[keys.contact(contact_id)]
            self.memberships.forget(contact_id)

    def hear(self, contact_id: str) -> None:
        """The event of a change comes to the reaction."""
        self.changed.discard(contact_id)
        self.memberships.react({"type": "contact.updated", "aggregate": {"id": contact_id}}, T0)

    def work(self, *, until_done: bool = True) -> None:
        """Carry out what was asked for; else one portion of the first."""
        while self.queue.waiting:
            job = self.jobs.get(self.queue.waiting[0])
            if not job.is_over:
                self.jobs._portion(job, T0)
            if self.jobs.get(job.id).is_over:
                self.queue.waiting.remove(job.id)
            if not until_done:
                return

    def define(self, name: str, condition: Any) -> Segment:
        return self.segments.create(name, "", condition, "agt_1", T0)

    def members(self, segment_id: str, limit: int = 100) -> list[str]:
        found, start = [], None
        while True:
            page = self.segments.members(segment_id, limit, start)
            found += [contact.id for contact in page.items]
            start = page.next
            if start is None:
                return found

    def rows(self, segment_id: str) -> set[str]:
        return {sk[9:] for pk, sk in self.table.items if pk == f"SEG#{segment_id}"}

    def picked(self, condition: Any) -> set[str]:
        """Brute force."""
        stored = (contact_from(from_attributes(self.table.items[keys.contact(each)])) for each in self.contacts)
        return {each.id for each in stored if holds(condition, segment_facts(each, frozenset()))}

    def check(self) -> None:
        register, counts = self.registers.register(), self.store.counts()
        for segment in register.segments:
            assert self.rows(segment.id) == self.picked(segment.condition)
            assert counts.get(segment.id, 0) == len(self.rows(segment.id))
            assert self.segments.progress(segment, T0).state is SegmentState.READY
        known = {each.id for each in register.segments}
        assert not [pk for pk, _ in self.table.items if pk.startswith("SEG#") and pk[4:] not in known]
        assert all(number == 0 for name, number in counts.items() if name not in known)
