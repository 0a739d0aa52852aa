"""Mentions: colleagues that a note is meant for, named one by one or as a team.

A mention says who was meant and where; what was said stays in the note alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors_common import InvalidInput

# How many a note may name, and how many agents they may come to.
MAX_MARKS = 20
MAX_MENTIONED = 50


class MentionKind(StrEnum):
    AGENT = "agent"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Mark:
    """Whom a note names, as its author says it."""

    kind: MentionKind
    id: str

    @property
    def seed(self) -> str:
        return f"@{self.kind.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class Mention:
    """That a note of a conversation means an agent."""

    agent_id: str
    note_id: str
    conversation_id: str
    author_id: str
    at: datetime
    seen: bool = False


def joined(meant: Sequence[tuple[str, ...]], author_id: str, audience: Sequence[str]) -> tuple[str, ...]:
    """The agents of all marks (`meant`: those of each, in their order), each once and without the author.

    Raises InvalidInput: a whisper means nobody outside its audience, and a note not half the company."""
    found: dict[str, None] = {}
    for place, agents in enumerate(meant):
        others = [agent for agent in agents if agent != author_id]
        if audience and not set(others) <= set(audience):
            raise InvalidInput(
                "A whisper can mention only whom it is for: add them to its audience.", field=f"mentions[{place}]"
            )
        found |= dict.fromkeys(others)
        if len(found) > MAX_MENTIONED:
            raise InvalidInput(
                f"A note mentions at most {MAX_MENTIONED} agents, those of teams included.",
                field=f"mentions[{place}]",
            )
    return tuple(found)
