"""Promises: kept, broken or cancelled by what happens, told by events.

What happened comes as events, late, twice and in any order; each carries its own time, and `domain/promise.py` lets
whichever was first decide. A timer breaks what nothing has settled when its time is up, after a look at the
conversation itself: while it shows that something is on its way, the timer looks again a little later.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.answers import is_answer
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM, Actor
from chalicelib.domain.errors import (
    ConversationNotFound,
    InvalidInput,
    StoreUnavailable,
    TransitionRefused,
)
from chalicelib.domain.events import (
    ConversationAssigned,
    ConversationMerged,
    ConversationStatusChanged,
    Event,
    MessageCreated,
    PromiseBroken,
    PromiseCancelled,
    PromiseKept,
    PromiseMade,
)
from chalicelib.domain.promise import (
    MAX_TEXT,
    Promise,
    PromiseKind,
    PromiseNotFound,
    PromiseState,
    agent_promise_id,
    done,
    overdue,
    void,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.routing_ports import Timers

DUE = "promise"
ATTEMPTS = 5
# What an event may still have on its way after the conversation shows it; then what is known has to do.
AGAIN = timedelta(seconds=30)
PATIENCE = timedelta(minutes=15)
FURTHEST = timedelta(days=366)
MOST_OPEN = 20
_SEPARATOR = "/"

Settle = Callable[[Promise], Promise | None]


class PromiseStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def get(self, conversation_id: str, promise_id: str) -> Promise | None: ...

    def of(self, conversation_id: str) -> Sequence[Promise]:
        """All of a conversation, in the order in which they were told."""

    def add(self, promise: Promise, recorded: Recorded) -> Written:
        """DUPLICATE: it is there already."""

    def replace(self, promise: Promise, read_version: int, recorded: Recorded) -> Written: ...


def timer_subject(promise: Promise) -> str:
    return f"{promise.conversation_id}{_SEPARATOR}{promise.id}"


def add(store: PromiseStore, promise: Promise) -> Written:
    """Keep what was told; its own event sets its timer. DUPLICATE: it was told before. Raises StoreUnavailable."""
    made = PromiseMade(
        conversation_id=promise.conversation_id, promise=promise.kind.value, due_at=promise.due_at.isoformat()
    )
    return store.add(promise, Recorded((made,), promise.made_by, promise.told_at))


@dataclass(frozen=True, slots=True)
class PromiseKeeping:
    store: PromiseStore
    timers: Timers

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        if event["type"] == PromiseMade.TYPE:
            self._begin(event["snapshot"], now)
            return
        found = _fact(event)
        if found is None:
            return
        conversation_id, settle = found
        for promise in self.store.of(conversation_id):
            if promise.kind is PromiseKind.WAIT:
                _settle(self.store, promise, settle, SYSTEM, now)

    def due(self, subject: str, epoch: int, now: datetime) -> None:
        """A timer's call: its time is up. Raises StoreUnavailable."""
        conversation_id, _, promise_id = subject.partition(_SEPARATOR)
        promise = self.store.get(conversation_id, promise_id)
        if promise is None or promise.state is not PromiseState.OPEN:
            return
        if now < promise.due_at:
            self.timers.set(DUE, subject, epoch, promise.due_at)
            return
        if now - promise.due_at < PATIENCE and self._is_settling(promise):
            self.timers.set(DUE, subject, epoch + 1, now + AGAIN)
            return
        _settle(self.store, promise, lambda known: overdue(known, now), SYSTEM, now)

    def _begin(self, snapshot: Mapping[str, Any], now: datetime) -> None:
        promise = self.store.get(snapshot["conversation_id"], snapshot["id"])
        if promise is None or promise.state is not PromiseState.OPEN:
            return
        # What has happened while it was being told was settled before it was there.
        if self._is_settling(promise) and now <= promise.due_at:
            _settle(self.store, promise, lambda known: done(known, now, "taken"), SYSTEM, now)
            return
        self.timers.set(DUE, timer_subject(promise), promise.version, promise.due_at)

    def _is_settling(self, promise: Promise) -> bool:
        """Whether the conversation shows that nobody waits any more: the event that says since when is on its way."""
        conversation = self.store.conversation(promise.conversation_id)
        return promise.kind is PromiseKind.WAIT and conversation is not None and not _waits(conversation)


def _waits(conversation: Conversation) -> bool:
    nobodys = conversation.status is Status.OPEN and conversation.assignee_id is None
    return nobodys and conversation.waiting_since is not None


def _fact(event: Mapping[str, Any]) -> tuple[str, Settle] | None:
    """What an event says of the promises about a conversation's wait."""
    snapshot, data = event["snapshot"], event["data"]
    at = datetime.fromisoformat(event["occurred_at"])
    if event["type"] == ConversationAssigned.TYPE and data["assignee_id"] is not None:
        return snapshot["id"], lambda promise: done(promise, at, "assigned")
    if event["type"] == ConversationStatusChanged.TYPE and data["status"] != "open":
        return snapshot["id"], lambda promise: void(promise, at, data["status"])
    if event["type"] == ConversationMerged.TYPE and snapshot["id"] == data["source_id"]:
        return snapshot["id"], lambda promise: void(promise, at, "merged")
    if event["type"] == MessageCreated.TYPE and is_answer(snapshot):
        said_at = datetime.fromisoformat(snapshot["occurred_at"])
        return snapshot["conversation_id"], lambda promise: done(promise, said_at, "answered")
    return None


def _settle(store: PromiseStore, promise: Promise, settle: Settle, by: Actor, now: datetime) -> Promise:
    """Raises StoreUnavailable."""
    for _attempt in range(ATTEMPTS):
        after = settle(promise)
        if after is None:
            return promise
        if store.replace(after, promise.version, Recorded((_news(after),), by, now)) is Written.DONE:
            return after
        again = store.get(promise.conversation_id, promise.id)
        if again is None:
            return promise
        promise = again
    raise StoreUnavailable("too many writers at once")


def _news(promise: Promise) -> Event:
    of = {"conversation_id": promise.conversation_id, "promise": promise.kind.value}
    at = (promise.settled_at or promise.due_at).isoformat()
    if promise.state is PromiseState.KEPT:
        return PromiseKept(kept_at=at, **of)
    if promise.state is PromiseState.CANCELLED:
        return PromiseCancelled(cancelled_at=at, **of)
    return PromiseBroken(broken_at=at, **of)


# What agents do.


def promise(
    store: PromiseStore, principal: Principal, conversation_id: str, text: str, due_at: datetime, now: datetime
) -> Promise:
    """Note what an agent told the customer they would do. The same again is the same promise.

    Raises ConversationNotFound, InvalidInput, TransitionRefused."""
    text = text.strip()
    if not 0 < len(text) <= MAX_TEXT:
        raise InvalidInput(f"Say what was promised in at most {MAX_TEXT} characters.", field="text")
    if not now < due_at <= now + FURTHEST:
        raise InvalidInput("A promise is for a time within the next 366 days.", field="due_at")
    conversation = store.conversation(conversation_id)
    if conversation is None:
        raise ConversationNotFound("There is no such conversation.")
    told = store.of(conversation_id)
    made = Promise(
        id=agent_promise_id(conversation_id, principal.id, text, due_at),
        conversation_id=conversation_id,
        kind=PromiseKind.AGENT,
        text=text,
        told_at=now,
        due_at=due_at,
        made_by=Actor(principal.kind, principal.id),
        channel=conversation.channel,
    )
    before = next((each for each in told if each.id == made.id), None)
    if before is not None:
        return before
    if sum(each.state is PromiseState.OPEN for each in told) >= MOST_OPEN:
        raise TransitionRefused(f"A conversation has at most {MOST_OPEN} open promises: keep or cancel one first.")
    if add(store, made) is Written.DONE:
        return made
    return get(store, conversation_id, made.id)


def get(store: PromiseStore, conversation_id: str, promise_id: str) -> Promise:
    """Raises PromiseNotFound."""
    found = store.get(conversation_id, promise_id)
    if found is None:
        raise PromiseNotFound("There is no such promise.")
    return found


def keep(store: PromiseStore, principal: Principal, conversation_id: str, promise_id: str, now: datetime) -> Promise:
    """It was done. Raises PromiseNotFound, TransitionRefused."""
    return _by_hand(store, principal, get(store, conversation_id, promise_id), lambda one: done(one, now, "agent"), now)


def cancel(store: PromiseStore, principal: Principal, conversation_id: str, promise_id: str, now: datetime) -> Promise:
    """It was taken back. Raises PromiseNotFound, TransitionRefused."""
    return _by_hand(store, principal, get(store, conversation_id, promise_id), lambda one: void(one, now, "agent"), now)


def _by_hand(store: PromiseStore, principal: Principal, found: Promise, settle: Settle, now: datetime) -> Promise:
    if found.kind is not PromiseKind.AGENT:
        raise TransitionRefused("The desk told this one itself: it is settled by what happens.")
    if found.state is not PromiseState.OPEN:
        raise TransitionRefused(f"The promise is {found.state.value} already.")
    return _settle(store, found, settle, Actor(principal.kind, principal.id), now)
