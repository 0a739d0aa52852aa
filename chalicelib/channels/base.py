"""What every channel speaks: the neutral values it yields and the protocol it fulfils.

A channel module is a set of functions over these values (see `Channel`). It never does I/O: `egress`
carries the `HttpRequest`s it builds and brings back the `HttpResponse`s it parses.
Times are aware UTC datetimes, ids are strings (provider ids may exceed 2**53), durations are seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, Protocol

from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, MessageKind

# Named credentials of an inbox, each with every value valid now, the newest first (rotation).
Credentials = Mapping[str, Sequence[str]]


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


class CannotSay(Exception):
    """The message does not fit this channel; `reason` is a sentence for the agent, `field` what to change."""

    def __init__(self, reason: str, *, field: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class NotSent(Exception):
    """The provider certainly has not received the request."""


class OutcomeUnknown(Exception):
    """The provider may have received and carried out the request: nothing tells."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A provider's call as it came. `headers` have lower-case names; `body` is the raw bytes."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handshake, or a payload of a channel with answers of its own, is answered."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Profile:
    """What the provider tells of the sender; every field may be missing."""

    name: str | None = None
    username: str | None = None
    phone: str | None = None
    email: str | None = None
    locale: str | None = None
    avatar_url: str | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end. `addresses` names one person, the most lasting address first
    (WhatsApp: business-scoped user id, then phone number): any of them may be known already.
    `facts`: what else the provider tells, of no use as an address (parent user id, identity key hash)."""

    addresses: tuple[str, ...]
    profile: Profile = Profile()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        return self.addresses[0]


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message of the customer (or, with `echo`, one the business wrote elsewhere).

    Edits, deletions and reactions are messages too (`kind` edit, revoke, reaction; the target is in
    `content["target"]`, an external id): stored beside what they change, they may arrive in any order.
    """

    account_id: str
    external_id: str
    peer: Peer
    occurred_at: datetime
    kind: MessageKind
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    echo: bool = False


@dataclass(frozen=True, slots=True)
class ProviderError:
    """A provider's refusal: its own code, our class, and a sentence an agent understands."""

    code: str
    failure: FailureClass
    detail: str


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """A delivery mark. `tracker` is our own reference where the provider echoes it; else `external_id` finds
    the message. `watermark`: everything we sent to this peer up to `occurred_at` has reached `state`.
    `detail`: what else the provider tells (price category, end of the window)."""

    account_id: str
    state: DeliveryState
    occurred_at: datetime
    external_id: str | None = None
    tracker: str | None = None
    peer: Peer | None = None
    watermark: bool = False
    error: ProviderError | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeerTyping:
    """The customer is typing; never stored beyond its few seconds."""

    account_id: str
    peer: Peer
    occurred_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """The provider says that the address `previous` is now `current` (a new phone number, say)."""

    account_id: str
    external_id: str
    previous: str
    current: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """News of the inbox itself: a template approved, an account restricted. `kind` is dotted, ours."""

    account_id: str
    kind: str
    occurred_at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and of no use to us (or unknown): counted by `reason`, never an error.
    `item_id`: the provider's id of the item, where it has to be told; `detail` what was wrong with it."""

    reason: str
    item_id: str | None = None
    detail: str = ""


Inbound = InboundMessage | StatusUpdate | PeerTyping | IdentityChanged | AccountNotice | Ignored


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
    `attempted_at` is the time of this attempt, for channels that sign it."""

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


@dataclass(frozen=True, slots=True)
class Signal:
    """A passing sign for the customer: we have read up to `external_id`, or an agent is typing."""

    kind: Literal["read", "typing"]
    to: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`secret_headers` go only to the host of `url`: they are dropped on any redirect."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """`headers` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


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


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry: data for the composer, the API and the checks before sending.

    `max_text` counts `text_unit`; `max_bytes` is by media family (image, audio, video, document, sticker);
    `window_seconds` is the time after the customer's last message in which free text may be sent, None = always.
    `resend_safe`: the receiver drops a repeat of one message id, so an uncertain attempt may be made again.
    `echoes_tracker`: every delivery mark brings back our tracker, so marks are never parked by external id.
    `own_uploads`: inbound files are uploaded to our own store, under their `media_id`.
    """

    kinds_out: frozenset[MessageKind]
    max_text: int
    text_unit: Literal["characters", "bytes"] = "characters"
    max_caption: int | None = None
    max_bytes: Mapping[str, int] = field(default_factory=dict)
    max_buttons: int = 0
    window_seconds: int | None = None
    outside_window: frozenset[MessageKind] = frozenset()
    delivered: bool = False
    read: bool = False
    typing_in: bool = False
    typing_out: bool = False
    read_out: bool = False
    reply_to: bool = False
    resend_safe: bool = False
    echoes_tracker: bool = False
    own_uploads: bool = False


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing an administrator must enter for an inbox of this channel."""

    name: str
    label: str
    generated: bool = False


class Channel(Protocol):
    """The functions and constants of a channel module, in the order they stand there."""

    NAME: str
    CAPABILITIES: Capabilities
    CREDENTIALS: tuple[CredentialField, ...]
    EVENT_TYPES: Mapping[str, Callable[..., Any]]

    def verify(self, request: WebhookRequest, credentials: Credentials) -> None:
        """Raise SignatureMismatch unless the provider sent these raw bytes just now."""

    def challenge(self, request: WebhookRequest, credentials: Credentials) -> Reply | None:
        """The answer to a GET or HEAD handshake; None where the request is none."""

    def normalise(self, request: WebhookRequest) -> list[Inbound]:
        """Every item of the payload, in its order; pure. Raises PayloadNotUnderstood, nothing else:
        an item that makes no sense becomes a message of kind `unsupported` or `Ignored`."""

    def answer(
        self, request: WebhookRequest, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
    ) -> Reply | None:
        """What the caller is told of the items of `normalise`, once they are stored; None = a plain 200.
        `repeats` are the positions of items that were stored before."""

    def check_send(self, message: Outgoing) -> None:
        """Raise CannotSay where `message` breaks a limit of the channel (before anything is stored)."""

    def build_send(self, message: Outgoing, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
        """The provider's request; None where storing the message already delivers it (our own widget)."""

    def parse_send(self, response: HttpResponse) -> SendResult:
        """Accepted or refused, from any bytes whatever."""

    def build_signal(self, signal: Signal, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
        """Read mark or typing; None where the channel has none."""

    def build_media_lookup(self, media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
        """The request that tells where an attachment is; None where its url is known already."""

    def parse_media_lookup(
        self, response: HttpResponse, inbox: Inbox, credentials: Credentials
    ) -> MediaLocation | ProviderError:
        """Where the bytes are, with credentials only for the provider's own hosts."""

    def media_location(self, url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
        """The same for an attachment that came with its url."""

    def build_health(self, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
        """A cheap call that proves the credentials; None where there is nothing to ask."""

    def parse_health(self, response: HttpResponse) -> Health:
        """What the provider said of the inbox."""


def first(credentials: Credentials, name: str) -> str:
    """The newest value of a credential. Raises KeyError where none is set (a fault of configuration)."""
    values = credentials.get(name) or ()
    if not values:
        raise KeyError(name)
    return values[0]


def frozen(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A read-only view, for defaults and content that must not be changed behind a value's back."""
    return MappingProxyType(dict(value))


__all__ = [name for name in dir() if name[0].isupper()] + ["field", "first", "frozen"]
