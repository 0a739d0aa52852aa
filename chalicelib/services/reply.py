"""Replying: an agent's message is stored once, whatever the network does, and queued for its channel.

The usual reply names its leg and costs one blind transaction: the write itself checks that the conversation is
not resolved, knows the leg, and that the channel's window is open. Where it does not hold, the conversation is read
and either the refusal gets its precise reason or the whole new state is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.channels import registry
from chalicelib.channels.base import Answering, CannotSay, Channel, Outgoing, OutgoingAttachment
from chalicelib.channels.untrusted import text
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
from chalicelib.domain.message import Author, Direction, Message, MessageKind, preview, said_in
from chalicelib.domain.transitions import VIEW_SLACK, with_message
from chalicelib.domain.window import window_closes_at, window_is_open
from chalicelib.services import newcomers
from chalicelib.services.alternatives import Alternative, alternatives, leg_window_seconds, other_legs, window_seconds
from chalicelib.services.contact_words import check_filled
from chalicelib.services.followed import check_unmerged
from chalicelib.services.misfits import misfit_facts
from chalicelib.services.ports import (
    DeliveryStore,
    Fold,
    InboxReader,
    Once,
    Recorded,
    Reply,
    ReplyStore,
    Written,
)
from chalicelib.services.rendering import RENDERED_AS, as_sent, rendered, rendering
from chalicelib.services.reply_draft import Draft
from chalicelib.services.template_check import check as check_template

ATTEMPTS = 5


def reply(
    store: ReplyStore,
    inboxes: InboxReader,
    principal: Principal,
    conversation_id: str,
    draft: Draft,
    now: datetime,
) -> Message:
    """Store a reply and queue it; a repeat of the same draft gives the message stored first.

    Raises ConversationNotFound, WindowClosed, MessageUnfit, InboxDisabled, ClientIdReused, InvalidInput."""
    # The desk's own rules have nobody who could write the words anew.
    if not draft.literal and principal.kind in ("agent", "api"):
        check_filled({"text": draft.text, "content": draft.content})
    replying = _Replying(store, inboxes, principal, conversation_id, draft, now)
    for attempt in range(ATTEMPTS):
        blind = attempt == 0 and draft.leg_id is not None and (draft.guard is None or draft.seen_version is not None)
        message = replying.attempt(blind=blind)
        if message is not None:
            return message
    raise StoreUnavailable("too many writers at once")


@dataclass(frozen=True, slots=True)
class _Replying:
    store: ReplyStore
    inboxes: InboxReader
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
        leg = leg_of(conversation, self.draft.leg_id)
        inbox = self._inbox(leg.inbox_id)
        message = self._message(leg.id, inbox)
        stored = self._stored_before()
        if stored is not None:
            return stored
        check_unmerged(self.store, conversation)
        if self.draft.guard is not None and (self.draft.portion is None or self.draft.portion.place == 0):
            self.draft.guard(conversation)
        self._check_window(conversation, leg, inbox, message)
        return self._settle(message, self.store.fold(self._fold(conversation, message)))

    def _blind(self) -> Message | None:
        leg_id = self.draft.leg_id or ""
        inbox = self._inbox(inbox_named_by(leg_id))
        message = self._message(leg_id, inbox)
        window = self._window_seconds(inbox)
        reply = Reply(
            message=message,
            once=self._once(message),
            message_recorded=self._message_recorded(message),
            conversation_recorded=newcomers.conversation_recorded(message),
            window_from=None if window is None else self.now - timedelta(seconds=window),
            fresh_from=self.now - VIEW_SLACK,
            seen_version=self.draft.seen_version,
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

    @property
    def _by_a_person(self) -> bool:
        return self.principal.kind == "agent"

    def _window_seconds(self, inbox: Inbox) -> int | None:
        return window_seconds(inbox, self.draft.kind, by_a_person=self._by_a_person)

    def _check_window(self, conversation: Conversation, leg: Leg, inbox: Inbox, message: Message) -> None:
        window = leg_window_seconds(leg, inbox, self.draft.kind, by_a_person=self._by_a_person)
        if window_is_open(leg, window, self.now):
            return
        raise closed(leg, inbox, window, self._other_legs(outgoing(message, to="", urls=_open(message)), conversation))

    def _message(self, leg_id: str, inbox: Inbox) -> Message:
        """The message to store, with the form in which it goes. Raises MessageUnfit."""
        draft, now = self.draft, self.now
        identifier = self._identifier()
        named = self._named(leg_id)
        message = Message(
            id=identifier,
            leg_id=leg_id,
            conversation_id=self.conversation_id,
            direction=Direction.OUTBOUND,
            kind=draft.kind,
            occurred_at=ids.message_time(identifier),
            stored_at=now,
            author=Author(self.principal.kind, self.principal.id, self.principal.name),
            text=draft.text,
            reply_to=_name_of(named) if draft.reply_to and named else None,
            quoted_id=draft.reply_to,
            content=draft.content if draft.reply_to or not named else {**draft.content, "target": _name_of(named)},
            attachments=draft.attachments,
            client_id=draft.client_id,
            state=DeliveryState.QUEUED,
            marks={DeliveryState.QUEUED.value: now},
        )
        return self._rendered(inbox, message, preview(named.kind, said_in(named)) if named else None)

    def _identifier(self) -> str:
        own, portion = ids.message_id(self.now, self.conversation_id, self.draft.client_id), self.draft.portion
        return own if portion is None else ids.portion_id(portion.first_id or own, portion.place)

    def _named(self, leg_id: str) -> Message | None:
        """The message that is answered, or is the target of this one, where it is named by our own id."""
        target = text(self.draft.content.get("target"))
        field, named = "reply_to", self.draft.reply_to
        if named is None and is_message_id(target):
            field, named = "content.target", target
        if named is None:
            return None
        found = self.store.message(leg_id, named) if is_message_id(named) else None
        if found is None:
            raise InvalidInput("There is no such message on this leg.", field=field)
        return found

    def _rendered(self, inbox: Inbox, message: Message, quoted: str | None) -> Message:
        """With the form in which the channel takes it; refused before anything is stored where there is none."""
        channel, out = registry.load(inbox.channel), outgoing(message, to="", urls=_open(message))
        try:
            form = rendering(out, rendered(out, channel, quoted))
        except CannotSay as cannot:
            raise self._unfit(channel, out, cannot, quoted) from cannot
        if message.kind is MessageKind.TEMPLATE and form is None:
            shown = check_template(self.store.templates, inbox, message.content)
            return replace(message, text=message.text or shown)
        return message if form is None else replace(message, content={**message.content, RENDERED_AS: form})

    def _unfit(self, channel: Channel, out: Outgoing, cannot: CannotSay, quoted: str | None) -> MessageUnfit:
        conversation = self.store.conversation(self.conversation_id)
        legs = self._other_legs(out, conversation) if conversation else []
        return unfit(out, channel, cannot, [*alternatives(out, channel, cannot, quoted), *legs])

    def _other_legs(self, out: Outgoing, conversation: Conversation) -> list[Alternative]:
        return other_legs(out, conversation, self.inboxes, self.now, by_a_person=self._by_a_person)

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
        message = replace(message, part=conversation.part)
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


def inbox_named_by(leg_id: str) -> str:
    try:
        return ids.inbox_of(leg_id)
    except ValueError as error:
        raise InvalidInput("This is no leg of the conversation.", field="leg_id") from error


def is_message_id(identifier: str) -> bool:
    try:
        ids.message_time(identifier)
    except ValueError:
        return False
    return True


def _name_of(message: Message) -> str:
    """The provider's name of a message, which is all a channel understands."""
    return message.external_id or message.id


def _open(message: Message) -> list[str]:
    """Addresses of files that nobody asks for yet."""
    return [""] * len(message.attachments)


def unfit(out: Outgoing, channel: Channel, cannot: CannotSay, instead: Sequence[Alternative]) -> MessageUnfit:
    facts = misfit_facts(out, channel.CAPABILITIES, cannot)
    return MessageUnfit(cannot.reason, field=cannot.field, alternatives=instead, **facts)


def closed(leg: Leg, inbox: Inbox, window: int | None, legs: Sequence[Alternative]) -> WindowClosed:
    """Why nothing but a template goes now, with what does."""
    closed_at = window_closes_at(leg, window)
    outside = registry.load(inbox.channel).CAPABILITIES.outside_window
    templates = [{"kind": kind.value} for kind in sorted(outside)]
    instead = " or ".join(["send an approved template"] * bool(outside) + ["use another leg"])
    return WindowClosed(
        f"{inbox.channel} takes no free text now: {instead}.",
        field="leg_id",
        closed_at=closed_at.isoformat() if closed_at else None,
        alternatives=[*templates, *legs],
    )


def leg_of(conversation: Conversation, leg_id: str | None) -> Leg:
    """Raises InvalidInput."""
    leg = conversation.legs.get(leg_id or conversation.active_leg_id)
    if leg is None:
        raise InvalidInput("This leg is not one of the conversation.", field="leg_id")
    return leg


def outgoing(message: Message, *, to: str, urls: Sequence[str]) -> Outgoing:
    """A stored message in the form channels send, which is the one it was rendered in. `urls` are its attachments'
    short-lived addresses.

    The tracker names leg, message and attempt: a mark that brings it back needs no look-up."""
    message = as_sent(message)
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
        refused=message.failure.code if message.failure else None,
    )


def answering(message: Message | None, *, answered: bool = False) -> Answering | None:
    """A stored message in the form in which answers refer to it."""
    if message is None:
        return None
    said = preview(message.kind, said_in(message))
    return Answering(message.external_id or message.id, message.occurred_at, message.content, said, answered)


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
