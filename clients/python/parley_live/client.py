"""The client of live views, without any input or output of its own: what happens goes in, what to do comes out.

Every method takes the time in milliseconds and gives effects, dicts with `do`:
  connect                         get a ticket, open a socket; then call `connected` or `disconnected`
  close                           close the socket (the client counts it as closed already)
  say      frame                  send this on the socket
  fetch    id, topics             GET /v1/live?topics=<topic>@<place>,...; then call `fetched`
  read     id, topic              read a topic anew by the REST API; then call `have_read`
  send     id, method, path, body a REST request; then call `answered`
  changed  things, happened       what to show anew, as [kind, id], and events that were not told before
  signal   frame                  passing things that are not stored: typing, who is viewing
  sent / failed  id, status       what became of a send
  refused  topic, detail          a topic that may not be followed
It must be called again (`tick`) at `next_at()`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from parley_live.following import Effect, Following, Wire, say
from parley_live.outbox import Outbox, Send
from parley_live.store import Store
from parley_live.times import Chance, back_off
from parley_live.topic import Topic

PING_EVERY, PONG_WITHIN = 30_000, 15_000
# A gateway closes sockets after two hours; leaving earlier is leaving at a moment of one's own.
OPEN_FOR = 110 * 60_000

Heard = Callable[[Wire, int], list[Effect]]


class LiveClient:
    def __init__(self, chance: Chance) -> None:
        """`chance` gives numbers from 0 to below 1: waits are spread by it."""
        self._chance = chance
        self._following = Following(chance)
        self.outbox = Outbox(chance)
        self._connect_at: int | None = None
        self._failures = 0
        self._ping_at = 0
        self._pong_by: int | None = None
        self._open_until = 0
        heard = self._following
        self._heard: dict[str, Heard] = {
            "followed": self._followed,
            "entries": heard.entries,
            "heads": heard.heads,
            "pong": heard.pong,
            "error": self._error,
            "left": lambda frame, now: [],
        }

    # --- what the user wants ---

    def start(self, now: int) -> list[Effect]:
        self._connect_at = None
        return [{"do": "connect"}]

    def follow(self, topics: Iterable[str], now: int) -> list[Effect]:
        """Raises ValueError for more topics than a socket follows."""
        return self._following.follow(topics, now)

    def leave(self, topics: Iterable[str], now: int) -> list[Effect]:
        return self._following.leave(topics, now)

    def send(self, send: Send, now: int) -> list[Effect]:
        """Sent until the desk has it, in the order of its lane, and once: an attempt more goes under the same id."""
        self.outbox.add(send)
        return self._sends(now)

    # --- what the world says ---

    def connected(self, now: int) -> list[Effect]:
        self._connect_at, self._pong_by = None, None
        self._ping_at, self._open_until = now + self._ping_wait(), now + OPEN_FOR
        self.outbox.hurry(now)
        return [*self._following.opened(now), *self._sends(now)]

    def disconnected(self, now: int) -> list[Effect]:
        """The socket is closed, or could not be opened."""
        if self._connect_at is None:
            self._cut_off(now)
        return []

    def received(self, frame: Wire, now: int) -> list[Effect]:
        """A frame of the open socket."""
        self._pong_by = None
        kind = frame.get("type")
        if not isinstance(kind, str):
            return []
        heard = self._heard.get(kind)
        return heard(frame, now) if heard else [{"do": "signal", "frame": frame}]

    def fetched(self, identifier: str, answer: Wire | None, now: int) -> list[Effect]:
        """`answer`: the body of GET /v1/live, None where there was none."""
        return self._following.fetched(identifier, answer, now)

    def have_read(self, identifier: str, things: Sequence[Wire] | None, now: int) -> list[Effect]:
        """`things`: {kind, id, version, view} of all the topic has, None where it could not be read."""
        return self._following.have_read(identifier, things, now)

    def answered(self, identifier: str, status: int | None, now: int) -> list[Effect]:
        """What the desk answered to a send; None where there was no answer."""
        outcome = self.outbox.answered(identifier, status, now)
        told: list[Effect] = [{"do": outcome, "id": identifier, "status": status}] if outcome else []
        return [*told, *self._sends(now)]

    def tick(self, now: int) -> list[Effect]:
        if self._connect_at is not None and self._connect_at <= now:
            self._connect_at = None
            return [{"do": "connect"}, *self._sends(now)]
        if self.open and (self._open_until <= now or self._pong_by is not None and self._pong_by <= now):
            # Old, or dead: nothing came for long, whatever the socket believes.
            return self._close(now)
        return [*self._ping(now), *self._following.due(now), *self._sends(now)]

    def next_at(self) -> int | None:
        line = [self._pong_by, self._ping_at, self._open_until] if self.open else []
        times = [self._connect_at, self.outbox.next_at(), *line, *self._following.times()]
        return min((at for at in times if at is not None), default=None)

    # --- what is known, and what is proven ---

    @property
    def open(self) -> bool:
        return self._following.open

    @property
    def store(self) -> Store:
        return self._following.store

    @property
    def topics(self) -> dict[str, Topic]:
        return self._following.topics

    @property
    def complete(self) -> bool:
        """Connected, and nothing that the desk has told of is missing."""
        return self.open and all(topic.complete for topic in self._following.held)

    @property
    def as_of(self) -> int | None:
        """Up to date as of this time, in all topics: also true while disconnected. None: not all have been read."""
        held = self._following.held
        return min((topic.told_at for topic in held), default=None) if all(topic.read for topic in held) else None

    # --- to go on after the process ended ---

    def snapshot(self) -> dict[str, Any]:
        """All that is needed to go on, as JSON holds it. Take it whole, between two calls."""
        return {**self._following.snapshot(), "outbox": self.outbox.snapshot()}

    @classmethod
    def restored(cls, snapshot: Wire, chance: Chance) -> "LiveClient":
        client = cls(chance)
        client._following.restore(snapshot)
        client.outbox.restore(snapshot["outbox"])
        return client

    # --- the line ---

    def _followed(self, frame: Wire, now: int) -> list[Effect]:
        self._failures = 0
        return self._following.followed(frame, now)

    def _error(self, frame: Wire, now: int) -> list[Effect]:
        if frame.get("code") == "not_connected":
            return self._close(now)
        return self._following.error(frame, now)

    def _ping(self, now: int) -> list[Effect]:
        if not self.open or self._ping_at > now:
            return []
        self._ping_at, self._pong_by = now + self._ping_wait(), now + PONG_WITHIN
        return [say({"action": "ping", "seqs": self._following.seqs})]

    def _ping_wait(self) -> int:
        return int(PING_EVERY * (0.8 + 0.4 * self._chance()))

    def _close(self, now: int) -> list[Effect]:
        self._cut_off(now)
        return [{"do": "close"}]

    def _cut_off(self, now: int) -> None:
        self._pong_by = None
        self._following.cut_off()
        self._connect_at = now + back_off(self._failures, self._chance)
        self._failures += 1

    def _sends(self, now: int) -> list[Effect]:
        return [send.effect() for send in self.outbox.due(now)]
