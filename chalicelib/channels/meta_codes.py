"""Error codes of Messenger and of Instagram Direct, which share the Send API: our class of each, and a sentence.

Sources: Messenger Platform "Error codes", Graph API "Handling errors".
"""

from collections.abc import Mapping

from chalicelib.channels.meta_errors import Listed, Refusals
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, WINDOW = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.WINDOW
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

_PERMISSION = "This access token may not send messages. An administrator has to grant the permission."
_TOO_FAST = "Too many messages were sent at once. It will be tried again in a while."
_BLOCKED = "The customer takes no messages from you: blocked, or the account is gone. Try another channel."
_NOBODY = "There is no such customer for this inbox. They have to write first."
_FILE = "The file could not be taken over. Check that it is not too large or broken, and attach it again."

CODES: Mapping[int, Listed] = {
    1: (RETRY, None),
    2: (RETRY, None),  # also seen for a customer who has blocked the page: then trying again ends as it began
    3: (CONFIG, _PERMISSION),
    4: (RETRY, _TOO_FAST),
    10: (CONFIG, _PERMISSION),
    17: (RETRY, _TOO_FAST),
    32: (RETRY, _TOO_FAST),
    100: (CONTENT, None),
    190: (REAUTH, None),
    368: (CONFIG, "Meta has blocked this account for a while for breaking its policies."),
    551: (RECIPIENT, _BLOCKED),
    613: (RETRY, _TOO_FAST),
    80004: (RETRY, _TOO_FAST),
    80006: (RETRY, _TOO_FAST),
}

# `error_subcode`, whatever the code.
SUBCODES: Mapping[int, Listed] = {
    1545041: (RECIPIENT, _BLOCKED),
    1893063: (CONTENT, None),
    2018001: (RECIPIENT, _NOBODY),
    2018047: (CONTENT, _FILE),
    2018108: (RECIPIENT, _BLOCKED),
    2018278: (WINDOW, None),
    2018344: (CONFIG, "The account's privacy terms are not accepted. An administrator has to accept them at Meta."),
    2534022: (WINDOW, None),
}

RANGES = ((200, 299, CONFIG),)


def refusals(name: str) -> Refusals:
    """The tables, with sentences that name the channel."""
    sentences = {
        RETRY: f"{name} could not take the message just now. It will be tried again.",
        REAUTH: f"{name} no longer accepts this inbox's access token. An administrator has to connect it again.",
        WINDOW: f"The time in which {name} lets you answer is over. Wait for the customer, or use another channel.",
        RECIPIENT: f"{name} cannot deliver to this customer. Try another channel.",
        CONTENT: f"{name} refused the message as it is. Change it and send it again.",
        CONFIG: f"The {name} account of this inbox may not send this. An administrator has to look at it.",
    }
    return Refusals(name, sentences, CODES, RANGES, SUBCODES)
