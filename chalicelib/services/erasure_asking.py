"""Asking for what the law gives a person: to be erased, or shown what the erasing would do. Both are long work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.contact import Contact
from chalicelib.domain.erasure import Case, Erasure, ErasureState, Step
from chalicelib.domain.errors import ContactNotFound, ErasureRefused, StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.person import Person
from chalicelib.domain.writes import Written
from chalicelib.services import people, rescan
from chalicelib.services.erasure import ALL_TIME, ErasureStore, Holds, check_held, check_shared
from chalicelib.services.jobs import Jobs
from chalicelib.services.people import PeopleStore

ERASE, PREVIEW = "privacy.erase", "privacy.preview"


class Known(Protocol):
    """What is known of a person by the desk's table alone."""

    def contacts(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]: ...

    def addresses(self, contact_ids: Sequence[str]) -> Sequence[tuple[str, str]]: ...

    def legs(self, contact_ids: Sequence[str]) -> Sequence[str]: ...

    def shared(self, case: Case) -> Sequence[str]:
        """Conversations that show messages of others too."""


@dataclass(frozen=True, slots=True)
class Asking:
    known: Known
    people: PeopleStore
    store: ErasureStore
    holds: Holds

    def preview(self, jobs: Jobs, principal: Principal, contact_id: str, now: datetime) -> Job:
        """Raises ContactNotFound, StoreUnavailable."""
        person, _ = self._person(contact_id)
        return jobs.ask(PREVIEW, principal.id, {"contact_ids": list(person.members)}, now)

    def erase(
        self, jobs: Jobs, principal: Principal, contact_id: str, confirmation: str, reason: str, now: datetime
    ) -> tuple[Erasure, Job]:
        """Begin. `confirmation` is the contact's id, typed. A repeat while it goes on gives the one that was begun; one
        that failed goes on anew. Raises ContactNotFound, ErasureRefused, StoreUnavailable."""
        if confirmation != contact_id:
            raise ErasureRefused("Type the contact's id to confirm.", field="confirmation", because="confirmation")
        person, contacts = self._person(contact_id)
        check_held(self.holds, person.members)
        check_shared(self.known.shared(self._case(person)))
        # By the contacts as they are: a repeat is the same erasure, and one of who came later is another.
        born = [contacts[member].created_at.isoformat() for member in person.members if member in contacts]
        name = f"era_{ids.digest(*person.members, *born)}"
        erasure = self.store.get(name)
        if erasure is None or erasure.state is ErasureState.FAILED:
            erasure = self._begun(erasure, name, person, principal, reason, now)
        job = _queued(jobs, erasure, now)
        if job.is_over and erasure.state is ErasureState.RUNNING:  # it was cancelled, or broke off
            erasure = self._put(replace(erasure, attempt=erasure.attempt + 1), erasure.version)
            job = _queued(jobs, erasure, now)
        return erasure, job

    def _begun(
        self, failed: Erasure | None, name: str, person: Person, principal: Principal, reason: str, now: datetime
    ) -> Erasure:
        if failed is not None:
            again = replace(failed, state=ErasureState.RUNNING, rounds=0, step=Step.LEGS, findings=(), ended_at=None)
            return self._put(replace(again, attempt=failed.attempt + 1), failed.version)
        case = replace(self._case(person), legs={})
        salt = ids.digest(name, now.isoformat(), principal.id)
        return self._put(Erasure(name, case, principal.id, now, salt, reason), 0)

    def _put(self, erasure: Erasure, read_version: int) -> Erasure:
        made = replace(erasure, version=read_version + 1)
        if self.store.put(made, read_version) is Written.DONE:
            return made
        found = self.store.get(erasure.id)
        if found is None:
            raise StoreUnavailable("somebody else is at this erasure")
        return found

    def _person(self, contact_id: str) -> tuple[Person, Mapping[str, Contact]]:
        if not ids.is_id("con", contact_id):
            raise ContactNotFound("There is no such contact.")
        return people.person_of(self.people, contact_id)

    def _case(self, person: Person) -> Case:
        contacts = list(self.known.contacts(person.members).values())
        pairs = rescan.named(contacts, self.known.addresses(person.members))
        legs = dict.fromkeys(self.known.legs(person.members), ALL_TIME)
        return Case(person.members, legs, needles=rescan.needles(contacts, pairs), named=pairs)


def _queued(jobs: Jobs, erasure: Erasure, now: datetime) -> Job:
    return jobs.ask(ERASE, erasure.asked_by, {"erasure_id": erasure.id}, now, f"{erasure.id}/{erasure.attempt}")
