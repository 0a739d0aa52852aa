"""One conversation, and what agents change about it."""

from datetime import UTC, timedelta
from http import HTTPStatus

from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, Moment, TeamId
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status, WakeOn
from chalicelib.domain.errors import (
    CapacityExceeded,
    ConversationNotFound,
    InvalidInput,
    TransitionRefused,
)
from chalicelib.services import administration, assignment, desk
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

LONGEST_SNOOZE = timedelta(days=366)

resource = Resource("conversations")


class StatusBody(Body, frozen=True, kw_only=True):
    """`wake_on`: what ends a snooze before its time: any message of the customer's (if left out), none (`time`), or one
    that meets the routing rules' `vip` condition (`vip_inbound`). `keep_owner`: what was put aside or resolved stays
    with the agent who has it, there or not, as far as they have room; else routing looks for one anew."""

    status: Status
    snoozed_until: Moment | None = None
    wake_on: WakeOn | None = None
    keep_owner: bool = False


class AssignmentBody(Body, frozen=True, kw_only=True):
    """Both are set to what is given: leave one out and it is nobody. A team alone is a transfer to its queue.
    `exceed`: even where the agent has no room (supervisors only). `note` becomes a private note in the thread, `reason`
    stands in the line that tells of the change."""

    assignee_id: AgentId | None = None
    team_id: TeamId | None = None
    exceed: bool = False
    note: str = ""
    reason: str = ""


@resource.route(
    "GET",
    "/conversations/{conversation_id}",
    role=Role.AGENT,
    gives=ConversationView,
    refuses=(ConversationNotFound,),
)
def get_conversation(caller: Caller, conversation_id: str) -> ConversationView:
    """One conversation, with its legs and when each leg's messaging window closes."""
    return view(desk.look(wiring.desk(), conversation_id), caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/status",
    role=Role.AGENT,
    body=StatusBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused, CapacityExceeded),
    example={"status": "snoozed", "snoozed_until": "2026-03-02T08:00:00Z"},
)
def set_conversation_status(caller: Caller, conversation_id: str, body: StatusBody) -> ConversationView:
    """Open, pending, snoozed (until a time within a year) or resolved."""
    until = body.snoozed_until
    if until is not None and until > caller.now + LONGEST_SNOOZE:
        raise InvalidInput("A snooze lasts a year at most.", field="snoozed_until")
    store = wiring.desk()
    changed = desk.set_status(
        store,
        caller.principal,
        conversation_id,
        body.status,
        caller.now,
        snoozed_until=until.astimezone(UTC) if until and until > caller.now else until,
        wake_on=body.wake_on,
        units=assignment.keeping(store) if body.keep_owner else None,
    )
    return view(changed, caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/assignment",
    role=Role.AGENT,
    body=AssignmentBody,
    gives=ConversationView,
    refuses=(ConversationNotFound, TransitionRefused, CapacityExceeded),
    example={"assignee_id": "agt_5h2vq8w0c4n1x7r3k9mt"},
)
def assign_conversation(caller: Caller, conversation_id: str, body: AssignmentBody) -> ConversationView:
    """Give it to an agent, a team, both or nobody.

    An open or pending conversation holds units of its agent, by its channel; one that does not fit is refused."""
    administration.check_assignable(wiring.agents(), wiring.teams(), _other(body.assignee_id, caller), body.team_id)
    wish = assignment.Wish(body.assignee_id, body.team_id, body.exceed, body.note, body.reason)

    def give() -> Conversation:
        return assignment.assign(wiring.desk(), caller.principal, conversation_id, wish, caller.now)

    return view(work.offers().by_hand(give, conversation_id, body.assignee_id, caller.now), caller.now)


def _other(assignee_id: str | None, caller: Caller) -> str | None:
    """Whom to look up: the caller is known to be there."""
    mine = caller.principal.kind == "agent" and assignee_id == caller.principal.id
    return None if mine else assignee_id


@resource.route(
    "POST",
    "/conversations/{conversation_id}/read",
    role=Role.AGENT,
    gives=ConversationView,
    refuses=(ConversationNotFound,),
)
def read_conversation(caller: Caller, conversation_id: str) -> ConversationView:
    """Everything in it has been seen; the customer is told where the channel has read marks."""
    changed = desk.mark_read(wiring.desk(), caller.principal, conversation_id, caller.now)
    return view(changed, caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/typing",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(ConversationNotFound,),
)
def signal_typing(caller: Caller, conversation_id: str) -> None:
    """The caller is writing: shown to the customer for a few seconds, where the channel can. Repeat while it lasts."""
    desk.signal_typing(
        wiring.desk(),
        wiring.live(),
        wiring.signals(),
        caller.principal,
        conversation_id,
        caller.now,
    )
