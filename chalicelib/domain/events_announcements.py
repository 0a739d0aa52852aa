"""Events of announcements."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementCreated:
    """Something is announced to agents from now on; to those of some teams where `team_ids` has any, else to all."""

    TYPE: ClassVar[str] = "announcement.created"
    announcement_id: str
    title: str
    level: str
    team_ids: tuple[str, ...]
    requires_ack: bool
    ends_at: str
