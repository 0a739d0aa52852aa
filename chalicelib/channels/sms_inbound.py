"""Inbound Twilio messages and marks: one call, one form, one item.

Source: "Twilio's request to your incoming message webhook URL", "Track outbound message status", "Advanced Opt-Out".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels import sms_errors
from chalicelib.channels.base import Ignored, Inbound, InboundMessage, Peer, Profile, StatusUpdate
from chalicelib.channels.untrusted import content_id, identifier, known, number, optional, text, whole
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Attachment, MessageKind

# The query parameter of our StatusCallback that brings the tracker back.
TRACKER = "tracker"
MAX_FILES = 10
# Twilio acts on these by itself, whatever else is said: STOP blocks every further message.
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})
START_WORDS = frozenset({"start", "unstop"})
_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}
# Fields that the item has itself, and doubles of others.
_TAKEN = frozenset(
    {
        "AccountSid",
        "ApiVersion",
        "Body",
        "ButtonPayload",
        "ButtonText",
        "ExternalUserId",
        "From",
        "MessageSid",
        "NumMedia",
        "OptOutType",
        "OriginalRepliedMessageSid",
        "ProfileName",
        "SmsMessageSid",
        "SmsSid",
        "SmsStatus",
    }
)


@dataclass(frozen=True, slots=True)
class Form:
    """One call's parameters; of a repeated one the first value."""

    account_id: str
    kind: str
    fields: Mapping[str, Any]
    query: Mapping[str, str]
    received_at: datetime

    def word(self, *names: str) -> str:
        """The first of these that is there."""
        return next((found for name in names if (found := text(self.fields.get(name)).strip())), "")


def received(form: Form) -> Inbound:
    """A customer's message. Twilio tells no time: the first arrival counts."""
    peer = _peer(form)
    if peer is None:
        return Ignored("message.unattributed")
    sid = identifier(form.word("MessageSid", "SmsMessageSid", "SmsSid"))
    kind, said, content, files = _body(form)
    return InboundMessage(
        account_id=form.account_id,
        external_id=sid or content_id("sms", dict(form.fields)),
        peer=peer,
        occurred_at=form.received_at,
        kind=kind,
        text=said,
        attachments=files,
        reply_to=identifier(form.word("OriginalRepliedMessageSid")),
        content={**content, **known(extra=_more(form, files) or None)},
        untimed=True,
    )


def _peer(form: Form) -> Peer | None:
    sender = identifier(form.word("From"))
    if sender is None:
        return None
    # On WhatsApp a customer has a user id too, and may hide the number.
    lasting = identifier(form.word("ExternalUserId"))
    addresses = tuple(dict.fromkeys(address for address in (lasting, sender) if address))
    phone = sender.rpartition(":")[2]
    profile = Profile(name=optional(form.word("ProfileName")), phone=phone if phone.startswith("+") else None)
    return Peer(addresses, profile)


Body = tuple[MessageKind, str, dict[str, Any], tuple[Attachment, ...]]


def _body(form: Form) -> Body:
    said, files = text(form.fields.get("Body")), _files(form)
    choice = _opted(form, said)
    if choice and not files:
        return MessageKind.SYSTEM, said, {"type": choice, **known(keyword=form.word("OptOutType"))}, ()
    content: dict[str, Any] = known(keyword=form.word("OptOutType"))
    payload = form.word("ButtonPayload")
    latitude, longitude = number(form.fields.get("Latitude")), number(form.fields.get("Longitude"))
    if payload:
        title = form.word("ButtonText")
        return MessageKind.POSTBACK, said or title, {"payload": payload, "title": title, "source": "button"}, ()
    if latitude is not None and longitude is not None:
        place = known(name=form.word("Label"), address=form.word("Address"))
        return MessageKind.LOCATION, said, {"latitude": latitude, "longitude": longitude, **place}, ()
    if files:
        family = files[0].mime.partition("/")[0].lower()
        return _FAMILIES.get(family, MessageKind.DOCUMENT), said, content, files
    if said.strip():
        return MessageKind.TEXT, said, content, ()
    return MessageKind.UNSUPPORTED, "", {"type": "empty", "raw": dict(form.fields)}, ()


def _opted(form: Form, said: str) -> str | None:
    """What Twilio has understood (`OptOutType`), or will have by the word alone. HELP stays a message."""
    asked, word = form.word("OptOutType").upper(), said.strip().lower()
    if asked == "STOP" or (not asked and word in STOP_WORDS):
        return "opt_out"
    if asked == "START" or (not asked and word in START_WORDS):
        return "opt_in"
    return None


def _files(form: Form) -> tuple[Attachment, ...]:
    count = min(whole(form.fields.get("NumMedia")) or 0, MAX_FILES)
    places = [(form.word(f"MediaUrl{place}"), form.word(f"MediaContentType{place}")) for place in range(count)]
    return tuple(Attachment(mime=mime or "application/octet-stream", source_url=url) for url, mime in places if url)


def _more(form: Form, files: tuple[Attachment, ...]) -> dict[str, Any]:
    """What else Twilio tells: the number that was written to, the parts, the places of both numbers."""
    media = ("MediaUrl", "MediaContentType") if files else ()
    return {
        name: value
        for name, value in form.fields.items()
        if name not in _TAKEN and not name.startswith(media or "\0") and text(value)
    }


def status(form: Form) -> Inbound:
    """How far one of our messages has come; in any order, and without a time."""
    sid = identifier(form.word("MessageSid", "SmsSid"))
    tracker = identifier(form.query.get(TRACKER))
    if sid is None and tracker is None:
        return Ignored("status.unattributed")
    state, to = STATES[form.kind], identifier(form.word("To"))
    told = form.word("ErrorMessage", "ChannelStatusMessage")
    error = sms_errors.failure(form.fields.get("ErrorCode"), told) if state is DeliveryState.FAILED else None
    return StatusUpdate(
        account_id=form.account_id,
        state=state,
        occurred_at=form.received_at,
        external_id=sid,
        tracker=tracker,
        peer=Peer((to,)) if to else None,
        error=error,
        detail=known(
            status=form.kind,
            carrier_time=form.word("RawDlrDoneDate"),
            segments=form.word("NumSegments"),
            price=form.word("Price"),
            note=told,
        ),
    )


def _of_no_use(form: Form) -> Inbound:
    return Ignored(f"message.{form.kind}")


# That Twilio has it is what `sent` means here; whether the carrier has it too makes no difference to anybody.
STATES: Mapping[str, DeliveryState] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), DeliveryState.SENT),
    **dict.fromkeys(("delivered", "partially_delivered"), DeliveryState.DELIVERED),
    "read": DeliveryState.READ,
    **dict.fromkeys(("undelivered", "failed", "canceled"), DeliveryState.FAILED),
}

HANDLERS: Mapping[str, Callable[[Form], Inbound]] = {
    "received": received,
    "receiving": _of_no_use,
    **dict.fromkeys(STATES, status),
}
