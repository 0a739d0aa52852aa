"""A call as it stands: its card, and everything told of it since, folded into one picture.

Updates arrive in any order, late and repeated; the picture is the same for each order:

    ringing < connecting < queued < voicemail < answered < ended

`content` of an update (only the target is always there): target, message_id and attempt (of a call placed by us) ·
state · reason · answered (true) · answered_by · duration_seconds · talk_seconds · queue {position, ...} ·
choice {digits, speech, label} · recording {id, duration_seconds, voicemail, failed} · transcript {recording, text} ·
line {id, speaker, text, order} · at, the provider's time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.domain.message import Direction, Message, MessageKind


class CallState(StrEnum):
    """`connecting`: the agent has picked up, and the customer's phone rings."""

    RINGING = "ringing"
    CONNECTING = "connecting"
    QUEUED = "queued"
    VOICEMAIL = "voicemail"
    ANSWERED = "answered"
    ENDED = "ended"


class CallOutcome(StrEnum):
    """What became of a call that is over."""

    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    MISSED = "missed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    AGENT_UNREACHABLE = "agent_unreachable"


RANK: dict[CallState, int] = {state: rank for rank, state in enumerate(CallState)}
REASONS = ("busy", "failed", "no_answer", "canceled", "hung_up", "completed")  # the most telling first
_UNANSWERED = {"busy": CallOutcome.BUSY, "failed": CallOutcome.FAILED}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of the call, or a message left on it. The file is an attachment of the message that has this id."""

    id: str
    duration_seconds: int | None = None
    voicemail: bool = False
    failed: bool = False
    transcript: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """`callback_requested`: nobody took the call, so the customer waits to be called back."""

    direction: Direction
    state: CallState
    outcome: CallOutcome | None = None
    reason: str | None = None
    answered_by: str | None = None
    duration_seconds: int | None = None
    talk_seconds: int | None = None
    queue_position: int | None = None
    choice: str | None = None
    recordings: tuple[Recording, ...] = ()
    lines: tuple[Line, ...] = ()
    callback_requested: bool = False


def is_about(update: Message, call: Message) -> bool:
    """Whether an update belongs to this card: by the provider's id of the call, or by ours where we placed it."""
    if update.kind is not MessageKind.CALL_UPDATE or update.leg_id != call.leg_id:
        return False
    named = update.content.get("message_id")
    return named == call.id if named else update.content.get("target") == call.external_id


def card(call: Message, updates: Iterable[Message]) -> Call:
    """The call as it stands after these updates, in whatever order they come."""
    told = _of_this_attempt(call, {update.id: update for update in updates if is_about(update, call)})
    contents = [update.content for update in told]
    states = {_state(content) for content in (call.content, *contents)}
    states |= {CallState.ANSWERED for content in contents if content.get("answered") is True}
    recordings = _recordings(contents)
    state, reason = max(states, key=RANK.__getitem__), _reason(contents)
    outcome = _outcome(call.direction, states, reason, recordings) if state is CallState.ENDED else None
    return Call(
        direction=call.direction,
        state=state,
        outcome=outcome,
        reason=reason,
        answered_by=_first_text(contents, "answered_by"),
        duration_seconds=_largest(content.get("duration_seconds") for content in contents),
        talk_seconds=_largest(content.get("talk_seconds") for content in contents),
        queue_position=next(iter(_numbers(_part(content, "queue").get("position") for content in contents)), None),
        choice=_choice(contents),
        recordings=recordings,
        lines=_lines(contents),
        callback_requested=outcome in (CallOutcome.MISSED, CallOutcome.VOICEMAIL),
    )


def _of_this_attempt(call: Message, updates: Mapping[str, Message]) -> Sequence[Message]:
    """A call that was placed again begins anew. By the time of arrival, so that "first" means something."""
    attempts = {identifier: _number(update.content.get("attempt")) for identifier, update in updates.items()}
    newest = max([call.attempt, *(attempt or 0 for attempt in attempts.values())])
    kept = (update for identifier, update in updates.items() if attempts[identifier] in (None, newest))
    return sorted(kept, key=lambda update: update.id)


def _outcome(
    direction: Direction, states: set[CallState], reason: str | None, recordings: Sequence[Recording]
) -> CallOutcome:
    if CallState.ANSWERED in states:
        return CallOutcome.ANSWERED
    if direction is Direction.INBOUND:
        left = any(recording.voicemail and not recording.failed for recording in recordings)
        return CallOutcome.VOICEMAIL if left else CallOutcome.MISSED
    if CallState.CONNECTING not in states:
        return CallOutcome.AGENT_UNREACHABLE
    return _UNANSWERED.get(reason or "", CallOutcome.NO_ANSWER)


def _recordings(contents: Sequence[Mapping[str, Any]]) -> tuple[Recording, ...]:
    told: dict[str, list[Mapping[str, Any]]] = {}
    transcripts: dict[str, str] = {}
    for content in contents:
        recording, transcript = _part(content, "recording"), _part(content, "transcript")
        if recording:
            told.setdefault(_text(recording.get("id")), []).append(recording)
        if transcript:
            transcripts.setdefault(_text(transcript.get("recording")), _text(transcript.get("text")))
    names = sorted({*told, *transcripts})
    return tuple(_recording(name, told.get(name, []), transcripts.get(name)) for name in names)


def _recording(name: str, told: Sequence[Mapping[str, Any]], transcript: str | None) -> Recording:
    longest = _largest(part.get("duration_seconds") for part in told)
    voicemail, failed = (any(part.get(flag) is True for part in told) for flag in ("voicemail", "failed"))
    return Recording(name, longest, voicemail, failed, transcript)


def _lines(contents: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    lines = [part for content in contents if (part := _part(content, "line"))]
    ordered = sorted(lines, key=lambda part: (_number(part.get("order")) or 0, _text(part.get("id"))))
    return tuple(Line(_text(part.get("speaker")), _text(part.get("text"))) for part in ordered)


def _choice(contents: Sequence[Mapping[str, Any]]) -> str | None:
    chosen = (part for content in contents if (part := _part(content, "choice")))
    return next((_text(part.get("label") or part.get("speech") or part.get("digits")) for part in chosen), None)


def _reason(contents: Sequence[Mapping[str, Any]]) -> str | None:
    told = {_text(content.get("reason")) for content in contents}
    return next((reason for reason in REASONS if reason in told), None)


def _state(content: Mapping[str, Any]) -> CallState:
    told = content.get("state")
    return next((state for state in CallState if state.value == told), CallState.RINGING)


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _numbers(values: Iterable[Any]) -> list[int]:
    return [number for value in values if (number := _number(value)) is not None]


def _largest(values: Iterable[Any]) -> int | None:
    return max(_numbers(values), default=None)


def _first_text(contents: Sequence[Mapping[str, Any]], name: str) -> str | None:
    return next((found for content in contents if (found := _text(content.get(name)))), None)
