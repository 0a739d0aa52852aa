"""Tasks that are due: their events set their timers, and each time that comes is told once.

A timer that comes late, twice, or for a time that was changed since does nothing: whoever is called looks at what is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.events_tasks import TaskChanged, TaskCreated, TaskDue
from chalicelib.domain.task import DUE, Task, come_due
from chalicelib.domain.transitions import change_status
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.domain.writes_together import TaskChange
from chalicelib.services.followed import followed
from chalicelib.services.routing_ports import Timers
from chalicelib.services.together_ports import ConversationChanger, TaskStore

TASK_DUE = "task"
ATTEMPTS = 5
# Why a conversation was woken.
WOKEN = "task_due"
PLANNED = (TaskCreated.TYPE, TaskChanged.TYPE, TaskDue.TYPE)


@dataclass(frozen=True, slots=True)
class TaskPlans:
    timers: Timers

    def react(self, event: Mapping[str, Any]) -> None:
        """Set the timer of what has to be told next. Raises StoreUnavailable."""
        if event["type"] not in PLANNED:
            return
        snapshot = event["snapshot"]
        if snapshot["next_at"] is not None:
            at = datetime.fromisoformat(snapshot["next_at"])
            self.timers.set(TASK_DUE, snapshot["id"], event["aggregate"]["version"], at)


@dataclass(frozen=True, slots=True)
class DueTasks:
    store: TaskStore
    conversations: ConversationChanger
    members: Callable[[str], Sequence[str]]

    def due(self, task_id: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            before = self.store.get(task_id)
            come = come_due(before, now) if before is not None else None
            if before is None or come is None:
                return
            if self._tell(before, *come, now) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _tell(self, before: Task, after: Task, reason: str, now: datetime) -> Written:
        found = followed(self.conversations, before.conversation_id) if before.conversation_id else None
        told = TaskDue(
            task_id=after.id,
            conversation_id=found.id if found and not after.is_private else None,
            agent_ids=self._concerned(after, found),
            team_id=after.team_id,
            reason=reason,
        )
        change = TaskChange(after, before.version, Recorded((told,), SYSTEM, now))
        if after.wakes and reason == DUE and found is not None and found.status is Status.SNOOZED:
            return self.conversations.change(_woken(found, change, now))
        return self.store.put(change)

    def _concerned(self, task: Task, conversation: Conversation | None) -> tuple[str, ...]:
        """Its owner (of a team its members), and whose the conversation is; a private one is for its owner."""
        owners = self.members(task.team_id) if task.team_id is not None else task.owner_agents
        owner = conversation.assignee_id if conversation is not None and not task.is_private else None
        return tuple(dict.fromkeys([*owners, *([owner] if owner else [])]))


def _woken(before: Conversation, change: TaskChange, now: datetime) -> ConversationChange:
    """Open again, in one transaction with the task: a call that comes again finds both done."""
    after = change_status(before, Status.OPEN, now)
    told = ConversationStatusChanged(
        previous=before.status.value, status=after.status.value, episode=after.episode, reason=WOKEN
    )
    after = replace(after, version=before.version + 1)
    return ConversationChange(before, after, Recorded((told,), SYSTEM, now), beside=(change,))
