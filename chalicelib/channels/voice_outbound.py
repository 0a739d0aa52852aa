"""A call that an agent asks for: their own phone rings first, and whoever picks it up is put through to the customer.

Source: "Call resource" (create).
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from chalicelib.channels.base import CannotSay, Outgoing
from chalicelib.channels.twilio_api import callback_url
from chalicelib.channels.untrusted import text
from chalicelib.channels.voice_flow import placed
from chalicelib.channels.voice_form import PEER, STEP, TRACKER
from chalicelib.channels.voice_settings import PHONE, Options
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

KINDS = frozenset({MessageKind.CALL})
# What the agent is told before the customer's phone rings.
MAX_WHISPER = 300
MAX_TWIML = 4000
EVENTS = ("initiated", "ringing", "answered", "completed")


def check(message: Outgoing) -> None:
    """Raises CannotSay."""
    if message.kind is not MessageKind.CALL:
        raise CannotSay(
            f"Nothing of kind {message.kind.value} goes by phone. Call, or use another channel.", field="kind"
        )
    if message.attachments:
        raise CannotSay("A call carries no files. Send them by another channel.", field="attachments")
    if len(message.text) > MAX_WHISPER:
        raise CannotSay(f"At most {MAX_WHISPER} characters are read to you before the call. Shorten it.", field="text")
    if not PHONE.fullmatch(text(message.content.get("agent_phone"))):
        raise CannotSay("Name your own phone in the form +15550100010: it rings first.", field="content.agent_phone")
    if message.to and not PHONE.fullmatch(message.to):
        raise CannotSay("This caller has withheld the number and cannot be called back.", field="to")


def form_of(message: Outgoing, inbox: Inbox) -> bytes:
    """The parameters of Calls.json. Raises CannotSay, KeyError."""
    check(message)
    base = callback_url(inbox)
    if base is None:
        raise KeyError("public_url")
    phone = text(message.content.get("agent_phone"))
    options = Options(inbox)
    if phone not in {known.address for known in options.phones} and not options.wants("any_agent_phone"):
        raise CannotSay(
            "This phone is none of the inbox's: an administrator has to add it.", field="content.agent_phone"
        )
    query: Mapping[str, str] = {STEP: "status", TRACKER: message.tracker, PEER: message.to}
    fields = [
        ("To", phone),
        ("From", inbox.account_id),
        ("Twiml", _put_through(message, inbox, query)),
        ("Timeout", str(options.ring_seconds)),
        ("StatusCallback", f"{base}?{urlencode(query)}"),
        *(("StatusCallbackEvent", event) for event in EVENTS),
    ]
    return urlencode(fields, errors="replace").encode("ascii")


def _put_through(message: Outgoing, inbox: Inbox, query: Mapping[str, str]) -> str:
    """Sent along with the call, so that nothing of ours has to answer when the agent picks up."""
    twiml = placed(inbox, query, message.text)
    if len(twiml) > MAX_TWIML:
        raise CannotSay("What is read to you before the call is too long. Shorten it.", field="text")
    return twiml
