"""Open sockets of visitors and agents over a desk in memory: the handlers of sockets, of the stream's second reader and
of signals, and what API Gateway would push."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import chalicelib.wiring.fanout
import functions.agent_socket.handler
import functions.fanout.handler
from chalicelib.domain.agent import Principal
from chalicelib.wiring import sockets
from tests.flow.chat import Visitor, add_chats
from tests.flow.scene import Scene, scene
from tests.flow.world import ENV
from tests.services.live_world import Sockets


class LiveChat:
    def __init__(self, here: Scene, pushed: Sockets) -> None:
        self.here, self.pushed = here, pushed
        self._read = 0
        self._numbers = itertools.count(1)

    def fan(self) -> None:
        """Everything that waits: queues, the stream, and the stream once more for live views."""
        self.here.world.pump()
        stream = self.here.cloud.tables["desk"].stream
        records, self._read = stream[self._read :], len(stream)
        shown = [record for record in records if "NewImage" in record["dynamodb"]]
        if shown:
            assert functions.fanout.handler.handler({"Records": shown}, None) == {"batchItemFailures": []}

    def connect(self, ticket: str) -> str:
        connection = f"con-{next(self._numbers)}"
        answer = self._event(connection, "CONNECT", queryStringParameters={"ticket": ticket})
        assert answer["statusCode"] == 200
        self.pushed.open.add(connection)
        return connection

    def agent(self, principal: Principal, *topics: str) -> str:
        ticket, _ = sockets.live().ticket(principal, self.here.now())
        connection = self.connect(ticket)
        if topics:
            self.say(connection, action="follow", topics=list(topics))
        return connection

    def visitor(self, visitor: Visitor) -> tuple[str, str]:
        """A visitor's socket, and the topic it follows."""
        given = visitor.post("socket", {})
        assert (given.status, given.body["url"]) == (201, ENV["PARLEY_SOCKETS_URL"])
        connection, topic = self.connect(given.body["ticket"]), given.body["topic"]
        assert self.say(connection, action="follow", topics=[topic])["type"] == "followed"
        return connection, topic

    def say(self, connection: str, **frame: Any) -> Any:
        answer = self._event(connection, "MESSAGE", body=json.dumps(frame))
        return json.loads(answer["body"]) if "body" in answer else None

    def close(self, connection: str) -> None:
        self.pushed.open.discard(connection)
        self._event(connection, "DISCONNECT")

    def seen(self, connection: str, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.pushed.of(connection) if frame["type"] == kind]

    def changes(self, connection: str) -> list[dict[str, Any]]:
        entries = (entry for frame in self.seen(connection, "entries") for entry in frame["entries"])
        return [change for entry in entries for change in entry["changes"]]

    def _event(self, connection: str, kind: str, **more: Any) -> dict[str, Any]:
        event = {"requestContext": {"connectionId": connection, "eventType": kind}, **more}
        return functions.agent_socket.handler.handler(event, None)


@contextmanager
def live_chat() -> Iterator[LiveChat]:
    pushed = Sockets()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sockets, "pusher", lambda: pushed)
        patch.setattr(chalicelib.wiring.fanout, "pusher", lambda: pushed)
        with scene() as here:
            for module in (functions.agent_socket.handler, functions.fanout.handler):
                patch.setattr(module, "now", here.now)
            add_chats(here)
            yield LiveChat(here, pushed)
