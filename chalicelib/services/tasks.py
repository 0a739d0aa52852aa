"""Tasks: made, changed and ended by people. What happens when they are due is `services/due_tasks.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.checklist import Wanted, arranged, ticked
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InvalidInput,
    NotPermitted,
    StoreUnavailable,
    TaskNotFound,
    TasksTooMany,
    VersionConflict,
)
from chalicelib.domain.events_tasks import TaskChanged, TaskCreated, TaskDone
from chalicelib.domain.reads import Page
from chalicelib.domain.task import MAX_OPEN, MAX_TITLE, Task, TaskKind, TaskState, may_see, moved, task_id
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_together import TaskChange
from chalicelib.services import desk
from chalicelib.services.administration_ports import AgentStore, TeamStore
from chalicelib.services.followers import MOST_MERGED
from chalicelib.services.ports import DeskStore
from chalicelib.services.together_ports import TaskStore

ATTEMPTS = 5
FURTHEST = timedelta(days=731)
_TIMES = ("due_at", "remind_at")

Apply = Callable[[Task], Task]


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is to be done. `seed`: the client's own id of it, or anything that is new."""

    title: str
    seed: str
    owner_id: str | None = None
    conversation_id: str | None = None
    kind: TaskKind = TaskKind.TASK
    due_at: datetime | None = None
    remind_at: datetime | None = None
    wakes: bool = False
    checklist: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Tasks:
    """For one caller."""

    store: TaskStore
    conversations: DeskStore
    agents: AgentStore
    teams: TeamStore
    principal: Principal
    now: datetime

    def create(self, new: NewTask) -> Task:
        """The same again gives the task that is there.

        Raises ConversationNotFound, ConversationIsMerged, InvalidInput, NotPermitted, TasksTooMany, ClientIdReused."""
        task = self._made(new)
        before = self.store.get(task.id)
        if before is not None:
            return _same(before, task)
        self._check_times(task, frozenset(_TIMES))
        self._check_owner(task)
        if task.conversation_id is not None:
            desk.get(self.conversations, task.conversation_id)
            if sum(each.state is TaskState.OPEN for each in self.store.of(task.conversation_id)) >= MAX_OPEN:
                raise TasksTooMany(f"A conversation has at most {MAX_OPEN} open tasks: end one first.")
        told = TaskCreated(**_told(task))
        written = self.store.add(TaskChange(task, 0, self._recorded(told)))
        if written is Written.CONFLICT:
            raise ConversationNotFound("There is no such conversation.", field="conversation_id")
        return task if written is Written.DONE else _same(self.get(task.id), task)

    def get(self, identifier: str) -> Task:
        """Raises TaskNotFound."""
        found = self.store.get(identifier)
        if found is None or not may_see(found, self.principal):
            raise TaskNotFound("There is no such task.")
        return found

    def owned(self, owner_id: str | None, limit: int, start: Mapping[str, Any] | None, *, over: bool) -> Page[Task]:
        """The caller's own, a team's, or as a supervisor another agent's: open ones by when they are due, others the
        newest first. Raises NotPermitted, InvalidInput."""
        owner = owner_id or self.principal.id
        if ids.is_id("agt", owner):
            if owner != self.principal.id and not self.principal.may(Role.SUPERVISOR):
                raise NotPermitted("Look at your own tasks, or a team's.", field="owner_id")
        elif not ids.is_id("team", owner):
            raise InvalidInput("Name an agent or a team: a machine has no tasks.", field="owner_id")
        return self.store.page(owner, limit, start, over=over)

    def of(self, conversation_id: str) -> Sequence[Task]:
        """Those of a conversation, and of what was merged into it, that are for the caller to see: the open ones by
        when they are due, then the others, the newest first. Raises ConversationNotFound."""
        conversation = desk.look(self.conversations, conversation_id)
        names = (conversation.id, *conversation.absorbed[-MOST_MERGED:])
        found = [task for name in names for task in self.store.of(name) if may_see(task, self.principal)]
        still = sorted((task for task in found if task.state is TaskState.OPEN), key=_by_time)
        over = [task for task in found if task.state is not TaskState.OPEN]
        return [*still, *sorted(over, key=lambda task: (task.ended_at, task.id), reverse=True)]

    def change(self, identifier: str, version: int, changes: Mapping[str, Any]) -> Task:
        """Other words, another owner, time or state (`title`, `owner_id`, `due_at`, `remind_at`, `wakes`, `state`).

        Raises TaskNotFound, VersionConflict, InvalidInput, NotPermitted."""

        def apply(before: Task) -> Task:
            given = {name: value for name, value in changes.items() if name != "state"}
            if "title" in given:
                given["title"] = _title(given["title"])
            after = replace(before, **given)
            self._check_times(after, frozenset(given))
            if after.owner_id != before.owner_id:
                self._check_owner(after)
            return moved(after, changes.get("state", after.state), self.principal.id, self.now)

        return self._change(identifier, apply, version)

    def arrange(self, identifier: str, version: int, wanted: Sequence[Wanted]) -> Task:
        """The whole checklist, in its order. Raises TaskNotFound, VersionConflict, InvalidInput."""

        def apply(before: Task) -> Task:
            seed = f"{before.id} {before.version}"
            return replace(before, checklist=arranged(before.checklist, wanted, seed, self.principal.id, self.now))

        return self._change(identifier, apply, version)

    def tick(self, identifier: str, point_id: str, *, done: bool) -> Task:
        """One point, whatever else changes meanwhile. Raises TaskNotFound, InvalidInput."""

        def apply(before: Task) -> Task:
            return replace(before, checklist=ticked(before.checklist, point_id, done, self.principal.id, self.now))

        return self._change(identifier, apply, None)

    def _made(self, new: NewTask) -> Task:
        said = (new.conversation_id, new.owner_id, new.kind.value, new.title, new.due_at, new.remind_at, new.wakes)
        points = [f"{point.text} {point.done}" for point in new.checklist]
        identifier = task_id(new.conversation_id, self.principal.id, new.seed)
        return Task(
            id=identifier,
            title=_title(new.title),
            owner_id=new.owner_id or self.principal.id,
            created_by=self.principal.id,
            created_at=self.now,
            digest=ids.digest(*(str(each) for each in said), *points),
            conversation_id=new.conversation_id,
            kind=new.kind,
            due_at=new.due_at,
            remind_at=new.remind_at,
            wakes=new.wakes,
            checklist=arranged((), new.checklist, identifier, self.principal.id, self.now),
        )

    def _check_owner(self, task: Task) -> None:
        """Work is given to whom it can be given to, and what is private to oneself."""
        if task.owner_id == self.principal.id and task.owner_agents:
            return
        if task.kind is TaskKind.REMINDER:
            raise InvalidInput("People remind themselves: make a task for somebody else.", field="owner_id")
        if task.is_private and task.team_id is not None:
            raise InvalidInput("What is about no conversation is one agent's.", field="owner_id")
        if task.is_private and not self.principal.may(Role.SUPERVISOR):
            raise NotPermitted("A supervisor gives others what is about no conversation.", field="owner_id")
        if task.team_id is not None:
            if self.teams.get(task.team_id) is None:
                raise InvalidInput("There is no such team.", field="owner_id")
            return
        agent = self.agents.get(task.owner_id)
        if agent is None or not agent.enabled:
            raise InvalidInput("There is no such agent, or access was taken away.", field="owner_id")

    def _check_times(self, task: Task, given: frozenset[str]) -> None:
        for name in _TIMES:
            at = getattr(task, name)
            if name in given and at is not None and not self.now < at <= self.now + FURTHEST:
                raise InvalidInput("Give a time within the next two years.", field=name)
        if task.kind is TaskKind.REMINDER and task.due_at is None:
            raise InvalidInput("Say when.", field="due_at")
        if task.wakes and (task.conversation_id is None or task.due_at is None):
            raise InvalidInput("What wakes a conversation is about one, and has a time.", field="wakes")

    def _change(self, identifier: str, apply: Apply, version: int | None) -> Task:
        for _attempt in range(ATTEMPTS):
            before = self.get(identifier)
            if version is not None and before.version != version:
                raise VersionConflict("It has changed: read it again.", field="version")
            after = apply(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            change = TaskChange(after, before.version, self._recorded(_news(before, after)))
            if self.store.put(change) is Written.DONE:
                return after
            if version is not None:
                raise VersionConflict("It has changed: read it again.", field="version")
        raise StoreUnavailable("too many writers at once")

    def _recorded(self, told: TaskCreated | TaskChanged | TaskDone) -> Recorded:
        return Recorded((told,), Actor(self.principal.kind, self.principal.id), self.now)


def _title(text: str) -> str:
    title = text.strip()
    if not 0 < len(title) <= MAX_TITLE:
        raise InvalidInput(f"A title has 1 to {MAX_TITLE} characters.", field="title")
    return title


def _same(before: Task, task: Task) -> Task:
    """What a repeat finds. Raises ClientIdReused."""
    if before.digest != task.digest:
        raise ClientIdReused("This client_id was used for another task: make a new one.", field="client_id")
    return before


def _by_time(task: Task) -> tuple[bool, float, str]:
    at = task.due_at or task.remind_at
    return at is None, at.timestamp() if at else 0.0, task.id


def _told(task: Task) -> dict[str, Any]:
    """Of a private task nothing is told of its conversation: that would tell everybody there."""
    return {
        "task_id": task.id,
        "conversation_id": None if task.is_private else task.conversation_id,
        "agent_ids": task.owner_agents,
        "team_id": task.team_id,
    }


def _news(before: Task, after: Task) -> TaskChanged | TaskDone:
    if after.state is TaskState.DONE and before.state is not TaskState.DONE:
        return TaskDone(**_told(after))
    names = ("title", "owner_id", "due_at", "remind_at", "wakes", "checklist", "state")
    fields = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    concerned = tuple(dict.fromkeys([*after.owner_agents, *before.owner_agents]))
    return TaskChanged(**{**_told(after), "agent_ids": concerned}, fields=fields)
