"""Lists of conversations, and how many there are."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.attention import ChipView, chip_views
from chalicelib.api.conversation_views import ConversationPage, Counts, CountsView, row_view
from chalicelib.api.people import ContactId
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import InboxId, PageQuery, Query, TeamId
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.counts import DESK, FIELDS, Scope
from chalicelib.domain.errors import CursorInvalid, InvalidInput
from chalicelib.domain.reads import Page, ViewQuery
from chalicelib.domain.text_scope import EVERYBODYS
from chalicelib.domain.view import ListKind, Sort, Source, View
from chalicelib.services import desk
from chalicelib.services.views import checked
from chalicelib.wiring import api as wiring
from chalicelib.wiring import returning, texts, together

MAX_COUNTED = 20
MAX_NAMED = 100
MAX_CONTACTS = 20
MAX_FILTER = 5000

ConversationName = Annotated[str, Meta(pattern=r"^cnv_[0-9a-hjkmnp-tv-z]{1,64}\Z")]

resource = Resource("conversations")


class ListQuery(PageQuery, frozen=True, kw_only=True):
    """`ids` (up to 100) and `contact_ids` (up to 20), separated by commas: those, or the newest twenty of each contact,
    whatever their status, on one page. `filter`: a condition as views have it, as JSON; `sort`: within a page.
    `reasons`: with why each needs somebody."""

    view: Literal["mine", "unassigned", "all", "followed"] = "all"
    status: Status = Status.OPEN
    inbox_id: InboxId | None = None
    team_id: TeamId | None = None
    ids: str = ""
    contact_ids: str = ""
    filter: Annotated[str, Meta(max_length=MAX_FILTER)] = ""
    sort: Sort = Sort.ACTIVITY
    reasons: bool = False


class CountsQuery(Query, frozen=True, kw_only=True):
    """Ids separated by commas."""

    inbox_ids: str = ""
    team_ids: str = ""


class ConversationList(ConversationPage, frozen=True, kw_only=True):
    """`reasons`: by conversation, what counts most first; empty where they were not asked for."""

    reasons: dict[str, list[ChipView]]


@resource.route(
    "GET",
    "/conversations",
    role=Role.AGENT,
    query=ListQuery,
    gives=ConversationList,
    refuses=(CursorInvalid,),
)
def list_conversations(caller: Caller, query: ListQuery) -> ConversationList:
    """One view, newest activity first.

    `inbox_id` or `team_id` narrow the view `all`; they cannot be combined with each other or with another view. With a
    `filter` a page may hold few or none while `next_cursor` goes on. `followed`: what the caller follows, a hundred at
    most."""
    of = cursors.list_name("conversations", caller.principal, query)
    secret = wiring.cursor_secret() if query.cursor else ""
    start = cursors.read(secret, of, query.cursor, caller.now)
    page = _page(caller, query, start)
    cursor = cursors.issue(wiring.cursor_secret(), of, page.next, caller.now) if page.next else None
    reasons = returning.attention().reasons(page.items, caller.now) if query.reasons else {}
    return ConversationList(
        items=[row_view(conversation) for conversation in page.items],
        next_cursor=cursor,
        reasons={conversation_id: chip_views(chips) for conversation_id, chips in reasons.items()},
    )


def _page(caller: Caller, query: ListQuery, start: Any) -> Page[Conversation]:
    lists = together.lists()
    if query.ids:
        return Page(lists.named(_ids(query.ids, ConversationName, "ids", MAX_NAMED)), None)
    if query.contact_ids:
        return Page(lists.of_contacts(_ids(query.contact_ids, ContactId, "contact_ids", MAX_CONTACTS)), None)
    if query.view == "followed":
        return Page(lists.followed(caller.principal.id, query.status.value), None)
    kind, key = _list_of(query)
    if query.filter or query.sort is not Sort.ACTIVITY:
        wanted = _wanted(caller, query, Source(kind, query.status, key))
        return texts.views().page(wanted, caller.principal.id, query.limit, start)
    store_kind, store_key = ("owner", caller.principal.id) if kind is ListKind.MINE else (kind.value, key)
    return desk.list_view(wiring.desk(), ViewQuery(store_kind, store_key, query.status.value, query.limit, start))


def _wanted(caller: Caller, query: ListQuery, source: Source) -> View:
    """A view that nobody has saved. Raises InvalidInput."""
    try:
        condition = msgspec.json.decode(query.filter or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidInput("A condition as views have it, as JSON.", field="filter") from error
    return checked(View("", EVERYBODYS, "", source, caller.now, caller.principal.id, condition, query.sort))


def _list_of(query: ListQuery) -> tuple[ListKind, str]:
    """The kind of list and its key. Raises InvalidInput for filters that no list has."""
    if query.inbox_id and query.team_id:
        raise InvalidInput("Filter by inbox_id or by team_id, not by both.", field="team_id")
    narrowed = query.inbox_id or query.team_id
    if narrowed and query.view != "all":
        raise InvalidInput("inbox_id and team_id go with view=all.", field="view")
    if narrowed:
        return (ListKind.INBOX if query.inbox_id else ListKind.TEAM), narrowed
    return ListKind(query.view), ""


@resource.route("GET", "/conversations/counts", role=Role.AGENT, query=CountsQuery, gives=CountsView)
def count_conversations(caller: Caller, query: CountsQuery) -> CountsView:
    """Exact numbers by status: the whole desk's, the caller's own, and those of up to 20 inboxes and teams."""
    inbox_ids = _ids(query.inbox_ids, InboxId, "inbox_ids", MAX_COUNTED)
    team_ids = _ids(query.team_ids, TeamId, "team_ids", MAX_COUNTED)
    found = desk.counts(wiring.desk(), caller.principal, inbox_ids=inbox_ids, team_ids=team_ids)

    def counts(scope: Scope) -> Counts:
        return Counts(**{field: max(found[scope].get(field, 0), 0) for field in FIELDS})

    return CountsView(
        desk=counts(DESK),
        mine=counts(("agent", caller.principal.id)),
        inboxes={identifier: counts(("inbox", identifier)) for identifier in inbox_ids},
        teams={identifier: counts(("team", identifier)) for identifier in team_ids},
    )


def _ids(text: str, kind: object, field: str, most: int) -> list[str]:
    found = list(dict.fromkeys(text.split(","))) if text else []
    if len(found) > most:
        raise InvalidInput(f"At most {most} ids.", field=field)
    try:
        return [msgspec.convert(each, kind) for each in found]
    except msgspec.ValidationError as error:
        raise InvalidInput("Ids separated by commas.", field=field) from error
