"""The thread of a conversation: reading it, replying, retrying, links to files."""

from datetime import datetime
from http import HTTPStatus

from chalicelib.api import agent_drafts
from chalicelib.api.conversation_views import view
from chalicelib.api.drafts import CheckBody, CheckView, DraftBody, ReplyBody, check_view
from chalicelib.api.message_views import (
    MessageView,
    SentView,
    ThreadView,
    entry_view,
    message_view,
    sent_view,
)
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import EntryId, Limit, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    MessageNotFound,
    MessageUnfit,
    MovedOn,
    RetryRefused,
    UploadNotFound,
    WindowClosed,
)
from chalicelib.domain.ids import is_id
from chalicelib.domain.message import Attachment, Message
from chalicelib.domain.note import Note
from chalicelib.domain.stretches import shows
from chalicelib.services import desk, late_sends, uploads
from chalicelib.services import reply as replies
from chalicelib.services.composing import Composing
from chalicelib.services.reply_draft import Draft
from chalicelib.services.seen import Seen, compared
from chalicelib.wiring import api as wiring

resource = Resource("messages")


class ThreadQuery(Query, frozen=True, kw_only=True):
    """The newest entries, or those next to an entry."""

    limit: Limit = 50
    before: EntryId | None = None
    after: EntryId | None = None


class LinkView(View, frozen=True, kw_only=True):
    """A download link that needs no token and ends soon."""

    url: str
    expires_at: datetime
    mime: str
    name: str | None
    size_bytes: int | None


@resource.route(
    "GET",
    "/conversations/{conversation_id}/messages",
    role=Role.AGENT,
    query=ThreadQuery,
    gives=ThreadView,
    refuses=(ConversationNotFound,),
)
def list_messages(caller: Caller, conversation_id: str, query: ThreadQuery) -> ThreadView:
    """A page of the thread across all legs, with the notes among the messages; without a place, the newest."""
    page = desk.thread(
        wiring.desk(),
        conversation_id,
        limit=query.limit,
        before=query.before,
        after=query.after,
        reader=caller.principal,
    )
    return ThreadView(
        conversation=view(page.conversation, caller.now),
        items=[entry_view(entry, page.entries) for entry in page.entries],
        before=page.before,
        after=page.after,
    )


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages",
    role=Role.AGENT,
    body=ReplyBody,
    gives=SentView,
    status=HTTPStatus.ACCEPTED,
    refuses=(
        ConversationNotFound,
        ClientIdReused,
        InboxDisabled,
        MessageUnfit,
        MovedOn,
        UploadNotFound,
        WindowClosed,
    ),
    example={
        "client_id": "0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10",
        "text": "Your parcel left our warehouse this morning.",
    },
)
def reply(caller: Caller, conversation_id: str, body: ReplyBody) -> SentView:
    """Store a reply and queue it for its channel.

    The same `client_id` with the same content answers the message stored first; with another content it is refused.
    With `split`, what does not go as one message is stored as several; a repeat completes what was cut short."""
    body.check(len(body.attachments))
    draft = _linked(caller, body, body.draft(body.client_id, attached(caller, body.attachments)))
    seen = Seen(body.seen.version, body.seen.entry_id) if body.seen else None
    draft = compared(wiring.desk(), draft, seen, caller.principal)
    if body.split:
        stored = _composing(caller, conversation_id).sent(draft)
    else:
        sender = caller.principal
        stored = [replies.reply(wiring.replies(), wiring.directory(), sender, conversation_id, draft, caller.now)]
    agent_drafts.sent(caller, conversation_id, body.draft_version)
    return sent_view(stored)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages/check",
    role=Role.AGENT,
    body=CheckBody,
    gives=CheckView,
    refuses=(ConversationNotFound, InboxDisabled),
    example={"text": "Your parcel left our warehouse this morning.", "split": True},
)
def check_message(caller: Caller, conversation_id: str, body: CheckBody) -> CheckView:
    """What would become of a reply, without storing it: the form in which the customer would get it, or why it does not
    go and what would go instead."""
    body.check(len(body.attachments))
    draft = _linked(caller, body, body.draft("", body.files()))
    return check_view(_composing(caller, conversation_id).judged(draft, split=body.split))


def _linked(caller: Caller, body: DraftBody, draft: Draft) -> Draft:
    return wiring.links().linked(draft, caller.now) if body.as_link else draft


def _composing(caller: Caller, conversation_id: str) -> Composing:
    return Composing(wiring.replies(), wiring.directory(), caller.principal, conversation_id, caller.now)


def attached(caller: Caller, upload_ids: list[str]) -> tuple[Attachment, ...]:
    """The caller's uploads, each once, as attachments."""
    if not upload_ids:
        return ()
    return uploads.attached(wiring.uploads(), caller.principal, upload_ids, caller.now)


@resource.route(
    "POST",
    "/conversations/{conversation_id}/messages/{message_id}/retry",
    role=Role.AGENT,
    gives=MessageView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ConversationNotFound, MessageNotFound, RetryRefused, WindowClosed),
)
def retry_message(caller: Caller, conversation_id: str, message_id: str) -> MessageView:
    """Send a failed or uncertain message again, as a new attempt."""
    conversation = desk.get(wiring.desk(), conversation_id)
    message = _message(conversation, message_id)
    late_sends.check_open(wiring.directory(), conversation, message, caller.now)
    again = replies.retry(wiring.deliveries(), caller.principal, message.leg_id, message.id, caller.now)
    return message_view(again)


def _message(conversation: Conversation, message_id: str) -> Message:
    """One of the messages that the conversation shows. Raises MessageNotFound."""
    for leg_id in conversation.legs:
        message = wiring.deliveries().message(leg_id, message_id)
        if message is not None and shows(conversation, message):
            return message
    raise MessageNotFound("There is no such message.")


@resource.route(
    "GET",
    "/conversations/{conversation_id}/messages/{message_id}/attachments/{index}",
    role=Role.AGENT,
    gives=LinkView,
    refuses=(ConversationNotFound, MessageNotFound),
    notes=True,
)
def get_attachment(caller: Caller, conversation_id: str, message_id: str, index: int) -> LinkView:
    """A link to a stored file of a message or a note, good for five minutes."""
    if is_id("nte", message_id):
        entry: Message | Note = desk.note_of(wiring.desk(), conversation_id, message_id, caller.principal)
    else:
        entry = _message(desk.look(wiring.desk(), conversation_id), message_id)
    file = uploads.file_of(entry, index)
    url, expires_at = uploads.link(wiring.blobs(), file, caller.now)
    return LinkView(url=url, expires_at=expires_at, mime=file.mime, name=file.name, size_bytes=file.size_bytes)
