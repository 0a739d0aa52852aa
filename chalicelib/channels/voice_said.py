"""What is said on a call: keys pressed, messages left, recordings, and words.

Source: `<Gather>`, `<Record>`, "Recording status callbacks", "Real-time transcription".
"""

import re

from chalicelib.channels.base import Ignored, Inbound, InboundMessage, PayloadNotUnderstood
from chalicelib.channels.untrusted import content_id, identifier, json_object, known, text, whole
from chalicelib.channels.voice_form import VOICEMAIL, Form, name_of
from chalicelib.channels.voice_items import is_over, update
from chalicelib.domain.message import Attachment, MessageKind

AUDIO = "audio/mpeg"
_RECORDING = re.compile(r"/(RE[0-9A-Za-z]{1,64})(?:\.[a-z0-9]+)?(?:[?#].*)?\Z")


def menu(form: Form) -> list[Inbound]:
    """What the customer has pressed or said."""
    digits, speech = form.word("Digits"), form.word("SpeechResult")
    choice = known(digits=digits, speech=speech, label=form.query.get(f"l{digits}", ""))
    said = choice.get("label") or speech or digits
    return update(form, f"{form.call_id}:menu", text(said), choice=choice)


def voicemail(form: Form) -> list[Inbound]:
    """A message was left: `<Record>` is done, or what it recorded is ready; whichever is told first."""
    recording = _recording_id(form)
    peer, target = form.peer, form.call_id
    if recording is None or peer is None or target is None:
        return [Ignored("voicemail.unattributed")]
    seconds = whole(form.fields.get("RecordingDuration"))
    left = InboundMessage(
        account_id=form.account_id,
        external_id=recording,
        peer=peer,
        occurred_at=form.received_at,
        kind=MessageKind.AUDIO,
        attachments=(Attachment(AUDIO, media_id=recording, voice=True),),
        content={"call": target, **known(duration_seconds=seconds)},
        untimed=True,
    )
    part = {"id": recording, "voicemail": True, **known(duration_seconds=seconds)}
    beside = update(
        form, f"{recording}:voicemail", "Left a message", state=is_over(form) or "voicemail", recording=part
    )
    return [left, *beside]


def recorded(form: Form) -> list[Inbound]:
    """A recording is ready, or will never be."""
    told, recording = form.word("RecordingStatus").lower(), _recording_id(form)
    if told not in ("completed", "failed") or recording is None:
        return [Ignored(f"recording.{name_of(told)}")]
    if told == "completed" and (form.query.get(VOICEMAIL) or form.word("RecordingSource") == "RecordVerb"):
        return voicemail(form)
    part = known(
        id=recording,
        duration_seconds=whole(form.fields.get("RecordingDuration")),
        channels=whole(form.fields.get("RecordingChannels")),
        source=form.word("RecordingSource"),
        failed=True if told == "failed" else None,
        error=form.word("ErrorCode") if told == "failed" else None,
    )
    files = () if told == "failed" else (Attachment(AUDIO, media_id=recording),)
    return update(form, f"{recording}:recording", "Recording", files, recording=part)


def _recording_id(form: Form) -> str | None:
    """By its sid; a `<Record>` tells only its address."""
    sid = identifier(form.word("RecordingSid"))
    found = _RECORDING.search(form.word("RecordingUrl"))
    return sid or (found[1] if found else None)


def transcribed(form: Form) -> list[Inbound]:
    """The words of a recording."""
    said, told = form.word("TranscriptionText"), form.word("TranscriptionStatus").lower()
    if not said or told not in ("", "completed"):
        return [Ignored(f"transcription.{name_of(told)}")]
    name = identifier(form.word("TranscriptionSid")) or content_id("transcript", form.call_id or "", said)
    return update(form, name, said, transcript=known(recording=_recording_id(form), text=said))


def live(form: Form) -> list[Inbound]:
    """A sentence as it is heard; what is not final yet comes again."""
    event = form.word("TranscriptionEvent").lower() or "transcription-content"
    if event != "transcription-content":
        return [Ignored(name_of(event))]
    if form.word("Final").lower() != "true":
        return [Ignored("transcription_partial")]
    said = _heard(form)
    if not said:
        return [Ignored("transcription_empty")]
    order = form.word("SequenceId", "SequenceNumber")
    name = f"{form.word('TranscriptionSid') or form.call_id}:{order or content_id(said, form.word('Timestamp'))}"
    line = {"id": name, "speaker": _speaker(form), "text": said, **known(order=whole(order))}
    return update(form, name[:512], said, line=line)


def _heard(form: Form) -> str:
    try:
        data = json_object(text(form.fields.get("TranscriptionData")))
    except PayloadNotUnderstood:
        return ""
    return text(data.get("transcript")).strip()


def _speaker(form: Form) -> str:
    """`inbound_track` is what the leg's own party says: the customer, or the agent where we placed the call."""
    own = form.word("Track") != "outbound_track"
    return "customer" if own == (form.tracker is None) else "agent"
