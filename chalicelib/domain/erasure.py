"""The erasure of a person: what is known of it while it goes on, and what is counted for its certificate.

It goes round and round over all that a person may have left behind, in the same order, until a round finds nothing;
then everything is looked for once more. So it does not matter where it was interrupted, nor what was written by
somebody who had not heard of it yet.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

# A round more than the first is always made; what still writes after so many does not stop by itself.
MIN_ROUNDS, MAX_ROUNDS = 2, 8
_MODULUS = 2**256


class Step(StrEnum):
    """In the order in which a round takes them: first nothing more can come in, the contacts themselves go last."""

    LEGS = "legs"
    IDENTITIES = "identities"
    MESSAGES = "messages"
    CONVERSATIONS = "conversations"
    TIMELINES = "timelines"
    FILES = "files"
    CONTACTS = "contacts"


STEPS = tuple(Step)


class ErasureState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something of the person is. `where`: the table or bucket; an object's key is `pk`. `how`: removed, emptied
    (its mark stays for a while, without anything of the person), or a conversation's head, which counters count."""

    store: str
    where: str
    pk: str
    sk: str = ""
    how: str = "remove"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a store were removed, and a digest of their keys, the same in any order of them: the sum
    of each key's salted SHA-256, in 64 hexadecimal digits."""

    count: int = 0
    digest: str = "0" * 64

    def with_key(self, salt: str, place: Place) -> "Tally":
        text = "\n".join((salt, place.where, place.pk, place.sk))
        number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
        return Tally(self.count + 1, f"{(int(self.digest, 16) + number) % _MODULUS:064x}")


@dataclass(frozen=True, slots=True)
class Case:
    """Whose traces are looked for: contacts, their legs with the time up to which all of them goes (milliseconds; of
    what comes later nothing is theirs), conversations found so far, and the person's identifiers: as texts to look for
    in lower case, and as pairs (`email`, `phone` or a channel, and the value)."""

    contact_ids: tuple[str, ...]
    legs: Mapping[str, int] = field(default_factory=dict)
    conversations: tuple[str, ...] = ()
    needles: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()

    def with_conversations(self, found: Iterable[str]) -> "Case":
        new = sorted({*found} - {*self.conversations})
        return replace(self, conversations=(*self.conversations, *new)) if new else self


class Survey:
    """What comes to light while a person's traces are looked for."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def note_conversations(self, found: Iterable[str]) -> None:
        self.case = self.case.with_conversations(found)


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored thing of a person, as an export shows it: `data` are JSON values."""

    store: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Erasure:
    """`pending`: what is removed next, written down first, so that it is counted once however often that is tried.
    `dirty`: this round has found something. `findings`: what was left when it was looked for at the end."""

    id: str
    case: Case
    asked_by: str
    asked_at: datetime
    salt: str
    reason: str = ""
    state: ErasureState = ErasureState.RUNNING
    step: Step = Step.LEGS
    rounds: int = 0
    dirty: bool = False
    pending: tuple[Place, ...] = ()
    removed: Mapping[str, Tally] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    ended_at: datetime | None = None
    certificate: Mapping[str, Any] = field(default_factory=dict)
    signature: str = ""
    attempt: int = 1
    # How many of the conversations known are resolved.
    closed: int = 0
    version: int = 0

    @property
    def count(self) -> int:
        return sum(tally.count for tally in self.removed.values())

    def listed(self, places: tuple[Place, ...], case: Case) -> "Erasure":
        """These are removed next."""
        return replace(self, pending=places, case=case, dirty=True)

    def without_pending(self) -> "Erasure":
        """What was pending is gone, and is counted."""
        return replace(self.counted(self.pending), pending=())

    def counted(self, places: Iterable[Place]) -> "Erasure":
        removed = dict(self.removed)
        for place in places:
            removed[place.store] = removed.get(place.store, Tally()).with_key(self.salt, place)
        return replace(self, removed=removed)

    def at_next_step(self, case: Case) -> "Erasure":
        place = STEPS.index(self.step) + 1
        if place < len(STEPS):
            return replace(self, case=case, step=STEPS[place])
        return replace(self, case=case, step=STEPS[0], rounds=self.rounds + 1)

    @property
    def is_round_over(self) -> bool:
        return self.rounds > 0 and self.step is STEPS[0] and not self.pending

    def again(self) -> "Erasure":
        return replace(self, dirty=False, closed=0)
