"""What channels are asked to send, and what providers make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

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
class Outgoing:
    """A stored message on its way out. `tracker` comes back in delivery marks where the provider allows.
    `attempted_at` is the time of this attempt, for channels that sign it. `human`: a person wrote it, which lets some
    channels take it later (HUMAN_AGENT)."""

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


@dataclass(frozen=True, slots=True)
class Signal:
    """A passing sign for the customer: we have read up to `external_id`, or an agent is typing."""

    kind: Literal["read", "typing"]
    to: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """Accepted (`external_id`) or refused (`error`); `retry_after_seconds` as the provider asked.
    `uncertain`: taken, as far as we can tell, but the answer was unreadable: never to be sent again blindly."""

    external_id: str | None = None
    error: ProviderError | None = None
    retry_after_seconds: float | None = None
    uncertain: bool = False

    @property
    def accepted(self) -> bool:
        return self.error is None and not self.uncertain


@dataclass(frozen=True, slots=True)
class MediaLocation:
    """Where an inbound attachment's bytes are; `secret_headers` are for that host alone."""

    url: str
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    mime: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The provider's answer to a live check of an inbox's credentials."""

    ok: bool
    detail: str
    facts: Mapping[str, Any] = field(default_factory=dict)
