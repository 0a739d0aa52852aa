"""Announcements: what supervisors tell agents, from one time to another, and who has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.errors_common import InvalidInput

MAX_TITLE = 120
MAX_BODY = 5000
MAX_TEAMS = 50
LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)


class Level(StrEnum):
    INFO = "info"
    IMPORTANT = "important"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Announcement:
    """`team_ids`: whose agents it is for; none is everybody. It is shown from `starts_at` until it ends; `told`: the
    event that tells of it was published. `requires_ack`: reading it is not enough, it has to be confirmed."""

    id: str
    title: str
    body: str
    starts_at: datetime
    ends_at: datetime
    author_id: str
    author_name: str
    created_at: datetime
    team_ids: tuple[str, ...] = ()
    level: Level = Level.INFO
    requires_ack: bool = False
    told: bool = False
    version: int = 1

    def is_shown(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    def is_for(self, team_ids: tuple[str, ...]) -> bool:
        return not self.team_ids or any(team_id in self.team_ids for team_id in team_ids)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That an agent has read it, and confirmed it where `acknowledged_at` is there."""

    announcement_id: str
    agent_id: str
    agent_name: str
    read_at: datetime
    acknowledged_at: datetime | None = None


def checked(announcement: Announcement, now: datetime) -> Announcement:
    """Raises InvalidInput."""
    if not announcement.title.strip() or len(announcement.title) > MAX_TITLE:
        raise InvalidInput(f"Give a title of at most {MAX_TITLE} characters.", field="title")
    if not announcement.body.strip() or len(announcement.body) > MAX_BODY:
        raise InvalidInput(f"Give a text of at most {MAX_BODY} characters.", field="body")
    if not announcement.ends_at > max(announcement.starts_at, now):
        raise InvalidInput("It ends after it has begun, and after now.", field="ends_at")
    if announcement.starts_at > now + LONGEST or announcement.ends_at > announcement.starts_at + LONGEST:
        raise InvalidInput("It begins within a year, and lasts a year at most.", field="ends_at")
    return announcement


def is_settled(announcement: Announcement, receipt: Receipt | None) -> bool:
    """Whether an agent has done what it asks for: read it, or confirmed it."""
    if receipt is None:
        return False
    return receipt.acknowledged_at is not None or not announcement.requires_ack


def announcement_snapshot(announcement: Announcement) -> Mapping[str, Any]:
    """As events tell it."""
    return {
        "id": announcement.id,
        "title": announcement.title,
        "body": announcement.body,
        "level": announcement.level.value,
        "team_ids": list(announcement.team_ids),
        "starts_at": announcement.starts_at.isoformat(),
        "ends_at": announcement.ends_at.isoformat(),
        "requires_ack": announcement.requires_ack,
        "author_id": announcement.author_id,
    }
