"""Closing what has gone silent: the administrators' rules, and since when a conversation is silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.conversation import Conversation, LastMessage, Status
from chalicelib.domain.message import SILENT, Direction, MessageKind


@dataclass(frozen=True, slots=True)
class Closing:
    """Where the condition holds, a conversation whose customer has been silent for so long is resolved. `farewell` is
    said before, where the channel lets it."""

    name: str
    after_seconds: int
    condition: Mapping[str, Any] = field(default_factory=dict)
    farewell: str | None = None


def closing_for(closings: Sequence[Closing], facts: Facts) -> Closing | None:
    """The first whose condition holds."""
    return next((closing for closing in closings if holds(closing.condition, facts)), None)


def silent_since(conversation: Conversation) -> datetime | None:
    """Since when our word has been the last; None where nobody is to be closed out: the customer waits, was never
    answered, or the conversation is resolved or put aside until a time. What somebody opened after our word is wanted
    open: its silence begins then."""
    newest = conversation.last_message
    if newest is None or conversation.waiting_since is not None or not _may_close(conversation):
        return None
    if not _is_settled(newest, conversation):
        return None
    return max(newest.at, conversation.status_changed_at) if conversation.status is Status.OPEN else newest.at


def _may_close(conversation: Conversation) -> bool:
    asleep = conversation.status is Status.SNOOZED and conversation.snoozed_until is None
    return asleep or conversation.status in (Status.OPEN, Status.PENDING)


def _is_settled(newest: LastMessage, conversation: Conversation) -> bool:
    """A reaction to what we answered is no new question."""
    if newest.direction is Direction.OUTBOUND:
        return True
    return MessageKind(newest.kind) in SILENT and conversation.first_response_at is not None
