"""What the services ask of the world. Adapters in `aws/` and `egress/` fit these; mypy proves it in `wiring/`.

Every write is all or nothing. A port raises `StoreUnavailable` where the store failed or throttled: the write may
or may not have taken effect, and repeating it is always safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.channels.base import (
    Credentials,
    HttpRequest,
    HttpResponse,
    MailRequest,
    NotSent,
    OutcomeUnknown,
    Pointer,
)
from chalicelib.domain.contact import Contact, ContactIdentity
from chalicelib.domain.conversation import Conversation, Leg, LegHead, Reach
from chalicelib.domain.counts import Scope
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, Failure, Message
from chalicelib.domain.note import Note
from chalicelib.domain.reads import FoundLeg, LegAddress, Page, Thread, ThreadQuery, ViewQuery
from chalicelib.domain.writes import (
    ConversationChange,
    Fold,
    Join,
    Mark,
    Once,
    ParkedMark,
    Recorded,
    Reply,
    Written,
)

if TYPE_CHECKING:  # only named here: a start must not pay for them
    from chalicelib.domain.evidence import Evidence
    from chalicelib.domain.pacing import Rate
    from chalicelib.domain.workload import Workload
    from chalicelib.services.inbox_ports import TemplateReader


class InboundStore(Protocol):
    """What the inbound path reads and writes."""

    def find_leg(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None:
        """The leg that any of these addresses leads to, the first address before the others. One read."""

    def cut_off(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None:
        """The leg that these addresses led to, where an erasure has made it nobody's."""

    def owners(self, channel: str, addresses: Sequence[str]) -> Mapping[str, Contact]:
        """Who owns which of these addresses already (from another inbox of the channel)."""

    def add_address(
        self, head: LegHead, address: str, identities: Sequence[ContactIdentity], *, replaces: str | None = None
    ) -> bool:
        """Let one more address lead to a leg; False where it leads somewhere already. Where answers went to
        `replaces`, they go to the new one from now on."""

    def head(self, leg_id: str) -> LegHead | None: ...

    def set_reach(self, leg_id: str, reach: Reach) -> bool:
        """Note whether a leg's address can be written to; False where something newer is known."""

    def first_seen(self, inbox_id: str, external_id: str, at: datetime) -> datetime:
        """When this external id came for the first time: `at`, or the time that was kept then."""

    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def join(self, join: Join) -> Written: ...

    def fold(self, fold: Fold) -> Written: ...


class ReplyStore(Protocol):
    """What the reply path reads and writes."""

    @property
    def templates(self) -> TemplateReader:
        """What is known of inboxes' templates."""

    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def reply(self, reply: Reply) -> Written:
        """Store message and once-only mark and touch the conversation, blind. DUPLICATE: the client id is taken."""

    def fold(self, fold: Fold) -> Written: ...

    def once(self, conversation_id: str, client_id: str) -> Once | None: ...

    def message(self, leg_id: str, message_id: str) -> Message | None: ...


class DeliveryStore(Protocol):
    """The life of outbound messages after they are stored."""

    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def leg(self, conversation_id: str, leg_id: str) -> Leg | None:
        """A leg as its conversation knows it now, or the one that it is part of."""

    def claim(self, leg_id: str, message_id: str, at: datetime) -> Message | None:
        """Take a queued message for sending; None where it is not queued (any more)."""

    def release(self, message: Message, failure: Failure) -> None:
        """Give a claimed message back to the queue after a refusal that may pass."""

    def mark(self, mark: Mark) -> Message | None:
        """Apply a mark; the message after it, or None where there is no such message. Late and repeated marks
        only add the times that are missing. The message tells in `state` what it is now."""

    def remember_external(self, leg_id: str, external_id: str, message_id: str, attempt: int) -> Sequence[ParkedMark]:
        """Note which message an external id means; gives the marks that were parked for it."""

    def add_alias(self, leg: str, address: str) -> None:
        """Let one more address lead to a leg, unless it leads somewhere already."""

    def is_known(self, leg_id: str, external_id: str) -> bool:
        """Whether an external id is that of a message we sent."""

    def newest_inbound(self, leg_id: str) -> tuple[Message | None, bool]:
        """The customer's newest message of a leg, among the leg's newest few, and whether something of ours was sent,
        or may have been, after it."""

    def is_sending(self, leg_id: str) -> bool:
        """Whether one of the leg's newest messages is at the provider just now, its external id not yet told."""

    def park(self, leg_id: str, external_id: str, parked: ParkedMark) -> tuple[str, int] | None:
        """Keep a mark by external id; gives (message id, attempt) once known, None while parked."""

    def unread_by_contact(self, leg_id: str, up_to: datetime, limit: int) -> Sequence[Message]:
        """The newest outbound messages up to a time whose state is below `read`."""

    def requeue(self, message: Message, recorded: Recorded) -> Message | None:
        """A new attempt of a failed or uncertain message; None where it is neither (any more)."""


class LegStore(Protocol):
    def find_leg(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None: ...

    def head(self, leg_id: str) -> LegHead | None: ...


class InboxReader(Protocol):
    """Configured inboxes, cached for a minute inside one process."""

    def inbox(self, inbox_id: str) -> Inbox | None: ...


class InboxDirectory(InboxReader, Protocol):
    """With their accounts and secrets."""

    def inbox_of_account(self, channel: str, account_id: str) -> Inbox | None: ...

    def credentials(self, inbox: Inbox) -> Credentials: ...


class AttachmentStore(Protocol):
    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def settle(self, leg_id: str, message_id: str, index: int, attachment: Attachment, recorded: Recorded) -> Written:
        """Record a fetched (or failed) attachment once. DUPLICATE: it is stored already."""


class BlobStore(Protocol):
    def put(self, key: str, body: bytes, mime: str) -> None: ...

    def read(self, key: str, *, limit_bytes: int) -> bytes | None:
        """The object's bytes, None where there is none. Raises TooLarge."""

    def url(self, key: str, *, seconds: int, name: str | None = None) -> str:
        """A short-lived address that needs no credentials."""


class Quarantine(Protocol):
    def keep(self, key: str, body: bytes, facts: Mapping[str, str]) -> None: ...


class Spill(Protocol):
    def keep(self, group: str, dedupe: str, body: str) -> None:
        """Durable, ordered within `group`; raises StoreUnavailable when even this fails."""


class HttpSender(Protocol):
    def send(self, request: HttpRequest) -> HttpResponse:
        """Raises NotSent where the request certainly did not arrive, OutcomeUnknown where it may have."""

    def fetch(self, request: HttpRequest, *, limit_bytes: int) -> HttpResponse:
        """GET with redirects followed (credentials dropped) and a size cap.

        Raises TooLarge, NotSent, OutcomeUnknown."""


class PaceStore(Protocol):
    def take(self, bucket: str, rate: Rate, now: datetime) -> float:
        """0 where a message may go now (and it is counted), else the seconds to wait."""

    def note(self, inbox_id: str, until: datetime) -> None:
        """Messages of an inbox are held back until then."""


class Pointed(Protocol):
    def fetch(self, pointer: Pointer) -> bytes | None:
        """What a webhook points at; None where there is nothing. Raises TooLarge, StoreUnavailable (come again)."""


class MailSender(Protocol):
    def send(self, mail: MailRequest) -> HttpResponse:
        """The mail service's answer as an HTTP answer. Raises NotSent, OutcomeUnknown."""


class Signals(Protocol):
    def put(self, body: Mapping[str, Any]) -> None: ...


class Live(Protocol):
    """What may be lost: typing."""

    def typing(self, leg_id: str, who: str, until: datetime) -> bool:
        """Whether it is news."""

    def typing_now(self, leg_id: str, now: datetime) -> Sequence[str]: ...


class DeskStore(Protocol):
    """What the agents' API reads, and the changes it makes to conversations."""

    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def workload(self, agent_id: str) -> Workload | None:
        """What an agent can hold, and holds."""

    def list_view(self, query: ViewQuery) -> Page[Conversation]: ...

    def counts(self, scopes: Sequence[Scope]) -> Mapping[Scope, Mapping[str, int]]: ...

    def change(self, change: ConversationChange) -> Written:
        """DUPLICATE: its `once` is taken."""

    def once(self, conversation_id: str, client_id: str) -> Once | None: ...

    def note(self, conversation_id: str, note_id: str) -> Note | None: ...

    def thread(self, query: ThreadQuery) -> Thread | None: ...


class ContactStore(Protocol):
    def get(self, contact_id: str) -> Contact | None: ...

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Contact]:
        """Newest first."""

    def replace(
        self, contact: Contact, read_version: int, recorded: Recorded, evidence: Sequence[Evidence] = ()
    ) -> Written: ...


__all__ = [
    "AttachmentStore",
    "BlobStore",
    "ContactStore",
    "ConversationChange",
    "DeliveryStore",
    "DeskStore",
    "Fold",
    "FoundLeg",
    "HttpSender",
    "InboundStore",
    "InboxDirectory",
    "InboxReader",
    "Join",
    "LegAddress",
    "LegStore",
    "Live",
    "MailSender",
    "Mark",
    "NotSent",
    "Note",
    "Once",
    "OutcomeUnknown",
    "PaceStore",
    "Page",
    "ParkedMark",
    "Pointed",
    "Quarantine",
    "Recorded",
    "Reply",
    "ReplyStore",
    "Signals",
    "Spill",
    "Thread",
    "ThreadQuery",
    "ViewQuery",
    "Written",
]
