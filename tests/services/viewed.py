"""A desk over tables in memory whose agents look at conversations and type."""

import json
from typing import Any

from chalicelib.api import live_schemas
from chalicelib.api.live_schemas import Entries, Heads, TypingView, Viewers
from chalicelib.aws.stores.viewing import RoomStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live_sockets import Socket
from chalicelib.services.live_frames import Frames
from chalicelib.services.live_passing import Passing
from chalicelib.services.live_typing import AgentTyping
from chalicelib.services.viewing import Viewing
from chalicelib.services.viewing_lock import ComposerLock
from tests.services.live_world import CASE, World

VISITOR = Principal("visitor", "leg_1", "", Role.AGENT)

Pushed = Entries | Heads | TypingView | Viewers | live_schemas.Lock


class Room(World):
    """A desk whose sockets look and type; `told` is what the customer was told: by whom, where, and whether on."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms = RoomStore(Desk(self.client, "live"))
        self.told: list[tuple[str, str, bool]] = []
        self.fails = False
        self.viewing = Viewing(self.rooms, self.passing)
        self.lock = ComposerLock(self.rooms, self.passing)
        typing = AgentTyping(self.viewing, self.lock, self.passing, self._tell_customer)
        acts = {"typing": typing.say, "view": self.viewing.view, "take": self.lock.take_over}
        self.frames = Frames(self.live, lambda agent_id, _: self.alive.append(agent_id), acts, self.viewing.alive)

    @property
    def passing(self) -> Passing:
        return Passing(self.topics, self.store, self.sockets)

    def _tell_customer(self, socket: Socket, conversation_id: str, now: Any, on: bool) -> None:
        if self.fails:
            raise StoreUnavailable("not now")
        self.told.append((socket.principal.id, conversation_id, on))

    def does(self, connection: str, action: str, conversation_id: str | None = "cnv_1", **more: Any) -> Any:
        frame = {"action": action, "conversation_id": conversation_id, **more}
        return self.frames.answer(connection, json.dumps(frame), self.now)

    def follower(self, principal: Principal, topic: str = CASE) -> str:
        connection = self.connect(principal)
        self.follow(connection, topic)
        return connection

    def seen(self, connection: str, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.sockets.of(connection) if frame["type"] == kind]

    def close(self, connection: str) -> None:
        self.cut(connection)
        self.viewing.closed(connection, self.now)
        self.live.disconnect(connection)


def names(viewers: list[dict[str, Any]]) -> list[str]:
    return [viewer["name"] for viewer in viewers]
