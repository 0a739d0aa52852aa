"""Skills: what an agent can do, from 1 to 5, and what a conversation asks for, less and less as it waits.

Languages and dialects are skills like others (`lang:yue`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MAX_LEVEL = 5

Skills = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """After so much waiting: `levels` replaces what is asked of these skills (0: nothing any more), and the team joins
    those who may take it."""

    after_seconds: int
    levels: Skills = field(default_factory=dict)
    overflow_team_id: str | None = None


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is asked for at first, and the steps by which it relaxes, in order of time."""

    required: Skills = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for at a moment: `step` counts the steps taken, `relaxed` names the skills asked for less."""

    required: Skills
    team_ids: tuple[str, ...]
    step: int
    relaxed: tuple[str, ...]
    next_at: datetime | None


def asked_at(requirements: Requirements, team_id: str, queued_at: datetime, now: datetime) -> Asked:
    """What a conversation that waits since `queued_at` asks for now, and when it asks for less."""
    waited = now - queued_at
    taken = [step for step in requirements.steps if waited >= timedelta(seconds=step.after_seconds)]
    required = dict(requirements.required)
    teams = [team_id]
    for step in taken:
        required.update(step.levels)
        if step.overflow_team_id and step.overflow_team_id not in teams:
            teams.append(step.overflow_team_id)
    left = {skill: level for skill, level in required.items() if level > 0}
    relaxed = tuple(sorted(skill for skill, level in requirements.required.items() if left.get(skill, 0) < level))
    following = requirements.steps[len(taken)] if len(taken) < len(requirements.steps) else None
    next_at = queued_at + timedelta(seconds=following.after_seconds) if following else None
    return Asked(left, tuple(teams), len(taken), relaxed, next_at)


def missing(required: Skills, skills: Skills) -> tuple[str, ...]:
    """The skills that somebody lacks, or has at too low a level."""
    return tuple(sorted(skill for skill, level in required.items() if skills.get(skill, 0) < level))
