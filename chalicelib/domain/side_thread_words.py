"""Side threads as events tell them, and their messages as a text to paste."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.message import AttachmentState
from chalicelib.domain.side_thread import SideMessage, SideThread

MAX_QUOTED = 20


def side_thread_snapshot(thread: SideThread) -> Mapping[str, Any]:
    """Without addresses: they are outsiders'."""
    return {
        "id": thread.id,
        "conversation_id": thread.conversation_id,
        "kind": thread.kind.value,
        "subject": thread.subject,
        "state": thread.state.value,
        "started_by": thread.started_by,
        "started_at": thread.started_at.isoformat(),
        "last_at": thread.last_at.isoformat(),
        "participants": list(thread.participants),
        "messages": thread.count,
        "preview": thread.preview,
    }


def side_message_snapshot(message: SideMessage) -> Mapping[str, Any]:
    """Without its words."""
    return {
        "id": message.id,
        "thread_id": message.thread_id,
        "conversation_id": message.conversation_id,
        "author_kind": message.author.kind,
        "at": message.at.isoformat(),
        "state": message.state.value if message.state else None,
        "reason": message.reason,
        "attachments": [file.state.value for file in message.attachments],
    }


def quoted(messages: Sequence[SideMessage]) -> str:
    """What was said, oldest first, each part under who said it and when (UTC), every line of it behind `>`."""
    return "\n\n".join(_quoted(message) for message in sorted(messages, key=lambda each: each.number))


def _quoted(message: SideMessage) -> str:
    lines = [f"> {line}".rstrip() for line in message.text.strip().splitlines()]
    files = [file.name or "file" for file in message.attachments if file.state is AttachmentState.STORED]
    lines += [f"> [{name}]" for name in files]
    return "\n".join([f"{message.author.name}, {message.at:%Y-%m-%d %H:%M} UTC:", *lines])
