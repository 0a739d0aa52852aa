"""The guardian of messaging windows: what the customer is owed is on a board before the channel takes no free text.

A window is watched from the customer's first message on, with one timer. Later messages of theirs write nothing: the
timer looks at what is, and is set anew where the window has moved meanwhile. So a call that comes late, twice, or for a
window that is long over does nothing wrong.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationWindowClosed, ConversationWindowClosing
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.domain.promise import Promise
from chalicelib.domain.scheduled import Scheduled
from chalicelib.domain.window import window_closes_at
from chalicelib.domain.window_guard import (
    GuardPolicy,
    Owed,
    Watch,
    WatchState,
    lead,
    moved,
    next_look,
    owed,
    value,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.alternatives import leg_window_seconds, window_seconds
from chalicelib.services.followed import followed
from chalicelib.services.ports import InboxReader
from chalicelib.services.routing_ports import Timers

WINDOW = "window"
ATTEMPTS = 5
_SEPARATOR = "/"
LIVE = frozenset({WatchState.WATCHING, WatchState.CLOSING})


class GuardStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def contact(self, contact_id: str) -> Contact | None: ...

    def watch(self, conversation_id: str, leg_id: str) -> Watch | None: ...

    def put(self, watch: Watch, recorded: Recorded | None) -> Written:
        """Its next version. CONFLICT: it is not at the version before."""


class PromiseReader(Protocol):
    def of(self, conversation_id: str) -> Sequence[Promise]: ...


class ScheduledReader(Protocol):
    def of(self, conversation_id: str) -> Sequence[Scheduled]: ...


@dataclass(frozen=True, slots=True)
class _Seen:
    """A window as it is this moment. `seconds`: how long the channel's is."""

    conversation: Conversation
    leg_id: str
    closes_at: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Guardian:
    store: GuardStore
    inboxes: InboxReader
    promises: PromiseReader
    scheduled: ScheduledReader
    timers: Timers
    policy: Callable[[], GuardPolicy]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """A customer's message opens a window; a case that is taken up again may have one that closes soon. Nothing is
        read for channels without windows. Raises StoreUnavailable."""
        snapshot = event["snapshot"]
        if event["type"] == "message.created" and snapshot["direction"] == "inbound":
            at = datetime.fromisoformat(snapshot["occurred_at"])
            self._opened(snapshot["conversation_id"], snapshot["leg_id"], at, now)
        elif _is_taken_up(event) and self._seconds(snapshot["active_leg_id"]) is not None:
            self._look(snapshot["id"], snapshot["active_leg_id"], now)

    def due(self, subject: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        conversation_id, _, leg_id = subject.partition(_SEPARATOR)
        watch = self.store.watch(conversation_id, leg_id)
        if watch is not None and watch.state in LIVE:
            self._look(conversation_id, leg_id, now)

    def _seconds(self, leg_id: str) -> int | None:
        """How long the window of a leg's channel is; None where it has none."""
        try:
            inbox = self.inboxes.inbox(ids.inbox_of(leg_id))
        except ValueError:
            return None
        return window_seconds(inbox, MessageKind.TEXT, by_a_person=True) if inbox is not None else None

    def _opened(self, conversation_id: str, leg_id: str, at: datetime, now: datetime) -> None:
        """One read for a message; only where nothing watches its window is it looked at."""
        seconds = self._seconds(leg_id)
        if seconds is None or at + timedelta(seconds=seconds) <= now:
            return
        watch = self.store.watch(conversation_id, leg_id)
        if watch is None or watch.state not in LIVE:
            self._look(conversation_id, leg_id, now)

    def _look(self, conversation_id: str, leg_id: str, now: datetime) -> None:
        for _attempt in range(ATTEMPTS):
            watch = self.store.watch(conversation_id, leg_id)
            found = followed(self.store, conversation_id)
            if found is not None and found.id != conversation_id:
                # It is watched where it goes on; undoing the merge looks here again.
                if leg_id in found.legs:
                    self._look_once_more(found.id, leg_id, now)
                found = None
            seen = self._seen(found, leg_id) if found is not None else None
            if self._settled(watch, conversation_id, seen, now):
                return
        raise StoreUnavailable("too many writers at once")

    def _look_once_more(self, conversation_id: str, leg_id: str, now: datetime) -> None:
        watch = self.store.watch(conversation_id, leg_id)
        if watch is None or watch.state not in LIVE:
            self._look(conversation_id, leg_id, now)

    def _seen(self, found: Conversation, leg_id: str) -> _Seen | None:
        leg = found.legs.get(leg_id)
        inbox = self.inboxes.inbox(leg.inbox_id) if leg is not None else None
        if leg is None or inbox is None:
            return None
        seconds = leg_window_seconds(leg, inbox, MessageKind.TEXT, by_a_person=True)
        closes_at = window_closes_at(leg, seconds)
        return _Seen(found, leg_id, closes_at, seconds) if closes_at is not None and seconds else None

    def _settled(self, watch: Watch | None, conversation_id: str, seen: _Seen | None, now: datetime) -> bool:
        """Whether what is now was written: the watch, its place on the board, what is told, and before all of that the
        next timer, so that it is never missing."""
        if seen is None:
            return watch is None or watch.state not in LIVE or self._put(_over(watch), None)
        closing_from = seen.closes_at - lead(seen.seconds, self.policy())
        if now < closing_from:
            return self._kept(watch, seen, WatchState.WATCHING, (), now)
        mine = self._owed(seen)
        if now >= seen.closes_at:
            return watch is None or watch.state not in LIVE or self._closed(watch, seen, mine, now)
        return self._kept(watch, seen, WatchState.CLOSING if mine else WatchState.WATCHING, mine, now)

    def _kept(self, watch: Watch | None, seen: _Seen, state: WatchState, mine: Sequence[Owed], now: datetime) -> bool:
        ahead = lead(seen.seconds, self.policy())
        look_at = seen.closes_at if state is WatchState.CLOSING else next_look(seen.closes_at, ahead, now)
        after = self._as_is(watch, seen, state, mine)
        self.timers.set(WINDOW, after.id, 0, look_at)
        told = None
        was_told = watch is not None and watch.state is WatchState.CLOSING and watch.closes_at == seen.closes_at
        if state is WatchState.CLOSING and not was_told:
            told = ConversationWindowClosing(
                conversation_id=after.conversation_id,
                leg_id=after.leg_id,
                closes_at=after.closes_at.isoformat(),
                owed=after.owed,
            )
        return self._put(after, Recorded((told,), SYSTEM, now) if told else None)

    def _closed(self, watch: Watch, seen: _Seen, mine: Sequence[Owed], now: datetime) -> bool:
        after = self._as_is(watch, seen, WatchState.CLOSED, mine)
        if not mine:
            return self._put(after, None)
        told = ConversationWindowClosed(
            conversation_id=after.conversation_id,
            leg_id=after.leg_id,
            closes_at=after.closes_at.isoformat(),
            owed=after.owed,
        )
        return self._put(after, Recorded((told,), SYSTEM, now))

    def _as_is(self, watch: Watch | None, seen: _Seen, state: WatchState, mine: Sequence[Owed]) -> Watch:
        found = seen.conversation
        before = watch or Watch(found.id, seen.leg_id, seen.closes_at, version=0)
        policy = self.policy()
        contact = self.store.contact(found.contact_id) if mine else None
        return moved(
            before,
            state,
            seen.closes_at,
            owed=tuple(dict.fromkeys(each.kind for each in mine)),
            refs=tuple(each.ref for each in mine if each.ref),
            value=value(found, mine, tier_of(contact), policy) if mine else 0,
            contact_id=found.contact_id,
        )

    def _owed(self, seen: _Seen) -> tuple[Owed, ...]:
        found = seen.conversation
        if found.status is Status.RESOLVED:
            return ()
        inbox = self.inboxes.inbox(found.legs[seen.leg_id].inbox_id)
        later = bound_to_window(self.scheduled.of(found.id), inbox)
        return owed(found, seen.leg_id, seen.closes_at, self.promises.of(found.id), later, self.policy())

    def _put(self, watch: Watch, recorded: Recorded | None) -> bool:
        return self.store.put(watch, recorded) is Written.DONE


def _is_taken_up(event: Mapping[str, Any]) -> bool:
    return bool(event["type"] == "conversation.status_changed" and event["data"]["previous"] == Status.RESOLVED)


def _over(watch: Watch) -> Watch:
    return moved(watch, WatchState.CLOSED, watch.closes_at)


def tier_of(contact: Contact | None) -> str | None:
    """A contact's tier, as it is declared or as another system told it."""
    if contact is None:
        return None
    told = contact.tier or contact.attributes.get("tier")
    return told if isinstance(told, str) else None


def bound_to_window(scheduled: Iterable[Scheduled], inbox: Inbox | None) -> list[Scheduled]:
    """Those that go only while the window of an inbox's channel is open."""
    return [
        each
        for each in scheduled
        if inbox is not None
        and window_seconds(inbox, each.words.kind, by_a_person=each.author.kind == "agent") is not None
    ]
