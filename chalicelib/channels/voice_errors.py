"""What Twilio's refusals of calls mean: our class of each, and what to tell the agent.

Source: "Error and Warning Dictionary". What those codes ask for is not laid down anywhere: the classes are ours.
"""

from collections.abc import Mapping

from chalicelib.channels.twilio_errors import ACCOUNT, LATER, ErrorBook
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, WINDOW = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.WINDOW
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Twilio could not place the call just now. It will be tried again.",
    REAUTH: "Twilio does not accept this inbox's credentials. An administrator has to enter new ones.",
    WINDOW: "The customer cannot be called now.",
    RECIPIENT: "This number cannot be called.",
    CONTENT: "Twilio refused the call as it is. Change it and place it again.",
    CONFIG: "Twilio does not let this inbox place calls. An administrator has to look at it.",
}
_NOT_OURS = (CONFIG, "The inbox's number is no number of the Twilio account, or cannot place calls.")
_NUMBER = (RECIPIENT, "This is no number that can be called.")
_ADDRESS = (CONFIG, "The address of this desk is wrong. Correct the setting public_url.")

CODES: Mapping[int, tuple[FailureClass, str]] = {
    **ACCOUNT,
    10001: (CONFIG, "The Twilio account is not active."),
    10004: LATER,
    20008: (CONFIG, "These are Twilio's test credentials: nobody is called."),
    21201: _NUMBER,
    21203: (RECIPIENT, "This number cannot be called: it is on Twilio's list of numbers that are not."),
    21205: _ADDRESS,
    21207: _ADDRESS,
    21208: _ADDRESS,
    21209: _ADDRESS,
    21210: _NOT_OURS,
    21211: _NUMBER,
    21212: _NOT_OURS,
    21213: _NOT_OURS,
    21214: _NUMBER,
    21215: (CONFIG, "The Twilio account may not call this country."),
    21216: (CONFIG, "The Twilio account may not call this number."),
    21217: _NUMBER,
    21219: (CONFIG, "A trial account of Twilio calls only numbers it has verified."),
    21220: (CONTENT, "The call is over already."),
    21224: _ADDRESS,
    21609: _ADDRESS,
}
# Families of codes: every number from, up to.
FAMILIES: tuple[tuple[int, int, FailureClass], ...] = ((20000, 20999, CONFIG), (13000, 13999, CONTENT))

ERRORS = ErrorBook(CODES, FAMILIES, SENTENCES)
