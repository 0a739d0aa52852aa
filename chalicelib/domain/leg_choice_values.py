"""What choosing a leg works with: ways to reach a customer, what is known of them, and the verdict on each way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.consent import ConsentWord, Purpose
from chalicelib.domain.contact import ContactIdentity, DoNotContact, WeeklyHours
from chalicelib.domain.conversation import Reach
from chalicelib.domain.leg_choice_policy import Cost, LegPolicy


class Place(StrEnum):
    """ACTIVE: where the conversation is. LEG: one of its other legs. KNOWN: a leg of the customer's that is not in it.
    NEW: none yet."""

    ACTIVE = "active"
    LEG = "leg"
    KNOWN = "known"
    NEW = "new"


class Proof(StrEnum):
    """How it is known that the address is the customer's: they have written from it; the company's site has signed it;
    they have told us the code that was sent there; a provider says so; or somebody has typed it."""

    WRITTEN = "written"
    SITE = "site"
    CODE = "code"
    PROVIDER = "provider"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """An address that is somebody's. `begun`: we have written there first, so that it is known proves nothing."""

    identity: ContactIdentity
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """`window_open` is about the message in question: a template may go where a text may not (`by_template`).
    `misfit`: why the channel cannot carry it; `misfit_facts`: the same as data. `elsewhere`: the open conversation that
    the leg leads to. `written_here`: the customer has written on it in this conversation."""

    leg_id: str
    inbox_id: str
    inbox_name: str
    channel: str
    address: str
    contact_id: str
    place: Place
    proof: Proof
    proven_at: datetime | None = None
    identity_id: str | None = None
    enabled: bool = True
    written_here: bool = False
    last_inbound_at: datetime | None = None
    window_open: bool = True
    window_closes_at: datetime | None = None
    by_template: bool = False
    misfit: str | None = None
    misfit_facts: Mapping[str, Any] = field(default_factory=dict)
    cost: Cost = Cost.FREE
    reach: Reach | None = None
    elsewhere: str | None = None
    public: bool = False
    # Where the identity is that of a contact who is not part of this person.
    foreign: bool = False

    @property
    def is_proven(self) -> bool:
        return self.proof is not Proof.TYPED


@dataclass(frozen=True, slots=True)
class Customer:
    """What is known of the person, of all their contacts. `learned`: the channel they use most, and how often."""

    consents: tuple[ConsentWord, ...] = ()
    do_not_contact: DoNotContact | None = None
    preferred: str | None = None
    learned: tuple[str, int] | None = None
    time_zone: str | None = None
    hours: WeeklyHours | None = None
    language: str | None = None
    last_inbound_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a leg (points above 0) or against it. `facts`: what its sentence tells beside the
    code, as data."""

    code: str
    points: int
    said: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a leg may not be used: a stable code and a sentence, of which `facts` is the data."""

    code: str
    said: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    candidate: Candidate
    score: int
    reasons: tuple[Reason, ...]
    refusals: tuple[Obstacle, ...]

    @property
    def usable(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Situation:
    """One candidate, in all that it is judged by. `word`: the customer's on such messages there, if any."""

    candidate: Candidate
    customer: Customer
    policy: LegPolicy
    purpose: Purpose
    now: datetime
    word: ConsentWord | None = None


def time_said(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M %Z")
