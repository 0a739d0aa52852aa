"""Tasks: what somebody at the desk is to do, about a conversation or for themselves, and by when.

    open -> done | cancelled        done, cancelled -> open

A time that has come is told once. Timers come late, twice and for times that hold no longer: what decides is which
time was told already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.checklist import Point

MAX_TITLE = 300
# How many of a conversation may be open at once.
MAX_OPEN = 50
DUE = "due"
REMINDER = "reminder"


class TaskKind(StrEnum):
    """`task`: to be done; `reminder`: somebody wants to be told again of a conversation, for themselves alone."""

    TASK = "task"
    REMINDER = "reminder"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """`owner_id`: an agent or a team. `conversation_id` None: it is about none, and its owner's alone. `wakes`: a
    conversation that sleeps is opened when it is due. `digest` tells a repeated request from another. `told_due`,
    `told_reminder`: the times of which was told already."""

    id: str
    title: str
    owner_id: str
    created_by: str
    created_at: datetime
    digest: str
    conversation_id: str | None = None
    kind: TaskKind = TaskKind.TASK
    due_at: datetime | None = None
    remind_at: datetime | None = None
    wakes: bool = False
    checklist: tuple[Point, ...] = ()
    state: TaskState = TaskState.OPEN
    ended_at: datetime | None = None
    ended_by: str | None = None
    told_due: datetime | None = None
    told_reminder: datetime | None = None
    version: int = 1

    @property
    def is_private(self) -> bool:
        return self.conversation_id is None or self.kind is TaskKind.REMINDER

    @property
    def owner_agents(self) -> tuple[str, ...]:
        return (self.owner_id,) if ids.is_id("agt", self.owner_id) else ()

    @property
    def team_id(self) -> str | None:
        return None if self.owner_agents else self.owner_id


def task_id(conversation_id: str | None, *seed: str) -> str:
    """The id tells the conversation, so that a task is found by it alone."""
    body = conversation_id.partition("_")[2] if conversation_id else ""
    return f"tsk_{body}{ids.digest(*seed)}"


def conversation_of(identifier: str) -> str | None:
    """The conversation that a task's id tells; None of one that is about none."""
    body = identifier.partition("_")[2][: -ids.DIGEST_LENGTH]
    return f"cnv_{body}" if body else None


def may_see(task: Task, principal: Principal) -> bool:
    """What is about a conversation is everybody's at the desk; a private one its owner's, its author's and
    supervisors'."""
    mine = principal.id in (task.owner_id, task.created_by)
    return not task.is_private or mine or principal.may(Role.SUPERVISOR)


def next_time(task: Task) -> datetime | None:
    """When something of it has to be told next; None where there is nothing left to tell."""
    if task.state is not TaskState.OPEN:
        return None
    times = [(task.remind_at, task.told_reminder), (task.due_at, task.told_due)]
    return min((at for at, told in times if at is not None and at != told), default=None)


def come_due(task: Task, now: datetime) -> tuple[Task, str] | None:
    """With what has come by `now` told, and which of its times it is (DUE stands over REMINDER); None where nothing
    has to be told."""
    at = next_time(task)
    if at is None or at > now:
        return None
    is_due = task.due_at is not None and task.due_at <= now and task.told_due != task.due_at
    reminded = task.remind_at if task.remind_at is not None and task.remind_at <= now else task.told_reminder
    after = replace(
        task,
        told_due=task.due_at if is_due else task.told_due,
        told_reminder=reminded,
        version=task.version + 1,
    )
    return after, DUE if is_due else REMINDER


def moved(task: Task, state: TaskState, by: str, at: datetime) -> Task:
    """In another state; the same one changes nothing."""
    if task.state is state:
        return task
    over = state is not TaskState.OPEN
    return replace(task, state=state, ended_at=at if over else None, ended_by=by if over else None)


def task_snapshot(task: Task) -> Mapping[str, Any]:
    """As its events show it."""
    return {
        "id": task.id,
        "conversation_id": task.conversation_id,
        "kind": task.kind.value,
        "title": task.title,
        "owner_id": task.owner_id,
        "created_by": task.created_by,
        "created_at": task.created_at.isoformat(),
        "due_at": _at(task.due_at),
        "remind_at": _at(task.remind_at),
        "wakes": task.wakes,
        "state": task.state.value,
        "ended_at": _at(task.ended_at),
        "ended_by": task.ended_by,
        "points": len(task.checklist),
        "points_done": sum(point.done for point in task.checklist),
        "next_at": _at(next_time(task)),
    }


def _at(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
