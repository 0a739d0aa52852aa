"""Tasks as they are asked for and answered."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.drafts import ClientId
from chalicelib.api.schemas import Body, Moment, PageQuery, Version, View
from chalicelib.domain.checklist import MAX_POINT, MAX_POINTS, Wanted
from chalicelib.domain.task import MAX_TITLE, Task, TaskKind, TaskState

_DIGITS = "[0-9a-hjkmnp-tv-z]{1,64}"
ConversationId = Annotated[str, Meta(pattern=f"^cnv_{_DIGITS}\\Z", examples=["cnv_1c8w5h2vq0n4x7r3k9mt"])]
OwnerId = Annotated[
    str,
    Meta(
        pattern=f"^(agt|team)_{_DIGITS}\\Z",
        description="An agent or a team; the caller, if left out",
        examples=["agt_5h2vq8w0c4n1x7r3k9mt"],
    ),
]
PointId = Annotated[str, Meta(pattern=f"^pt_{_DIGITS}\\Z", examples=["pt_4c0n1x7r3k"])]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)]


class PointBody(Body, frozen=True, kw_only=True):
    """`id`: a point that is there; left out of a new one."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_POINT)]
    id: PointId | None = None
    done: bool = False

    def wanted(self) -> Wanted:
        return Wanted(self.text, self.id, self.done)


Points = Annotated[list[PointBody], Meta(max_length=MAX_POINTS)]


class TaskBody(Body, frozen=True, kw_only=True):
    """`conversation_id`: what it is about; without one it is private to its owner. `remind_at`: when its owner wants to
    be told before it is due. `wakes`: a conversation that is snoozed is opened when it is due."""

    title: Title
    client_id: ClientId | None = None
    conversation_id: ConversationId | None = None
    owner_id: OwnerId | None = None
    due_at: Moment | None = None
    remind_at: Moment | None = None
    wakes: bool = False
    checklist: Points = []


class TaskChanges(Body, frozen=True, kw_only=True):
    """What is left out stays; null takes a time away."""

    version: Version
    title: Title | UnsetType = UNSET
    owner_id: OwnerId | UnsetType = UNSET
    due_at: Moment | None | UnsetType = UNSET
    remind_at: Moment | None | UnsetType = UNSET
    wakes: bool | UnsetType = UNSET
    state: TaskState | UnsetType = UNSET


class ChecklistBody(Body, frozen=True, kw_only=True):
    """The whole list, in its order: what is left out goes."""

    version: Version
    checklist: Points


class TickBody(Body, frozen=True, kw_only=True):
    point_id: PointId
    done: bool = True


class ReminderBody(Body, frozen=True, kw_only=True):
    """`at`: when you want to be told of this conversation again."""

    at: Moment
    title: Title = "Look at this again"
    client_id: ClientId | None = None
    wakes: bool = False


class TaskQuery(PageQuery, frozen=True, kw_only=True):
    """`over`: what was done or cancelled, the newest first, instead of what is open."""

    owner_id: OwnerId | None = None
    over: bool = False


class PointView(View, frozen=True, kw_only=True):
    """`by` and `at`: who has done it, and when."""

    id: str
    text: str
    done: bool
    by: str | None
    at: datetime | None


class TaskView(View, frozen=True, kw_only=True):
    """`kind`: a task, or a reminder of one's own. `overdue`: it is open and its time has passed."""

    id: str
    kind: TaskKind
    title: str
    conversation_id: str | None
    owner_id: str
    created_by: str
    created_at: datetime
    due_at: datetime | None
    remind_at: datetime | None
    overdue: bool
    wakes: bool
    checklist: list[PointView]
    state: TaskState
    ended_at: datetime | None
    ended_by: str | None
    version: int


class TaskPage(View, frozen=True, kw_only=True):
    """Open ones by when they are due, the next first; what has no time, last."""

    items: list[TaskView]
    next_cursor: str | None


class TaskList(View, frozen=True, kw_only=True):
    """Open ones by when they are due, then the others, the newest first."""

    items: list[TaskView]


def task_view(task: Task, now: datetime) -> TaskView:
    is_open = task.state is TaskState.OPEN
    return TaskView(
        id=task.id,
        kind=task.kind,
        title=task.title,
        conversation_id=task.conversation_id,
        owner_id=task.owner_id,
        created_by=task.created_by,
        created_at=task.created_at,
        due_at=task.due_at,
        remind_at=task.remind_at,
        overdue=is_open and task.due_at is not None and task.due_at <= now,
        wakes=task.wakes,
        checklist=[
            PointView(id=point.id, text=point.text, done=point.done, by=point.by, at=point.at)
            for point in task.checklist
        ],
        state=task.state,
        ended_at=task.ended_at,
        ended_by=task.ended_by,
        version=task.version,
    )


def stored(at: datetime | None) -> datetime | None:
    """As times are kept: to the millisecond."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
