"""Side threads and their messages as they are answered."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.message_views import AttachmentView, AuthorView, attachment_view
from chalicelib.api.schemas import InboxId, UploadId, View
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.side_thread import Origin, SideMessage, SideThread, ThreadKind, ThreadState
from chalicelib.services.side_quotes import Quote


class WhomView(View, frozen=True, kw_only=True):
    """Who is asked: what is not of the thread's kind is empty."""

    agent_ids: list[str]
    team_ids: list[str]
    to: list[str]
    cc: list[str]
    inbox_id: InboxId | None
    channel_id: str | None


class SideThreadView(View, frozen=True, kw_only=True, rename={"whom": "with"}):
    """`conversation_id` is where it was started: after a merge the target shows it too. `participants` are told of what
    is said; `unread` is how many messages the caller has not seen, of those they take part in."""

    id: str
    conversation_id: str
    kind: ThreadKind
    subject: str
    whom: WhomView
    state: ThreadState
    started_by: str
    started_at: datetime
    last_at: datetime
    participants: list[str]
    messages: int
    unread: int
    preview: str
    version: int


class SideMessageView(View, frozen=True, kw_only=True):
    """`came`: it was said on the other side. `origin` says whether it is from whom was asked (`asked`), from somebody
    else who had the thread's address (`not_asked`), or from a sender that nothing proves (`unproven`). `automatic`: why
    it was written by a machine. `state`: how far a message that goes out has come, `reason` why no further. `hidden`:
    the quoted rest of a mail."""

    id: str
    thread_id: str
    number: int
    author: AuthorView
    text: str
    hidden: str
    at: datetime
    came: bool
    origin: Origin
    automatic: str | None
    attachments: list[AttachmentView]
    state: DeliveryState | None
    reason: str | None
    attempt: int


class SideThreadsView(View, frozen=True, kw_only=True):
    """All of a conversation, the one with the newest message first."""

    items: list[SideThreadView]


class SideThreadPage(View, frozen=True, kw_only=True):
    """A page of its messages, newest first."""

    thread: SideThreadView
    items: list[SideMessageView]
    next_cursor: str | None


class QuotedFileView(View, frozen=True, kw_only=True):
    """An upload of the caller's, good for a day."""

    id: UploadId
    name: str
    mime: str
    size_bytes: int


class QuoteView(View, frozen=True, kw_only=True):
    """`text` is ready to paste; `attachments` can be named in a reply. `left_out`: stored files beyond those."""

    text: str
    attachments: list[QuotedFileView]
    left_out: Annotated[int, Meta(ge=0)]


def thread_view(thread: SideThread, reader_id: str) -> SideThreadView:
    whom = thread.whom
    return SideThreadView(
        id=thread.id,
        conversation_id=thread.conversation_id,
        kind=thread.kind,
        subject=thread.subject,
        whom=WhomView(
            agent_ids=list(whom.agent_ids),
            team_ids=list(whom.team_ids),
            to=list(whom.to),
            cc=list(whom.cc),
            inbox_id=whom.inbox_id,
            channel_id=whom.channel_id,
        ),
        state=thread.state,
        started_by=thread.started_by,
        started_at=thread.started_at,
        last_at=thread.last_at,
        participants=list(thread.participants),
        messages=thread.count,
        unread=thread.unread(reader_id),
        preview=thread.preview,
        version=thread.version,
    )


def side_message_view(message: SideMessage) -> SideMessageView:
    return SideMessageView(
        id=message.id,
        thread_id=message.thread_id,
        number=message.number,
        author=AuthorView(kind=message.author.kind, id=message.author.id, name=message.author.name),
        text=message.text,
        hidden=str(message.content.get("hidden") or ""),
        at=message.at,
        came=message.came,
        origin=message.origin,
        automatic=message.automatic,
        attachments=[attachment_view(place, file) for place, file in enumerate(message.attachments)],
        state=message.state,
        reason=message.reason,
        attempt=message.attempt,
    )


def quote_view(quote: Quote) -> QuoteView:
    files = [
        QuotedFileView(id=each.id, name=each.name, mime=each.mime, size_bytes=each.size_bytes) for each in quote.uploads
    ]
    return QuoteView(text=quote.text, attachments=files, left_out=quote.left_out)
