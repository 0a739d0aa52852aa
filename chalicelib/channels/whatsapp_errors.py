"""WhatsApp's error codes: our class of each, and what to tell the agent.

Sources: Cloud API "Error codes" and Graph API "Handling errors" references. Classes of whole
ranges come last.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.meta_errors import Refusals
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, WINDOW = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.WINDOW
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "WhatsApp could not take the message just now. It will be tried again.",
    REAUTH: ("WhatsApp no longer accepts this inbox's access token. An administrator has to connect it again."),
    WINDOW: ("The 24-hour window is closed. Send a template, or write to the customer on another channel."),
    RECIPIENT: "WhatsApp cannot deliver to this customer. Try another channel.",
    CONTENT: "WhatsApp refused the message as it is. Change it and send it again.",
    CONFIG: ("The WhatsApp account of this inbox may not send this. An administrator has to look at it."),
}

_PAYMENT = "The WhatsApp account has a payment problem. An administrator has to fix it in Meta's billing settings."
_TOO_FAST = "Too many messages were sent at once. It will be tried again in a while."
_MISSING_TEMPLATE = "This template does not exist in this language, or is not approved yet. Choose another."
_PARAMETERS = "The values given do not fit the template's placeholders. Check how many there are and their form."
_FLOW = "WhatsApp refused the form (flow) in this message. An administrator has to check it."

# code: (class, sentence; None = the sentence of the class)
CODES: Mapping[int, tuple[FailureClass, str | None]] = {
    0: (REAUTH, None),
    1: (RETRY, None),
    2: (RETRY, None),
    3: (
        CONFIG,
        "This access token may not send messages. An administrator has to grant the permission.",
    ),
    4: (RETRY, _TOO_FAST),
    10: (
        CONFIG,
        "This access token may not send messages. An administrator has to grant the permission.",
    ),
    17: (RETRY, _TOO_FAST),
    100: (CONTENT, "A value in the message is not one that WhatsApp accepts."),
    190: (REAUTH, None),
    368: (CONFIG, "WhatsApp has blocked this account for a while for breaking its policies."),
    80007: (RETRY, _TOO_FAST),
    130429: (RETRY, _TOO_FAST),
    130472: (
        WINDOW,
        "WhatsApp keeps this customer's number out of marketing for an experiment. Try another channel.",
    ),
    130497: (CONFIG, "This account may not write to customers in this country."),
    131000: (RETRY, None),
    131005: (
        CONFIG,
        "This access token may not send messages. An administrator has to grant the permission.",
    ),
    131008: (CONTENT, "Something that WhatsApp needs is missing from the message."),
    131009: (CONTENT, "A value in the message is not one that WhatsApp accepts."),
    131016: (RETRY, None),
    131021: (RECIPIENT, "The customer's number is this inbox's own number."),
    131026: (
        RECIPIENT,
        "The message cannot be delivered: no WhatsApp on this number, its terms not accepted, or too old an app.",
    ),
    131030: (
        RECIPIENT,
        "This is a test number, and the customer is not on its list of allowed recipients.",
    ),
    131031: (CONFIG, "WhatsApp has locked this account. An administrator has to look at it."),
    131037: (CONFIG, "This number's display name is not approved yet."),
    131042: (CONFIG, _PAYMENT),
    131044: (CONFIG, _PAYMENT),
    131045: (
        CONFIG,
        "This number is not registered for sending. An administrator has to register it.",
    ),
    131047: (WINDOW, None),
    131048: (
        RETRY,
        "Customers have reported messages of this number, so WhatsApp slows it down. It will be tried again.",
    ),
    131049: (
        WINDOW,
        "WhatsApp holds this back: the customer has had enough marketing for now. Do not try before tomorrow.",
    ),
    131050: (RECIPIENT, "The customer has chosen to get no marketing messages from you."),
    131051: (CONTENT, "WhatsApp does not know this type of message."),
    131052: (CONTENT, "WhatsApp could not fetch the file. Attach it again."),
    131053: (RETRY, "WhatsApp could not take the file. It will be tried again."),
    131056: (
        RETRY,
        "Too many messages to this one customer in a short time. It will be tried again.",
    ),
    131057: (RETRY, "The WhatsApp account is in maintenance. It will be tried again."),
    131062: (
        RECIPIENT,
        "Sign-in codes need the customer's phone number, which WhatsApp has not told us.",
    ),
    131063: (CONFIG, None),
    131064: (CONFIG, "The account has reached a limit set by WhatsApp."),
    132000: (CONTENT, _PARAMETERS),
    132001: (CONTENT, _MISSING_TEMPLATE),
    132005: (CONTENT, "The template's text gets too long with these values. Shorten them."),
    132007: (
        CONTENT,
        "The template breaks WhatsApp's rules for characters and format. Choose another.",
    ),
    132008: (CONTENT, _PARAMETERS),
    132012: (CONTENT, _PARAMETERS),
    132015: (
        CONTENT,
        "WhatsApp has paused this template because customers disliked it. Choose another.",
    ),
    132016: (CONTENT, "WhatsApp has disabled this template for good. Choose another."),
    132068: (CONTENT, _FLOW),
    132069: (CONTENT, _FLOW),
    133016: (RETRY, _TOO_FAST),
    135000: (RETRY, None),
    137000: (
        RECIPIENT,
        "The customer's WhatsApp identity has changed. Make sure who it is before you write on.",
    ),
}

# First and last code, class: families whose single codes say nothing more to an agent.
RANGES: tuple[tuple[int, int, FailureClass], ...] = (
    (200, 299, CONFIG),
    (131200, 131299, CONTENT),  # groups
    (138000, 138999, CONTENT),  # calls
    (139000, 139999, CONTENT),  # flows
    (147001, 147005, CONTENT),  # usernames
)

REFUSALS = Refusals("WhatsApp", SENTENCES, CODES, RANGES)


def failure_of(error: Mapping[str, Any], status: int | None = None) -> ProviderError:
    """The refusal in the `error` object of an answer (with its HTTP status), or in `errors[]` of a
    webhook."""
    return REFUSALS.failure_of(error, status)
