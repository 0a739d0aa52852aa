"""The floor for who looks: kept as it was last looked at, looked at anew at most once in five seconds, and only where
something happened while somebody looks, or somebody asks.

Whoever reads it gets it in one read, as old as it is; an old one is asked for anew with one record of the timers. Who
follows the topic `floor` is told what changed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.floor import LISTS, Floor, FloorChange, FloorQueue, change
from chalicelib.domain.live import FLOOR, MAX_FRAME
from chalicelib.services.floor_timers import ASKED, HAPPENED, LOOK
from chalicelib.services.live_gauges import Turns
from chalicelib.services.live_ports import Pusher, TopicStore
from chalicelib.services.routing_ports import Timers
from chalicelib.services.waits import Recall

SPACING = timedelta(seconds=5)
# Time alone changes it too: who is on shift, what is late, how fast customers come.
AGAIN = timedelta(seconds=30)


class FloorStore(Protocol):
    def get(self) -> Floor: ...

    def put(self, floor: Floor) -> bool:
        """False where a newer look is there already."""

    def claim(self, now: datetime, spacing: timedelta) -> bool:
        """Whether nobody has looked within `spacing`."""


@dataclass(frozen=True, slots=True)
class FloorWatch:
    store: FloorStore
    topics: TopicStore
    pusher: Pusher
    turns: Turns
    timers: Timers
    look: Callable[[datetime], Floor]
    recall: Recall

    def happened(self, now: datetime) -> None:
        """Something did, on the floor. Raises StoreUnavailable."""
        listened = self.recall(("listened",), lambda: bool(self.topics.following(FLOOR, now).listeners))
        if listened:
            self._set(_window(now) + 1)

    def due(self, subject: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        listeners = self.topics.following(FLOOR, now).listeners
        if subject != ASKED and not listeners:
            return
        if not self.store.claim(now, SPACING):
            # Somebody looks just now, and may not have seen what this timer was set for; who asked is answered by that.
            if subject != ASKED:
                self._set(_window(now) + 1)
            return
        self.renewed(now)
        if listeners:
            self._set(_window(now + AGAIN))

    def fresh(self, now: datetime) -> Floor:
        """The floor as it is now, or was seconds ago. Raises StoreUnavailable."""
        if self.store.claim(now, SPACING):
            return self.renewed(now)
        floor = self.store.get()
        # Whoever was at it may have failed.
        return floor if floor.as_of is not None and now - floor.as_of <= 2 * SPACING else self.look(now)

    def renewed(self, now: datetime) -> Floor:
        """Looked at now, kept, and told to who follows it. Raises StoreUnavailable."""
        before, floor = self.store.get(), self.look(now)
        if self.store.put(floor):
            self._push(change(before, floor), now)
        return floor

    def _push(self, told: FloorChange, now: datetime) -> None:
        listeners = self.topics.following(FLOOR, now).listeners
        if listeners:
            frame = frame_of(told)
            self.pusher.push([(listener.connection_id, frame) for listener in listeners])

    def _set(self, window: int) -> None:
        """Once for each five seconds, whoever asks for it."""
        begins = datetime.fromtimestamp(window * SPACING.seconds, UTC)
        if self.turns.first_use(f"{LOOK}/{window}", begins):
            self.timers.set(LOOK, HAPPENED, window, begins)


@dataclass(frozen=True, slots=True)
class FloorReading:
    """For who reads it and pushes nothing."""

    store: FloorStore
    timers: Timers

    def read(self, now: datetime) -> tuple[Floor, bool]:
        """The floor as it was last looked at, and whether it is being looked at anew: two calls at most. Raises
        StoreUnavailable."""
        floor = self.store.get()
        is_old = floor.as_of is None or now - floor.as_of >= SPACING
        if is_old:
            self.timers.set(LOOK, ASKED, _window(now), now)
        return floor, is_old


def frame_of(told: FloorChange) -> bytes:
    """What changed, for who has the floor as of `since`; `fetch`: it is too much for a frame, read it anew."""
    said: dict[str, Any] = {"type": "floor", "topic": FLOOR, "as_of": told.as_of, "since": told.since}
    lists = {"changed": _plain(told.changed), "gone": told.gone}
    flags = {"agents_are_more": told.agents_are_more, "at_risk_is_more": told.at_risk_is_more}
    nothing = {"changed": dict.fromkeys(LISTS, ()), "gone": dict.fromkeys(LISTS, ())}
    frame = _written({**said, "fetch": False, **flags, **lists})
    return frame if len(frame) <= MAX_FRAME else _written({**said, "fetch": True, **flags, **nothing})


def _plain(changed: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: [_wire(one) for one in things] for name, things in changed.items()}


def _wire(thing: Any) -> dict[str, Any]:
    more = {"abandoned_percent": thing.abandoned_percent} if isinstance(thing, FloorQueue) else {}
    return asdict(thing) | more


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat).encode()


def _window(now: datetime) -> int:
    return int(now.timestamp()) // SPACING.seconds
