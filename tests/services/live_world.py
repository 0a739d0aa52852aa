"""Live views over tables in memory: the real stores and services, and sockets that keep what they were pushed."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.stores.sockets import SocketStore
from chalicelib.aws.stores.topics import TopicStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.live import Change
from chalicelib.domain.live_sockets import Pushed, Socket
from chalicelib.services.live_ending import Ending
from chalicelib.services.live_fanout import FanOut
from chalicelib.services.live_following import Live
from chalicelib.services.live_frames import Frames
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = Principal("agent", "agt_0ana", "Ana", Role.AGENT)
BO = Principal("agent", "agt_0bo", "Bo", Role.AGENT)
SUE = Principal("agent", "agt_0sue", "Sue", Role.SUPERVISOR)
CASE = "conversation:cnv_1"


class Sockets:
    """What API Gateway would do: takes frames for sockets that are open."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.late: set[str] = set()
        self.frames: list[tuple[str, dict[str, Any]]] = []

    def push(self, frames: Sequence[tuple[str, bytes]]) -> Sequence[Pushed]:
        return [self._push(connection, frame) for connection, frame in frames]

    def _push(self, connection: str, frame: bytes) -> Pushed:
        if connection not in self.open:
            return Pushed.GONE
        if connection in self.late:
            return Pushed.LATE
        self.frames.append((connection, json.loads(frame)))
        return Pushed.TAKEN

    def of(self, connection: str) -> list[dict[str, Any]]:
        return [frame for one, frame in self.frames if one == connection]


class World:
    def __init__(self, client: Any = None) -> None:
        self.table = MemoryTable()
        self.client = client or MemoryDynamoDB({"live": self.table})
        table = Desk(self.client, "live")
        self.topics, self.store = TopicStore(table), SocketStore(table)
        self.sockets = Sockets()
        self.now = START
        self.alive: list[str] = []
        self.owners: dict[str, str] = {}
        secrets = (f"secret-{number}" for number in itertools.count())
        self.agents: dict[str, Agent] = {}
        self.live = Live(self.topics, self.store, lambda: next(secrets), self.agents.get)
        self.ending = Ending(self.topics, self.store)
        self.frames = Frames(self.live, lambda agent_id, _: self.alive.append(agent_id), {})
        self.fan_out = FanOut(self.topics, self.store, self.sockets, self.owners.get)
        self._numbers = itertools.count(1)

    def connect(self, principal: Principal) -> str:
        connection = f"con-{next(self._numbers)}"
        ticket, _ = self.live.ticket(principal, self.now)
        self.live.connect(connection, ticket, self.now)
        self.sockets.open.add(connection)
        return connection

    def cut(self, connection: str) -> None:
        """Closed, and nobody told the desk."""
        self.sockets.open.discard(connection)

    def say(self, connection: str, **frame: Any) -> dict[str, Any]:
        answer = self.frames.answer(connection, json.dumps(frame), self.now)
        assert answer is not None
        return dict(answer)

    def follow(self, connection: str, topic: str, place: str | None = None) -> dict[str, Any]:
        answer = self.say(connection, action="follow", topics={topic: place})
        assert answer["type"] == "followed", answer
        (told,) = answer["topics"]
        return dict(told)

    def socket(self, connection: str) -> Socket:
        found = self.store.socket(connection)
        assert found is not None
        return found

    def tell(self, *changes: Change) -> int:
        return self.fan_out.publish(changes, self.now)

    def pass_(self, **of_time: float) -> None:
        self.now += timedelta(**of_time)


def said(text: str, version: int = 1, conversation_id: str = "cnv_1", audience: tuple[str, ...] = ()) -> Change:
    """A note of a conversation."""
    view = {"id": f"nte_{text}", "conversation_id": conversation_id, "text": text}
    return Change("note", f"nte_{text}", version, view, audience=audience)


def case(version: int, owner: str | None = "agt_0ana", team: str | None = None, **happened: Any) -> Change:
    """A conversation as it is; `happened`: data of its events, by their type with underscores for dots."""
    told = tuple(
        {"id": f"evt_{version}", "type": name.replace("__", "."), "occurred_at": "", "actor": {}, "data": data}
        for name, data in happened.items()
    )
    view = {"id": "cnv_1", "assignee_id": owner, "team_id": team, "version": version}
    return Change("conversation", "cnv_1", version, view, told)


def texts(entries: Sequence[dict[str, Any]]) -> list[str]:
    return [change["view"]["text"] for entry in entries for change in entry["changes"]]
