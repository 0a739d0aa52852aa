"""Requests and answers, both ways, and what can be wrong with them. Nothing here does I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.inbox import Inbox


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A provider's call as it came. `headers` have lower-case names; `body` is the raw bytes.
    `fetched`: what its pointers led to, by their names; `inbox` and `credentials` are those of the inbox that was
    called, for channels with pointers (they know their own addresses and what they signed themselves by them)."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: datetime
    url: str = ""
    fetched: Mapping[str, bytes] = field(default_factory=dict)
    inbox: Inbox | None = None
    credentials: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Something a webhook only points at: an object of our own mail bucket (`object_key`), or an address of the
    provider's (`url`, fetched without credentials). `keep_seconds`: it does not change for so long."""

    name: str
    url: str | None = None
    object_key: str | None = None
    limit_bytes: int = 64 * 1024
    keep_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handshake, or a payload of a channel with answers of its own, is answered."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`secret_headers` go only to the host of `url`: they are dropped on any redirect. `once`: not to be repeated where
    its outcome is unknown, although the channel's other sends may be."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_seconds: float = 10.0
    once: bool = False


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class SignatureMismatch(Exception):
    """The request does not prove that the provider sent it: refuse with 401 and store nothing."""


class PayloadNotUnderstood(Exception):
    """The request is signed but is no payload of this channel: keep it in quarantine, answer 200.

    Our own widget answers 400 instead, with `field`: what its caller has to change.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class NotSent(Exception):
    """The provider certainly has not received the request."""


class OutcomeUnknown(Exception):
    """The provider may have received and carried out the request: nothing tells."""
