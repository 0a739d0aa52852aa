"""Messages on their way to the connected system, and what its refusals mean."""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import Outgoing, ProviderError
from chalicelib.channels.custom_inbound import failure_named
from chalicelib.channels.untrusted import known, text
from chalicelib.domain.delivery import FailureClass

# Answers that no repetition will change. 408 and 429 are not among them, nor is any 5xx.
PERMANENT: Mapping[int, tuple[FailureClass, str]] = {
    400: (FailureClass.CONTENT, "The connected system does not understand the message."),
    401: (
        FailureClass.REAUTH,
        "The connected system does not accept our signature. Compare the secrets.",
    ),
    403: (FailureClass.CONFIG, "The connected system does not allow this inbox to send."),
    404: (
        FailureClass.CONFIG,
        "There is nothing at the delivery address of this inbox. Correct it.",
    ),
    410: (FailureClass.RECIPIENT, "The connected system no longer has this contact."),
    422: (FailureClass.CONTENT, "The connected system cannot carry this message."),
}
_BUSY = "The connected system could not take the message just now. It will be tried again."
_OTHER = (FailureClass.CONTENT, "The connected system refused the message.")
_MOVED = (FailureClass.CONFIG, "The delivery address of this inbox leads elsewhere. Correct it.")


def neutral(message: Outgoing) -> dict[str, Any]:
    """The message as the contract has it: our kinds, our content."""
    files = [known(url=file.url, mime=file.mime, name=file.name, size=file.size_bytes) for file in message.attachments]
    return known(
        id=message.message_id,
        tracker=message.tracker,
        direction="out",
        kind=message.kind.value,
        text=message.text,
        attachments=files or None,
        content=dict(message.content) or None,
        reply_to=message.reply_to,
        created_at=message.created_at.isoformat() if message.created_at else None,
    )


def refusal(status: int, told: Mapping[str, Any]) -> ProviderError:
    """What an answer other than 2xx means; `told` is its `error`, whose `class` overrules the
    table."""
    failure, detail = _class_of(status)
    if failure is not FailureClass.RETRY:
        failure = failure_named(told) or failure
    words = " ".join(text(told.get("message")).split())[:300]
    sentence = f"{detail} (It says: {words})" if words else detail
    return ProviderError(text(told.get("code")) or f"http_{status}", failure, sentence)


def _class_of(status: int) -> tuple[FailureClass, str]:
    if status in (408, 429) or status >= 500:
        return FailureClass.RETRY, _BUSY
    return _MOVED if 300 <= status < 400 else PERMANENT.get(status, _OTHER)
