"""What is told of side threads: events, and the line that the conversation's own thread shows of an answer."""

from chalicelib.domain import ids
from chalicelib.domain.events import (
    SideMessageChanged,
    SideThreadCreated,
    SideThreadReplied,
    SideThreadSaid,
)
from chalicelib.domain.message import AttachmentState, MessageKind, preview
from chalicelib.domain.note import Note
from chalicelib.domain.side_thread import SideMessage, SideThread
from chalicelib.domain.side_thread_rules import told
from chalicelib.services.followed import ConversationReader, followed


def owner_of(conversations: ConversationReader, thread: SideThread) -> str | None:
    """Whose the conversation is now, or the one that it is part of."""
    found = followed(conversations, thread.conversation_id)
    return found.assignee_id if found else None


def created_event(thread: SideThread, owner: str | None, by: str) -> SideThreadCreated:
    return SideThreadCreated(
        conversation_id=thread.conversation_id,
        thread_id=thread.id,
        kind=thread.kind.value,
        subject=thread.subject,
        preview=thread.preview,
        agent_ids=told(thread, owner, by),
    )


def said_event(thread: SideThread, message: SideMessage, owner: str | None) -> SideThreadSaid | SideThreadReplied:
    """What goes out is said; all else is an answer."""
    by, line = message.author, preview(MessageKind.DOCUMENT, message.text)
    agent_ids = told(thread, owner, by.id)
    if thread.goes_out and not message.came:
        return SideThreadSaid(
            conversation_id=thread.conversation_id,
            thread_id=thread.id,
            message_id=message.id,
            kind=thread.kind.value,
            author_id=by.id,
            preview=line,
            agent_ids=agent_ids,
        )
    return SideThreadReplied(
        conversation_id=thread.conversation_id,
        thread_id=thread.id,
        message_id=message.id,
        kind=thread.kind.value,
        author_kind=by.kind,
        # An outsider's address is nobody's business.
        author_id=by.id if by.kind != "outside" else "",
        author_name=by.name,
        automatic=message.automatic is not None,
        origin=message.origin.value,
        pending_attachments=sum(file.state is AttachmentState.PENDING for file in message.attachments),
        preview=line,
        agent_ids=agent_ids,
    )


def changed_event(thread: SideThread, message: SideMessage, owner: str | None) -> SideMessageChanged:
    return SideMessageChanged(
        conversation_id=thread.conversation_id,
        thread_id=thread.id,
        message_id=message.id,
        state=message.state.value if message.state else None,
        reason=message.reason,
        agent_ids=told(thread, owner),
    )


def line_of(thread: SideThread, message: SideMessage) -> Note | None:
    """For colleagues, in the conversation: that an answer came. None for what the starter says, and for machines."""
    by = message.author
    if message.automatic is not None or by.id == thread.started_by or (thread.goes_out and not message.came):
        return None
    at = message.moved_at or message.at
    return Note(
        id=ids.note_id(at, thread.id, message.id),
        conversation_id=thread.conversation_id,
        kind="activity",
        author_id=by.id,
        author_name=by.name,
        at=at,
        text="",
        facts={
            "type": SideThreadReplied.TYPE,
            "thread_id": thread.id,
            "message_id": message.id,
            "thread_kind": thread.kind.value,
            "subject": thread.subject,
            "origin": message.origin.value,
        },
    )
