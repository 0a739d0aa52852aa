"""A line between live views and their clients that loses, doubles, delays and mixes up what it carries, under the real
services over tables in memory, in simulated time. What the desk holds is kept beside, to compare with.
"""

import bisect
import heapq
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live import Change, milliseconds
from chalicelib.domain.live_sockets import Pushed
from chalicelib.domain.live_topics import topics_of
from chalicelib.services.live_following import cursor
from parley_live import LiveClient
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable
from tests.services.live_world import World


@dataclass(frozen=True)
class Line:
    """How bad it is: shares of what is lost and doubled, and how late it comes, in milliseconds."""

    lost: float = 0.05
    doubled: float = 0.05
    late: int = 400
    refused: float = 0.1
    batch_fails: float = 0.05
    batch_again: float = 0.1


class Remote:
    """A client on its machine: it may be cut off, or killed and begun again from what it had saved."""

    def __init__(self, network: "Network", principal: Principal) -> None:
        self.network, self.principal = network, principal
        self.client = LiveClient(network.chance.random)
        self.connection: str | None = None
        self.delay = 0
        self.life = 0
        self.due: int | None = None
        self.saved = self.dump()
        self.reads: dict[str, int] = {}
        self.events: dict[str, int] = {}
        self.resets = 0

    def dump(self) -> str:
        return json.dumps(self.client.snapshot())

    def save(self) -> None:
        self.saved = self.dump()

    def do(self, effects: Sequence[Mapping[str, Any]]) -> None:
        for effect in effects:
            getattr(self, f"_{effect['do']}")(effect)
        self.due = self.client.next_at()

    def follow(self, *topics: str) -> None:
        self.do(self.client.follow(topics, self.network.ms))

    def start(self) -> None:
        self.do(self.client.start(self.network.ms))

    def cut(self, *, told: bool = False) -> None:
        """The socket closes; `told`: the desk hears of it."""
        connection, self.connection = self.connection, None
        if connection is not None:
            self.network.closed(connection, told=told)
            self.do(self.client.disconnected(self.network.ms))

    def kill(self) -> None:
        """The process ends. What it had saved last is all there is."""
        if self.connection is not None:
            self.network.closed(self.connection, told=False)
        self.resets += sum(topic.resets for topic in self.client.topics.values())
        self.connection, self.life = None, self.life + 1
        self.client = LiveClient.restored(json.loads(self.saved), self.network.chance.random)
        self.due = self.client.next_at()

    def all_resets(self) -> int:
        return self.resets + sum(topic.resets for topic in self.client.topics.values())

    # --- what the client wants done

    def _connect(self, _: Mapping[str, Any]) -> None:
        if self.network.chance.random() < self.network.line.refused:
            self.do(self.client.disconnected(self.network.ms))
            return
        self.connection = self.network.connect(self)
        self.do(self.client.connected(self.network.ms))

    def _close(self, _: Mapping[str, Any]) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            self.network.closed(connection, told=True)

    def _say(self, effect: Mapping[str, Any]) -> None:
        if self.connection is not None:
            self.network.say(self, self.connection, effect["frame"])

    def _fetch(self, effect: Mapping[str, Any]) -> None:
        answer = self.network.missed(self.principal, effect["topics"])
        self._later(lambda: self.client.fetched(effect["id"], answer, self.network.ms))

    def _read(self, effect: Mapping[str, Any]) -> None:
        topic = effect["topic"]
        self.reads[topic] = self.reads.get(topic, 0) + 1
        lost = self.network.chance.random() < self.network.line.lost
        things = None if lost else self.network.desk.read(topic)
        self._later(lambda: self.client.have_read(effect["id"], things, self.network.ms))

    def _send(self, effect: Mapping[str, Any]) -> None:
        status = self.network.take(effect)
        self._later(lambda: self.client.answered(effect["id"], status, self.network.ms))

    def _changed(self, effect: Mapping[str, Any]) -> None:
        for event in effect["happened"]:
            self.events[event["id"]] = self.events.get(event["id"], 0) + 1

    def _sent(self, effect: Mapping[str, Any]) -> None:
        """Nobody waits for it here."""

    def _refused(self, effect: Mapping[str, Any]) -> None:
        """Nobody is shown it here."""

    def _later(self, answer: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        life = self.life
        self.network.at(self.network.lateness(), lambda: self.do(answer()) if life == self.life else None)


@dataclass
class DeskState:
    """What is true, and what of it belongs to a topic."""

    things: dict[tuple[str, str], Change] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def set(self, change: Change) -> Change:
        self.things[change.kind, change.id] = change
        for topic in topics_of(change):
            self.told.setdefault(topic, set()).update(event["id"] for event in change.happened)
        return change

    def read(self, topic: str) -> list[dict[str, Any]]:
        kind, _, name = topic.partition(":")
        field_of = {"work": "assignee_id", "team": "team_id"}
        chosen = [
            thing
            for thing in self.things.values()
            if (kind == "conversation" and name in (thing.id, thing.view.get("conversation_id")))
            or (kind in field_of and thing.kind == "conversation" and thing.view[field_of[kind]] == name)
        ]
        wires = [{"kind": one.kind, "id": one.id, "version": one.version, "view": one.view} for one in chosen]
        copied: list[dict[str, Any]] = json.loads(json.dumps(wires))
        return copied


class _Ordered(dict[tuple[str, str], Any]):
    """Items, with the sort keys of each partition in order."""

    def __init__(self) -> None:
        super().__init__()
        self.partitions: dict[str, list[str]] = {}

    def __setitem__(self, key: tuple[str, str], item: Any) -> None:
        if key not in self:
            bisect.insort(self.partitions.setdefault(key[0], []), key[1])
        super().__setitem__(key, item)

    def pop(self, key: tuple[str, str], default: Any = None) -> Any:
        if key in self:
            self.partitions[key[0]].remove(key[1])
        return super().pop(key, default)


class LiveTable(MemoryDynamoDB):
    """Quick where there are many entries. Now and then a write is not done, or done and not answered."""

    def __init__(self) -> None:
        table = MemoryTable()
        self.ordered = _Ordered()
        table.items = self.ordered
        super().__init__({"live": table})
        self.fail_next: str | None = None

    def query(self, **request: Any) -> dict[str, Any]:
        """One stretch of a partition, as topics are read."""
        assert request["KeyConditionExpression"] == "pk = :pk AND sk BETWEEN :first AND :last"
        assert "ExclusiveStartKey" not in request
        pk, first, last = (request["ExpressionAttributeValues"][name]["S"] for name in (":pk", ":first", ":last"))
        keys = self.ordered.partitions.get(pk, [])
        start, end, limit = bisect.bisect_left(keys, first), bisect.bisect_right(keys, last), request["Limit"]
        forward = request["ScanIndexForward"]
        found = keys[start : min(end, start + limit)] if forward else keys[max(start, end - limit) : end][::-1]
        answer: dict[str, Any] = {"Items": [self.ordered[pk, sk] for sk in found]}
        if len(found) == limit:
            answer["LastEvaluatedKey"] = {"pk": {"S": pk}, "sk": {"S": found[-1]}}
        return answer

    def put_item(self, **request: Any) -> dict[str, Any]:
        how, self.fail_next = self.fail_next, None
        if how == "before":
            raise StoreUnavailable("cut off")
        answer = super().put_item(**request)
        if how == "after":
            raise StoreUnavailable("cut off")
        return answer


class Network:
    def __init__(self, seed: int, line: Line) -> None:
        self.chance, self.line = Random(seed), line
        self.table = LiveTable()
        self.world = World(self.table)
        self.world.fan_out = type(self.world.fan_out)(self.world.topics, self.world.store, self, lambda _: None)
        self.desk = DeskState()
        self.remotes: dict[str, Remote] = {}
        self.all: list[Remote] = []
        self._events: list[tuple[int, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self.frames: list[dict[str, Any]] = []

    @property
    def ms(self) -> int:
        return milliseconds(self.world.now)

    def remote(self, principal: Principal) -> Remote:
        made = Remote(self, principal)
        self.all.append(made)
        return made

    # --- time

    def at(self, wait: int, what: Callable[[], object]) -> None:
        heapq.heappush(self._events, (self.ms + wait, next(self._order), what))

    def lateness(self) -> int:
        return self.chance.randrange(self.line.late) if self.line.late else 0

    def pass_(self, wait: int) -> None:
        """Everything that is due happens, in its order."""
        end = self.ms + wait
        while True:
            ticks = [one.due for one in self.all if one.due is not None]
            arriving = [self._events[0][0]] if self._events else []
            due = min([*ticks, *arriving], default=end + 1)
            if due > end:
                break
            self.world.now += timedelta(milliseconds=max(0, due - self.ms))
            while self._events and self._events[0][0] <= self.ms:
                heapq.heappop(self._events)[2]()
            now = self.ms
            for one in self.all:
                if one.due is not None and one.due <= now:
                    one.do(one.client.tick(now))
        self.world.now += timedelta(milliseconds=end - self.ms)

    # --- sockets

    def connect(self, remote: Remote) -> str:
        connection = self.world.connect(remote.principal)
        self.remotes[connection] = remote
        return connection

    def closed(self, connection: str, *, told: bool) -> None:
        self.world.cut(connection)
        self.remotes.pop(connection, None)
        if told:
            self.world.live.disconnect(connection)

    def say(self, remote: Remote, connection: str, frame: Mapping[str, Any]) -> None:
        if self.chance.random() < self.line.lost:
            return
        answer = self.world.frames.answer(connection, json.dumps(frame), self.world.now)
        if answer is not None and self.chance.random() >= self.line.lost:
            self._deliver(connection, json.loads(json.dumps(answer)))

    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        return [self._push(connection, frame) for connection, frame in frames]

    def _push(self, connection: str, frame: bytes) -> Pushed:
        if connection not in self.world.sockets.open:
            return Pushed.GONE
        if self.chance.random() >= self.line.lost:
            for _ in range(2 if self.chance.random() < self.line.doubled else 1):
                self._deliver(connection, json.loads(frame))
        return Pushed.TAKEN

    def _deliver(self, connection: str, frame: dict[str, Any]) -> None:
        remote = self.remotes.get(connection)
        if remote is not None:
            self.at(self.lateness() + remote.delay, lambda: self._arrives(remote, connection, frame))

    def _arrives(self, remote: Remote, connection: str, frame: dict[str, Any]) -> None:
        if remote.connection == connection:
            remote.do(remote.client.received(frame, self.ms))

    # --- the REST API

    def missed(self, principal: Principal, wanted: Mapping[str, str | None]) -> dict[str, Any] | None:
        if self.chance.random() < self.line.lost:
            return None
        caught = self.world.live.missed(principal, wanted, self.world.now)
        answer = {"cursor": cursor(caught), "topics": [one.wire(principal) for one in caught]}
        made: dict[str, Any] = json.loads(json.dumps({"as_of": self.world.now.isoformat(), **answer}))
        return made if self.chance.random() >= self.line.lost else None

    def take(self, effect: Mapping[str, Any]) -> int | None:
        """A send: once for each id, whatever becomes of the answer."""
        if self.chance.random() < self.line.lost:
            return None
        if effect["id"] not in self.desk.sent:
            self.desk.sent.append(effect["id"])
        return 201 if self.chance.random() >= self.line.lost else None

    # --- what changes

    def publish(self, changes: Sequence[Change]) -> None:
        """As the stream gives them: a batch that fails comes again, and sometimes one that did not."""
        if self.chance.random() < self.line.batch_fails:
            self.table.fail_next = self.chance.choice(("before", "after"))
        try:
            self.world.fan_out.publish(changes, self.world.now)
        except StoreUnavailable:
            self.at(50, lambda: self.world.fan_out.publish(changes, self.world.now))
        self.table.fail_next = None
        if self.chance.random() < self.line.batch_again:
            self.at(self.lateness(), lambda: self.world.fan_out.publish(changes, self.world.now))
