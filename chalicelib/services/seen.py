"""Compare and send: a reply goes only where its writer has seen everything that was said.

The conversation's `version` decides, in the transaction that stores the reply. Where it has grown, something changed:
a mark, an owner, or what was said; only the last keeps the reply back, and the writer is shown it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import MovedOn
from chalicelib.domain.message import SILENT, Message
from chalicelib.domain.reads import Thread, ThreadQuery
from chalicelib.services.reply_draft import Draft

# How far back is looked for what came late: what was said long before, and arrived only now.
PAGE = 50


class Threads(Protocol):
    def thread(self, query: ThreadQuery) -> Thread | None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """The conversation as its writer saw it: `version`, and the newest entry of the thread."""

    version: int
    entry_id: str


def compared(store: Threads, draft: Draft, seen: Seen | None, writer: Principal) -> Draft:
    """The draft, to be stored only where nobody else said anything since; else it raises MovedOn."""
    if seen is None:
        return draft
    known: Seen = seen

    def check(conversation: Conversation) -> None:
        if conversation.version == known.version:
            return
        since = _since(store, conversation, known, writer)
        if since:
            count = f"{len(since)} message{'s' if len(since) > 1 else ''}"
            detail = f"{count} arrived while you wrote. Read what was said, then send it again."
            raise MovedOn(detail, field="seen", since=[_shown(message) for message in since])

    return replace(draft, guard=check, seen_version=known.version)


def _since(store: Threads, conversation: Conversation, seen: Seen, writer: Principal) -> Sequence[Message]:
    """What others said that the writer has not seen: behind the newest entry they saw, or stored after it."""
    found = store.thread(ThreadQuery(conversation.id, PAGE, None, None))
    messages = found.messages if found else ()
    last = next((message for message in messages if message.id == seen.entry_id), None)
    return [
        message
        for message in sorted(messages, key=lambda message: message.id)
        if _is_new(message, seen.entry_id, last) and message.kind not in SILENT and message.author.id != writer.id
    ]


def _is_new(message: Message, entry_id: str, last: Message | None) -> bool:
    behind = message.id.partition("_")[2] > entry_id.partition("_")[2]
    return behind or (last is not None and message.id != last.id and message.stored_at > last.stored_at)


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "direction": message.direction.value,
        "author": {"kind": message.author.kind, "name": message.author.name},
        "kind": message.kind.value,
        "text": message.text[:500],
        "occurred_at": message.occurred_at.isoformat(),
    }
