"""Within a side thread: who takes part, what they have seen, quoting it, its files, sending again."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api.messages import LinkView
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import AgentId, Body, TeamId
from chalicelib.api.side_thread_views import (
    QuoteView,
    SideMessageView,
    SideThreadView,
    quote_view,
    side_message_view,
    thread_view,
)
from chalicelib.api.side_threads import ONE, thread_of
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    ConversationNotFound,
    RetryRefused,
    SideMessageNotFound,
    SideThreadFull,
    SideThreadNotFound,
)
from chalicelib.domain.side_thread import MAX_AGENTS
from chalicelib.domain.side_thread_words import MAX_QUOTED
from chalicelib.services import uploads
from chalicelib.services.side_quotes import file_of
from chalicelib.wiring import api as wiring
from chalicelib.wiring import side_thread_work as work
from chalicelib.wiring import side_threads as side

SideMessageId = Annotated[str, Meta(pattern=r"^sdm_[0-9a-hjkmnp-tv-z]{24}\Z")]
MESSAGE = f"{ONE}/messages/{{side_message_id}}"

resource = Resource("side-threads")


class ParticipantsBody(Body, frozen=True, kw_only=True):
    agent_ids: Annotated[list[AgentId], Meta(max_length=MAX_AGENTS)] = []
    team_ids: Annotated[list[TeamId], Meta(max_length=10)] = []


class SeenBody(Body, frozen=True, kw_only=True):
    """Up to and with this message; without one, all there is."""

    message_id: SideMessageId | None = None


class QuoteBody(Body, frozen=True, kw_only=True):
    message_ids: Annotated[list[SideMessageId], Meta(min_length=1, max_length=MAX_QUOTED)]


@resource.route(
    "POST",
    f"{ONE}/participants",
    role=Role.AGENT,
    body=ParticipantsBody,
    gives=SideThreadView,
    refuses=(ConversationNotFound, SideThreadNotFound, SideThreadFull),
    example={"agent_ids": ["agt_5h2vq8w0c4n1x7r3k9mt"]},
)
def add_participants(caller: Caller, conversation_id: str, thread_id: str, body: ParticipantsBody) -> SideThreadView:
    """More colleagues, who are told of what is said."""
    thread = thread_of(conversation_id, thread_id)
    added = work.whom().colleagues(body.agent_ids, body.team_ids, field="")
    after = side.side_threads().join(caller.principal, thread, added, caller.now)
    return thread_view(after, caller.principal.id)


@resource.route(
    "POST",
    f"{ONE}/seen",
    role=Role.AGENT,
    people_only=True,
    body=SeenBody,
    gives=SideThreadView,
    refuses=(ConversationNotFound, SideThreadNotFound, SideMessageNotFound),
    example={},
)
def mark_side_thread_seen(caller: Caller, conversation_id: str, thread_id: str, body: SeenBody) -> SideThreadView:
    """The caller has read it."""
    thread = thread_of(conversation_id, thread_id)
    upto = side.side_threads().message(thread, body.message_id) if body.message_id else None
    after = side.side_threads().seen(caller.principal, thread, upto, caller.now)
    return thread_view(after, caller.principal.id)


@resource.route(
    "POST",
    f"{ONE}/quote",
    role=Role.AGENT,
    body=QuoteBody,
    gives=QuoteView,
    refuses=(ConversationNotFound, SideThreadNotFound, SideMessageNotFound),
    example={"message_ids": ["sdm_5h2vq8w0c4n1x7r3k9mt0002"]},
)
def quote_side_thread(caller: Caller, conversation_id: str, thread_id: str, body: QuoteBody) -> QuoteView:
    """Messages as a text for an answer, their files as uploads of the caller's. Nothing is sent by this."""
    thread = thread_of(conversation_id, thread_id)
    return quote_view(work.quoting().quote(caller.principal, thread, body.message_ids, caller.now))


@resource.route(
    "POST",
    f"{MESSAGE}/retry",
    role=Role.AGENT,
    gives=SideMessageView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ConversationNotFound, SideThreadNotFound, SideMessageNotFound, RetryRefused),
)
def retry_side_message(caller: Caller, conversation_id: str, thread_id: str, side_message_id: str) -> SideMessageView:
    """Send again what failed, or of which nobody knows, as a new attempt."""
    thread = thread_of(conversation_id, thread_id)
    message = side.side_threads().message(thread, side_message_id)
    return side_message_view(side.side_threads().retry(caller.principal, thread, message, caller.now))


@resource.route(
    "GET",
    f"{MESSAGE}/attachments/{{index}}",
    role=Role.AGENT,
    gives=LinkView,
    refuses=(ConversationNotFound, SideThreadNotFound, SideMessageNotFound),
)
def get_side_attachment(
    caller: Caller, conversation_id: str, thread_id: str, side_message_id: str, index: int
) -> LinkView:
    """A link to a stored file of a side thread, good for five minutes."""
    thread = thread_of(conversation_id, thread_id)
    file = file_of(side.side_threads().message(thread, side_message_id), index)
    url, expires_at = uploads.link(wiring.blobs(), file, caller.now)
    return LinkView(url=url, expires_at=expires_at, mime=file.mime, name=file.name, size_bytes=file.size_bytes)
