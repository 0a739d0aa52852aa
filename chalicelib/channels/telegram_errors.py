"""What Telegram's refusals mean: our class of each, and what to tell the agent.

Source: Bot API, "Making requests" and "ResponseParameters". The codes are HTTP's; which 400 or 403 it is, only the
description tells, and Telegram does not list them: these are the ones that other implementations have met.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import ProviderError
from chalicelib.channels.untrusted import MAX_RETRY_SECONDS, identifier, mapping, text, whole
from chalicelib.domain.delivery import FailureClass

RETRY, REAUTH = FailureClass.RETRY, FailureClass.REAUTH
RECIPIENT, CONTENT, CONFIG = FailureClass.RECIPIENT, FailureClass.CONTENT, FailureClass.CONFIG

MAX_QUOTED = 300

SENTENCES: Mapping[FailureClass, str] = {
    RETRY: "Telegram could not take the message just now. It will be tried again.",
    REAUTH: "Telegram no longer accepts this inbox's bot token. An administrator has to enter a new one.",
    RECIPIENT: "Telegram cannot deliver to this customer. Try another channel.",
    CONTENT: "Telegram refused the message as it is. Change it and send it again.",
    CONFIG: "The bot may not send this. An administrator has to look at it.",
}

# 404 is what a wrong token gets: the path it is in does not exist.
CODES: Mapping[int, FailureClass] = {
    401: REAUTH,
    403: RECIPIENT,
    404: REAUTH,
    408: RETRY,
    409: CONFIG,
    413: CONTENT,
    429: RETRY,
}

# A part of the description, in lower case: class and sentence.
DESCRIPTIONS: tuple[tuple[str, FailureClass, str], ...] = (
    ("blocked by the user", RECIPIENT, "The customer has blocked the bot."),
    ("user is deactivated", RECIPIENT, "The customer's Telegram account no longer exists."),
    ("can't initiate conversation", RECIPIENT, "The customer has to write to the bot first."),
    ("bot was kicked", RECIPIENT, "The bot was removed from the group."),
    ("bot is not a member", RECIPIENT, "The bot is not in the group."),
    ("group chat was deleted", RECIPIENT, "The group no longer exists, or has become a supergroup."),
    ("chat not found", RECIPIENT, "Telegram does not know this chat: the customer has to write to the bot first."),
    ("upgraded to a supergroup", RECIPIENT, "The group has become a supergroup with another id."),
    ("migrated to a supergroup", RECIPIENT, "The group has become a supergroup with another id."),
    ("message thread not found", RECIPIENT, "The topic of the group no longer exists."),
    ("topic_deleted", RECIPIENT, "The topic of the group no longer exists."),
    ("topic_closed", RECIPIENT, "The topic of the group is closed."),
    ("business_connection_invalid", CONFIG, "The business account is no longer connected to the bot."),
    ("business_peer_invalid", RECIPIENT, "The business account may not write to this customer now."),
    ("not enough rights", CONFIG, "The bot lacks a right in this chat. An administrator has to grant it."),
    ("have no rights", CONFIG, "The bot lacks a right in this chat. An administrator has to grant it."),
    ("chat_write_forbidden", CONFIG, "The bot may not write in this chat. An administrator has to allow it."),
    ("failed to get http url content", CONTENT, "Telegram could not fetch the file. Attach it again."),
    ("wrong file identifier", CONTENT, "Telegram could not fetch the file. Attach it again."),
    ("wrong type of the web page content", CONTENT, "Telegram does not take a file of this type."),
    ("file is too big", CONTENT, "The file is larger than the 20 MB that Telegram gives to bots."),
    ("reaction_invalid", CONTENT, "Telegram has no such reaction. Choose one of its own."),
    ("message is too long", CONTENT, "The text is too long. Send it in two messages."),
)


def failure_of(answer: Mapping[str, Any], status: int) -> ProviderError:
    """The refusal in an answer; its own code is the HTTP status too, unless something stood between."""
    code = whole(answer.get("error_code")) or 0
    told = " ".join(text(answer.get("description")).split())[:MAX_QUOTED]
    name = str(code) if code else f"http_{status}"
    if identifier(mapping(answer.get("parameters")).get("migrate_to_chat_id")):
        return ProviderError(name, RECIPIENT, "The group has become a supergroup with another id.")
    failure, sentence = _meaning(code or status, told)
    return ProviderError(name, failure, sentence)


def asked_wait(answer: Mapping[str, Any]) -> float | None:
    """`parameters.retry_after`, in seconds."""
    found = whole(mapping(answer.get("parameters")).get("retry_after"))
    return None if found is None else min(float(found), MAX_RETRY_SECONDS)


def _meaning(code: int, told: str) -> tuple[FailureClass, str]:
    if code in (400, 403):
        lowered = told.lower()
        for part, failure, sentence in DESCRIPTIONS:
            if part in lowered:
                return failure, sentence
    failure = RETRY if code >= 500 else CODES.get(code, CONTENT)
    return failure, f"{SENTENCES[failure]} (Telegram says: {told})" if told else SENTENCES[failure]
