"""What LINE's refusals mean: our class of each, and what to tell the agent.

Source: Messaging API reference, "Status codes" and "Error responses". There are no codes beside HTTP's: only the
message tells more, and `details` which property it is about.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import objects, text
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH = FailureClass.RETRY, FailureClass.REAUTH
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "LINE could not take the message just now. It will be tried again.",
    REAUTH: "LINE no longer accepts this inbox's channel access token. An administrator has to enter a new one.",
    RECIPIENT: "LINE cannot deliver to this customer. Try another channel.",
    CONTENT: "LINE refused the message as it is. Change it and send it again.",
    CONFIG: "The LINE account of this inbox may not send this. An administrator has to look at it.",
}
QUOTA = "The month's messages of this LINE account are used up. An administrator has to change its plan."

# 403: the account or its plan may not use this call.
CODES: Mapping[int, FailureClass] = {401: REAUTH, 403: CONFIG, 408: RETRY, 429: RETRY}

# A part of the message, in lower case, whatever the status: class and sentence.
MESSAGES: tuple[tuple[str, FailureClass, str], ...] = (
    ("monthly limit", CONFIG, QUOTA),
    ("property, 'to'", RECIPIENT, "LINE does not know this address for this account."),
    ("property, `to`", RECIPIENT, "LINE does not know this address for this account."),
)
# LINE did not take the answer, and nothing but its form is to blame: it goes as a push.
DEAD_TOKEN = "invalid reply token"  # noqa: S105 - LINE's words


def failure_of(answer: Mapping[str, Any], status: int) -> ProviderError:
    """The refusal in an answer, with the first of its details."""
    told = " ".join(part for part in (_line(answer.get("message")), *_details(answer)) if part)[:MAX_QUOTED]
    name, lowered = f"http_{status}", told.lower()
    if DEAD_TOKEN in lowered:
        return ProviderError("reply_token", RETRY, SENTENCES[RETRY])
    for part, failure, sentence in MESSAGES:
        if part in lowered:
            return ProviderError(name, failure, sentence)
    failure = RETRY if status >= 500 else CODES.get(status, CONTENT)
    sentence = f"{SENTENCES[failure]} (LINE says: {told})" if told else SENTENCES[failure]
    return ProviderError(name, failure, sentence)


def _details(answer: Mapping[str, Any]) -> list[str]:
    found = next(iter(objects(answer.get("details"))), {})
    said, where = _line(found.get("message")), _line(found.get("property"))
    return [f"{where}: {said}" if where else said] if said else []


def _line(words: Any) -> str:
    return " ".join(text(words).split())
