"""Scheduled messages: written now, checked now, and sent later as an ordinary reply of their author.

What cancels one is looked at twice: when it happens (a reaction), and in the very write that would send it. A call that
comes late or twice sends nothing more: the reply has a client id that is made of the scheduled message's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.answers import is_answer
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import ConversationIsMerged, NotPermitted, Refusal, StoreUnavailable
from chalicelib.domain.events import (
    ConversationMerged,
    Event,
    MessageScheduleCancelled,
    MessageScheduled,
    MessageScheduleFailed,
    MessageScheduleSent,
)
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.scheduled import (
    MERGED,
    WAITING,
    CaseResolved,
    CustomerAnswered,
    Scheduled,
    ScheduledState,
    Words,
    claimed,
    ended,
    moved,
)
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.composing import Composing, portion_name
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft

ATTEMPTS = 5
SEND = "send_scheduled"
# Who tells of what the desk did by itself.
DESK_NAME = "Parley"
_SEPARATOR = "/"


class ScheduledStore(Protocol):
    def get(self, conversation_id: str, scheduled_id: str) -> Scheduled | None: ...

    def of(self, conversation_id: str) -> Sequence[Scheduled]:
        """All of a conversation that are kept, the next one first."""

    def put(self, scheduled: Scheduled, read_version: int, recorded: Recorded, line: Note | None = None) -> Written:
        """`read_version` 0: it is new. CONFLICT: somebody changed it first (or it is there already)."""

    def move(self, left: Scheduled, read_version: int, waiting: Scheduled, recorded: Recorded) -> Written:
        """From one conversation to another: both or neither. CONFLICT: somebody changed it first."""

    def heard(self, leg_ids: Iterable[str], since: datetime) -> bool:
        """Whether the customer has said something on these legs that reached us after `since`."""


class Workloads(Protocol):
    def workload(self, agent_id: str) -> Workload | None: ...


def client_id_of(scheduled_id: str) -> str:
    """No client can take it: theirs have no spaces."""
    return f"scheduled {scheduled_id}"


def timer_subject(conversation_id: str, scheduled_id: str) -> str:
    return f"{conversation_id}{_SEPARATOR}{scheduled_id}"


def draft_of(words: Words, client_id: str) -> Draft:
    return Draft(
        client_id=client_id,
        text=words.text,
        kind=words.kind,
        content=words.content,
        attachments=words.attachments,
        reply_to=words.reply_to,
        leg_id=words.leg_id,
        identity=words.identity,
        # They were looked at when they were scheduled.
        literal=True,
    )


@dataclass(frozen=True, slots=True)
class DueMessages:
    """What is done when their time has come."""

    store: ScheduledStore
    replies: ReplyStore
    inboxes: InboxReader
    agents: Workloads

    def send(self, subject: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        conversation_id, _, scheduled_id = subject.partition(_SEPARATOR)
        for _attempt in range(ATTEMPTS):
            found = self.store.get(conversation_id, scheduled_id)
            if found is None or found.state not in WAITING:
                return
            if found.state is ScheduledState.SENDING:
                self._send(found, now)
                return
            if found.send_at > now:  # it was put off: the timer that was set then will come
                return
            mine = claimed(found)
            if self.store.put(mine, found.version, Recorded((), SYSTEM, now)) is Written.DONE:
                self._send(mine, now)
                return
        raise StoreUnavailable("too many writers at once")

    def _send(self, scheduled: Scheduled, now: datetime) -> None:
        """From here it is sent, or told why not: a call that comes again goes on where this one stopped."""
        stored_id = self._stored(scheduled)
        if stored_id is None or scheduled.split:
            try:
                stored_id = self._reply(scheduled, now)[0].id
            except ConversationIsMerged as merged:
                if stored_id is None:
                    _move(self.store, scheduled, str(merged.facts["merged_into"]), now)
                    return
                self._refused(scheduled, merged, now)
                return
            except Refusal as refusal:
                self._refused(scheduled, refusal, now)
                return
        _settle(self.store, scheduled, ScheduledState.SENT, None, now, message_id=stored_id)

    def _reply(self, scheduled: Scheduled, now: datetime) -> Sequence[Message]:
        """Raises what a reply raises, CustomerAnswered, CaseResolved, NotPermitted."""
        author = scheduled.author
        load = self.agents.workload(author.id) if author.kind == "agent" else None
        if load is not None and not load.enabled:
            raise NotPermitted(f"The account of {author.name} is disabled.")
        draft = draft_of(scheduled.words, client_id_of(scheduled.id))
        draft = replace(draft, guard=lambda conversation: self._guard(scheduled, conversation))
        of = scheduled.conversation_id
        if scheduled.split:
            return Composing(self.replies, self.inboxes, author, of, now).sent(draft)
        return (reply(self.replies, self.inboxes, author, of, draft, now),)

    def _guard(self, scheduled: Scheduled, conversation: Conversation) -> None:
        """The write that follows holds only where the conversation is still as it is here."""
        if conversation.status is Status.RESOLVED and not scheduled.even_if_resolved:
            raise CaseResolved("The conversation was resolved before it was time.")
        if scheduled.unless_answered and self.store.heard(conversation.legs, scheduled.created_at):
            raise CustomerAnswered("The customer wrote first.")

    def _refused(self, scheduled: Scheduled, refusal: Refusal, now: datetime) -> None:
        stored_id = self._stored(scheduled)
        if stored_id is not None and not scheduled.split:  # a call at the same time was faster
            _settle(self.store, scheduled, ScheduledState.SENT, None, now, message_id=stored_id)
            return
        is_cancelled = stored_id is None and isinstance(refusal, CustomerAnswered | CaseResolved)
        state = ScheduledState.CANCELLED if is_cancelled else ScheduledState.FAILED
        part = "Only its beginning was sent. " if stored_id is not None else ""
        told = type(refusal)(f"{part}{refusal.detail}")
        _settle(self.store, scheduled, state, told, now, message_id=stored_id)

    def _stored(self, scheduled: Scheduled) -> str | None:
        """The message that it has become, or the first of several."""
        client_id = client_id_of(scheduled.id)
        for name in (client_id, portion_name(client_id, 0)) if scheduled.split else (client_id,):
            once = self.replies.once(scheduled.conversation_id, name)
            if once is not None:
                return once.message_id
        return None


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What happens to a conversation, and cancels what was scheduled in it. Events may come late and twice."""

    store: ScheduledStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        snapshot, happened = event["snapshot"], datetime.fromisoformat(event["occurred_at"])
        if event["type"] == "message.created" and is_answer(snapshot) is False:
            wrote = CustomerAnswered("The customer wrote first.")
            self._cancel(snapshot["conversation_id"], wrote, happened, now)
        elif event["type"] == ConversationMerged.TYPE:
            for found in self.store.of(event["data"]["source_id"]):
                if found.state is ScheduledState.SCHEDULED:
                    _move(self.store, found, event["data"]["target_id"], now)
        elif event["type"] == "conversation.status_changed" and event["data"]["status"] == Status.RESOLVED:
            if event["data"]["reason"] == MERGED:
                return
            resolved = CaseResolved("The conversation was resolved before it was time.")
            self._cancel(snapshot["id"], resolved, happened, now)

    def _cancel(self, conversation_id: str, why: Refusal, happened: datetime, now: datetime) -> None:
        for found in self.store.of(conversation_id):
            if found.state is ScheduledState.SCHEDULED and _is_cancelled_by(found, why, happened):
                cancel(self.store, found, why, SYSTEM, now)


def _is_cancelled_by(scheduled: Scheduled, why: Refusal, happened: datetime) -> bool:
    """What happened before it was scheduled cancels nothing; nothing is scheduled in what is resolved."""
    if isinstance(why, CustomerAnswered):
        return scheduled.unless_answered and scheduled.created_at < happened
    return not scheduled.even_if_resolved and scheduled.created_at <= happened


def cancel(
    store: ScheduledStore, found: Scheduled, why: Refusal, actor: Actor, now: datetime, by: str = DESK_NAME
) -> Scheduled:
    """Cancel it where it still waits; what it is then. Raises StoreUnavailable."""
    current: Scheduled | None = found
    for _attempt in range(ATTEMPTS):
        if current is None or current.state is not ScheduledState.SCHEDULED:
            return current or found
        after = ended(current, ScheduledState.CANCELLED, now, reason=why.code, detail=why.detail)
        event = MessageScheduleCancelled(conversation_id=after.conversation_id, reason=why.code)
        line = line_of(after, event, actor, by, now)
        if store.put(after, current.version, Recorded((event,), actor, now), line) is Written.DONE:
            return after
        current = store.get(found.conversation_id, found.id)
    raise StoreUnavailable("too many writers at once")


def _move(store: ScheduledStore, found: Scheduled, target_id: str, now: datetime) -> None:
    """To the conversation that its own is part of now. Raises StoreUnavailable."""
    current: Scheduled | None = found
    for _attempt in range(ATTEMPTS):
        if current is None or current.state not in WAITING:
            return
        left, waiting = moved(current, target_id, now)
        told = MessageScheduled(conversation_id=target_id, send_at=waiting.send_at.isoformat())
        if store.move(left, current.version, waiting, Recorded((told,), SYSTEM, now)) is Written.DONE:
            return
        current = store.get(found.conversation_id, found.id)
    raise StoreUnavailable("too many writers at once")


def _settle(
    store: ScheduledStore,
    scheduled: Scheduled,
    state: ScheduledState,
    why: Refusal | None,
    now: datetime,
    *,
    message_id: str | None,
) -> None:
    """How it ended. That it was sent stands over anything that a call at the same time may have noted."""
    current: Scheduled | None = scheduled
    for _attempt in range(ATTEMPTS):
        if current is None or current.state is ScheduledState.SENT:
            return
        if current.state is not ScheduledState.SENDING and state is not ScheduledState.SENT:
            return
        reason, detail = (why.code, why.detail) if why else (None, "")
        after = ended(current, state, now, reason=reason, detail=detail, message_id=message_id)
        event = _end_of(after)
        line = line_of(after, event, SYSTEM, DESK_NAME, now) if why else None
        if store.put(after, current.version, Recorded((event,), SYSTEM, now), line) is Written.DONE:
            return
        current = store.get(scheduled.conversation_id, scheduled.id)
    raise StoreUnavailable("too many writers at once")


def _end_of(after: Scheduled) -> Event:
    of = after.conversation_id
    if after.state is ScheduledState.SENT:
        return MessageScheduleSent(conversation_id=of, message_id=after.message_id or "")
    if after.state is ScheduledState.CANCELLED:
        return MessageScheduleCancelled(conversation_id=of, reason=after.reason or "")
    return MessageScheduleFailed(conversation_id=of, code=after.reason or "", detail=after.detail)


def line_of(after: Scheduled, event: Event, actor: Actor, name: str, now: datetime) -> Note:
    """The line in the thread that tells that it will not come."""
    facts = {
        "type": event.TYPE,
        "scheduled_id": after.id,
        "send_at": after.send_at.isoformat(),
        "author_id": after.author.id,
        "reason": after.reason,
        "detail": after.detail,
    }
    return Note(
        id=ids.note_id(now, after.conversation_id, after.id, str(after.version)),
        conversation_id=after.conversation_id,
        kind="activity",
        author_id=actor.id or actor.kind,
        author_name=name,
        at=now,
        text="",
        facts=facts,
    )
