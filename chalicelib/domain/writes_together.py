"""What is written beside a conversation, in one transaction with its change."""

from dataclasses import dataclass

from chalicelib.domain.follower import Following
from chalicelib.domain.mention import Mention
from chalicelib.domain.task import Task
from chalicelib.domain.writes import Recorded


@dataclass(frozen=True, slots=True)
class FollowingChange:
    """Written where the version is still `read_version` (0: there is none yet)."""

    after: Following
    read_version: int
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class TaskChange:
    """Written where the version is still `read_version` (0: there is none yet)."""

    after: Task
    read_version: int
    recorded: Recorded


Beside = Mention | FollowingChange | TaskChange
