"""What is refused of tasks, followers and drafts. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class TaskNotFound(Refusal):
    code = "task_not_found"
    kind = "missing"


class TasksTooMany(Refusal):
    """A conversation has as many open tasks as it may have."""

    code = "tasks_too_many"
    kind = "conflict"


class FollowersTooMany(Refusal):
    """As many follow the conversation as may."""

    code = "followers_too_many"
    kind = "conflict"


class DraftNotFound(Refusal):
    code = "draft_not_found"
    kind = "missing"


class DraftBehind(Refusal):
    """The draft has changed on another device: `facts.draft` is what it is now, null where it was sent or deleted."""

    code = "draft_behind"
    kind = "conflict"
