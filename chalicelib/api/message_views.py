"""Messages and notes as they are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from chalicelib.api.call_views import CallView, call_view
from chalicelib.api.conversation_views import ConversationView
from chalicelib.api.schemas import Json, View
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import (
    Attachment,
    AttachmentState,
    Direction,
    Failure,
    Message,
    MessageKind,
)
from chalicelib.domain.note import Note
from chalicelib.services.rendering import as_sent, neutral


class AuthorView(View, frozen=True, kw_only=True):
    kind: str
    id: str | None
    name: str | None


class AttachmentView(View, frozen=True, kw_only=True):
    """A file; `index` names it when its link is asked for, once it is `stored`."""

    index: int
    state: AttachmentState
    mime: str
    name: str | None
    size_bytes: int | None
    voice: bool
    reason: str | None


class FailureView(View, frozen=True, kw_only=True):
    """Why the last attempt failed: the provider's code, our class of it, a sentence for the agent."""

    code: str
    failure: FailureClass
    detail: str
    at: datetime


class RenderedView(View, frozen=True, kw_only=True):
    """The form in which a message reaches its customer, where the channel does not carry it as it is."""

    kind: MessageKind
    text: str


class MessageView(View, frozen=True, kw_only=True, tag="message", tag_field="type"):
    """A message of one leg. `content` depends on `kind`; outbound ones tell in `state` how far they have come, and in
    `rendered_as` what the customer gets where that is something else."""

    id: str
    conversation_id: str
    leg_id: str
    direction: Direction
    kind: MessageKind
    text: str
    content: Json
    attachments: list[AttachmentView]
    author: AuthorView
    reply_to: str | None
    external_id: str | None
    occurred_at: datetime
    client_id: str | None
    state: DeliveryState | None
    attempt: int
    marks: dict[str, datetime]
    failure: FailureView | None
    rendered_as: RenderedView | None
    call: CallView | None
    version: int


class SentView(MessageView, frozen=True, kw_only=True, tag="message", tag_field="type"):
    """What was stored of a reply. `more`: the messages behind the first, where it was split."""

    more: list[MessageView]


class NoteView(View, frozen=True, kw_only=True, tag="note", tag_field="type"):
    """What colleagues wrote (`kind` note), or a change the desk noted (`kind` activity, see `facts`). `audience`: whom
    a whisper is for; empty: everybody at the desk. `mentions`: the agents it means. `attachments`: files for colleagues
    alone; their links are asked for as those of messages are."""

    id: str
    conversation_id: str
    kind: Literal["note", "activity"]
    author_id: str
    author_name: str
    text: str
    facts: Json
    audience: list[str]
    mentions: list[str]
    attachments: list[AttachmentView]
    client_id: str | None
    occurred_at: datetime
    version: int


Entry = MessageView | NoteView


class ThreadView(View, frozen=True, kw_only=True):
    """The conversation, and entries of it, oldest first. `before` and `after` ask for the pages around this one; null
    where there is none."""

    conversation: ConversationView
    items: list[Entry]
    before: str | None
    after: str | None


def entry_view(entry: Message | Note, around: Sequence[Message | Note] = ()) -> Entry:
    return message_view(entry, around) if isinstance(entry, Message) else note_view(entry)


def message_view(message: Message, around: Sequence[Message | Note] = ()) -> MessageView:
    """`around`: the entries of its page, which tell how a call stands."""
    return MessageView(**_message(message, around))


def sent_view(messages: Sequence[Message]) -> SentView:
    return SentView(**_message(messages[0]), more=[message_view(message) for message in messages[1:]])


def _message(message: Message, around: Sequence[Message | Note] = ()) -> dict[str, Any]:
    author = message.author
    return dict(
        id=message.id,
        conversation_id=message.conversation_id,
        leg_id=message.leg_id,
        direction=message.direction,
        kind=message.kind,
        text=message.text,
        content=neutral(message),
        attachments=[attachment_view(place, part) for place, part in enumerate(message.attachments)],
        author=AuthorView(kind=author.kind, id=author.id, name=author.name),
        reply_to=message.reply_to,
        external_id=message.external_id,
        occurred_at=message.occurred_at,
        client_id=message.client_id,
        state=message.state,
        attempt=message.attempt,
        marks=dict(message.marks),
        failure=_failure(message.failure) if message.failure else None,
        rendered_as=_rendered(message),
        call=call_view(message, around),
        version=message.version,
    )


def _rendered(message: Message) -> RenderedView | None:
    sent = as_sent(message)
    if sent is message:
        return None
    # Choices that go as such have their words in the content.
    return RenderedView(kind=sent.kind, text=sent.text or str(sent.content.get("body") or ""))


def attachment_view(place: int, attachment: Attachment) -> AttachmentView:
    """What agents may know: neither the provider's address nor where the file lies in the bucket."""
    return AttachmentView(
        index=place,
        state=attachment.state,
        mime=attachment.mime,
        name=attachment.name,
        size_bytes=attachment.size_bytes,
        voice=attachment.voice,
        reason=attachment.reason,
    )


def _failure(failure: Failure) -> FailureView:
    return FailureView(code=failure.code, failure=failure.failure, detail=failure.detail, at=failure.at)


def note_view(note: Note) -> NoteView:
    return NoteView(
        id=note.id,
        conversation_id=note.conversation_id,
        kind="note" if note.kind == "note" else "activity",
        author_id=note.author_id,
        author_name=note.author_name,
        text=note.text,
        facts=dict(note.facts),
        audience=list(note.audience),
        mentions=list(note.mentions),
        attachments=[attachment_view(place, part) for place, part in enumerate(note.attachments)],
        client_id=note.client_id,
        occurred_at=note.at,
        version=note.version,
    )
