"""The board of windows that close soon: what is owed in them as it is this moment, and what can be done in one step.

A page costs one query of the board and one read of what is on it, however many messages there are. What the customer
has written to meanwhile, or is owed no longer, is not shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.domain.promise import Promise
from chalicelib.domain.scheduled import Scheduled
from chalicelib.domain.window import window_closes_at
from chalicelib.domain.window_guard import GuardPolicy, Owed, Watch, owed, raised_by, value
from chalicelib.services.alternatives import leg_window_seconds
from chalicelib.services.followed import followed
from chalicelib.services.ports import InboxReader
from chalicelib.services.ways_out import WayOut
from chalicelib.services.window_guard import bound_to_window, tier_of

# So many are ranked; more than this many close within hours only where nobody answers at all.
MOST = 500
# With what is owed, no more items than one read brings.
PORTION = 12
LONGEST = timedelta(days=7)


class BoardStore(Protocol):
    def closing(self, after: datetime, until: datetime, most: int) -> Sequence[Watch]: ...

    def fresh(
        self, watches: Sequence[Watch]
    ) -> tuple[Mapping[str, Conversation], Mapping[str, Contact], Sequence[Promise], Sequence[Scheduled]]: ...

    def conversation(self, conversation_id: str) -> Conversation | None: ...


Ways = Callable[[Conversation, Leg, Inbox, Contact | None, datetime, datetime], Sequence[WayOut]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A window that closes soon. `why`: what is owed, and what makes it more pressing."""

    conversation: Conversation
    leg: Leg
    closes_at: datetime
    value: int
    why: Sequence[Owed]
    ways: Sequence[WayOut]
    place: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BoardPage:
    entries: Sequence[Entry]
    next: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class WindowBoard:
    store: BoardStore
    inboxes: InboxReader
    policy: Callable[[], GuardPolicy]
    ways: Ways

    def page(
        self,
        now: datetime,
        *,
        within: timedelta,
        limit: int,
        team_id: str | None = None,
        start: Mapping[str, Any] | None = None,
    ) -> BoardPage:
        """The next `limit` by value, of equal ones what closes first. `start`: the place of the last one shown."""
        ranked = sorted(self.store.closing(now, now + within, MOST), key=_rank)
        if start is not None:
            ranked = [watch for watch in ranked if _rank(watch) > _rank_of(start)]
        found: list[Entry] = []
        for entry in self._entries(ranked, now):
            if team_id is not None and entry.conversation.team_id != team_id:
                continue
            if len(found) == limit:
                return BoardPage(found, found[-1].place)
            found.append(entry)
        return BoardPage(found, None)

    def _entries(self, ranked: Sequence[Watch], now: datetime) -> Iterator[Entry]:
        shown: set[tuple[str, str]] = set()
        for first in range(0, len(ranked), PORTION):
            portion = ranked[first : first + PORTION]
            fresh = self.store.fresh(portion)
            for watch in portion:
                entry = self._entry(watch, fresh, now)
                if entry is not None and (entry.conversation.id, entry.leg.id) not in shown:
                    shown.add((entry.conversation.id, entry.leg.id))
                    yield entry

    def _entry(
        self,
        watch: Watch,
        fresh: tuple[Mapping[str, Conversation], Mapping[str, Contact], Sequence[Promise], Sequence[Scheduled]],
        now: datetime,
    ) -> Entry | None:
        """None where the window has moved, or nothing is owed any more."""
        conversations, contacts, promises, scheduled = fresh
        found = conversations.get(watch.conversation_id)
        if found is not None and found.merged_into is not None:
            found = followed(self.store, found.id)
        leg = found.legs.get(watch.leg_id) if found is not None else None
        inbox = self.inboxes.inbox(leg.inbox_id) if leg is not None else None
        if found is None or leg is None or inbox is None or self._closes_at(leg, inbox) != watch.closes_at:
            return None
        mine = [each for each in promises if each.conversation_id == watch.conversation_id]
        later = [each for each in scheduled if each.conversation_id == watch.conversation_id]
        policy, contact = self.policy(), contacts.get(watch.contact_id)
        reasons = owed(found, leg.id, watch.closes_at, mine, bound_to_window(later, inbox), policy)
        if not reasons:
            return None
        tier = tier_of(contact)
        return Entry(
            conversation=found,
            leg=leg,
            closes_at=watch.closes_at,
            value=value(found, reasons, tier, policy),
            why=(*reasons, *raised_by(found, tier, policy)),
            ways=self.ways(found, leg, inbox, contact, watch.closes_at, now),
            place={"v": watch.value, "c": watch.closes_at.isoformat(), "i": watch.id},
        )

    def _closes_at(self, leg: Leg, inbox: Inbox) -> datetime | None:
        seconds = leg_window_seconds(leg, inbox, MessageKind.TEXT, by_a_person=True)
        closes_at = window_closes_at(leg, seconds)
        return None if closes_at is None else _milliseconds(closes_at)


def _milliseconds(at: datetime) -> datetime:
    """As it is kept."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _rank(watch: Watch) -> tuple[int, datetime, str]:
    return -watch.value, watch.closes_at, watch.id


def _rank_of(place: Mapping[str, Any]) -> tuple[int, datetime, str]:
    return -int(place["v"]), datetime.fromisoformat(str(place["c"])), str(place["i"])
