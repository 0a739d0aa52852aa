"""What every channel speaks: the vocabulary (re-exported here, so that a channel imports one module) and the protocol.

A channel module is a set of functions over these values (see `Channel`). It never does I/O: `egress` carries the
`HttpRequest`s it builds and brings back the `HttpResponse`s it parses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chalicelib.channels.abilities import (
    CredentialField,
    Credentials,
    PointingChannel,
    ProfilingChannel,
    PublicChannel,
    RegisteringChannel,
    SealedChannel,
    SettingField,
    SpeakingChannel,
    TemplatePage,
    TemplatingChannel,
)
from chalicelib.channels.http import (
    HttpRequest,
    HttpResponse,
    NotSent,
    OutcomeUnknown,
    PayloadNotUnderstood,
    Pointer,
    Reply,
    SignatureMismatch,
    WebhookRequest,
)
from chalicelib.channels.inbound import (
    AccountNotice,
    IdentityChanged,
    Ignored,
    Inbound,
    InboundMessage,
    Peer,
    PeerTyping,
    Profile,
    ProviderError,
    ReachabilityChanged,
    StatusUpdate,
    TimelineEvent,
)
from chalicelib.channels.outbound import (
    Answering,
    Call,
    CannotSay,
    Health,
    Keep,
    MailRequest,
    MediaLocation,
    Outgoing,
    OutgoingAttachment,
    ReadFile,
    SendResult,
    Signal,
    Step,
    StepRefused,
    Steps,
)
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry: data for the composer, the API and the checks before sending.

    `max_text` counts `text_unit`; `max_bytes` is by media family (image, audio, video, document, sticker);
    `window_seconds` is the time after the customer's last message in which free text may be sent, None = always;
    `human_window_seconds` the longer time for what a person writes, where the provider has approved the account for it.
    `resend_safe`: the receiver drops a repeat of one message id, so an uncertain attempt may be made again (save a
    request that is for `once`).
    `echoes_tracker`: every delivery mark brings back our tracker, so marks are never parked by external id.
    `own_uploads`: inbound files are uploaded to our own store, under their `media_id`.
    `answering`: what is sent refers to the customer's newest message, so `Outgoing.answering` has to be filled.
    `closable`: after the customer has closed the conversation nothing at all may be sent.
    `inbox_per_second`, `recipient_per_second`: how many messages the provider takes in any second, of one account and
    for one address.
    `segmented`: a text is charged by its segments (see `sms_text`).
    `points`: webhooks may only point at what they are about (see `PointingChannel`).
    `templates`: the provider approves templates (see `TemplatingChannel`).
    `registers`: the provider can be told where our webhook is (see `RegisteringChannel`).
    `answers_caller`: who calls the webhook is told what became of it, so a disabled inbox refuses instead of keeping.
    `sealed`: webhooks may be encrypted or compressed (see `SealedChannel`).
    `public`: some legs are public threads, where the window does not count (see `PublicChannel`).
    `profiles`: who somebody is can be asked for, where webhooks bring no name (see `ProfilingChannel`).
    `speaks`: somebody is on the line and hears the answer to a webhook (see `SpeakingChannel`).
    """

    kinds_out: frozenset[MessageKind]
    max_text: int
    text_unit: Literal["characters", "bytes"] = "characters"
    max_caption: int | None = None
    max_bytes: Mapping[str, int] = field(default_factory=dict)
    max_buttons: int = 0
    window_seconds: int | None = None
    human_window_seconds: int | None = None
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
    answering: bool = False
    closable: bool = False
    segmented: bool = False
    points: bool = False
    templates: bool = False
    registers: bool = False
    answers_caller: bool = False
    sealed: bool = False
    public: bool = False
    profiles: bool = False
    speaks: bool = False
    inbox_per_second: float | None = None
    recipient_per_second: float | None = None


class Channel(Protocol):
    """The functions and constants of a channel module, in the order they stand there.

    `ACCOUNT` is what an inbox's `account_id` is called at the provider, None where there is no provider."""

    NAME: str
    CAPABILITIES: Capabilities
    ACCOUNT: SettingField | None
    CREDENTIALS: tuple[CredentialField, ...]
    SETTINGS: tuple[SettingField, ...]
    EVENT_TYPES: Mapping[str, Callable[..., Any]]

    def verify(self, request: WebhookRequest, credentials: Credentials) -> None:
        """Raise SignatureMismatch unless the provider sent these raw bytes just now."""

    def challenge(self, request: WebhookRequest, credentials: Credentials) -> Reply | None:
        """The answer to a GET or HEAD handshake; None where the request is none."""

    def normalise(self, request: WebhookRequest) -> list[Inbound]:
        """Every item of the payload, in its order; pure. Raises PayloadNotUnderstood, nothing else:
        an item that makes no sense becomes a message of kind `unsupported` or `Ignored`."""

    def answer(
        self, request: WebhookRequest, inbox: Inbox, items: Sequence[Inbound], repeats: frozenset[int] = frozenset()
    ) -> Reply | None:
        """What the caller is told of the items of `normalise`, once they are stored; None = a plain 200.
        `repeats` are the positions of items that were stored before."""

    def check_send(self, message: Outgoing) -> None:
        """Raise CannotSay where `message` breaks a limit of the channel (before anything is stored)."""

    def build_send(self, message: Outgoing, inbox: Inbox, credentials: Credentials) -> Call | None:
        """The provider's request, or the steps to it; None where storing the message already delivers it (our own
        widget)."""

    def parse_send(self, response: HttpResponse) -> SendResult:
        """Accepted or refused, from any bytes whatever."""

    def build_signal(self, signal: Signal, inbox: Inbox, credentials: Credentials) -> Call | None:
        """Read mark or typing; None where the channel has none."""

    def build_media_lookup(self, media_id: str, inbox: Inbox, credentials: Credentials) -> HttpRequest | None:
        """The request that tells where an attachment is; None where its url is known already."""

    def parse_media_lookup(
        self, response: HttpResponse, media_id: str, inbox: Inbox, credentials: Credentials
    ) -> MediaLocation | ProviderError:
        """Where the bytes are, with credentials only for the provider's own hosts."""

    def media_location(self, url: str, inbox: Inbox, credentials: Credentials) -> MediaLocation:
        """The same for an attachment that came with its url."""

    def build_health(self, inbox: Inbox, credentials: Credentials) -> Call | None:
        """A cheap call that proves the credentials; None where there is nothing to ask."""

    def parse_health(self, response: HttpResponse) -> Health:
        """What the provider said of the inbox."""


def first(credentials: Credentials, name: str) -> str:
    """The newest value of a credential. Raises KeyError where none is set (a fault of configuration)."""
    values = credentials.get(name) or ()
    if not values:
        raise KeyError(name)
    return values[0]


__all__ = [
    "AccountNotice",
    "Answering",
    "Call",
    "CannotSay",
    "Capabilities",
    "Channel",
    "CredentialField",
    "Credentials",
    "Health",
    "HttpRequest",
    "HttpResponse",
    "IdentityChanged",
    "Ignored",
    "Inbound",
    "InboundMessage",
    "Keep",
    "MailRequest",
    "MediaLocation",
    "NotSent",
    "OutcomeUnknown",
    "Outgoing",
    "OutgoingAttachment",
    "PayloadNotUnderstood",
    "Peer",
    "PeerTyping",
    "Pointer",
    "PointingChannel",
    "Profile",
    "ProfilingChannel",
    "ProviderError",
    "PublicChannel",
    "ReachabilityChanged",
    "ReadFile",
    "RegisteringChannel",
    "Reply",
    "SealedChannel",
    "SendResult",
    "SettingField",
    "Signal",
    "SignatureMismatch",
    "SpeakingChannel",
    "StatusUpdate",
    "Step",
    "StepRefused",
    "Steps",
    "TemplatePage",
    "TemplatingChannel",
    "TimelineEvent",
    "WebhookRequest",
    "first",
]
