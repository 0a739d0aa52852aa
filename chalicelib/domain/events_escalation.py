"""What happens when conversations change hands by escalation or by a supervisor. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEscalated:
    """It moved to another tier of its escalation path, up or (`down`) back; `place` counts from 0."""

    TYPE: ClassVar[str] = "conversation.escalated"
    path: str
    tier: str
    place: int
    previous_tier: str | None
    previous_place: int | None
    ticket: bool
    down: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTakenOver:
    """A supervisor made it their own at once: this tells who had it before."""

    TYPE: ClassVar[str] = "conversation.taken_over"
    previous_assignee_id: str | None
    assignee_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationGivenBack:
    """A supervisor gave back what they had taken over: to its agent, or (`assignee_id` None) to the queue."""

    TYPE: ClassVar[str] = "conversation.given_back"
    previous_assignee_id: str
    assignee_id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationBriefed:
    """Who got it from somebody else was told, in a line of the thread, what has been so far."""

    TYPE: ClassVar[str] = "conversation.briefed"
    note_id: str
    assignee_id: str
