"""What Apple's refusals mean: our class of each, and what to tell the agent.

Apple publishes no table of answers: only HTTP's own meaning is relied on, and nothing is sent twice on a guess.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import text
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH = FailureClass.RETRY, FailureClass.REAUTH
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300
# A gateway in between has given up: what is behind it may have taken the message.
UNKNOWN_FATE = frozenset({502, 504})

CODES: Mapping[int, FailureClass] = {
    401: REAUTH,
    403: CONFIG,
    404: RECIPIENT,
    408: RETRY,
    410: RECIPIENT,
    429: RETRY,
}
SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Apple could not take the message just now. It will be tried again.",
    REAUTH: "Apple does not accept this inbox's MSP id and secret. An administrator has to enter them again.",
    RECIPIENT: "Apple cannot deliver to this customer. Try another channel.",
    CONTENT: "Apple refused the message as it is. Change it and send it again.",
    CONFIG: "The Messages for Business account of this inbox may not send this. An administrator has to look at it.",
}


def failure_of(answer: Mapping[str, Any], status: int) -> ProviderError:
    """The refusal in an answer, with its own words where it has any."""
    failure = _class_of(status)
    told = " ".join((text(answer.get("message")) or text(answer.get("error"))).split())[:MAX_QUOTED]
    sentence = f"{SENTENCES[failure]} (Apple says: {told})" if told else SENTENCES[failure]
    return ProviderError(f"http_{status}", failure, sentence)


def _class_of(status: int) -> FailureClass:
    if status >= 500:
        return RETRY
    return CONFIG if 300 <= status < 400 else CODES.get(status, CONTENT)
