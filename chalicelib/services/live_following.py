"""Following topics: what a client gets when it comes (back), and how it knows that it has everything.

Two rules make it whole. Whoever follows a topic is entered as its listener before its entries are read: what is
appended after is pushed, what came before is read. And a topic is kept going for somebody for a day after they were
last there: who comes back within it is told exactly what they missed; who comes later is told to begin anew.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.agent import Agent, Principal
from chalicelib.domain.errors import InvalidInput, NotAuthenticated, StoreUnavailable, TooMany
from chalicelib.domain.live import (
    LEASE_FOR,
    MAX_FRAME,
    MAX_TOPICS,
    Entry,
    Place,
    check_topic,
    cursor_of,
    follows,
    place_from,
)
from chalicelib.domain.live_sockets import Lease, Listener, Socket
from chalicelib.services.live_ending import NotConnected, stands
from chalicelib.services.live_fanout import forget
from chalicelib.services.live_ports import SocketStore, TopicStore

TICKET_FOR = timedelta(seconds=60)
# API Gateway closes a socket after two hours.
SOCKET_FOR = timedelta(hours=2, minutes=5)
PAGE = 100
# Bytes told in one answer over all topics: a socket's, and one of the REST API; the rest is fetched.
IN_A_FRAME, IN_AN_ANSWER = MAX_FRAME - 20_000, 4_000_000
# What an entry weighs besides its changes and the name of its topic.
AROUND = 110
# Frames of one socket that are answered at the same time may each change what it follows.
TRIES = 3
# A client that is so many entries behind is told numbers only until it has caught up.
SLOW_BEHIND = 25


@dataclass(frozen=True, slots=True)
class Caught:
    """Of one topic: what came behind the client's place. `reset`: that cannot be told any more; read it anew by the
    REST API, and go on from `place`. `more`: there is more behind `place`."""

    topic: str
    place: Place
    entries: Sequence[Entry] = ()
    reset: bool = False
    more: bool = False

    def wire(self, principal: Principal) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "place": str(self.place),
            "seq": self.place.seq,
            "reset": self.reset,
            "more": self.more,
            "entries": [entry.for_(principal) for entry in self.entries],
        }


@dataclass(frozen=True, slots=True)
class Live:
    topics: TopicStore
    sockets: SocketStore
    new_secret: Callable[[], str]
    # An agent's record as it is now; None where there is none.
    agent_of: Callable[[str], Agent | None]

    # --- sockets ---

    def ticket(self, principal: Principal, now: datetime) -> tuple[str, datetime]:
        """A secret that opens one socket, once, within a minute; and until when."""
        secret, until = self.new_secret(), now + TICKET_FOR
        self.sockets.put_ticket(secret, principal, until)
        return secret, until

    def connect(self, connection_id: str, ticket: str, now: datetime) -> Principal:
        """Raises NotAuthenticated, also where the agent is not any more what the ticket says. The socket is entered
        before that is read: an agent is changed before their sockets are ended, so one of both is seen."""
        principal = self.sockets.take_ticket(ticket, now) if ticket else None
        if principal is None:
            raise NotAuthenticated("The ticket is not good (any more): ask for another one.")
        self.sockets.open(Socket(connection_id, principal, now), now + SOCKET_FOR)
        if principal.kind == "agent" and not stands(principal, self.agent_of(principal.id)):
            self.disconnect(connection_id)
            raise NotAuthenticated("Access has changed: ask for another ticket.")
        return principal

    def disconnect(self, connection_id: str) -> None:
        forget(self.topics, self.sockets, connection_id)

    # --- topics ---

    def follow(self, socket: Socket, wanted: Mapping[str, str | None], now: datetime) -> list[Caught]:
        """Follow topics from now on; with a place, what came behind it. Raises InvalidInput, TooMany,
        NotConnected, StoreUnavailable."""
        places = _checked(wanted, socket.principal)
        self._save(socket, lambda one: _with(one, places))
        listener = Listener(socket.connection_id, socket.principal)
        kept = {topic: self._keep(topic, place, socket.principal, now) for topic, place in places.items()}
        for topic in places:
            self.topics.listen(topic, listener, socket.connected_at + SOCKET_FOR)
        # Ended, or a topic left, while it was entered: whoever did that may have been here before the last listener.
        entered = self.sockets.socket(socket.connection_id)
        self._unheard(socket, places, entered)
        if entered is None:
            raise NotConnected()
        return self._caught_up(places, kept, IN_A_FRAME, now)

    def leave(self, socket: Socket, topics: Sequence[str]) -> None:
        gone = [topic for topic in socket.topics if topic in set(topics)]
        self.topics.leave(socket.connection_id, gone)
        self._save(socket, lambda one: _without(one, gone))
        # Where another frame began to listen in between.
        self.topics.leave(socket.connection_id, gone)

    def missed(self, principal: Principal, wanted: Mapping[str, str | None], now: datetime) -> list[Caught]:
        """The same without a socket: for who has none, or asks for the rest. Raises InvalidInput."""
        places = _checked(wanted, principal)
        kept = {topic: self._keep(topic, place, principal, now) for topic, place in places.items()}
        return self._caught_up(places, kept, IN_AN_ANSWER, now)

    def ping(self, socket: Socket, seqs: Mapping[str, int], now: datetime) -> dict[str, Any]:
        """The numbers of the newest entries: a client that has them has everything up to `as_of`. `lost`: topics that
        this socket does not follow (any more)."""
        followed = [topic for topic in socket.topics if topic in seqs]
        heads = {topic: self.topics.newest(topic) or 0 for topic in followed}
        slow = frozenset(topic for topic in followed if heads[topic] - seqs[topic] > SLOW_BEHIND)
        if slow != socket.slow:
            self._pace(socket, slow)
        lost = [topic for topic in seqs if topic not in socket.topics]
        return {"type": "pong", "as_of": now.isoformat(), "heads": heads, "lost": lost}

    def _keep(self, topic: str, place: Place | None, principal: Principal, now: datetime) -> bool:
        """Keep a topic going for somebody; whether it was all the time since they were at that place."""
        known = self.topics.lease(topic, principal.id)
        unbroken = known is not None and known.until > now
        since = known.since if known is not None and unbroken else now
        self.topics.keep(topic, principal.id, Lease(since, now + LEASE_FOR))
        return place is not None and since <= place.at and now - place.at < LEASE_FOR

    def _pace(self, socket: Socket, slow: frozenset[str]) -> None:
        """Tell numbers only to a client that is behind, until it is not any more."""
        changed = tuple(slow ^ socket.slow)
        for topic in changed:
            listener = Listener(socket.connection_id, socket.principal, topic in slow)
            self.topics.listen(topic, listener, socket.connected_at + SOCKET_FOR)
        try:
            self._unheard(socket, changed, self._save(socket, lambda one: replace(one, slow=slow & {*one.topics})))
        except NotConnected:
            self._unheard(socket, changed, None)
            raise

    def _unheard(self, socket: Socket, listened: Collection[str], kept: Socket | None) -> None:
        """Nothing is listened to but what the socket is known to follow."""
        self.topics.leave(
            socket.connection_id, [topic for topic in listened if kept is None or topic not in kept.topics]
        )

    def _save(self, socket: Socket, change: Callable[[Socket], Socket]) -> Socket:
        """What is followed is entered before it is listened to, so that whoever ends the socket knows of it. Raises
        NotConnected, StoreUnavailable, and what `change` raises."""
        before: Socket | None = socket
        for _ in range(TRIES):
            if before is None:
                raise NotConnected()
            after = change(before)
            if after == before or self.sockets.save(before, after, socket.connected_at + SOCKET_FOR):
                return after
            before = self.sockets.socket(socket.connection_id)
        raise StoreUnavailable("too many frames at once")

    def _caught_up(
        self, places: Mapping[str, Place | None], kept: Mapping[str, bool], room: int, now: datetime
    ) -> list[Caught]:
        found = []
        for topic, place in places.items():
            caught = self._behind(topic, place, room, now) if place and kept[topic] else self._begun(topic, place, now)
            room -= sum(_size(entry) for entry in caught.entries)
            found.append(caught)
        return found

    def _begun(self, topic: str, place: Place | None, now: datetime) -> Caught:
        newest = self.topics.newest(topic)
        if newest is None:
            # A topic always has an entry to count from.
            newest = self.topics.append(topic, [], now).seq
        return Caught(topic, Place(newest, now), reset=place is not None)

    def _behind(self, topic: str, place: Place, room: int, now: datetime) -> Caught:
        read = self.topics.entries(topic, place.seq, PAGE)
        if not read and self.topics.newest(topic) is None:
            # Nothing was said since the client had everything: what it had is so old that it is gone.
            return self._begun(topic, None, now)
        if not read or not follows(place.seq, read):
            return self._begun(topic, place, now)
        behind = [entry for entry in read if entry.seq > place.seq]
        told: list[Entry] = []
        for entry in behind:
            room -= _size(entry)
            if room < 0:
                break
            told.append(entry)
        more = len(told) < len(behind) or len(read) == PAGE
        seq, at = (told[-1].seq, told[-1].at) if told else (place.seq, place.at)
        # A place says: everything up to this number, and nothing but that was said up to this time. It never goes back:
        # clocks differ, and a place from before the lease would count as too old.
        return Caught(topic, Place(seq, max(place.at, at if more else now)), told, more=more)


def cursor(caught: Sequence[Caught]) -> str:
    """One for all topics."""
    return cursor_of({one.topic: one.place for one in caught})


def _with(socket: Socket, places: Mapping[str, object]) -> Socket:
    topics = tuple(dict.fromkeys((*socket.topics, *places)))
    if len(topics) > MAX_TOPICS:
        raise TooMany(f"A socket follows at most {MAX_TOPICS} topics: leave some.")
    return replace(socket, topics=topics, slow=socket.slow - places.keys())


def _without(socket: Socket, gone: Sequence[str]) -> Socket:
    left = tuple(topic for topic in socket.topics if topic not in gone)
    return replace(socket, topics=left, slow=socket.slow - {*gone})


def _checked(wanted: Mapping[str, str | None], principal: Principal) -> dict[str, Place | None]:
    if not wanted or len(wanted) > MAX_TOPICS:
        raise InvalidInput(f"Name 1 to {MAX_TOPICS} topics.", field="topics")
    return {
        check_topic(topic, principal): None if place is None else place_from(place, f"topics.{topic[:80]}")
        for topic, place in wanted.items()
    }


def _size(entry: Entry) -> int:
    return len(json.dumps(entry.changes, ensure_ascii=False).encode()) + AROUND + len(entry.topic)
