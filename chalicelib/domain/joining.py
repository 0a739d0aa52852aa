"""A customer who moves by themselves: whether a conversation that just began goes on with one that is there.

Pure rules over what is known: nobody is asked to guess, and where the evidence is not enough the customer says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.conversation import Conversation, Leg, Status
from chalicelib.domain.person import Person

# From this strength on two contacts are one human being without anybody's say-so; the same contact is sure.
STRONG = 90
SURE = 100
# How many cases a customer is shown to choose from.
MOST_SHOWN = 2
# A conversation this old is no longer asked about: an answer would come out of the blue.
ASK_WITHIN = timedelta(minutes=15)
# Where the provider itself says whose message it is. Mail says so only with a verdict, the widget only when signed in.
ATTESTED = frozenset(
    {"whatsapp", "sms", "messenger", "instagram", "telegram", "line", "viber", "wechat", "apple", "slack", "custom"}
)
# Who begins one here is on the line, and hears no question that is written.
CALLS = frozenset({"voice"})


@dataclass(frozen=True, slots=True)
class ResumePolicy:
    """`open_seconds` and `resolved_seconds`: how long ago the last word of a case (its end) may be for the customer to
    be in it at once; `ask_open_seconds` and `ask_resolved_seconds`: for them to be asked. 0 asks or joins nothing."""

    enabled: bool = True
    ask: bool = True
    open_seconds: int = 72 * 3600
    resolved_seconds: int = 24 * 3600
    ask_open_seconds: int = 30 * 24 * 3600
    ask_resolved_seconds: int = 7 * 24 * 3600
    version: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that the new conversation may go on with. `strength` is of the evidence that it is the same person;
    `other_door`: they can be reached in the same channel already, and chose another inbox of it."""

    conversation: Conversation
    strength: int
    since: datetime
    in_window: bool
    other_door: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`join`: into which; `ask`: about which, the most likely first; neither: it is a case of its own, and `because`
    says why."""

    because: str
    join: Candidate | None = None
    ask: tuple[Candidate, ...] = ()


def strength_between(person: Person, one: str, other: str) -> int:
    """How sure it is that two contacts are one human being: of the best path of links, its weakest; 0 where none."""
    if one == other:
        return SURE
    joined = {one}
    # The strongest first: the link that brings both together is the weakest of the best path.
    links = sorted(person.links, key=lambda link: -link.strength)
    weakest = SURE
    while other not in joined:
        step = next((link for link in links if (link.a in joined) is not (link.b in joined)), None)
        if step is None:
            return 0
        weakest = min(weakest, step.strength)
        joined |= {step.a, step.b}
    return weakest


def is_attested(leg: Leg, first: Mapping[str, Any] | None = None) -> bool:
    """Whether the provider vouches for who wrote on a leg; `first` is the content of its first message."""
    if leg.channel in ATTESTED:
        return True
    if leg.channel == "web_chat":
        return leg.address.startswith("user:")
    proof = (first or {}).get("authentication")
    return leg.channel == "email" and isinstance(proof, Mapping) and proof.get("verified") is True


def candidates(
    found: Conversation,
    others: Iterable[Conversation],
    person: Person,
    policy: ResumePolicy,
    now: datetime,
    is_public: Callable[[Leg], bool],
) -> tuple[Candidate, ...]:
    """What `found` may go on with, the last one spoken in first. Older cases of the same person only; none that shares
    a leg with it, for then the inbox's own rule has said that a new case begins; none that all can read."""
    kept = {
        other.id: candidate
        for other in others
        if _is_before(other, found)
        and other.contact_id in person.members
        and not {*other.legs} & {*found.legs}
        and not all(map(is_public, other.legs.values()))
        and (
            candidate := _candidate(
                found, other, strength_between(person, found.contact_id, other.contact_id), policy, now
            )
        )
    }
    return tuple(sorted(kept.values(), key=lambda each: (each.since, each.conversation.id), reverse=True))


def _is_before(other: Conversation, found: Conversation) -> bool:
    """Of two that began at the same moment one is the older, whoever asks: both see it alike."""
    mine, theirs = (found.created_at, found.id), (other.created_at, other.id)
    return theirs < mine and other.merged_into is None


def _candidate(
    found: Conversation, other: Conversation, strength: int, policy: ResumePolicy, now: datetime
) -> Candidate | None:
    over = other.status is Status.RESOLVED
    since = (other.resolved_at or other.last_activity_at) if over else other.last_activity_at
    joins, asks = (
        (policy.resolved_seconds, policy.ask_resolved_seconds)
        if over
        else (policy.open_seconds, policy.ask_open_seconds)
    )
    age = now - since
    in_window = bool(joins) and age <= timedelta(seconds=joins)
    if strength <= 0 or not (in_window or (asks and age <= timedelta(seconds=asks))):
        return None
    return Candidate(
        other, strength, since, in_window, any(leg.channel == found.channel for leg in other.legs.values())
    )


def may_move(found: Conversation) -> bool:
    """Whether it is still a beginning: once somebody has answered in it, or split it off, people decide what becomes of
    it."""
    whole = not any(leg.earlier for leg in found.legs.values()) and found.part == 0
    began = whole and len(found.legs) == 1 and not found.absorbed and found.episode == 1
    return began and found.status is Status.OPEN and found.merged_into is None and found.first_response_at is None


def judged(
    found: Conversation, known: Sequence[Candidate], policy: ResumePolicy, *, attested: bool, may_ask: bool
) -> Verdict:
    """What becomes of a conversation that just began."""
    if not policy.enabled or not may_move(found):
        return Verdict("over" if policy.enabled else "off")
    if not known:
        return Verdict("none")
    sure = [each for each in known if each.in_window and each.strength >= STRONG]
    if attested and len(sure) == 1 and not sure[0].other_door:
        return Verdict("moved", join=sure[0])
    if not (policy.ask and may_ask):
        return Verdict("not_asked")
    return Verdict(_why_asked(sure, attested=attested), ask=tuple(known[:MOST_SHOWN]))


def _why_asked(sure: Sequence[Candidate], *, attested: bool) -> str:
    if not attested:
        return "unproven"
    return "several" if len(sure) > 1 else "unsure"


def may_tell(candidate: Candidate, *, attested: bool) -> bool:
    """Whether the customer may be told what the case is about: only who certainly is the one it is of."""
    return attested and candidate.strength >= STRONG
