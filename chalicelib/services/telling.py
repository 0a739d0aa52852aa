"""Telling customers how long they wait: once for each wait, in their language, where it is known; what was told is kept
as a promise.

What is said is decided once and noted with the wait, then sent as a reply whose client id is made of the promise's,
then kept as the promise: a call that stops between two of these goes on where it stopped when it comes again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.capacity import ChannelClass, class_of, is_ticket
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import Refusal, TransitionRefused
from chalicelib.domain.expected_wait import MAX_PLACE
from chalicelib.domain.message import Message
from chalicelib.domain.promise import Promise, PromiseKind, wait_promise_id
from chalicelib.domain.queue import may_wait
from chalicelib.domain.wait_words import own_text, said, span_of, tongue_of
from chalicelib.domain.waits import TellWait, Told, Wait
from chalicelib.domain.writes import Written
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.promises import PromiseStore, add
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.routing_ports import Contacts, RoutingRules
from chalicelib.services.waits import TELL, Forecasts, WaitStore

# Longer than a call can take: figures that nobody has sent by then are made anew.
STALE = timedelta(seconds=60)
RULE = Principal("rule", TELL, "Parley", Role.AGENT)
BY_RULE = Actor(RULE.kind, RULE.id)


@dataclass(frozen=True, slots=True)
class Telling:
    waits: WaitStore
    promises: PromiseStore
    replies: ReplyStore
    inboxes: InboxReader
    contacts: Contacts
    forecasts: Forecasts
    rules: RoutingRules

    def tell(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        wait, rule = self.waits.get(conversation_id, epoch), self.rules.policy().tell_wait
        if wait is None or rule is None:
            return
        promise_id = wait_promise_id(conversation_id, wait.waiting_since)
        message = self._sent(conversation_id, promise_id)
        if message is None:
            decided = self._decided(wait, rule, promise_id, now)
            if decided is None or decided.told is None:
                return
            wait, message = decided, self._send(decided, decided.told, promise_id, now)
        if message is not None and wait.told is not None:
            add(self.promises, self._promise(wait, wait.told, message, promise_id))

    def _sent(self, conversation_id: str, promise_id: str) -> Message | None:
        once = self.replies.once(conversation_id, _client_id(promise_id))
        return self.replies.message(once.leg_id, once.message_id) if once else None

    def _decided(self, wait: Wait, rule: TellWait, promise_id: str, now: datetime) -> Wait | None:
        """With what is said; None where nothing is (any more)."""
        entry = self.waits.entry(wait.conversation_id)
        if entry is None or not entry.waits or entry.epoch != wait.epoch:
            return None
        if wait.told is not None and now - wait.told.at < STALE:
            return wait
        conversation = self.promises.conversation(wait.conversation_id)
        if conversation is None or not self._may_be_told(conversation):
            return None
        if self.promises.get(wait.conversation_id, promise_id) is not None:
            return None
        place = self.waits.ahead(entry) + 1
        expected = self.forecasts.expected(entry.team_id, place, now) if place <= MAX_PLACE else None
        if expected is None:
            return None
        contact, span = self.contacts.get(conversation.contact_id), span_of(expected)
        language = tongue_of(contact.locale if contact else None)
        text = own_text(rule.text, place, span, language) if rule.text else said(place, span, language)
        told = Told(now, now + span.until, place, text)
        return replace(wait, told=told) if self.waits.tell(wait, told) is Written.DONE else None

    def _may_be_told(self, conversation: Conversation) -> bool:
        """On channels where people write to each other: not in the widget, which shows it, not by mail, where one
        automatic answer brings another, and not in public. Of a ticket nothing is said by itself."""
        leg, newest = conversation.legs.get(conversation.active_leg_id), conversation.last_message
        if leg is None or newest is None or conversation.waiting_since is None or not may_wait(conversation):
            return False
        if class_of(leg.channel) is not ChannelClass.MESSAGING or is_ticket(conversation):
            return False
        message = self.replies.message(newest.leg_id, newest.id)
        return message is None or "comment_id" not in message.content

    def _send(self, wait: Wait, told: Told, promise_id: str, now: datetime) -> Message | None:
        """None where it cannot be said: the window is closed, the inbox off, or nobody waits any more."""
        draft = Draft(client_id=_client_id(promise_id), text=told.text, identity=promise_id, guard=_still_waits)
        try:
            return reply(self.replies, self.inboxes, RULE, wait.conversation_id, draft, now)
        except Refusal:
            return None

    def _promise(self, wait: Wait, told: Told, message: Message, promise_id: str) -> Promise:
        return Promise(
            id=promise_id,
            conversation_id=wait.conversation_id,
            kind=PromiseKind.WAIT,
            text=message.text,
            told_at=told.at,
            due_at=told.due_at,
            made_by=BY_RULE,
            channel=self._channel(message),
            position=told.position,
        )

    def _channel(self, message: Message) -> str:
        conversation = self.promises.conversation(message.conversation_id)
        leg = conversation.legs.get(message.leg_id) if conversation else None
        return leg.channel if leg else ""


def _client_id(promise_id: str) -> str:
    """No client can take it: theirs have no spaces."""
    return f"wait {promise_id}"


def _still_waits(conversation: Conversation) -> None:
    if not may_wait(conversation):
        raise TransitionRefused("Nobody waits any more.")
