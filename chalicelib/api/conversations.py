"""Conversations: views, counts, one conversation, and what agents change about it."""

from datetime import UTC, timedelta
from http import HTTPStatus
from typing import Literal

import msgspec

from chalicelib.api import cursors
from chalicelib.api.conversation_views import (
    ConversationPage,
    ConversationView,
    Counts,
    CountsView,
    row_view,
    view,
)
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, InboxId, Moment, PageQuery, Query, TeamId
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status, WakeOn
from chalicelib.domain.counts import DESK, FIELDS, Scope
from chalicelib.domain.errors import (
    CapacityExceeded,
    ConversationNotFound,
    CursorInvalid,
    InvalidInput,
    TransitionRefused,
)
from chalicelib.domain.reads import ViewQuery
from chalicelib.services import administration, assignment, desk
from chalicelib.wiring import api as wiring
from chalicelib.wiring import work

LONGEST_SNOOZE = timedelta(days=366)
MAX_COUNTED = 20

resource = Resource("conversations")


class ListQuery(PageQuery, frozen=True, kw_only=True):
    view: Literal["mine", "unassigned", "all"] = "all"
    status: Status = Status.OPEN
    inbox_id: InboxId | None = None
    team_id: TeamId | None = None


class CountsQuery(Query, frozen=True, kw_only=True):
    """Ids separated by commas."""

    inbox_ids: str = ""
    team_ids: str = ""


class StatusBody(Body, frozen=True, kw_only=True):
    """`wake_on`: what ends a snooze before its time: any message of the customer's (if left out), none (`time`), or one
    that meets the routing rules' `vip` condition (`vip_inbound`)."""

    status: Status
    snoozed_until: Moment | None = None
    wake_on: WakeOn | None = None


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
    "/conversations",
    role=Role.AGENT,
    query=ListQuery,
    gives=ConversationPage,
    refuses=(CursorInvalid,),
)
def list_conversations(caller: Caller, query: ListQuery) -> ConversationPage:
    """One view, newest activity first.

    `inbox_id` or `team_id` narrow the view `all`; they cannot be combined with each other or with another view."""
    of = cursors.list_name("conversations", caller.principal, query)
    secret = wiring.cursor_secret() if query.cursor else ""
    start = cursors.read(secret, of, query.cursor, caller.now)
    kind, key = _list_of(query, caller.principal.id)
    page = desk.list_view(wiring.desk(), ViewQuery(kind, key, query.status.value, query.limit, start))
    items = [row_view(conversation) for conversation in page.items]
    cursor = cursors.issue(wiring.cursor_secret(), of, page.next, caller.now) if page.next else None
    return ConversationPage(items=items, next_cursor=cursor)


def _list_of(query: ListQuery, principal_id: str) -> tuple[str, str]:
    """The kind of list and its key. Raises InvalidInput for filters that no list has."""
    if query.inbox_id and query.team_id:
        raise InvalidInput("Filter by inbox_id or by team_id, not by both.", field="team_id")
    narrowed = query.inbox_id or query.team_id
    if narrowed and query.view != "all":
        raise InvalidInput("inbox_id and team_id go with view=all.", field="view")
    if query.inbox_id:
        return "inbox", query.inbox_id
    if query.team_id:
        return "team", query.team_id
    return {
        "mine": ("owner", principal_id),
        "unassigned": ("unassigned", ""),
        "all": ("all", ""),
    }[query.view]


@resource.route("GET", "/conversations/counts", role=Role.AGENT, query=CountsQuery, gives=CountsView)
def count_conversations(caller: Caller, query: CountsQuery) -> CountsView:
    """Exact numbers by status: the whole desk's, the caller's own, and those of up to 20 inboxes and teams."""
    inbox_ids = _ids(query.inbox_ids, InboxId, "inbox_ids")
    team_ids = _ids(query.team_ids, TeamId, "team_ids")
    found = desk.counts(wiring.desk(), caller.principal, inbox_ids=inbox_ids, team_ids=team_ids)

    def counts(scope: Scope) -> Counts:
        return Counts(**{field: max(found[scope].get(field, 0), 0) for field in FIELDS})

    return CountsView(
        desk=counts(DESK),
        mine=counts(("agent", caller.principal.id)),
        inboxes={identifier: counts(("inbox", identifier)) for identifier in inbox_ids},
        teams={identifier: counts(("team", identifier)) for identifier in team_ids},
    )


def _ids(text: str, kind: object, field: str) -> list[str]:
    found = list(dict.fromkeys(text.split(","))) if text else []
    if len(found) > MAX_COUNTED:
        raise InvalidInput(f"At most {MAX_COUNTED} ids.", field=field)
    try:
        return [msgspec.convert(each, kind) for each in found]
    except msgspec.ValidationError as error:
        raise InvalidInput("Ids separated by commas.", field=field) from error


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
    refuses=(ConversationNotFound, TransitionRefused),
    example={"status": "snoozed", "snoozed_until": "2026-03-02T08:00:00Z"},
)
def set_conversation_status(caller: Caller, conversation_id: str, body: StatusBody) -> ConversationView:
    """Open, pending, snoozed (until a time within a year) or resolved."""
    until = body.snoozed_until
    if until is not None and until > caller.now + LONGEST_SNOOZE:
        raise InvalidInput("A snooze lasts a year at most.", field="snoozed_until")
    changed = desk.set_status(
        wiring.desk(),
        caller.principal,
        conversation_id,
        body.status,
        caller.now,
        snoozed_until=until.astimezone(UTC) if until and until > caller.now else until,
        wake_on=body.wake_on,
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
