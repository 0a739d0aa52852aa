"""Fanning out: what changed becomes the next entry of each topic that somebody follows, and goes to who listens.

An entry is stored before it is pushed, so a push may be lost: the next number, or the next answer to a ping, shows it.
A topic that nobody follows costs one read. Nobody who is not concerned costs anything.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.live import MAX_FRAME, Change, Entry, portions
from chalicelib.domain.live_sockets import Following, Listener, Pushed
from chalicelib.domain.live_topics import needs_owner, redacted_in, topics_of
from chalicelib.services.live_ports import Pusher, SocketStore, TopicStore


@dataclass(frozen=True, slots=True)
class FanOut:
    topics: TopicStore
    sockets: SocketStore
    pusher: Pusher
    owner_of: Callable[[str], str | None]

    def publish(self, changes: Sequence[Change], now: datetime, aside: Sequence[tuple[str, Change]] = ()) -> int:
        """`aside`: what goes to a topic that the change itself does not tell. Gives how many frames were pushed. Raises
        StoreUnavailable: then the same changes have to come again, which does no harm, for clients know a thing by its
        version."""
        for topic in dict.fromkeys(topic for change in changes for topic in redacted_in(change)):
            self.topics.clear(topic, now)
        frames = Frames()
        for topic, mine in self._by_topic(changes, aside).items():
            following = self.topics.following(topic, now)
            if not following.kept:
                continue
            for portion in portions(mine):
                frames.add(following, self.topics.append(topic, portion, now))
        return self._push(frames)

    def _by_topic(self, changes: Sequence[Change], aside: Sequence[tuple[str, Change]]) -> Mapping[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        told = [(topic, change) for change in changes for topic in self._topics(change)]
        for topic, change in (*told, *aside):
            found.setdefault(topic, []).append(change)
        return found

    def _topics(self, change: Change) -> Sequence[str]:
        topics, conversation_id = topics_of(change), needs_owner(change)
        owner = self.owner_of(conversation_id) if conversation_id else None
        return topics if owner is None else tuple(dict.fromkeys((*topics, f"work:{owner}")))

    def _push(self, frames: "Frames") -> int:
        ready = frames.ready()
        outcomes = self.pusher.push(ready) if ready else ()
        for connection_id in {one for (one, _), how in zip(ready, outcomes, strict=True) if how is Pushed.GONE}:
            forget(self.topics, self.sockets, connection_id, frames.topics(connection_id))
        return len(ready)


class Frames:
    """What goes to each socket: all its entries of one round in as few frames as hold them, in order."""

    def __init__(self) -> None:
        self._entries: dict[str, list[dict[str, Any]]] = {}
        self._heads: dict[str, dict[str, int]] = {}

    def add(self, following: Following, entry: Entry) -> None:
        for listener in following.listeners:
            self._add(listener, entry)

    def _add(self, listener: Listener, entry: Entry) -> None:
        told = entry.for_(listener.principal)
        if listener.slow or len(_written(told)) > MAX_FRAME - 100:
            # It fetches the entry when it is ready for it.
            self._heads.setdefault(listener.connection_id, {})[entry.topic] = entry.seq
        else:
            self._entries.setdefault(listener.connection_id, []).append(told)

    def topics(self, connection_id: str) -> set[str]:
        return {entry["topic"] for entry in self._entries.get(connection_id, ())} | {
            *self._heads.get(connection_id, ())
        }

    def ready(self) -> list[tuple[str, bytes]]:
        """(connection, frame)."""
        frames = [
            (connection, _written({"type": "entries", "entries": part}))
            for connection, entries in self._entries.items()
            for part in _parts(entries)
        ]
        heads = [(one, _written({"type": "heads", "heads": heads})) for one, heads in self._heads.items()]
        return frames + heads


def forget(topics: TopicStore, sockets: SocketStore, connection_id: str, told: Collection[str] = ()) -> None:
    """A socket that is closed follows nothing; its topics are kept for a while for whoever it was. `told`: topics that
    it was a listener of just now, also where it was closed while it began to follow them."""
    socket = sockets.socket(connection_id)
    topics.leave(connection_id, tuple(dict.fromkeys((*(socket.topics if socket else ()), *told))))
    if socket is not None:
        sockets.close(connection_id)


def _parts(entries: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    parts: list[list[dict[str, Any]]] = []
    size = MAX_FRAME
    for entry in entries:
        weight = len(_written(entry)) + 2
        if size + weight > MAX_FRAME - 100:
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += weight
    return parts


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
