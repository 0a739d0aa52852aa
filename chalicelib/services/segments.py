"""Segments as supervisors keep them: defined, counted, looked into."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.conditions import asked_of, holds
from chalicelib.domain.contact import Contact
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput, JobNotFound, SegmentsTooMany, StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.reads import Page
from chalicelib.domain.segment import (
    CHANNELS,
    MAX_SEGMENTS,
    PATIENCE,
    Estimate,
    Register,
    Segment,
    SegmentState,
    checked,
    share,
)
from chalicelib.domain.writes import Written
from chalicelib.services.jobs import Jobs
from chalicelib.services.memberships import REBUILD, segment_facts
from chalicelib.services.paperwork import DocumentStore, check_version

REGISTER = "all"
ATTEMPTS = 8
# A preview looks at so many contacts, beginning at so many times.
SAMPLE, SPOTS = 200, 4
SHOWN = 10


class SegmentStore(Protocol):
    def counts(self) -> Mapping[str, int]: ...

    def channels(self, contact: Contact) -> frozenset[str]: ...

    def members(self, segment_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Contact]: ...

    def contacts(self, contact_ids: Sequence[str]) -> list[Contact]: ...

    def contact_ids(
        self, limit: int, start: Mapping[str, Any] | None = None, since: datetime | None = None
    ) -> Page[str]: ...

    def newest_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a segment is: `job` is the rebuilding, where one has begun."""

    state: SegmentState
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class SegmentRegister:
    """All segments, in one document."""

    documents: DocumentStore

    def register(self) -> Register:
        document = self.documents.get(REGISTER)
        return _register(document) if document else Register()

    def change(self, to: Callable[[Register], Register]) -> Register:
        """Raises StoreUnavailable, and what `to` raises."""
        for _ in range(ATTEMPTS):
            before = self.register()
            after = to(before)
            if after == before:
                return before
            document = Document(REGISTER, _body(after), before.version + 1)
            if self.documents.put(document, before.version) is Written.DONE:
                return replace(after, version=document.version)
        raise StoreUnavailable("too many writers at once")

    def begun(self, job_id: str) -> None:
        self.change(lambda all_: _each(all_, lambda one: one if one.is_settled else replace(one, job_id=job_id)))

    def settled(self, definitions: Mapping[str, int], contacts: int, now: datetime) -> None:
        def mark(one: Segment) -> Segment:
            looked = definitions.get(one.id) == one.definition
            return replace(one, settled=one.definition, job_id=None) if looked else one

        self.change(lambda all_: replace(_each(all_, mark), contacts=contacts, counted_at=now))


@dataclass(frozen=True, slots=True)
class Segments:
    registers: SegmentRegister
    store: SegmentStore
    jobs: Jobs
    new_id: Callable[[], str]

    def create(self, name: str, description: str, condition: Any, by: str, now: datetime) -> Segment:
        """Raises InvalidInput, SegmentsTooMany, StoreUnavailable."""
        made = Segment(self.new_id(), name, _checked(condition), 1, now, by, description)

        def add(all_: Register) -> Register:
            if len(all_.segments) >= MAX_SEGMENTS:
                raise SegmentsTooMany(f"There are {MAX_SEGMENTS} segments: delete one first.")
            _check_name(all_, made)
            return replace(all_, segments=(*all_.segments, made))

        self.registers.change(add)
        self._rebuild(made, now)
        return made

    def edit(self, segment_id: str, version: int, changes: Mapping[str, Any], by: str, now: datetime) -> Segment:
        """Change name, description or condition. Raises SegmentNotFound, VersionConflict, InvalidInput."""
        if "condition" in changes:
            _checked(changes["condition"])

        def to(one: Segment) -> Segment:
            check_version(one.version, version)
            after = replace(one, **changes, version=one.version + 1)
            if after.condition == one.condition:
                return after
            return replace(after, definition=one.definition + 1, changed_at=now, changed_by=by, job_id=None)

        after = self._one(segment_id, to)
        if not after.is_settled:
            self._rebuild(after, now)
        return after

    def delete(self, segment_id: str, by: str, now: datetime) -> None:
        """Its members are taken out by a rebuilding; nobody sees it from now on. Raises SegmentNotFound."""
        gone = self.registers.register().get(segment_id)
        self.registers.change(
            lambda all_: replace(all_, segments=tuple(each for each in all_.segments if each.id != segment_id))
        )
        self.jobs.ask(REBUILD, by, {"segment_id": gone.id, "deleted": True}, now, seed=f"{gone.id}/gone")

    def rebuild(self, segment_id: str, by: str, now: datetime) -> Job:
        """Hold all contacts against all segments once more. Raises SegmentNotFound."""
        self.registers.register().get(segment_id)
        return self.jobs.ask(REBUILD, by, {"segment_id": segment_id}, now)

    def progress(self, segment: Segment, now: datetime) -> Progress:
        if segment.is_settled:
            return Progress(SegmentState.READY)
        job = self._job(segment)
        if job is None and segment.job_id is None and now - segment.changed_at < PATIENCE:
            return Progress(SegmentState.REBUILDING)
        if job is None or job.is_over:
            return Progress(SegmentState.INTERRUPTED, job)
        return Progress(SegmentState.REBUILDING, job)

    def members(self, segment_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Contact]:
        """The newest contact first. Raises SegmentNotFound."""
        self.registers.register().get(segment_id)
        return self.store.members(segment_id, limit, start)

    def preview(self, condition: Any) -> Estimate:
        """What a condition would give: all contacts where they are few, else some of them. Raises InvalidInput."""
        asked = _checked(condition)
        contacts, is_complete = self._sample()
        needs_channels = CHANNELS in asked_of(asked)
        found = [
            contact
            for contact in contacts
            if holds(asked, segment_facts(contact, self.store.channels(contact) if needs_channels else frozenset()))
        ]
        exact = len(found) / len(contacts) if contacts else 0.0
        low, high = (exact, exact) if is_complete else share(len(found), len(contacts))
        total = len(contacts) if is_complete else self.registers.register().contacts
        return Estimate(len(contacts), len(found), is_complete, low, high, total, tuple(found[:SHOWN]))

    def _sample(self) -> tuple[list[Contact], bool]:
        """The oldest contacts, and those made after some other times between the first and the last."""
        page = self.store.contact_ids(SAMPLE)
        oldest = self.store.contacts(page.items)
        newest = self.store.newest_at() if page.next and oldest else None
        if newest is None:
            return oldest, not page.next
        each = SAMPLE // SPOTS
        first, found = oldest[0].created_at, dict.fromkeys(page.items[:each])
        for spot in range(1, SPOTS):
            at = first + (newest - first) * spot / SPOTS
            found |= dict.fromkeys(self.store.contact_ids(each, since=at).items)
        return self.store.contacts(list(found)), False

    def _one(self, segment_id: str, to: Callable[[Segment], Segment]) -> Segment:
        def change(all_: Register) -> Register:
            after = to(all_.get(segment_id))
            _check_name(all_, after)
            return _each(all_, lambda one: after if one.id == segment_id else one)

        return self.registers.change(change).get(segment_id)

    def _rebuild(self, segment: Segment, now: datetime) -> None:
        seed = f"{segment.id}/{segment.definition}"
        self.jobs.ask(REBUILD, segment.changed_by, {"segment_id": segment.id}, now, seed=seed)

    def _job(self, segment: Segment) -> Job | None:
        try:
            return self.jobs.get(segment.job_id) if segment.job_id else None
        except JobNotFound:
            return None


def _checked(condition: Any) -> Mapping[str, Any]:
    return checked(condition, len(json.dumps(condition, ensure_ascii=False).encode("utf-8", "replace")))


def _check_name(all_: Register, segment: Segment) -> None:
    if any(each.name.casefold() == segment.name.casefold() and each.id != segment.id for each in all_.segments):
        raise InvalidInput("Another segment has this name.", field="name")


def _each(all_: Register, to: Callable[[Segment], Segment]) -> Register:
    return replace(all_, segments=tuple(to(each) for each in all_.segments))


def _body(all_: Register) -> Mapping[str, Any]:
    segments = [asdict(each) | {"changed_at": each.changed_at.isoformat()} for each in all_.segments]
    counted = all_.counted_at.isoformat() if all_.counted_at else None
    return {"segments": segments, "contacts": all_.contacts, "counted_at": counted}


def _register(document: Document) -> Register:
    body = document.body
    segments = tuple(
        Segment(**{**each, "changed_at": datetime.fromisoformat(each["changed_at"])}) for each in body["segments"]
    )
    counted = datetime.fromisoformat(body["counted_at"]) if body["counted_at"] else None
    return Register(segments, document.version, body["contacts"], counted)
