"""What Twilio's refusals and failures mean: our class of each, and what to tell the agent.

Source: "Error and Warning Dictionary", "Message status" (3xxxx in status callbacks). What those codes ask for is not
laid down anywhere: the classes are ours.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.twilio_errors import ACCOUNT, LATER, ErrorBook
from chalicelib.channels.untrusted import whole
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, WINDOW = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.WINDOW
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Twilio could not take the message just now. It will be tried again.",
    REAUTH: "Twilio does not accept this inbox's credentials. An administrator has to enter new ones.",
    WINDOW: "The time to answer freely is over. Send a template, or use another channel.",
    RECIPIENT: "The message cannot reach this number. Try another channel.",
    CONTENT: "Twilio refused the message as it is. Change it and send it again.",
    CONFIG: "Twilio does not let this inbox send. An administrator has to look at it.",
}
_NOT_OURS = (CONFIG, "The sender of this inbox is no number of the Twilio account, or cannot send this.")
_UNREGISTERED = (CONFIG, "The sender is not registered for this country's rules. An administrator has to register it.")
_ADDRESS = (RECIPIENT, "This is no number that can be written to.")
_MEDIA = (CONTENT, "Twilio could not fetch the file, or its type does not go by MMS.")

CODES: Mapping[int, tuple[FailureClass, str]] = {
    **ACCOUNT,
    11751: (CONTENT, "The file is too large for MMS. Make it smaller, or send a link."),
    12300: _MEDIA,
    14107: LATER,
    20006: (CONFIG, ""),
    20008: (CONFIG, "These are Twilio's test credentials: nothing is sent."),
    21211: _ADDRESS,
    21212: _NOT_OURS,
    21214: _ADDRESS,
    21217: _ADDRESS,
    21265: _ADDRESS,
    21266: (RECIPIENT, "The number is the inbox's own."),
    21408: (CONFIG, "The Twilio account may not send to this country."),
    21601: _NOT_OURS,
    21602: (CONTENT, "The text is empty."),
    21603: _NOT_OURS,
    21604: _ADDRESS,
    21605: (CONTENT, "The text is too long. Send it in two messages."),
    21606: _NOT_OURS,
    21608: (CONFIG, "A trial account of Twilio writes only to numbers it has verified."),
    21609: (CONFIG, "The address for status callbacks is wrong. Correct the setting public_url."),
    21610: (RECIPIENT, "The customer has opted out (STOP). Only START from them lets messages through again."),
    21611: LATER,
    21612: (RECIPIENT, "This number cannot be reached from the inbox's sender."),
    21614: (RECIPIENT, "This is no mobile number."),
    21617: (CONTENT, "The text is too long. Send it in two messages."),
    21619: (CONTENT, "The message is empty."),
    21620: _MEDIA,
    21623: (CONTENT, "At most ten files go in a message."),
    21635: (RECIPIENT, "This is a landline: it takes no messages."),
    21659: _NOT_OURS,
    21660: _NOT_OURS,
    21703: (CONFIG, "The messaging service has no sender for this. Add a number to it."),
    21704: (CONFIG, "The messaging service is being set up. Try again later."),
    30001: (RETRY, "The message waited too long in Twilio's queue. Send it again."),
    30002: (CONFIG, "The Twilio account is suspended."),
    30003: (RECIPIENT, "The phone is switched off or out of reach."),
    30004: (RECIPIENT, "The number blocks this message."),
    30005: (RECIPIENT, "The number does not exist, or its phone is switched off."),
    30006: (RECIPIENT, "This is a landline, or its carrier takes no messages."),
    30007: (CONTENT, "A carrier has filtered the message. Change its text."),
    30008: (RETRY, "The carrier did not say why it failed. Send it again once."),
    30010: (CONFIG, "The message costs more than the account allows."),
    30019: (CONTENT, "The file is too large for the carrier."),
    30022: (CONFIG, "The carrier's limit for this sender is reached."),
    30023: (CONFIG, "The carrier's daily limit for this sender is reached."),
    30032: _UNREGISTERED,
    30034: _UNREGISTERED,
    30036: (RETRY, "The message was not delivered in time. Send it again."),
    30410: (RETRY, "The carrier did not answer in time. Send it again."),
    30500: (RETRY, "Twilio failed inside. Send it again."),
    63003: (RECIPIENT, ""),
    63007: _NOT_OURS,
    63016: (WINDOW, ""),
    63018: LATER,
    63024: (RECIPIENT, ""),
    63049: (WINDOW, "WhatsApp held this marketing message back."),
}
# Families of codes: every number from, up to.
FAMILIES: tuple[tuple[int, int, FailureClass], ...] = (
    (20000, 20999, CONFIG),
    (21700, 21799, CONFIG),
    (30000, 30999, CONTENT),
    (63000, 63999, CONTENT),
)
ERRORS = ErrorBook(CODES, FAMILIES, SENTENCES)


def failure(code: Any, told: str = "") -> ProviderError:
    """Why a message was not delivered, of a status callback or of a message that is answered `failed`."""
    number = whole(code)
    if not number:
        return ProviderError(
            "undelivered", RECIPIENT, "The carrier could not deliver the message, and does not say why."
        )
    return ERRORS.explained(str(number), number, CONTENT, told)
