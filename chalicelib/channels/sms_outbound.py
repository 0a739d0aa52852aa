"""An outbound message for Twilio: neutral kind -> the form of Messages.json, with every limit checked.

Source: "Message resource" (create), "Accepted content types for media".
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from chalicelib.channels.base import CannotSay, Outgoing, OutgoingAttachment
from chalicelib.channels.sms_inbound import TRACKER
from chalicelib.channels.sms_text import segments
from chalicelib.channels.twilio_api import callback_url
from chalicelib.channels.untrusted import text
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind

MAX_TEXT = 1600
MAX_FILES = 10
KILOBYTE = 1024
MAX_TOTAL = 5 * KILOBYTE * KILOBYTE
MAX_BYTES: Mapping[str, int] = {
    "image": MAX_TOTAL,
    "audio": 500 * KILOBYTE,
    "video": 500 * KILOBYTE,
    "document": 500 * KILOBYTE,
}
# These are made smaller on the way where they have to be; everything else goes as it is, or not at all.
LARGE = frozenset({"image/jpeg", "image/png", "image/gif"})
KINDS = frozenset({MessageKind.TEXT, MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.DOCUMENT})

# A number, a short code; before it the channel where it is not SMS (WhatsApp by Twilio, RCS).
_ADDRESS = re.compile(r"(?:(whatsapp|rcs|messenger):)?(\+[1-9][0-9]{5,14}|[0-9]{3,8}|[A-Z]{2}\.[A-Za-z0-9.]{1,128})")


def check(message: Outgoing) -> None:
    """Raises CannotSay."""
    if message.kind not in KINDS:
        raise CannotSay(f"There are no SMS of kind {message.kind.value}. Send it as text.", field="kind")
    if len(message.text) > MAX_TEXT:
        parts = segments(message.text).count
        raise CannotSay(
            f"The text has {len(message.text)} characters ({parts} parts); {MAX_TEXT} go. Send it in two messages.",
            field="text",
        )
    if message.kind is not MessageKind.TEXT:
        _check_files(message.attachments)
    elif not message.text.strip():
        raise CannotSay("The text is empty.", field="text")


def _check_files(files: tuple[OutgoingAttachment, ...]) -> None:
    if not 1 <= len(files) <= MAX_FILES:
        raise CannotSay(f"Attach 1 to {MAX_FILES} files. Send the others in another message.", field="attachments")
    for place, file in enumerate(files):
        mime = file.mime.partition(";")[0].strip().lower()
        limit = MAX_TOTAL if mime in LARGE else 500 * KILOBYTE
        if file.size_bytes is not None and file.size_bytes > limit:
            shown = "5 MB of JPEG, PNG and GIF" if mime in LARGE else "500 KB of this type"
            raise CannotSay(
                f"The file is too large: MMS take {shown}. Send a link instead.", field=f"attachments[{place}]"
            )
    if sum(file.size_bytes or 0 for file in files) > MAX_TOTAL:
        raise CannotSay("The files are too large together: MMS take 5 MB. Send a link instead.", field="attachments")


def form_of(message: Outgoing, inbox: Inbox) -> bytes:
    """The parameters; the callback's address brings our tracker back. Raises CannotSay."""
    found = _ADDRESS.fullmatch(message.to)
    if not found:
        raise CannotSay("This sender takes no answers: write to a phone number or a short code.", field="to")
    fields = [("To", message.to), _sender(found[1], inbox)]
    if message.text:
        fields.append(("Body", message.text))
    fields += [("MediaUrl", file.url) for file in message.attachments]
    callback = callback_url(inbox)
    if callback:
        fields.append(("StatusCallback", f"{callback}?{urlencode({TRACKER: message.tracker})}"))
    return urlencode(fields, errors="replace").encode("ascii")


def _sender(prefix: str | None, inbox: Inbox) -> tuple[str, str]:
    """A messaging service picks the number; else it is the inbox's own, on the customer's channel."""
    service = text(inbox.settings.get("messaging_service_sid"))
    sender = service or inbox.account_id
    if sender.startswith("MG"):
        return "MessagingServiceSid", sender
    return "From", f"{prefix}:{sender}" if prefix and ":" not in sender else sender
