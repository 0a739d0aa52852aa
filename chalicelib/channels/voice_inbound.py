"""What is told of a call becomes its card, and silent updates beside it that may come in any order.

Source: "Call resource" (status callbacks), `<Dial>`, `<Enqueue>`, `<Queue>`.
"""

from collections.abc import Callable, Mapping

from chalicelib.channels.base import Ignored, Inbound, ProviderError, StatusUpdate
from chalicelib.channels.untrusted import known, whole
from chalicelib.channels.voice_form import BY, OVER, Form, name_of
from chalicelib.channels.voice_items import card_of, is_over, update
from chalicelib.channels.voice_said import live, menu, recorded, transcribed, voicemail
from chalicelib.domain.delivery import DeliveryState, FailureClass

REASONS = {"busy": "busy", "failed": "failed", "no-answer": "no_answer", "canceled": "canceled"}
TAKEN = frozenset({"completed", "answered"})
BRIDGED = frozenset({"bridged", "bridging-in-process"})
# Why the agent's own phone did not take part in a call we placed, as the agent should read it.
UNREACHED: Mapping[str, str] = {
    "busy": "Your phone is busy. Place the call again when it is free.",
    "no-answer": "Your phone was not answered. Place the call again.",
    "canceled": "The call was canceled before your phone was answered.",
    "failed": "Your phone cannot be called: the number does not exist or is out of reach.",
}


def incoming(form: Form) -> list[Inbound]:
    """A customer calls: the card."""
    found = card_of(form)
    return [found] if found else [Ignored("call.unattributed")]


def status(form: Form) -> list[Inbound]:
    """How far the call has come. The card comes along where the call is not one of ours: it is known by its sid."""
    told = form.word("CallStatus").lower()
    sid = form.sid
    if sid is None:
        return [Ignored("status.unattributed")]
    order = form.word("SequenceNumber") or told
    taken = form.is_outbound and form.tracker is None and told in ("in-progress", "completed")
    beside = update(
        form,
        f"{sid}:status:{order}",
        _said(told),
        state=_state(form, told),
        answered=True if taken else None,
        reason=REASONS.get(told) or ("completed" if told == "completed" else None),
        duration_seconds=whole(form.fields.get("CallDuration")),
        machine=form.word("AnsweredBy"),
        sip_code=form.word("SipResponseCode"),
    )
    if form.tracker is not None:
        return [*_mark(form, told), *beside]
    card = card_of(form)
    return [card, *beside] if card else beside


def _state(form: Form, told: str) -> str:
    if told in OVER:
        return "ended"
    # Of a call we placed, the one who answers first is the agent.
    return "connecting" if told == "in-progress" and form.tracker else "ringing"


def _said(told: str) -> str:
    """What a list shows of it in one line."""
    return {"completed": "Call ended", "in-progress": "Call answered"}.get(told, f"Call: {told or 'news'}"[:40])


def _mark(form: Form, told: str) -> list[Inbound]:
    """A call we placed is sent once Twilio has it, and has failed where the agent's own phone was not reached."""
    sid, tracker = form.sid, form.tracker
    at = form.told_at or form.received_at
    detail = UNREACHED.get(told)
    error = ProviderError(f"agent_{name_of(told)}", FailureClass.CONTENT, detail) if detail else None
    state = DeliveryState.FAILED if error else DeliveryState.SENT
    return [StatusUpdate(form.account_id, state, at, sid, tracker, error=error, detail=known(status=told))]


def leg(form: Form) -> list[Inbound]:
    """A phone that was dialled for the call: only that it was answered is news."""
    told, sid = form.word("CallStatus").lower(), form.sid
    if told != "in-progress" or sid is None:
        return [Ignored(f"leg.{name_of(told)}")]
    beside = update(
        form, f"{sid}:leg", "Call answered", state="answered", answered=True, answered_by=form.query.get(BY, "")
    )
    if form.tracker is None:
        return beside
    at = form.told_at or form.received_at
    reached = StatusUpdate(form.account_id, DeliveryState.DELIVERED, at, None, form.tracker, detail=known(status=told))
    return [reached, *beside]


def dial(form: Form) -> list[Inbound]:
    """What came of dialling."""
    told = form.word("DialCallStatus").lower()
    taken = told in TAKEN and form.word("DialBridged").lower() != "false"
    return update(
        form,
        f"{form.call_id}:dial:{form.word('DialCallSid')}",
        "Call answered" if taken else f"Call: {told}"[:40],
        state=is_over(form),
        answered=True if taken else None,
        reason=REASONS.get(told),
        talk_seconds=whole(form.fields.get("DialCallDuration")) if taken else None,
    )


def wait(form: Form) -> list[Inbound]:
    """The customer waits in a queue; the first time it is told is enough."""
    fields = form.fields
    place = known(
        position=whole(fields.get("QueuePosition")),
        size=whole(fields.get("CurrentQueueSize")),
        waited_seconds=whole(fields.get("QueueTime")),
    )
    return update(form, f"{form.call_id}:wait", "Waiting in the queue", state="queued", queue=place)


def queue(form: Form) -> list[Inbound]:
    """How the customer left the queue."""
    told = form.word("QueueResult").lower()
    left = told == "hangup"
    return update(
        form,
        f"{form.call_id}:queue",
        "Hung up in the queue" if left else "Left the queue",
        state="ended" if left else is_over(form),
        answered=True if told in BRIDGED else None,
        reason="hung_up" if left else None,
        waited_seconds=whole(form.fields.get("QueueTime")),
    )


def connected(form: Form) -> list[Inbound]:
    """An agent takes the call out of the queue."""
    by = form.query.get(BY, "")
    return update(form, f"{form.call_id}:connected", "Call answered", state="answered", answered=True, answered_by=by)


def of_an_agent(form: Form) -> list[Inbound]:
    """An agent calls in to take the next customer: no customer's call."""
    return [Ignored("call.of_an_agent")]


HANDLERS: Mapping[str, Callable[[Form], list[Inbound]]] = {
    "incoming": incoming,
    "status": status,
    "leg": leg,
    "menu": menu,
    "dial": dial,
    "wait": wait,
    "queue": queue,
    "connected": connected,
    "voicemail": voicemail,
    "recorded": recorded,
    "transcribed": transcribed,
    "live": live,
    "take": of_an_agent,
}
