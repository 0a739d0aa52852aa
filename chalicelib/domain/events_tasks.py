"""What happens to tasks and followers. `domain/events.py` has them all; a task is in `snapshot`, its checklist only in
numbers. `conversation_id` is None where the task is nobody's business but its owner's (`snapshot` has it all the same);
`agent_ids` are those concerned, `team_id` the team that owns it."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreated:
    """Somebody at the desk has something to do, or wants to be reminded."""

    TYPE: ClassVar[str] = "task.created"
    task_id: str
    conversation_id: str | None
    agent_ids: tuple[str, ...]
    team_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged:
    """`fields` names what is not as it was; who had it before is among `agent_ids`."""

    TYPE: ClassVar[str] = "task.changed"
    task_id: str
    conversation_id: str | None
    agent_ids: tuple[str, ...]
    team_id: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDue:
    """A time of a task has come: when it is due, or when somebody wants to be reminded of it (`reason`). Told once for
    each time, to its owner (of a team to its members) and to whose the conversation is."""

    TYPE: ClassVar[str] = "task.due"
    task_id: str
    conversation_id: str | None
    agent_ids: tuple[str, ...]
    team_id: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone:
    """It was done; by whom is in `actor`."""

    TYPE: ClassVar[str] = "task.done"
    task_id: str
    conversation_id: str | None
    agent_ids: tuple[str, ...]
    team_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFollowersChanged:
    """Somebody follows a conversation, or does so no longer, by their own or a supervisor's choice. Who does because of
    a mention is told by `note.created`."""

    TYPE: ClassVar[str] = "conversation.followers_changed"
    conversation_id: str
    agent_ids: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


TaskEvent = TaskCreated | TaskChanged | TaskDue | TaskDone | ConversationFollowersChanged
