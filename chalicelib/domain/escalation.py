"""Escalation: the tiers that a case is handed through, each once and in their order, up or back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import InvalidInput, Refusal, TransitionRefused
from chalicelib.domain.skills import Skills
from chalicelib.domain.standing import Standing

# Not on any tier yet: the first one is next.
BELOW = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EscalationRefused(Refusal):
    """There is no tier to go to: `facts` has the path and the tier that it is on."""

    code = "escalation_refused"
    kind = "conflict"


@dataclass(frozen=True, slots=True)
class Tier:
    """Whose it is on this step, and what they have to know. Without a team it stays with the one it has. `ticket`:
    worked on when there is time, whatever the channel. `reply_seconds`: without an answer for so long it goes to the
    next tier by itself (0: never)."""

    name: str
    team_id: str | None = None
    skills: Skills = field(default_factory=dict)
    ticket: bool = False
    reply_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """The tiers of the conversations for which the condition holds. `after_breach`: a broken promise of a service level
    takes it to the next tier."""

    name: str
    tiers: tuple[Tier, ...]
    condition: Mapping[str, Any] = field(default_factory=dict)
    after_breach: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """From where to where on which path (`BELOW`: it was on no tier yet)."""

    path: Path
    place: int
    previous: int

    @property
    def tier(self) -> Tier:
        return self.path.tiers[self.place]

    @property
    def previous_tier(self) -> Tier | None:
        return None if self.previous == BELOW else self.path.tiers[self.previous]

    @property
    def is_down(self) -> bool:
        return self.place < self.previous


def path_of(paths: Sequence[Path], conversation: Conversation, facts: Facts) -> Path | None:
    """The path it is on, or else the first whose condition holds."""
    on = conversation.standing
    known = next((path for path in paths if on is not None and path.name == on.path), None)
    return known or next((path for path in paths if holds(path.condition, facts)), None)


def place_on(path: Path, conversation: Conversation) -> int:
    """Which of the path's tiers it stands on: the one it was escalated to, else the first that is its team's. A tier
    that is called otherwise by now keeps its place."""
    on = conversation.standing
    if on is not None and on.path == path.name:
        named = _place_named(path, on.tier)
        return min(on.place, len(path.tiers) - 1) if named is None else named
    team = conversation.team_id
    return next((place for place, tier in enumerate(path.tiers) if team and tier.team_id == team), BELOW)


def _place_named(path: Path, name: str) -> int | None:
    return next((place for place, tier in enumerate(path.tiers) if tier.name == name), None)


def up(path: Path, conversation: Conversation, name: str | None = None) -> Step:
    """To the next tier, or to a higher one by its name. Raises EscalationRefused, InvalidInput."""
    check_open(conversation)
    current = place_on(path, conversation)
    if name is None:
        if current + 1 >= len(path.tiers):
            raise EscalationRefused(
                f"It is on the last tier of {path.name} already: there is nobody further up. Assign it to somebody, or "
                "give it back to the tier before.",
                path=path.name,
                tier=path.tiers[current].name,
            )
        return Step(path, current + 1, current)
    wanted = _place_named(path, name)
    if wanted is None:
        names = ", ".join(tier.name for tier in path.tiers)
        raise InvalidInput(f"The path {path.name} has no such tier; it has: {names}.", field="tier")
    if wanted <= current:
        raise EscalationRefused(
            f"It is on the tier {path.tiers[current].name}, which is not below {name}: de-escalate it instead.",
            field="tier",
            path=path.name,
            tier=path.tiers[current].name,
        )
    return Step(path, wanted, current)


def down(path: Path, conversation: Conversation) -> Step:
    """Back to the tier before. Raises EscalationRefused."""
    check_open(conversation)
    current = place_on(path, conversation)
    if current <= 0:
        raise EscalationRefused(f"It is on no tier of {path.name} that has one below it.", path=path.name)
    return Step(path, current - 1, current)


def check_open(conversation: Conversation) -> None:
    """Raises TransitionRefused."""
    if conversation.status is not Status.OPEN:
        raise TransitionRefused(
            f"Only an open conversation goes to another tier; this one is {conversation.status.value}: open it first."
        )


def first(path: Path, conversation: Conversation, name: str | None = None) -> Step | None:
    """A machine's hand-over: what nobody has had yet goes to the first tier (or the one that is named), else up from
    where it is. None where there is no such tier. Raises EscalationRefused."""
    if name is not None and _place_named(path, name) is None:
        return None
    if conversation.standing is None and conversation.assignee_id is None:
        return Step(path, 0 if name is None else _place_named(path, name) or 0, BELOW)
    return up(path, conversation, name)


def moved(conversation: Conversation, step: Step, at: datetime) -> Conversation:
    """On its new tier, and nobody's there yet."""
    team_id = step.tier.team_id or conversation.team_id
    tier = Standing(
        path=step.path.name,
        tier=step.tier.name,
        place=step.place,
        at=at,
        episode=conversation.episode,
        team_id=team_id,
        skills=step.tier.skills,
        ticket=step.tier.ticket,
        left_by=conversation.assignee_id,
    )
    return replace(
        conversation, assignee_id=None, weight=0, team_id=team_id, tier=tier, version=conversation.version + 1
    )


def unanswered_at(path: Path, conversation: Conversation) -> datetime | None:
    """When its tier has left the customer without an answer for too long; None where nobody waits, or nothing follows
    from it."""
    place = place_on(path, conversation)
    on = conversation.standing
    since = conversation.waiting_since
    if place == BELOW or place + 1 >= len(path.tiers) or since is None or conversation.status is not Status.OPEN:
        return None
    seconds = path.tiers[place].reply_seconds
    begun = since if on is None else max(since, on.at)
    return begun + timedelta(seconds=seconds) if seconds else None


def waiting_epoch(since: datetime) -> int:
    """The wait that a timer was set for: a later one has timers of its own."""
    return (since - _EPOCH) // timedelta(milliseconds=1)
