"""Scheduled messages: written now, sent later, unless something comes between.

    scheduled -> sending -> sent        scheduled, sending -> cancelled | failed

Whatever else was noted, a message that is stored was sent: `sent` stands over the other ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import Refusal
from chalicelib.domain.message import SILENT, Attachment, Direction, Message, MessageKind

# Why it does not go where it was written, but from the conversation that this one is part of.
MERGED = "merged"
# How many of a conversation may wait at once.
MAX_WAITING = 20


class ScheduledNotFound(Refusal):
    code = "scheduled_not_found"
    kind = "missing"


class ScheduleOver(Refusal):
    """It was sent, cancelled or refused meanwhile: there is nothing left to change."""

    code = "schedule_over"
    kind = "conflict"


class CustomerAnswered(Refusal):
    """The customer wrote first."""

    code = "customer_wrote"
    kind = "conflict"


class CaseResolved(Refusal):
    """The conversation was resolved before it was time."""

    code = "resolved"
    kind = "conflict"


class ScheduledState(StrEnum):
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


WAITING = frozenset({ScheduledState.SCHEDULED, ScheduledState.SENDING})


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said, as an ordinary reply says it. `identity` tells a repeat where the words alone do not."""

    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    leg_id: str | None = None
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`said` is what its author wrote, `goes` what is sent where that differs (files as links). `digest` tells a
    repeated request from another. `reason` is a stable word of why it was not sent, `detail` a sentence."""

    id: str
    conversation_id: str
    author: Principal
    send_at: datetime
    said: Words
    created_at: datetime
    digest: str
    goes: Words | None = None
    split: bool = False
    as_link: bool = False
    unless_answered: bool = True
    even_if_resolved: bool = False
    state: ScheduledState = ScheduledState.SCHEDULED
    reason: str | None = None
    detail: str = ""
    message_id: str | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def words(self) -> Words:
        return self.goes or self.said


def claimed(scheduled: Scheduled) -> Scheduled:
    return replace(scheduled, state=ScheduledState.SENDING, version=scheduled.version + 1)


def ended(
    scheduled: Scheduled,
    state: ScheduledState,
    at: datetime,
    *,
    reason: str | None = None,
    detail: str = "",
    message_id: str | None = None,
) -> Scheduled:
    return replace(
        scheduled,
        state=state,
        reason=reason,
        detail=detail,
        message_id=message_id or scheduled.message_id,
        ended_at=at,
        version=scheduled.version + 1,
    )


def moved(scheduled: Scheduled, target_id: str, at: datetime) -> tuple[Scheduled, Scheduled]:
    """What is left of it in a conversation that is part of another now, and itself in that one, where it waits on."""
    detail = "Its conversation is part of another now, and there it waits."
    left = ended(scheduled, ScheduledState.CANCELLED, at, reason=MERGED, detail=detail)
    waiting = replace(scheduled, conversation_id=target_id, state=ScheduledState.SCHEDULED, version=1)
    return left, waiting


def is_word_of_customer(message: Message, since: datetime) -> bool:
    """Whether the customer said something that reached us after `since`: by our clock, for theirs may differ."""
    inbound = message.direction is Direction.INBOUND and message.kind not in SILENT
    return inbound and message.stored_at > since
