"""What supervisors and agents change about how conversations are worked on: priority, and many at once."""

from datetime import UTC
from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.conversations import LONGEST_SNOOZE
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, Moment, TeamId, View
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Priority, Status, WakeOn
from chalicelib.domain.errors import ConversationNotFound, InvalidInput, TransitionRefused
from chalicelib.services import administration, assignment, bulk, desk
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

ConversationId = Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z")]

resource = Resource("conversations")


class PriorityBody(Body, frozen=True, kw_only=True):
    priority: Priority


class BulkBody(Body, frozen=True, kw_only=True):
    """`assign` needs `assignee_id` (and may have `team_id`, `exceed`), `transfer` `team_id`, `status` `status` (and
    `snoozed_until`, `wake_on`, `keep_owner`), `priority` `priority`."""

    ids: Annotated[list[ConversationId], Meta(min_length=1, max_length=100)]
    action: Literal["assign", "transfer", "status", "priority"]
    assignee_id: AgentId | None = None
    team_id: TeamId | None = None
    exceed: bool = False
    note: str = ""
    reason: str = ""
    status: Status | None = None
    snoozed_until: Moment | None = None
    wake_on: WakeOn | None = None
    keep_owner: bool = False
    priority: Priority | None = None


class BulkItem(View, frozen=True, kw_only=True):
    """`done` false: `code`, `detail` and `field` are those of the refusal."""

    id: str
    done: bool
    code: str | None
    detail: str
    field: str | None


class BulkView(View, frozen=True, kw_only=True):
    items: list[BulkItem]
    done: int
    refused: int


# What each action cannot do without.
NEEDS = {"assign": "assignee_id", "transfer": "team_id", "status": "status", "priority": "priority"}


@resource.route(
    "PUT",
    "/conversations/{conversation_id}/priority",
    role=Role.AGENT,
    body=PriorityBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused),
    example={"priority": "urgent"},
)
def set_conversation_priority(caller: Caller, conversation_id: str, body: PriorityBody) -> ConversationView:
    """How much it presses. Where it waits, it moves in its queue a moment later."""
    changed = desk.set_priority(wiring.desk(), caller.principal, conversation_id, body.priority, caller.now)
    return view(changed, caller.now)


@resource.route(
    "POST",
    "/conversations/bulk",
    role=Role.AGENT,
    body=BulkBody,
    gives=BulkView,
    example={"ids": ["cnv_5h2vq8w0c4n1x7r3k9mt"], "action": "priority", "priority": "high"},
)
def change_conversations(caller: Caller, body: BulkBody) -> BulkView:
    """One change for up to 100 conversations. Each is done or refused by itself: look at every item."""
    needed = NEEDS[body.action]
    if getattr(body, needed) is None:
        raise InvalidInput(f"The action {body.action} needs {needed}.", field=needed)
    if body.snoozed_until is not None and body.snoozed_until > caller.now + LONGEST_SNOOZE:
        raise InvalidInput("A snooze lasts a year at most.", field="snoozed_until")
    if body.action in ("assign", "transfer"):
        administration.check_assignable(wiring.agents(), wiring.teams(), body.assignee_id, body.team_id)
    outcomes = bulk.each(body.ids, lambda conversation_id: _apply(caller, conversation_id, body))
    items = [
        BulkItem(id=one.id, done=one.code is None, code=one.code, detail=one.detail, field=one.field)
        for one in outcomes
    ]
    done = sum(item.done for item in items)
    return BulkView(items=items, done=done, refused=len(items) - done)


def _apply(caller: Caller, conversation_id: str, body: BulkBody) -> None:
    store, who, now = wiring.desk(), caller.principal, caller.now
    if body.action == "status" and body.status is not None:
        until = body.snoozed_until.astimezone(UTC) if body.snoozed_until else None
        units = assignment.keeping(store) if body.keep_owner else None
        desk.set_status(
            store, who, conversation_id, body.status, now, snoozed_until=until, wake_on=body.wake_on, units=units
        )
    elif body.action == "priority" and body.priority is not None:
        desk.set_priority(store, who, conversation_id, body.priority, now)
    else:
        owner = body.assignee_id if body.action == "assign" else None
        wish = assignment.Wish(owner, body.team_id, body.exceed, body.note, body.reason)
        work.offers().by_hand(
            lambda: assignment.assign(store, who, conversation_id, wish, now), conversation_id, owner, now
        )
