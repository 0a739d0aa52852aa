"""The web chat visitor's side: sessions, identity, what he writes and what he may read.

A visitor sees the messages of his own leg and nothing else: no notes, no names of inboxes, no other conversation.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.channels import web_chat, web_chat_fields, web_chat_tokens
from chalicelib.channels.base import PayloadNotUnderstood, PeerTyping, SignatureMismatch, WebhookRequest
from chalicelib.channels.untrusted import json_object
from chalicelib.channels.web_chat_tokens import Identity, Visitor
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.errors import (
    InboxDisabled,
    InboxNotFound,
    InvalidInput,
    NotAuthenticated,
    StoreUnavailable,
    TooLarge,
    TooMany,
)
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Message
from chalicelib.domain.returning import Sign
from chalicelib.services import visitor_acts
from chalicelib.services.intake import Intake, Tally
from chalicelib.services.ports import ContactStore, FoundLeg, InboxDirectory
from chalicelib.services.visitor_signs import VisitorSigns
from chalicelib.services.visitor_words import present

SESSION_FOR = timedelta(days=30)
MAX_BODY = 128 * 1024  # the longest text, with every character escaped
PAGE = 50
MAX_UPLOAD = 25 * 1024 * 1024
UPLOAD_SECONDS = 900
PER_MINUTE = {
    "sessions": 20,
    "identify": 20,
    "messages": 60,
    "uploads": 20,
    "typing": 60,
    "read": 120,
    "delivered": 120,
    "socket": 20,
    "live": 60,
    "profile": 20,
    "handover": 10,
    "files": 120,
}
# Reads that write nothing are not counted.
UNCOUNTED = frozenset({("GET", "messages")})


class VisitorStore(Protocol):
    """What visitors read, and the contact an identified one becomes."""

    def find_leg(self, inbox_id: str, addresses: Sequence[str]) -> FoundLeg | None: ...

    def after(self, leg_id: str, after: str | None, limit: int) -> Sequence[Message]:
        """Messages behind an id, oldest first; without one the newest page."""

    def before(self, leg_id: str, before: str, limit: int) -> Sequence[Message]:
        """The messages just before an id, oldest first."""

    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def conversation(self, conversation_id: str) -> Conversation | None: ...

    @property
    def contacts(self) -> ContactStore: ...

    def owners(self, channel: str, addresses: Sequence[str]) -> Mapping[str, Contact]: ...

    def add_contact(
        self, contact: Contact, addresses: Sequence[str], channel: str, evidence: Sequence[Evidence]
    ) -> bool:
        """A contact known before it wrote; False where the address has an owner."""


class VisitorLive(Protocol):
    """Counters and once-only proofs; may be lost."""

    def hit(self, key: str, now: datetime) -> int:
        """How often `key` was hit in this minute, this time included."""

    def first_use(self, key: str, until: datetime) -> bool:
        """Whether `key` was never used before."""

    def typing_now(self, leg_id: str, now: datetime) -> Sequence[str]: ...


class VisitorSockets(Protocol):
    """Live views of visitors, by their leg."""

    def ticket(self, leg_id: str, now: datetime) -> Mapping[str, Any]: ...

    def missed(self, leg_id: str, after: str | None, now: datetime) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visiting:
    inboxes: InboxDirectory
    store: VisitorStore
    live: VisitorLive
    intake: Intake
    sockets: VisitorSockets
    new_id: Callable[[], str]
    upload_url: Callable[..., str]
    file_url: Callable[[str, str], str]
    hours: Callable[[Inbox, datetime], Mapping[str, Any] | None]
    waiting: Callable[[str, str | None, datetime], Mapping[str, Any] | None]
    signs: VisitorSigns

    def take(self, inbox_id: str, action: str, request: WebhookRequest, caller: str) -> Answer:
        """Answer one call; `caller` is the network address it came from. Raises Refusal, StoreUnavailable."""
        inbox = self.inboxes.inbox(inbox_id)
        if inbox is None or inbox.channel != web_chat.NAME:
            raise InboxNotFound("There is no such web chat.")
        if len(request.body) > MAX_BODY:
            raise TooLarge(f"A request has at most {MAX_BODY} bytes.")
        if not inbox.enabled or not self.inboxes.credentials(inbox).get("widget_secret"):
            raise InboxDisabled("This chat is closed.")
        way = _WAYS.get((request.method, action))
        if way is None:
            raise InvalidInput("There is no such call.", field="path")
        if (request.method, action) not in UNCOUNTED:
            self._hold_back(inbox, action, request, caller)
        try:
            return way(self, inbox, request)
        except PayloadNotUnderstood as error:
            raise InvalidInput(str(error), field=error.field) from error
        except SignatureMismatch as error:
            raise NotAuthenticated("The visitor's token or proof is not valid: start a new session.") from error

    def _hold_back(self, inbox: Inbox, action: str, request: WebhookRequest, caller: str) -> None:
        """So many calls a minute for one session, and for one network address while it has none. Who has no valid
        token is refused before anything is counted: a guess costs no write."""
        who = caller if action == "sessions" else self.visitor(inbox, request).visitor_id
        if self.live.hit(f"{inbox.id}/{action}/{who}", request.received_at) > PER_MINUTE[action]:
            raise TooMany("Too many calls: wait a minute.")

    def visitor(self, inbox: Inbox, request: WebhookRequest) -> Visitor:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotAuthenticated("Give the visitor token: Authorization: Bearer <token>.")
        try:
            return web_chat_tokens.read_visitor_token(
                token.strip(), inbox.id, self.inboxes.credentials(inbox), request.received_at
            )
        except SignatureMismatch as error:
            raise NotAuthenticated("The visitor token is not valid: start a new session.") from error

    def start(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """A new visitor; or, by the code of a handover, the same one on another device."""
        code = json_object(request.body or b"{}").get("code")
        now = request.received_at
        visitor = Visitor(self.new_id()) if code is None else visitor_acts.taken_over(self, inbox, code, now)
        return self._session(inbox, visitor, now)

    def _session(self, inbox: Inbox, visitor: Visitor, now: datetime) -> Answer:
        token = web_chat_tokens.issue_visitor_token(
            inbox.id,
            visitor.visitor_id,
            self.inboxes.credentials(inbox),
            now,
            SESSION_FOR,
            visitor.verified_subject,
        )
        body = {
            "token": token,
            "visitor_id": visitor.visitor_id,
            "verified": visitor.verified_subject is not None,
            "expires_at": (now + SESSION_FOR).isoformat(),
            "server_time": now.isoformat(),
            "look": web_chat_fields.look(inbox.settings),
            "hours": self.hours(inbox, now),
        }
        return Answer(201, body)

    def identify(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """A session that speaks for a person the company vouches for; each proof counts once."""
        visitor = self.visitor(inbox, request)
        now = request.received_at
        proven = web_chat_tokens.identify(json_object(request.body), inbox.id, self.inboxes.credentials(inbox), now)
        # What may fail and be repeated comes before what counts once.
        is_known = not self._introduce(inbox, proven, now)
        if not self._is_new(inbox, proven):
            raise NotAuthenticated("This proof of identity was used before: make a new one.")
        if is_known:
            self._tell_again(inbox, proven, now)
        return self._session(inbox, Visitor(visitor.visitor_id, proven.subject), now)

    def _is_new(self, inbox: Inbox, proven: Identity) -> bool:
        if not (proven.proof_id and proven.expires_at):
            return True
        return self.live.first_use(f"{inbox.id}/jti/{proven.proof_id}", proven.expires_at)

    def _tell_again(self, inbox: Inbox, proven: Identity, now: datetime) -> None:
        """What a used proof says is never told anew. The session does not depend on it: the next proof tells it too."""
        from chalicelib.services import site_words  # noqa: PLC0415 - for those who sign in again only

        address = f"user:{proven.subject}"
        with suppress(StoreUnavailable):
            owner = self.store.owners(inbox.channel, (address,)).get(address)
            if owner is not None:
                site_words.tell(self.store.contacts, owner.id, _told_by(proven), now)

    def _introduce(self, inbox: Inbox, proven: Identity, now: datetime) -> bool:
        """False where the visitor is known already."""
        address = f"user:{proven.subject}"
        return visitor_acts.introduce(self, inbox, address, _told_by(proven), "site", now)

    def write(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """Messages, typing and marks go the way of every webhook."""
        visitor = self.visitor(inbox, request)
        tally = Tally()
        for item in web_chat.normalise(request):
            if isinstance(item, PeerTyping) and item.active:
                self._types(inbox, visitor, request.received_at)
            self.intake.take_item(inbox, self.intake.channel(inbox), item, request, tally)
        if tally.counts["foreign"]:
            raise NotAuthenticated("This token belongs to another chat.")
        if tally.counts["ignored"]:
            raise InvalidInput("There is no such call.", field="path")
        return Answer(202, {"status": "duplicate" if tally.counts["duplicates"] else "accepted"})

    def _types(self, inbox: Inbox, visitor: Visitor, now: datetime) -> None:
        def conversation() -> str | None:
            found = self.store.find_leg(inbox.id, visitor.addresses)
            return found.head.conversation_id if found else None

        self.signs.give(f"{inbox.id}/{visitor.visitor_id}", Sign.TYPING, conversation, now)

    def read(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """What was said after `after`, oldest first, whether somebody is typing, and how the visitor waits, if so; or,
        with `before`, what was said before that."""
        before = request.query.get("before") or None
        if before is not None:
            _check_message_id(before, "before")
            return Answer(200, visitor_acts.earlier(self, inbox, request, before))
        found = self.store.find_leg(inbox.id, self.visitor(inbox, request).addresses)
        after = request.query.get("after") or None
        if after is not None:
            _check_message_id(after)
        if found is None:
            nothing: dict[str, Any] = {"messages": [], "after": after, "typing": False, "queue": None}
            nothing |= {"status": None, "unseen": 0}
            return Answer(200, nothing | self._opened(inbox, after, request.received_at))
        leg_id, conversation_id = found.head.id, found.head.conversation_id
        if after is None:  # a page that has just been opened knows nothing yet
            self.signs.give(conversation_id, Sign.VISIT, lambda: conversation_id, request.received_at)
        messages = self.store.after(leg_id, after, PAGE)
        typing = [who for who in self.live.typing_now(leg_id, request.received_at) if who != "contact"]
        shown = [present(message) for message in messages]
        newest = messages[-1].id if messages else after
        is_open = found.head.status is Status.OPEN
        locale = request.headers.get("accept-language", "")[:35].split(",")[0].split(";")[0]
        queue = self.waiting(found.head.conversation_id, locale, request.received_at) if is_open else None
        status = "resolved" if found.head.status is Status.RESOLVED else "open"
        told: dict[str, Any] = {
            "messages": shown,
            "after": newest,
            "typing": bool(typing),
            "queue": queue,
            "status": status,
            "unseen": self._unseen(conversation_id),
        }
        return Answer(200, told | self._opened(inbox, after, request.received_at))

    def _unseen(self, conversation_id: str) -> int:
        """How many of the visitor's newest messages nobody here has opened."""
        conversation = self.store.conversation(conversation_id)
        return conversation.unread if conversation is not None else 0

    def _opened(self, inbox: Inbox, after: str | None, now: datetime) -> dict[str, Any]:
        """What only a page that was just opened needs."""
        return {"hours": self.hours(inbox, now)} if after is None else {}

    def socket(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """What opens a socket that follows the visitor's own leg; the leg need not be there yet."""
        return Answer(201, self.sockets.ticket(self._leg_id(inbox, request), request.received_at))

    def missed(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        """The same without a socket: exactly what was said since `after`, the cursor of an earlier answer."""
        after = request.query.get("after")
        return Answer(200, self.sockets.missed(self._leg_id(inbox, request), after, request.received_at))

    def _leg_id(self, inbox: Inbox, request: WebhookRequest) -> str:
        """The visitor's leg, or the one that their first message will make."""
        addresses = self.visitor(inbox, request).addresses
        found = self.store.find_leg(inbox.id, addresses)
        return found.head.id if found else ids.leg_id(inbox.id, addresses[0])

    def upload(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        self.visitor(inbox, request)
        body = json_object(request.body)
        mime, size = body.get("mime"), body.get("size")
        if not isinstance(mime, str) or not 3 <= len(mime) <= 120:
            raise InvalidInput("mime is a type such as image/png.", field="mime")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_UPLOAD:
            raise InvalidInput(f"size is the file's bytes, {MAX_UPLOAD} at most.", field="size")
        upload_id = f"upl{self.new_id()}"
        url = self.upload_url(f"uploads/{upload_id}", mime=mime, size_bytes=size, seconds=UPLOAD_SECONDS)
        return Answer(201, {"upload_id": upload_id, "url": url, "method": "PUT"})

    def say_who(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        return Answer(200, visitor_acts.say_who(self, inbox, request))

    def hand_over(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        return Answer(201, visitor_acts.hand_over(self, inbox, request))

    def file(self, inbox: Inbox, request: WebhookRequest) -> Answer:
        return Answer(200, visitor_acts.file_of(self, inbox, request))


Way = Callable[[Visiting, Inbox, WebhookRequest], Answer]
_WAYS: Mapping[tuple[str, str], Way] = {
    ("POST", "sessions"): Visiting.start,
    ("POST", "identify"): Visiting.identify,
    ("POST", "messages"): Visiting.write,
    ("POST", "typing"): Visiting.write,
    ("POST", "read"): Visiting.write,
    ("POST", "delivered"): Visiting.write,
    ("POST", "uploads"): Visiting.upload,
    ("GET", "messages"): Visiting.read,
    ("POST", "socket"): Visiting.socket,
    ("GET", "live"): Visiting.missed,
    ("POST", "profile"): Visiting.say_who,
    ("POST", "handover"): Visiting.hand_over,
    ("GET", "files"): Visiting.file,
}


def _check_message_id(identifier: str, field: str = "after") -> None:
    try:
        ids.message_time(identifier)
    except ValueError as error:
        raise InvalidInput(f"{field} is the id of a message.", field=field) from error


def _told_by(proven: Identity) -> Mapping[str, str | None]:
    return {"name": proven.name, "email": proven.email, "phone": proven.phone}
