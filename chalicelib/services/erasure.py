"""Erasing a person: everything of all contacts that are one person, in portions that may be repeated at any point.

What is removed next is written down first, then removed, then counted: whatever is interrupted goes on from there, and
nothing is counted twice. See `domain/erasure.py` for the rounds, docs/privacy.md for what is decided.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.erasure import MAX_ROUNDS, MIN_ROUNDS, STEPS, Case, Erasure, ErasureState, Step, Survey
from chalicelib.domain.errors import ErasureNotFound, ErasureRefused, StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.writes import Written
from chalicelib.services import rescan
from chalicelib.services.certificates import Signer, body_of
from chalicelib.services.personal_data import PersonalData

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


def held(holds: Holds, contact_ids: Sequence[str]) -> str | None:
    """Why nothing of a person may be erased."""
    return next((why for each in contact_ids if (why := holds.reason(each)) is not None), None)


def check_held(holds: Holds, contact_ids: Sequence[str]) -> None:
    """Raises ErasureRefused."""
    why = held(holds, contact_ids)
    if why is not None:
        raise ErasureRefused(f"Nothing of this person may be erased: {why}", because="legal_hold")


def check_shared(shared: Sequence[str]) -> None:
    """Raises ErasureRefused where conversations hold messages of others too."""
    if shared:
        raise ErasureRefused(
            f"{shared[0]} holds messages of another contact too: undo its merge, or link the two, first.",
            because="shared",
            conversation_ids=list(shared[:20]),
        )


def find(store: ErasureStore, erasure_id: str) -> Erasure:
    """Raises ErasureNotFound."""
    found = store.get(erasure_id) if ids.is_id("era", erasure_id) else None
    if found is None:
        raise ErasureNotFound("There is no such erasure.")
    return found


@dataclass(frozen=True, slots=True)
class Erasing:
    data: PersonalData
    store: ErasureStore
    holds: Holds
    signer: Callable[[], Signer]
    pause: Callable[[float], None] = time.sleep

    def preview(self, job: Job, now: datetime) -> Job:
        """What an erasure would remove now, as a job's only portion. Nothing is changed."""
        members = tuple(job.params["contact_ids"])
        survey, counts, total = Survey(self._case(members)), dict[str, int](), 0
        for step in STEPS:
            for place in islice(self.data.places(step, survey), MAX_PREVIEW - total):
                counts[place.store] = counts.get(place.store, 0) + 1
                total += 1
        for place in self.data.last(survey.case):
            counts[place.store] = counts.get(place.store, 0) + 1
        result = {
            "contact_ids": list(members),
            "counts": counts,
            "more": total >= MAX_PREVIEW,
            "legal_hold": held(self.holds, members),
            "shared_conversation_ids": list(self.data.shared(survey.case)),
        }
        return replace(job, done=total, total=total).ended(now, result)

    def _case(self, members: tuple[str, ...]) -> Case:
        contacts = list(self.data.contacts(members).values())
        pairs = rescan.named(contacts, self.data.addresses(members))
        legs = dict.fromkeys(self.data.legs(members), ALL_TIME)
        return Case(members, legs, needles=rescan.needles(contacts, pairs), named=pairs)

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
        erasure = find(self.store, erasure_id)
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
            check_held(self.holds, erasure.case.contact_ids)
        case = self._cut(erasure, now) if erasure.step is Step.LEGS else erasure.case
        survey = Survey(case)
        places = tuple(dict.fromkeys(islice(self.data.places(erasure.step, survey), AT_ONCE)))
        if erasure.step is Step.CONVERSATIONS:
            new = survey.case.conversations[erasure.closed :]
            check_shared(self.data.shared(replace(survey.case, conversations=new)) if new else ())
            for conversation_id in new:
                self.data.close(conversation_id, now)
            erasure = replace(erasure, closed=len(survey.case.conversations))
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
