"""The desk's own lines on a timeline: one for each conversation, as it is now, and one for each call.

A line keeps its id for ever, made of what does not change; what it shows is written anew as the conversation goes on.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.brief_lines import cut, spoken_seconds
from chalicelib.domain.call import Call, CallOutcome
from chalicelib.domain.contact_note import ContactNote
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.message import Direction, Message
from chalicelib.domain.timeline import Line

CONVERSATION, CALL, NOTE = "conversation", "call", "note"
# Told by the desk itself: no other system may push lines of these kinds.
OWN = frozenset({CONVERSATION, CALL, NOTE})
# In the place of an inbox and a channel: what comes of neither.
DESK = "desk"
LONGEST_TITLE = 120

_CALLS = {
    CallOutcome.ANSWERED: "Call answered",
    CallOutcome.VOICEMAIL: "Call: left a voice message",
    CallOutcome.MISSED: "Call missed",
    CallOutcome.BUSY: "Call: the line was busy",
    CallOutcome.NO_ANSWER: "Call: nobody picked up",
    CallOutcome.FAILED: "Call failed",
    CallOutcome.AGENT_UNREACHABLE: "Call: no agent picked up",
}


def conversation_line_id(conversation: Conversation) -> str:
    return line_id(conversation.created_at, CONVERSATION, conversation.id)


def conversation_line(conversation: Conversation, first: Message | None, outcome: str | None, now: datetime) -> Line:
    """As it is now. `first` is the message that it began with; `outcome` why it was resolved, where it is."""
    began = conversation.created_at
    leg = conversation.legs.get(first.leg_id) if first else None
    subject = str(first.content.get("subject") or "") if first else ""
    words = cut(first.text, LONGEST_TITLE) if first else ""
    fixed = {
        "conversation_id": conversation.id,
        "began_on": leg.channel if leg else conversation.channel,
        "address": leg.address if leg else None,
        "first_words": words,
    }
    return Line(
        id=conversation_line_id(conversation),
        contact_id=conversation.contact_id,
        inbox_id=conversation.inbox_id,
        channel=leg.channel if leg else conversation.channel,
        kind=CONVERSATION,
        title=cut(subject, LONGEST_TITLE) or words or (f"[{first.kind.value}]" if first else "[conversation]"),
        occurred_at=began,
        stored_at=now,
        subject=f"conversation:{conversation.id}",
        data={**fixed, **_state(conversation), "outcome": outcome},
    )


def as_it_is(line: Line, conversation: Conversation) -> Line:
    """The line with the conversation's state as it was read just now."""
    outcome = line.data.get("outcome") if conversation.status is Status.RESOLVED else None
    return replace(line, data={**line.data, **_state(conversation), "outcome": outcome})


def is_unfinished(line: Line) -> bool:
    """Whether what it shows may have changed since it was written: what is over changes with an event."""
    return line.kind == CONVERSATION and line.data.get("status") != Status.RESOLVED.value


def _state(conversation: Conversation) -> dict[str, Any]:
    channels = dict.fromkeys(leg.channel for leg in conversation.legs.values())
    resolved = conversation.resolved_at
    return {
        "status": conversation.status.value,
        "channels": sorted(channels),
        "labels": list(conversation.labels),
        "assignee_id": conversation.assignee_id,
        "team_id": conversation.team_id,
        "episode": conversation.episode,
        "last_activity_at": conversation.last_activity_at.isoformat(),
        "resolved_at": resolved.isoformat() if resolved else None,
        "merged_into": conversation.merged_into,
    }


def call_line(conversation: Conversation, message: Message, call: Call, now: datetime) -> Line:
    """A call that is over, as far as is known of it."""
    leg = conversation.legs.get(message.leg_id)
    told = _CALLS[call.outcome] if call.outcome else "Call"
    seconds = call.talk_seconds if call.talk_seconds is not None else call.duration_seconds
    lasted = f", {spoken_seconds(seconds)}" if seconds and call.outcome is CallOutcome.ANSWERED else ""
    placed = " (placed by us)" if call.direction is Direction.OUTBOUND else ""
    return Line(
        id=line_id(message.occurred_at, CALL, message.leg_id, message.id),
        contact_id=conversation.contact_id,
        inbox_id=leg.inbox_id if leg else conversation.inbox_id,
        channel=leg.channel if leg else "voice",
        kind=CALL,
        title=f"{told}{lasted}{placed}",
        occurred_at=message.occurred_at,
        stored_at=now,
        subject=f"conversation:{conversation.id}",
        data={
            "conversation_id": conversation.id,
            "message_id": message.id,
            "address": leg.address if leg else None,
            "direction": call.direction.value,
            "outcome": call.outcome.value if call.outcome else None,
            "duration_seconds": call.duration_seconds,
            "talk_seconds": call.talk_seconds,
            "answered_by": call.answered_by,
            "callback_requested": call.callback_requested,
        },
    )


def note_line(note: ContactNote, now: datetime) -> Line:
    """What a colleague noted on the contact, as it says now; of one that was deleted no word is left."""
    title = "[note deleted]" if note.is_deleted else cut(note.text, LONGEST_TITLE)
    return Line(
        id=line_id(note.created_at, NOTE, note.id),
        contact_id=note.contact_id,
        inbox_id=DESK,
        channel=DESK,
        kind=NOTE,
        title=title,
        occurred_at=note.created_at,
        stored_at=now,
        subject=f"note:{note.id}",
        data={
            "note_id": note.id,
            "author_id": note.author_id,
            "author_name": note.author_name,
            "pinned": note.is_pinned,
            "deleted": note.is_deleted,
        },
    )
