"""A call's card as it is answered: what all updates beside it come to."""

from collections.abc import Iterable

from chalicelib.api.schemas import View
from chalicelib.domain.call import CallOutcome, CallState, card
from chalicelib.domain.message import Message, MessageKind


class RecordingView(View, frozen=True, kw_only=True):
    """A recording, or a message that was left (`voicemail`). The file is an attachment of the entry whose `external_id`
    begins with this id."""

    id: str
    duration_seconds: int | None
    voicemail: bool
    failed: bool
    transcript: str | None


class LineView(View, frozen=True, kw_only=True):
    """Something said, by the `customer` or the `agent`."""

    speaker: str
    text: str


class CallView(View, frozen=True, kw_only=True):
    """How a call stands, as far as the entries of the same page tell; each later entry of kind `call_update` whose
    `content.target` is this entry's `external_id` carries it on. `callback_requested`: nobody took the call."""

    state: CallState
    outcome: CallOutcome | None
    reason: str | None
    answered_by: str | None
    duration_seconds: int | None
    talk_seconds: int | None
    queue_position: int | None
    choice: str | None
    recordings: list[RecordingView]
    lines: list[LineView]
    callback_requested: bool


def call_view(message: Message, entries: Iterable[object]) -> CallView | None:
    """The card, with what the entries around it tell of the call; None where the message is no call."""
    if message.kind is not MessageKind.CALL:
        return None
    call = card(message, (entry for entry in entries if isinstance(entry, Message)))
    return CallView(
        state=call.state,
        outcome=call.outcome,
        reason=call.reason,
        answered_by=call.answered_by,
        duration_seconds=call.duration_seconds,
        talk_seconds=call.talk_seconds,
        queue_position=call.queue_position,
        choice=call.choice,
        recordings=[
            RecordingView(
                id=part.id,
                duration_seconds=part.duration_seconds,
                voicemail=part.voicemail,
                failed=part.failed,
                transcript=part.transcript,
            )
            for part in call.recordings
        ],
        lines=[LineView(speaker=line.speaker, text=line.text) for line in call.lines],
        callback_requested=call.callback_requested,
    )
