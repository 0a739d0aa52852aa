"""What WeChat's refusals mean: our class of each, and what to tell the agent.

Source: "Global return codes" of the Official Accounts documents. Refusals come with HTTP 200 and an `errcode`.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import text
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH, WINDOW = FailureClass.RETRY, FailureClass.REAUTH, FailureClass.WINDOW
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300
_CODE = re.compile(r"-?[0-9]{1,9}")

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "WeChat could not take the message just now. It will be tried again.",
    REAUTH: "WeChat no longer accepts this inbox's app id and secret. An administrator has to enter new ones.",
    WINDOW: "The time to answer the customer is over. Send a template, or use another channel.",
    RECIPIENT: "WeChat cannot deliver to this customer. Try another channel.",
    CONTENT: "WeChat refused the message as it is. Change it and send it again.",
    CONFIG: "The account may not do this. An administrator has to look at it.",
}
_ADDRESSES = (
    "WeChat takes no calls from the desk's address. An administrator has to add it to the account's IP whitelist."
)

# A dead access token is no dead account: the next attempt gets a fresh one. Where the account is dead, asking for that
# one is refused.
CODES: Mapping[int, tuple[FailureClass, str]] = {
    -1: (RETRY, SENTENCES[RETRY]),
    40001: (RETRY, SENTENCES[RETRY]),
    40014: (RETRY, SENTENCES[RETRY]),
    42001: (RETRY, SENTENCES[RETRY]),
    45009: (RETRY, "The account's calls for today are used up. The message will be tried again."),
    45011: (RETRY, SENTENCES[RETRY]),
    40013: (REAUTH, SENTENCES[REAUTH]),
    40125: (REAUTH, SENTENCES[REAUTH]),
    41002: (REAUTH, SENTENCES[REAUTH]),
    41004: (REAUTH, SENTENCES[REAUTH]),
    45015: (WINDOW, SENTENCES[WINDOW]),
    45047: (WINDOW, "WeChat takes no more messages until the customer writes again."),
    40003: (RECIPIENT, "WeChat does not know this customer."),
    43004: (RECIPIENT, "The customer does not follow the account any more."),
    43101: (RECIPIENT, "The customer does not want such messages."),
    40164: (CONFIG, _ADDRESSES),
    61004: (CONFIG, _ADDRESSES),
    48001: (CONFIG, "The account has no right to this call. An administrator has to look at it."),
    48002: (CONFIG, "The account has the right to this call switched off. An administrator has to look at it."),
    50001: (CONFIG, SENTENCES[CONFIG]),
    50002: (CONFIG, "WeChat has restricted the account. An administrator has to look at it."),
    40037: (CONFIG, "The account has no such template. An administrator has to look at it."),
}
# Where something stood between: HTTP's own codes.
HTTP: Mapping[int, FailureClass] = {408: RETRY, 429: RETRY}


def code_of(answer: Mapping[str, Any]) -> int | None:
    """The `errcode` of an answer; None where it has none."""
    found = text(answer.get("errcode"))
    return int(found) if _CODE.fullmatch(found) else None


def failure_of(answer: Mapping[str, Any], http_status: int) -> ProviderError:
    """The refusal in an answer."""
    code = code_of(answer)
    told = " ".join(text(answer.get("errmsg")).split())[:MAX_QUOTED]
    meaning = CODES.get(code) if code is not None else None
    if meaning:
        failure, sentence = meaning
    else:
        failure = RETRY if http_status >= 500 else HTTP.get(http_status, CONTENT)
        sentence = SENTENCES[failure]
    name = f"http_{http_status}" if code is None else str(code)[:40]
    return ProviderError(name, failure, f"{sentence} (WeChat says: {told})" if told else sentence)


def template_failure(status: str) -> ProviderError:
    """Why a template that was taken did not arrive, in the words of its `Status`."""
    told = " ".join(status.split())[:MAX_QUOTED]
    if "block" in told:
        return ProviderError("user_block", RECIPIENT, "The customer does not take the account's templates.")
    sentence = "WeChat could not bring the template to the customer."
    return ProviderError("template_failed", CONTENT, f"{sentence} (WeChat says: {told})" if told else sentence)
