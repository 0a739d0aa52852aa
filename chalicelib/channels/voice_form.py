"""What Twilio Voice posts: one call, one form. Which step of which call it is about, and who is at the other end.

Source: "TwiML Voice: Twilio's request to your application", and the pages of each verb's own requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from chalicelib.channels.base import Peer, Profile
from chalicelib.channels.untrusted import identifier, iso_time, label, optional, text

# The query parameters of our own addresses; the signature covers them.
STEP, CALL, PEER, BY, TRACKER, VOICEMAIL, QUEUE, TRY = (
    "step",
    "call",
    "peer",
    "by",
    "tracker",
    "voicemail",
    "queue",
    "try",
)
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
# What stands for a caller without a number: words, and those words typed on a telephone's keys.
ANONYMOUS = frozenset(
    {
        "",
        "anonymous",
        "blocked",
        "restricted",
        "unavailable",
        "unknown",
        "private",
        "266696687",
        "2562533",
        "7378742833",
        "8656696",
        "86282452253",
    }
)
NAMELESS = "anonymous:"
# By what a form without a step of ours is told, in this order.
_TELLING: tuple[tuple[str, str], ...] = (
    ("TranscriptionEvent", "live"),
    ("TranscriptionData", "live"),
    ("TranscriptionSid", "transcribed"),
    ("TranscriptionText", "transcribed"),
    ("RecordingStatus", "recorded"),
    ("DialCallStatus", "dial"),
    ("QueueResult", "queue"),
    ("QueuePosition", "wait"),
    ("SpeechResult", "menu"),
    ("RecordingUrl", "voicemail"),
    ("Digits", "menu"),
    ("CallbackSource", "status"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """One call's parameters; of a repeated one the first value. `account_id` is the inbox that was called."""

    account_id: str
    fields: Mapping[str, Any]
    query: Mapping[str, str]
    received_at: datetime

    def word(self, *names: str) -> str:
        """The first of these that is there."""
        return next((found for name in names if (found := text(self.fields.get(name)).strip())), "")

    @property
    def kind(self) -> str:
        """The step: our own word for it where the address has one, else what the form looks like."""
        step = text(self.query.get(STEP))
        if step:
            return step
        telling = (kind for name, kind in _TELLING if self.word(name))
        return next(telling, self._of_a_call())

    def _of_a_call(self) -> str:
        if not self.word("CallSid"):
            return ""
        return "status" if self.word("CallStatus").lower() in OVER else "incoming"

    @property
    def sid(self) -> str | None:
        """The call that Twilio speaks of."""
        return identifier(self.word("CallSid"))

    @property
    def call_id(self) -> str | None:
        """The call that the card is about: of a leg that was dialled for it, the one it was dialled for."""
        dialled_for = self.word("ParentCallSid") if self.query.get(STEP) == "leg" else ""
        return identifier(self.query.get(CALL)) or identifier(dialled_for) or self.sid

    @property
    def tracker(self) -> str | None:
        """Our own reference, where we placed the call."""
        return identifier(self.query.get(TRACKER))

    @property
    def is_outbound(self) -> bool:
        return self.word("Direction").lower().startswith("outbound")

    @property
    def caller(self) -> str:
        return self.word("From", "Caller")

    @property
    def callee(self) -> str:
        return self.word("To", "Called")

    @property
    def peer(self) -> Peer | None:
        """The customer: as our own address names them, else whoever is not us."""
        named = identifier(self.query.get(PEER))
        if named:
            return Peer((named,), Profile(phone=_phone(named)))
        if not {"From", "Caller", "To", "Called"} & set(self.fields):
            return None
        address = identifier(self.callee if self.is_outbound else self.caller) or ""
        if address.removeprefix("+").lower() in ANONYMOUS:
            # Nobody knows who it is: each call is somebody of its own.
            return Peer((f"{NAMELESS}{self.sid}",)) if self.sid else None
        return Peer((address,), Profile(name=optional(self.word("CallerName")), phone=_phone(address)))

    @property
    def told_at(self) -> datetime | None:
        """The time that Twilio tells: RFC 2822, or ISO 8601 of what is heard live."""
        told = self.word("Timestamp")
        return iso_time(told) or _mail_time(told)


def name_of(told: str) -> str:
    """A word of Twilio's, fit to name a metric."""
    return label(told.replace("-", "_"))


def _phone(address: str) -> str | None:
    return address if address.startswith("+") else None


def _mail_time(told: str) -> datetime | None:
    if not told or len(told) > 60:
        return None
    try:
        at = parsedate_to_datetime(told)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
