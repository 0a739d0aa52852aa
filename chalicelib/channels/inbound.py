"""What channels make of a provider's payload: neutral items, each for one account.

Times are aware UTC datetimes, ids are strings (provider ids may exceed 2**53).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import Attachment, MessageKind


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
    `facts`: what else the provider tells, of no use as an address (parent user id, identity key hash).
    `identity`: who it is, and where answers go, where the addresses name a thread and not a person (email)."""

    addresses: tuple[str, ...]
    profile: Profile = Profile()
    facts: Mapping[str, Any] = field(default_factory=dict)
    identity: str | None = None

    @property
    def primary(self) -> str:
        return self.addresses[0]

    @property
    def named(self) -> str:
        """Where answers go, and who it is."""
        return self.identity or self.primary

    @property
    def identities(self) -> tuple[str, ...]:
        """What names the person: the addresses, where they do not name a thread."""
        return (self.identity,) if self.identity else self.addresses


@dataclass(frozen=True, slots=True)
class ProviderError:
    """A provider's refusal: its own code, our class, and a sentence an agent understands."""

    code: str
    failure: FailureClass
    detail: str


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message of the customer (or, with `echo`, one the business wrote elsewhere).

    Edits, deletions and reactions are messages too (`kind` edit, revoke, reaction; the target is in
    `content["target"]`, an external id): stored beside what they change, they may arrive in any order.
    `untimed`: the provider tells no time, so `occurred_at` is when it came; a repeat gets the first one's time.
    `known_only`: about a message that we know, or of no use: nothing begins with it.
    `aside`: the side thread that it answers, by our own signed word: where that is there, it is no customer's.
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
    untimed: bool = False
    known_only: bool = False
    aside: str | None = None


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

    @property
    def aside(self) -> str | None:
        """The side thread whose message it marks; None where it marks a message to a customer."""
        named = (self.tracker or "").partition(".")[0]
        return named if named.startswith("sth_") else None


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
class ReachabilityChanged:
    """The provider says that an address can no longer be written to (blocked, opted out, bounced), or can again.
    `reason` is a stable word (`opted_out`, `blocked`, `closed`, `bounced`, `complained`), `detail` a sentence."""

    account_id: str
    address: str
    reachable: bool
    reason: str
    occurred_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened to a customer elsewhere (an order, a refund): a line of their timeline, no message.

    `known_as` are pairs of kind and value that may lead to the contact (`email`, `phone`, or a channel's name with the
    address there), the strongest first; none where only the subject tells whose it is. `subject` is the thing it
    happened to (`order:1001`); of two events of one subject the one with the later `occurred_at` tells how it is now,
    unless it is `partial`: it tells only what happened (a refund), not how the whole thing is. `kind` is dotted, of
    lower-case letters, digits and underscores. `data` are JSON values for the agent's eye. `region`: the country
    (`DE`) that phone numbers without one are of."""

    account_id: str
    external_id: str
    kind: str
    title: str
    occurred_at: datetime
    known_as: tuple[tuple[str, str], ...]
    subject: str | None = None
    profile: Profile = Profile()
    data: Mapping[str, Any] = field(default_factory=dict)
    partial: bool = False
    region: str | None = None


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """News of the inbox itself: a template approved, an account restricted. `kind` is dotted, ours.

    What the law asks for (`privacy.*`) has more: `external_id` tells a repeat, `known_as` and `subjects` whom it is
    about, as in a `TimelineEvent`. They are personal, so they stand in no log."""

    account_id: str
    kind: str
    occurred_at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)
    external_id: str = field(default="", repr=False)
    known_as: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    subjects: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and of no use to us (or unknown): counted by `reason`, never an error.
    `item_id`: the provider's id of the item, where it has to be told; `detail` what was wrong with it."""

    reason: str
    item_id: str | None = None
    detail: str = ""


Inbound = (
    InboundMessage
    | StatusUpdate
    | PeerTyping
    | IdentityChanged
    | ReachabilityChanged
    | TimelineEvent
    | AccountNotice
    | Ignored
)
