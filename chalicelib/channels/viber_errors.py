"""What Viber's refusals mean: our class of each, and what to tell the agent.

Source: Viber REST API, "Error codes": a refusal is HTTP 200 with a `status` other than 0.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import text
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH = FailureClass.RETRY, FailureClass.REAUTH
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300
_STATUS = re.compile(r"-?[0-9]{1,9}")

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Viber could not take the message just now. It will be tried again.",
    REAUTH: "Viber no longer accepts this inbox's token. An administrator has to enter a new one.",
    RECIPIENT: "Viber cannot deliver to this customer. Try another channel.",
    CONTENT: "Viber refused the message as it is. Change it and send it again.",
    CONFIG: "The bot may not send this. An administrator has to look at it.",
}

STATUSES: Mapping[int, tuple[FailureClass, str]] = {
    1: (CONTENT, "Viber cannot use the address of the file or link."),
    2: (REAUTH, SENTENCES[REAUTH]),
    3: (CONTENT, SENTENCES[CONTENT]),
    4: (CONTENT, SENTENCES[CONTENT]),
    5: (RECIPIENT, "This customer is not registered with Viber."),
    6: (RECIPIENT, "The customer is not subscribed to the bot: they have to write to it first."),
    7: (RECIPIENT, "The customer has blocked the bot."),
    8: (CONFIG, "Viber does not know the bot of this token. An administrator has to look at it."),
    9: (CONFIG, "Viber has suspended the bot. An administrator has to look at it."),
    10: (CONFIG, "The bot has no webhook at Viber. An administrator has to set it."),
    11: (RECIPIENT, "The customer's device cannot show messages of bots."),
    12: (RETRY, SENTENCES[RETRY]),
    13: (CONTENT, SENTENCES[CONTENT]),
    14: (CONTENT, "The customer's Viber is too old for this message. Send it as text."),
    15: (CONFIG, SENTENCES[CONFIG]),
    16: (CONTENT, SENTENCES[CONTENT]),
    17: (CONTENT, SENTENCES[CONTENT]),
    18: (CONFIG, SENTENCES[CONFIG]),
    19: (CONTENT, SENTENCES[CONTENT]),
    20: (CONTENT, SENTENCES[CONTENT]),
    21: (RECIPIENT, "Viber does not deliver to the customer's country."),
    22: (CONTENT, SENTENCES[CONTENT]),
    23: (CONFIG, "The bot's free messages are used up. An administrator has to look at the plan."),
    24: (CONFIG, "The bot's account has no balance left. An administrator has to look at it."),
}
# Where something stood between: HTTP's own codes.
HTTP: Mapping[int, FailureClass] = {401: REAUTH, 403: CONFIG, 408: RETRY, 429: RETRY}


def status_of(answer: Mapping[str, Any]) -> int | None:
    """The `status` of an answer; None where it has none."""
    found = text(answer.get("status"))
    return int(found) if _STATUS.fullmatch(found) else None


def failure_of(answer: Mapping[str, Any], http_status: int) -> ProviderError:
    """The refusal in an answer."""
    status = status_of(answer)
    told = " ".join(text(answer.get("status_message")).split())[:MAX_QUOTED]
    meaning = STATUSES.get(status) if status is not None else None
    if meaning:
        failure, sentence = meaning
    else:
        failure = RETRY if http_status >= 500 else HTTP.get(http_status, CONTENT)
        sentence = SENTENCES[failure]
    name = f"http_{http_status}" if status is None else str(status)[:40]
    return ProviderError(name, failure, f"{sentence} (Viber says: {told})" if told else sentence)


def not_delivered(description: str) -> ProviderError:
    """A message that was taken, and failed on its way: only a sentence tells why."""
    told = " ".join(description.split())[:MAX_QUOTED]
    sentence = "Viber could not bring the message to the customer."
    return ProviderError("failed", RECIPIENT, f"{sentence} (Viber says: {told})" if told else sentence)
