"""Erasing a person: everything of all contacts that are one person, in portions that may be repeated at any point.

What is removed next is written down first, then removed, then counted: whatever is interrupted goes on from there, and
nothing is counted twice. See `domain/erasure.py` for the rounds, docs/privacy.md for what is decided.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.erasure import MAX_ROUNDS, MIN_ROUNDS, STEPS, Case, Erasure, ErasureState, Step, Survey
from chalicelib.domain.errors import ContactNotFound, ErasureNotFound, ErasureRefused, StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.person import Person
from chalicelib.domain.writes import Written
from chalicelib.services import people, rescan
from chalicelib.services.certificates import Signer, body_of
from chalicelib.services.jobs import Jobs
from chalicelib.services.people import PeopleStore
from chalicelib.services.personal_data import PersonalData

KIND = "privacy.erase"
AT_ONCE = 40
# Readers of events and indexes are behind by less, as a rule; what they write later the next round finds.
PAUSE_SECONDS = 2.0
MAX_FINDINGS = 100
# Of a preview: more is told as "at least".
MAX_PREVIEW = 5000
# For a leg that is not cut yet, all of it.
ALL_TIME = 2**52


class ErasureStore(Protocol):
    def get(self, erasure_id: str) -> Erasure | None: ...

    def put(self, erasure: Erasure, read_version: int) -> Written:
        """`read_version` 0: there is none yet. CONFLICT: somebody else is at it."""

    def finish(self, erasure: Erasure, read_version: int, now: datetime) -> Written:
        """The certificate is kept, and the contacts' heads go, all in one."""


class Holds(Protocol):
    def reason(self, contact_id: str) -> str | None:
        """Why nothing of a contact may be erased."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would remove, by store; `more`: there is more than was counted."""

    contact_ids: tuple[str, ...]
    counts: Mapping[str, int]
    more: bool
    held: str | None
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasing:
    data: PersonalData
    people: PeopleStore
    store: ErasureStore
    holds: Holds
    signer: Callable[[], Signer]
    pause: Callable[[float], None] = time.sleep

    # Asking.

    def preview(self, contact_id: str) -> Preview:
        """Nothing is changed. Raises ContactNotFound."""
        person, _ = self._person(contact_id)
        case = self._case(person)
        survey, counts, total = Survey(case), dict[str, int](), 0
        for step in STEPS:
            for place in islice(self.data.places(step, survey), MAX_PREVIEW - total):
                counts[place.store] = counts.get(place.store, 0) + 1
                total += 1
        counts |= {"contact": counts.get("contact", 0) + len(person.members), "legs": len(case.legs)}
        shared = tuple(self.data.shared(survey.case))
        return Preview(person.members, counts, total >= MAX_PREVIEW, self._held(person.members), shared)

    def ask(
        self, jobs: Jobs, principal: Principal, contact_id: str, confirmation: str, reason: str, now: datetime
    ) -> tuple[Erasure, Job]:
        """Begin. `confirmation` is the contact's id, typed. A repeat while it goes on gives the one that was begun.

        Raises ContactNotFound, ErasureRefused, StoreUnavailable."""
        if confirmation != contact_id:
            raise ErasureRefused("Type the contact's id to confirm.", field="confirmation", because="confirmation")
        person, contacts = self._person(contact_id)
        self._check(person, self._case(person))
        # By the contacts as they are: a repeat is the same erasure, and one of who came later is another.
        born = [contacts[member].created_at.isoformat() for member in person.members if member in contacts]
        name = ids.digest(*person.members, *born)
        erasure = self.store.get(f"era_{name}")
        if erasure is None or erasure.state is ErasureState.FAILED:
            erasure = self._begun(erasure, f"era_{name}", person, principal, reason, now)
        job = self._queued(jobs, erasure, now)
        if job.is_over and erasure.state is ErasureState.RUNNING:  # it was cancelled, or broke off
            erasure = self._saved(erasure, replace(erasure, attempt=erasure.attempt + 1))
            job = self._queued(jobs, erasure, now)
        return erasure, job

    def _queued(self, jobs: Jobs, erasure: Erasure, now: datetime) -> Job:
        return jobs.ask(KIND, erasure.asked_by, {"erasure_id": erasure.id}, now, f"{erasure.id}/{erasure.attempt}")

    def _begun(
        self, failed: Erasure | None, name: str, person: Person, principal: Principal, reason: str, now: datetime
    ) -> Erasure:
        case, read = self._known(person), failed.version if failed else 0
        salt = ids.digest(name, now.isoformat(), principal.id)
        begun = Erasure(name, case, principal.id, now, salt, reason, version=read + 1)
        if failed is not None:
            begun = replace(failed, state=ErasureState.RUNNING, rounds=0, step=Step.LEGS, findings=(), ended_at=None)
            begun = replace(begun, attempt=failed.attempt + 1, version=read + 1)
        if self.store.put(begun, read) is not Written.DONE:
            found = self.store.get(name)
            if found is None:
                raise StoreUnavailable("an erasure was begun by somebody else")
            return found
        return begun

    def get(self, erasure_id: str) -> Erasure:
        """Raises ErasureNotFound."""
        found = self.store.get(erasure_id) if ids.is_id("era", erasure_id) else None
        if found is None:
            raise ErasureNotFound("There is no such erasure.")
        return found

    def _person(self, contact_id: str) -> tuple[Person, Mapping[str, Contact]]:
        if not ids.is_id("con", contact_id):
            raise ContactNotFound("There is no such contact.")
        return people.person_of(self.people, contact_id)

    def _case(self, person: Person) -> Case:
        """All that is theirs now, for looking at it."""
        known = self._known(person)
        return replace(known, legs=dict.fromkeys(self.data.legs(person.members), ALL_TIME))

    def _known(self, person: Person) -> Case:
        contacts = list(self.data.contacts(person.members).values())
        pairs = rescan.named(contacts, self.data.addresses(person.members))
        return Case(person.members, needles=rescan.needles(contacts, pairs), named=pairs)

    def _check(self, person: Person, case: Case) -> None:
        self._check_held(person.members)
        self._check_shared(case)

    def _check_held(self, contact_ids: Sequence[str]) -> None:
        held = self._held(contact_ids)
        if held is not None:
            raise ErasureRefused(f"Nothing of this person may be erased: {held}", because="legal_hold")

    def _held(self, contact_ids: Sequence[str]) -> str | None:
        return next((why for each in contact_ids if (why := self.holds.reason(each)) is not None), None)

    def _check_shared(self, case: Case) -> None:
        shared = self.data.shared(case)
        if shared:
            raise ErasureRefused(
                f"{shared[0]} holds messages of another contact too: undo its merge, or link the two, first.",
                because="shared",
                conversation_ids=list(shared[:20]),
            )

    # Carrying out.

    def step(self, job: Job, now: datetime) -> Job:
        """A portion, as a job's. Raises ErasureNotFound, ErasureRefused, StoreUnavailable."""
        erasure = self.advance(job.params["erasure_id"], now)
        job = replace(job, done=erasure.count)
        if erasure.state is ErasureState.DONE:
            return job.ended(now, {"erasure_id": erasure.id, "removed": erasure.count})
        if erasure.state is ErasureState.FAILED:
            return job.failed(now, f"{len(erasure.findings)} things were still there at the end: look at the erasure.")
        return job

    def advance(self, erasure_id: str, now: datetime) -> Erasure:
        """One portion more. Raises ErasureNotFound, ErasureRefused, StoreUnavailable."""
        erasure = self.get(erasure_id)
        if erasure.state is not ErasureState.RUNNING:
            return erasure
        if erasure.pending:
            self.data.remove(erasure.pending, now)
            return self._saved(erasure, erasure.without_pending())
        if erasure.is_round_over:
            return self._round_over(erasure, now)
        return self._listed(erasure, now)

    def _listed(self, erasure: Erasure, now: datetime) -> Erasure:
        if not erasure.removed:
            self._check_held(erasure.case.contact_ids)
        case = self._cut(erasure, now) if erasure.step is Step.LEGS else erasure.case
        survey = Survey(case)
        places = tuple(dict.fromkeys(islice(self.data.places(erasure.step, survey), AT_ONCE)))
        if erasure.step is Step.CONVERSATIONS:
            self._check_shared(survey.case)
            for conversation_id in survey.case.conversations:
                self.data.close(conversation_id, now)
        if places:
            return self._saved(erasure, erasure.listed(places, survey.case))
        return self._saved(erasure, erasure.at_next_step(survey.case))

    def _cut(self, erasure: Erasure, now: datetime) -> Case:
        """Nothing comes in any more on what is theirs; the conversations that were going on are over."""
        case = erasure.case
        for leg_id in self.data.legs(case.contact_ids):
            done = self.data.cut(leg_id, case.contact_ids, now)
            if done is None:
                continue
            at, conversation_id = done
            if conversation_id:
                case = case.with_conversations([conversation_id])
                self.data.close(conversation_id, now)
            case = replace(case, legs={**case.legs, leg_id: max(at, case.legs.get(leg_id, 0))})
        return case

    def _round_over(self, erasure: Erasure, now: datetime) -> Erasure:
        self.pause(PAUSE_SECONDS)
        if erasure.rounds < MIN_ROUNDS or (erasure.dirty and erasure.rounds < MAX_ROUNDS):
            return self._listed(erasure.again(), now)
        left = tuple(islice(self.data.left(erasure.case), MAX_FINDINGS))
        if left:
            if erasure.rounds < MAX_ROUNDS:
                return self._listed(erasure.again(), now)
            return self._saved(erasure, replace(erasure, state=ErasureState.FAILED, findings=left, ended_at=now))
        self.data.settle(erasure.case, now)
        return self._sealed(erasure, now)

    def _sealed(self, erasure: Erasure, now: datetime) -> Erasure:
        signer = self.signer()
        looked_for = len(erasure.case.needles) + len(erasure.case.named)
        counted = erasure.counted(self.data.last(erasure.case))
        body = body_of(counted, now.isoformat(), looked_for, signer)
        done = replace(
            counted,
            case=Case(erasure.case.contact_ids),
            state=ErasureState.DONE,
            ended_at=now,
            certificate=body,
            signature=signer.sign(body),
            version=erasure.version + 1,
        )
        if self.store.finish(done, erasure.version, now) is not Written.DONE:
            raise StoreUnavailable("somebody else is at this erasure")
        return done

    def _saved(self, read: Erasure, after: Erasure) -> Erasure:
        after = replace(after, version=read.version + 1)
        if self.store.put(after, read.version) is not Written.DONE:
            raise StoreUnavailable("somebody else is at this erasure")
        return after


__all__: Sequence[str] = ["KIND", "Erasing", "ErasureStore", "Holds", "Preview"]
