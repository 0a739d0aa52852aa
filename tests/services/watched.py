"""A floor whose waits and promises are kept book of, by the events that its own writes announce."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.changes import announcements
from chalicelib.aws.stores.promises import PromiseStore
from chalicelib.aws.stores.waits import Arrivals, WaitStore
from chalicelib.aws.transaction import Desk
from chalicelib.services.pressing import Pressing
from chalicelib.services.promises import PromiseKeeping
from chalicelib.services.waits import Forecasts, WaitKeeping
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.test_routing import Floor

Event = Mapping[str, Any]


class Kept:
    """Timers that are only written down."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, int, datetime]] = []

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.all.append((kind, subject, epoch, due_at))


def fresh(key: tuple[str, ...], load: Callable[[], Any]) -> Any:
    """Nothing is remembered."""
    return load()


class Watched:
    def __init__(self) -> None:
        self.floor = Floor()
        self.live = MemoryTable()
        self.timers = Kept()
        self.waits = WaitStore(self.floor.raw)
        self.promise_store = PromiseStore(self.floor.raw)
        self.arrivals = Arrivals(Desk(MemoryDynamoDB({"live": self.live}), "live"))
        self.forecasts = Forecasts(self.waits, fresh)
        policy = self.floor.rules.policy
        self.keeping = WaitKeeping(self.waits, self.arrivals, self.timers, policy)
        self.promises = PromiseKeeping(self.promise_store, self.timers)
        self.broken = Pressing(self.floor.store, policy)
        self.seen: list[Event] = []
        self._read = 0

    def news(self) -> list[Event]:
        """What has been announced since the last time."""
        records = self.floor.table.stream[self._read :]
        self._read = len(self.floor.table.stream)
        found: list[Event] = [event for record in records for event in announcements(record)]
        self.seen += found
        return found

    def tell(self, event: Event) -> None:
        self.keeping.react(event)
        self.promises.react(event, self.floor.now)
        self.broken.react(event)

    def settle(self) -> None:
        while found := self.news():
            for event in found:
                self.tell(event)

    def opens(self, name: str, **more: Any) -> None:
        """As the customer's first message does: the floor's own way announces nothing."""
        self.floor.opens(name, **more)
        self.tell(created(name))
        self.settle()


def created(name: str) -> Event:
    of = {"aggregate": {"id": name, "version": 1}, "occurred_at": "2026-08-01T10:00:00+00:00"}
    return {"type": "conversation.created", "data": {}, "snapshot": {"id": name}, **of}
