"""Tasks, checklists and reminders."""

from http import HTTPStatus

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import changes_of
from chalicelib.api.task_views import (
    ChecklistBody,
    ReminderBody,
    TaskBody,
    TaskChanges,
    TaskList,
    TaskPage,
    TaskQuery,
    TaskView,
    TickBody,
    stored,
    task_view,
)
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    CursorInvalid,
    InvalidInput,
    TaskNotFound,
    TasksTooMany,
    VersionConflict,
)
from chalicelib.domain.task import TaskKind, TaskState
from chalicelib.services.tasks import NewTask, Tasks
from chalicelib.wiring import api as wiring
from chalicelib.wiring import together

resource = Resource("tasks")


@resource.route(
    "POST",
    "/tasks",
    role=Role.AGENT,
    body=TaskBody,
    gives=TaskView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, ClientIdReused, TasksTooMany),
    example={
        "client_id": "callback-7",
        "title": "Call about the refund",
        "conversation_id": "cnv_1c8w5h2vq0n4x7r3k9mt",
        "due_at": "2030-03-04T08:00:00Z",
        "checklist": [{"text": "Ask the warehouse"}],
    },
)
def create_task(caller: Caller, body: TaskBody) -> TaskView:
    """Something to do, for you, a colleague or a team. When it is due its owner is told, and whose the conversation is.
    The same `client_id` with the same content answers the task that is there."""
    new = NewTask(
        title=body.title,
        seed=_seed(body.client_id),
        owner_id=body.owner_id or _me(caller),
        conversation_id=body.conversation_id,
        due_at=stored(body.due_at),
        remind_at=stored(body.remind_at),
        wakes=body.wakes,
        checklist=tuple(point.wanted() for point in body.checklist),
    )
    return task_view(_tasks(caller).create(new), caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/reminders",
    role=Role.AGENT,
    body=ReminderBody,
    gives=TaskView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, ClientIdReused, TasksTooMany),
    people_only=True,
    example={"at": "2030-03-04T08:00:00Z"},
)
def remind_me(caller: Caller, conversation_id: str, body: ReminderBody) -> TaskView:
    """Be told of this conversation again, you alone. It stays among your tasks until you have done it."""
    new = NewTask(
        title=body.title,
        seed=_seed(body.client_id),
        owner_id=caller.principal.id,
        conversation_id=conversation_id,
        kind=TaskKind.REMINDER,
        due_at=stored(body.at),
        wakes=body.wakes,
    )
    return task_view(_tasks(caller).create(new), caller.now)


@resource.route("GET", "/tasks", role=Role.AGENT, query=TaskQuery, gives=TaskPage, refuses=(CursorInvalid,))
def list_tasks(caller: Caller, query: TaskQuery) -> TaskPage:
    """Your tasks, a team's, or as a supervisor another agent's."""
    tasks = _tasks(caller)
    owner = query.owner_id or _me(caller)
    found, cursor = cursors.page_of(
        "tasks",
        lambda limit, start: tasks.owned(owner, limit, start, over=query.over),
        wiring.cursor_secret,
        caller,
        query,
    )
    return TaskPage(items=[task_view(task, caller.now) for task in found], next_cursor=cursor)


@resource.route(
    "GET",
    "/conversations/{conversation_id}/tasks",
    role=Role.AGENT,
    gives=TaskList,
    refuses=(ConversationNotFound,),
)
def list_conversation_tasks(caller: Caller, conversation_id: str) -> TaskList:
    """What is to be done about a conversation, and about what was merged into it."""
    found = _tasks(caller).of(conversation_id)
    return TaskList(items=[task_view(task, caller.now) for task in found])


@resource.route("GET", "/tasks/{task_id}", role=Role.AGENT, gives=TaskView, refuses=(TaskNotFound,))
def get_task(caller: Caller, task_id: str) -> TaskView:
    """One task."""
    return task_view(_tasks(caller).get(task_id), caller.now)


@resource.route(
    "PATCH",
    "/tasks/{task_id}",
    role=Role.AGENT,
    body=TaskChanges,
    gives=TaskView,
    refuses=(TaskNotFound, VersionConflict),
    example={"version": 1, "state": "done"},
)
def change_task(caller: Caller, task_id: str, body: TaskChanges) -> TaskView:
    """Other words, another owner or time; done, cancelled, or open again."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    changes |= {name: stored(changes[name]) for name in ("due_at", "remind_at") if name in changes}
    return task_view(_tasks(caller).change(task_id, body.version, changes), caller.now)


@resource.route("DELETE", "/tasks/{task_id}", role=Role.AGENT, gives=TaskView, refuses=(TaskNotFound, VersionConflict))
def cancel_task(caller: Caller, task_id: str) -> TaskView:
    """It need not be done. Again, it changes nothing; what was done stays done."""
    tasks = _tasks(caller)
    task = tasks.get(task_id)
    if task.state is TaskState.OPEN:
        task = tasks.change(task_id, task.version, {"state": TaskState.CANCELLED})
    return task_view(task, caller.now)


@resource.route(
    "PUT",
    "/tasks/{task_id}/checklist",
    role=Role.AGENT,
    body=ChecklistBody,
    gives=TaskView,
    refuses=(TaskNotFound, VersionConflict),
    example={"version": 1, "checklist": [{"text": "Ask the warehouse", "done": True}, {"text": "Refund"}]},
)
def arrange_checklist(caller: Caller, task_id: str, body: ChecklistBody) -> TaskView:
    """Add, reword, tick, move and remove points at once."""
    wanted = [point.wanted() for point in body.checklist]
    return task_view(_tasks(caller).arrange(task_id, body.version, wanted), caller.now)


@resource.route(
    "POST",
    "/tasks/{task_id}/ticks",
    role=Role.AGENT,
    body=TickBody,
    gives=TaskView,
    refuses=(TaskNotFound,),
    example={"point_id": "pt_4c0n1x7r3k"},
)
def tick_point(caller: Caller, task_id: str, body: TickBody) -> TaskView:
    """One point is done, or not after all; two who tick at once are never in each other's way."""
    return task_view(_tasks(caller).tick(task_id, body.point_id, done=body.done), caller.now)


def _tasks(caller: Caller) -> Tasks:
    return together.tasks(caller.principal, caller.now)


def _me(caller: Caller) -> str:
    """Raises InvalidInput where the caller is a machine."""
    if caller.principal.kind != "agent":
        raise InvalidInput("A machine has no tasks of its own: name an agent or a team.", field="owner_id")
    return caller.principal.id


def _seed(client_id: str | None) -> str:
    """No client can take one of ours: theirs have no spaces."""
    return client_id or f"new {wiring.random_ids().secret()}"
