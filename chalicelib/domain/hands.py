"""Whose a conversation has been: from the decisions of routing and the lines of its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision, Outcome

# Lines of a thread that tell of another owner.
HANDS = frozenset(
    {
        "conversation.assigned",
        "conversation.escalated",
        "conversation.taken_over",
        "conversation.given_back",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody had it from `since` until `until` (None: still has it). `source` is the id of the line that told of it,
    or "" where a decision of routing did."""

    agent_id: str
    since: datetime
    until: datetime | None
    source: str = ""


def spans(
    since: datetime,
    owner: str | None,
    decisions: Sequence[Decision],
    lines: Sequence[Note],
    entry: QueueEntry | None,
) -> tuple[Span, ...]:
    """Who has had it since a moment, in order; `owner` is who has it now. What is older than the lines and decisions at
    hand is left out."""
    points = [(each.at, _given(each), "") for each in decisions]
    points += [(line.at, _owner(line), line.id) for line in lines if line.facts.get("type") in HANDS]
    if entry is not None:
        points.append((entry.queued_at, None, ""))
    found: list[Span] = []
    for at, agent_id, source in sorted((point for point in points if point[0] >= since), key=lambda point: point[0]):
        current = found[-1] if found and found[-1].until is None else None
        if current is not None and current.agent_id == agent_id:
            continue
        if current is not None:
            found[-1] = Span(current.agent_id, current.since, at, current.source)
        if agent_id is not None:
            found.append(Span(agent_id, at, None, source))
    if found and found[-1].until is None and found[-1].agent_id != owner:
        last = found[-1]
        found[-1] = Span(last.agent_id, last.since, last.since, last.source)
    return tuple(found)


def _given(decision: Decision) -> str | None:
    return decision.agent_id if decision.outcome is Outcome.ASSIGNED else None


def _owner(line: Note) -> str | None:
    owner = line.facts.get("assignee_id")
    return owner if isinstance(owner, str) else None
