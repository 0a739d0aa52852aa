"""What channels are asked to send, and what providers make of it."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.channels.http import HttpRequest
from chalicelib.channels.inbound import ProviderError
from chalicelib.domain.message import MessageKind


class CannotSay(Exception):
    """The message does not fit this channel; `reason` is a sentence for the agent, `field` what to change."""

    def __init__(self, reason: str, *, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file to send: `url` is short-lived and needs no credentials."""

    url: str
    mime: str
    name: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """A message that is answered: its external id, time and `content` as it came (tokens, headers), and the beginning
    of what it says. `answered`: something of ours was sent after it."""

    external_id: str
    occurred_at: datetime
    content: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A stored message on its way out. `tracker` comes back in delivery marks where the provider allows.
    `attempted_at` is the time of this attempt, for channels that sign it. `human`: a person wrote it, which lets some
    channels take it later (HUMAN_AGENT); `author_name` is what the customer may see of who. `answering` is the
    customer's newest message, `quoted` the one that `reply_to` names: both only at the time of sending, and only for
    channels that ask for them (`Capabilities.answering`). `refused`: the code that an earlier try of this attempt was
    refused with."""

    message_id: str
    tracker: str
    to: str
    kind: MessageKind
    text: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[OutgoingAttachment, ...] = ()
    reply_to: str | None = None
    attempt: int = 1
    created_at: datetime | None = None
    attempted_at: datetime | None = None
    human: bool = True
    author_name: str | None = None
    leg_id: str = ""
    conversation_id: str = ""
    answering: Answering | None = None
    quoted: Answering | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A passing sign for the customer: we have read up to `external_id`, or an agent is typing."""

    kind: Literal["read", "typing"]
    to: str
    external_id: str | None = None
    answering: Answering | None = None


@dataclass(frozen=True, slots=True)
class MailRequest:
    """A whole mail, as bytes, for the mail service; it is answered like any other request, with its status as an
    HTTP status and its error's name in the header `x-amzn-errortype`. `alias`: an address by which answers may come,
    to be known before the mail leaves."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    tags: Mapping[str, str] = field(default_factory=dict)
    configuration_set: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A step: the bytes of the message's attachment at `place`."""

    place: int


@dataclass(frozen=True, slots=True)
class Keep:
    """A step whose answer may be used again for `seconds` (an access token), until a send is refused."""

    request: HttpRequest
    seconds: int


class StepRefused(Exception):
    """A step on the way to sending failed: nothing was sent."""

    def __init__(self, error: ProviderError, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(error.detail)
        self.error = error
        self.retry_after_seconds = retry_after_seconds


# What a channel may ask for before its request is complete: each step is answered with an HttpResponse (of the request)
# or bytes (of the file), must be without effect for the customer, and may be repeated. What is returned is sent, once.
Step = HttpRequest | Keep | ReadFile
Steps = Generator[Step, Any, HttpRequest | MailRequest]
Call = HttpRequest | MailRequest | Steps


@dataclass(frozen=True, slots=True)
class SendResult:
    """Accepted (`external_id`) or refused (`error`); `retry_after_seconds` as the provider asked.
    `alias`: an address by which answers to this very message may come, where it differs from the leg's.
    `uncertain`: taken, as far as we can tell, but the answer was unreadable: never to be sent again blindly."""

    external_id: str | None = None
    error: ProviderError | None = None
    retry_after_seconds: float | None = None
    uncertain: bool = False
    alias: str | None = None

    @property
    def accepted(self) -> bool:
        return self.error is None and not self.uncertain


@dataclass(frozen=True, slots=True)
class MediaLocation:
    """Where an inbound attachment's bytes are; `secret_headers` are for that host alone. `object_key`: in our own mail
    bucket instead. `decode` makes the file of the bytes there (decrypts it, takes it out of a mail); raises ValueError.
    """

    url: str
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    mime: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    object_key: str | None = None
    decode: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The provider's answer to a live check of an inbox's credentials."""

    ok: bool
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)
