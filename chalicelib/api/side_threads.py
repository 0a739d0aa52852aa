"""Side threads: asking colleagues, outside mailboxes and Slack channels about a conversation, behind the scenes."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.drafts import ClientId
from chalicelib.api.messages import attached
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import LINE, AgentId, Body, InboxId, PageQuery, TeamId, UploadId
from chalicelib.api.side_thread_views import (
    SideMessageView,
    SideThreadPage,
    SideThreadsView,
    SideThreadView,
    side_message_view,
    thread_view,
)
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    CursorInvalid,
    NotForSideThread,
    SideThreadFull,
    SideThreadNotFound,
    UploadNotFound,
)
from chalicelib.domain.side_thread import (
    MAX_ADDRESSES,
    MAX_AGENTS,
    MAX_FILES,
    MAX_SUBJECT,
    MAX_TEXT,
    SideThread,
    ThreadKind,
    ThreadState,
    Whom,
)
from chalicelib.services import desk
from chalicelib.services.side_threads import Opening, Words
from chalicelib.wiring import api as wiring
from chalicelib.wiring import side_thread_work as work
from chalicelib.wiring import side_threads as side

Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Address = Annotated[str, Meta(min_length=3, max_length=320, examples=["lager@supplier.example"])]
ONE = "/conversations/{conversation_id}/side-threads/{thread_id}"

resource = Resource("side-threads")


class WhomBody(Body, frozen=True, kw_only=True):
    """For `colleague`: `agent_ids`, `team_ids`. For `email`: `to`, `cc`, and the inbox to send from (default: the one
    the customer writes to, else the first). For `slack`: `channel_id`."""

    agent_ids: Annotated[list[AgentId], Meta(max_length=MAX_AGENTS)] = []
    team_ids: Annotated[list[TeamId], Meta(max_length=10)] = []
    to: Annotated[list[Address], Meta(max_length=MAX_ADDRESSES)] = []
    cc: Annotated[list[Address], Meta(max_length=MAX_ADDRESSES)] = []
    inbox_id: InboxId | None = None
    channel_id: Annotated[str, Meta(min_length=2, max_length=41)] | None = None


class SideWords(Body, frozen=True, kw_only=True):
    client_id: ClientId
    text: Text = ""
    attachments: Annotated[list[UploadId], Meta(max_length=MAX_FILES)] = []


class SideThreadBody(SideWords, frozen=True, kw_only=True, rename={"whom": "with"}):
    kind: ThreadKind
    subject: Annotated[str, Meta(min_length=1, max_length=MAX_SUBJECT, pattern=LINE)]
    whom: WhomBody


@resource.route(
    "GET",
    "/conversations/{conversation_id}/side-threads",
    role=Role.AGENT,
    gives=SideThreadsView,
    refuses=(ConversationNotFound,),
)
def list_side_threads(caller: Caller, conversation_id: str) -> SideThreadsView:
    """What was asked about a conversation, and those merged into it."""
    found = side.side_threads().of(conversation_id)
    return SideThreadsView(items=[thread_view(thread, caller.principal.id) for thread in found])


@resource.route(
    "POST",
    "/conversations/{conversation_id}/side-threads",
    role=Role.AGENT,
    body=SideThreadBody,
    gives=SideThreadView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, ClientIdReused, SideThreadFull, NotForSideThread, UploadNotFound),
    example={
        "client_id": "ask-1",
        "kind": "email",
        "subject": "Stock of 4711",
        "with": {"to": ["lager@supplier.example"]},
        "text": "When is 4711 back?",
    },
)
def start_side_thread(caller: Caller, conversation_id: str, body: SideThreadBody) -> SideThreadView:
    """Ask a colleague, an outside mailbox or a Slack channel; the customer never notices."""
    conversation = desk.get(wiring.desk(), conversation_id)
    asked = body.whom
    whom, told = work.whom().checked(
        conversation,
        body.kind,
        Whom(
            tuple(asked.agent_ids),
            tuple(asked.team_ids),
            tuple(asked.to),
            tuple(asked.cc),
            asked.inbox_id,
            asked.channel_id,
        ),
    )
    opening = Opening(body.kind, body.subject.strip(), whom, told, _words(caller, body))
    thread = side.side_threads().start(caller.principal, conversation_id, opening, caller.now)
    return thread_view(thread, caller.principal.id)


@resource.route(
    "GET",
    ONE,
    role=Role.AGENT,
    query=PageQuery,
    gives=SideThreadPage,
    refuses=(ConversationNotFound, SideThreadNotFound, CursorInvalid),
)
def get_side_thread(caller: Caller, conversation_id: str, thread_id: str, query: PageQuery) -> SideThreadPage:
    """A side thread, with a page of its messages."""
    thread = thread_of(conversation_id, thread_id)
    page, cursor = cursors.page_of(
        f"side_threads/{thread.id}",
        lambda limit, start: side.side_threads().store.page(thread, limit, start),
        wiring.cursor_secret,
        caller,
        query,
    )
    items = [side_message_view(message) for message in page]
    return SideThreadPage(thread=thread_view(thread, caller.principal.id), items=items, next_cursor=cursor)


@resource.route(
    "POST",
    f"{ONE}/messages",
    role=Role.AGENT,
    body=SideWords,
    gives=SideMessageView,
    status=HTTPStatus.CREATED,
    refuses=(ConversationNotFound, SideThreadNotFound, ClientIdReused, SideThreadFull, UploadNotFound),
    example={"client_id": "ask-2", "text": "And in blue?"},
)
def say_in_side_thread(caller: Caller, conversation_id: str, thread_id: str, body: SideWords) -> SideMessageView:
    """Write in a side thread, and take part in it from now on. It opens a closed one."""
    thread = thread_of(conversation_id, thread_id)
    said = side.side_threads().say(caller.principal, thread, _words(caller, body), caller.now)
    return side_message_view(said)


@resource.route(
    "POST",
    f"{ONE}/close",
    role=Role.AGENT,
    gives=SideThreadView,
    refuses=(
        ConversationNotFound,
        SideThreadNotFound,
    ),
)
def close_side_thread(caller: Caller, conversation_id: str, thread_id: str) -> SideThreadView:
    """It is settled. An answer opens it again."""
    return _set_state(caller, conversation_id, thread_id, ThreadState.CLOSED)


@resource.route(
    "POST",
    f"{ONE}/reopen",
    role=Role.AGENT,
    gives=SideThreadView,
    refuses=(
        ConversationNotFound,
        SideThreadNotFound,
    ),
)
def reopen_side_thread(caller: Caller, conversation_id: str, thread_id: str) -> SideThreadView:
    """It is not settled after all."""
    return _set_state(caller, conversation_id, thread_id, ThreadState.OPEN)


def thread_of(conversation_id: str, thread_id: str) -> SideThread:
    return side.side_threads().get(conversation_id, thread_id)


def _words(caller: Caller, body: SideWords) -> Words:
    return Words(body.client_id, body.text, attached(caller, body.attachments))


def _set_state(caller: Caller, conversation_id: str, thread_id: str, state: ThreadState) -> SideThreadView:
    after = side.side_threads().set_state(caller.principal, thread_of(conversation_id, thread_id), state, caller.now)
    return thread_view(after, caller.principal.id)
