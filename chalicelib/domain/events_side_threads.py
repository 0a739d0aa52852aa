"""What happens in side threads. `agent_ids` are those to be told: who takes part and whose the conversation is, but
for whoever did it. `domain/events.py` has them all."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadCreated:
    """Something was asked behind the scenes, by `kind` colleague, email or slack. A colleague's first message is told
    by this; what goes out is told by `side_thread.said` too."""

    TYPE: ClassVar[str] = "side_thread.created"
    conversation_id: str
    thread_id: str
    kind: str
    subject: str
    preview: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadSaid:
    """An agent wrote what is to go out by mail or to Slack."""

    TYPE: ClassVar[str] = "side_thread.said"
    conversation_id: str
    thread_id: str
    message_id: str
    kind: str
    author_id: str
    preview: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadReplied:
    """An answer: from a colleague, from outside, from Slack (`author_kind` agent, outside, slack), or what a mail
    server reports (system). `author_id` is an agent's or a Slack user's, and empty for others. `automatic`: a machine
    wrote it, and it is no news. `origin`: asked, not_asked or unproven. `pending_attachments`: files still to be
    fetched."""

    TYPE: ClassVar[str] = "side_thread.replied"
    conversation_id: str
    thread_id: str
    message_id: str
    kind: str
    author_kind: str
    author_id: str
    author_name: str
    automatic: bool
    origin: str
    pending_attachments: int
    preview: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadClosed:
    """An agent says that it is settled."""

    TYPE: ClassVar[str] = "side_thread.closed"
    conversation_id: str
    thread_id: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadReopened:
    """By an agent; an answer reopens it too, and is told as `side_thread.replied`."""

    TYPE: ClassVar[str] = "side_thread.reopened"
    conversation_id: str
    thread_id: str
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideThreadJoined:
    """More colleagues take part: `added`."""

    TYPE: ClassVar[str] = "side_thread.joined"
    conversation_id: str
    thread_id: str
    added: tuple[str, ...]
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideMessageChanged:
    """How far a message of a side thread has come: sent, delivered, failed, queued again (`state`), or its files were
    fetched (`state` None where it was not sent by us)."""

    TYPE: ClassVar[str] = "side_thread.message_changed"
    conversation_id: str
    thread_id: str
    message_id: str
    state: str | None
    reason: str | None
    agent_ids: tuple[str, ...]
