"""Replying: an agent's message is stored once, whatever the network does, and queued for its channel.

The usual reply names its leg and costs one blind transaction: the write itself checks that the conversation is
not resolved, knows the leg, and that the channel's window is open. Where it does not hold, the conversation is read
and either the refusal gets its precise reason or the whole new state is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels import registry
from chalicelib.channels.base import Answering, CannotSay, Outgoing, OutgoingAttachment
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.delivery import RETRYABLE, DeliveryState
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InboxDisabled,
    InvalidInput,
    MessageNotFound,
    MessageUnfit,
    RetryRefused,
    StoreUnavailable,
    WindowClosed,
)
from chalicelib.domain.events import MessageQueued
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, Author, Direction, Message, MessageKind
from chalicelib.domain.transitions import VIEW_SLACK, with_message
from chalicelib.domain.window import window_closes_at, window_is_open
from chalicelib.services import newcomers
from chalicelib.services.ports import (
    DeliveryStore,
    Fold,
    InboxDirectory,
    Once,
    Recorded,
    Reply,
    ReplyStore,
    Written,
)

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent wants to say. `client_id` is the client's own id of it; `attachments` are stored uploads;
    `reply_to` is the id of the message it answers."""

    client_id: str
    text: str = ""
    kind: MessageKind = MessageKind.TEXT
    content: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    leg_id: str | None = None

    @property
    def digest(self) -> str:
        """Tells a repeat from another message under the same client id."""
        keys = [part.object_key or "" for part in self.attachments]
        return ids.digest(self.kind.value, self.text, _canonical(self.content), self.reply_to or "", *keys)


def _canonical(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{name}:{_canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(_canonical(part) for part in value) + "]"
    return repr(value)


def reply(
    store: ReplyStore,
    inboxes: InboxDirectory,
    principal: Principal,
    conversation_id: str,
    draft: Draft,
    now: datetime,
) -> Message:
    """Store a reply and queue it; a repeat of the same draft gives the message stored first.

    Raises ConversationNotFound, WindowClosed, MessageUnfit, InboxDisabled, ClientIdReused, InvalidInput."""
    replying = _Replying(store, inboxes, principal, conversation_id, draft, now)
    for attempt in range(ATTEMPTS):
        message = replying.attempt(blind=attempt == 0 and draft.leg_id is not None)
        if message is not None:
            return message
    raise StoreUnavailable("too many writers at once")


@dataclass(frozen=True, slots=True)
class _Replying:
    store: ReplyStore
    inboxes: InboxDirectory
    principal: Principal
    conversation_id: str
    draft: Draft
    now: datetime

    def attempt(self, *, blind: bool) -> Message | None:
        """The stored message, or None where something changed meanwhile."""
        if blind:
            return self._blind()
        conversation = self.store.conversation(self.conversation_id)
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        leg = _leg(conversation, self.draft.leg_id)
        inbox = self._inbox(leg.inbox_id)
        message = self._message(leg.id)
        self._check(inbox, message)
        stored = self._stored_before()
        if stored is not None:
            return stored
        self._check_window(leg, inbox)
        return self._settle(message, self.store.fold(self._fold(conversation, message)))

    def _blind(self) -> Message | None:
        leg_id = self.draft.leg_id or ""
        inbox = self._inbox(_inbox_named_by(leg_id))
        message = self._message(leg_id)
        self._check(inbox, message)
        window = self._window_seconds(inbox)
        reply = Reply(
            message=message,
            once=self._once(message),
            message_recorded=self._message_recorded(message),
            conversation_recorded=newcomers.conversation_recorded(message),
            window_from=None if window is None else self.now - timedelta(seconds=window),
            fresh_from=self.now - VIEW_SLACK,
        )
        return self._settle(message, self.store.reply(reply))

    def _settle(self, message: Message, outcome: Written) -> Message | None:
        if outcome is Written.DUPLICATE:
            return self._stored_before()
        return message if outcome is Written.DONE else None

    def _stored_before(self) -> Message | None:
        once = self.store.once(self.conversation_id, self.draft.client_id)
        if once is None:
            return None
        if once.digest != self.draft.digest:
            raise ClientIdReused(
                "This client_id was used for another message of this conversation: make a new one.",
                field="client_id",
            )
        return self.store.message(once.leg_id, once.message_id)

    def _inbox(self, inbox_id: str) -> Inbox:
        inbox = self.inboxes.inbox(inbox_id)
        if inbox is None:
            raise InvalidInput("This leg is not one of the conversation.", field="leg_id")
        if not inbox.enabled:
            raise InboxDisabled(f"The inbox {inbox.name} is disabled: enable it or choose another leg.")
        return inbox

    def _check(self, inbox: Inbox, message: Message) -> None:
        """Refuse what the channel cannot carry, before anything is stored."""
        channel = registry.load(inbox.channel)
        try:
            channel.check_send(outgoing(message, to="", urls=[""] * len(message.attachments)))
        except CannotSay as cannot:
            raise MessageUnfit(cannot.reason, field=cannot.field) from cannot

    def _window_seconds(self, inbox: Inbox) -> int | None:
        """The channel's window where this kind of message needs it open."""
        capabilities = registry.load(inbox.channel).CAPABILITIES
        if self.draft.kind in capabilities.outside_window:
            return None
        by_a_person = self.principal.kind == "agent" and inbox.settings.get("human_agent") is True
        longer = capabilities.human_window_seconds if by_a_person else None
        return longer or capabilities.window_seconds

    def _check_window(self, leg: Leg, inbox: Inbox) -> None:
        window = self._window_seconds(inbox)
        if window_is_open(leg, window, self.now):
            return
        closed_at = window_closes_at(leg, window)
        raise WindowClosed(
            f"{inbox.channel} takes no free text now: send an approved template or use another leg.",
            field="leg_id",
            closed_at=closed_at.isoformat() if closed_at else None,
        )

    def _message(self, leg_id: str) -> Message:
        draft, now = self.draft, self.now
        identifier = ids.message_id(now, self.conversation_id, draft.client_id)
        return Message(
            id=identifier,
            leg_id=leg_id,
            conversation_id=self.conversation_id,
            direction=Direction.OUTBOUND,
            kind=draft.kind,
            occurred_at=ids.message_time(identifier),
            stored_at=now,
            author=Author(self.principal.kind, self.principal.id, self.principal.name),
            text=draft.text,
            reply_to=self._quoted(leg_id),
            quoted_id=draft.reply_to,
            content=draft.content,
            attachments=draft.attachments,
            client_id=draft.client_id,
            state=DeliveryState.QUEUED,
            marks={DeliveryState.QUEUED.value: now},
        )

    def _quoted(self, leg_id: str) -> str | None:
        """The provider's name of the message that is answered, which is all a channel understands."""
        if self.draft.reply_to is None:
            return None
        quoted = self.store.message(leg_id, self.draft.reply_to) if ids.is_id("msg", self.draft.reply_to) else None
        if quoted is None:
            raise InvalidInput("There is no such message on this leg.", field="reply_to")
        return quoted.external_id or quoted.id

    def _once(self, message: Message) -> Once:
        return Once(
            self.conversation_id,
            self.draft.client_id,
            message.id,
            message.leg_id,
            self.draft.digest,
        )

    def _message_recorded(self, message: Message) -> Recorded:
        return newcomers.message_recorded(message, MessageQueued(leg_id=message.leg_id, attempt=1))

    def _fold(self, conversation: Conversation, message: Message) -> Fold:
        after = replace(with_message(conversation, message), version=conversation.version + 1)
        return Fold(
            message=message,
            before=conversation,
            after=after,
            head=None,
            message_recorded=self._message_recorded(message),
            conversation_recorded=newcomers.conversation_recorded(message),
            once=self._once(message),
        )


def _inbox_named_by(leg_id: str) -> str:
    try:
        return ids.inbox_of(leg_id)
    except ValueError as error:
        raise InvalidInput("This is no leg of the conversation.", field="leg_id") from error


def _leg(conversation: Conversation, leg_id: str | None) -> Leg:
    leg = conversation.legs.get(leg_id or conversation.active_leg_id)
    if leg is None:
        raise InvalidInput("This leg is not one of the conversation.", field="leg_id")
    return leg


def outgoing(message: Message, *, to: str, urls: Sequence[str]) -> Outgoing:
    """A stored message in the form channels send. `urls` are its attachments' short-lived addresses.

    The tracker names leg, message and attempt: a mark that brings it back needs no look-up."""
    files = tuple(
        OutgoingAttachment(url, part.mime, part.name, part.size_bytes)
        for url, part in zip(urls, message.attachments, strict=True)
    )
    return Outgoing(
        message_id=message.id,
        tracker=f"{message.leg_id}.{message.id}.{message.attempt}",
        to=to,
        kind=message.kind,
        text=message.text,
        content=message.content,
        attachments=files,
        reply_to=message.reply_to,
        attempt=message.attempt,
        created_at=message.occurred_at,
        human=message.author.kind == "agent",
        author_name=message.author.name,
        leg_id=message.leg_id,
        conversation_id=message.conversation_id,
    )


def answering(message: Message | None) -> Answering | None:
    """A stored message in the form in which answers refer to it."""
    if message is None:
        return None
    return Answering(message.external_id or message.id, message.occurred_at, message.content)


def retry(store: DeliveryStore, principal: Principal, leg_id: str, message_id: str, now: datetime) -> Message:
    """Queue a failed or uncertain message again, as a new attempt. Raises MessageNotFound, RetryRefused."""
    message = store.message(leg_id, message_id)
    if message is None or message.state is None:
        raise MessageNotFound("There is no such outbound message.")
    if message.state not in RETRYABLE:
        raise RetryRefused(f"The message is {message.state.value}: only a failed one can be sent again.")
    attempt = message.attempt + 1
    queued = MessageQueued(leg_id=leg_id, attempt=attempt)
    again = replace(message, state=DeliveryState.QUEUED, attempt=attempt, failure=None)
    stored = store.requeue(again, Recorded((queued,), Actor(principal.kind, principal.id), now))
    if stored is None:
        raise RetryRefused("The message has changed meanwhile: look at it again.")
    return stored
