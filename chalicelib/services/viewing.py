"""Who is looking at a conversation: agents are shown each other, so that nobody answers what somebody else has open."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live_sockets import Socket
from chalicelib.domain.viewing import REFRESH_AFTER, Viewer, viewers_frame
from chalicelib.services.live_passing import Passing
from chalicelib.services.viewing_ports import RoomStore, agent_only, conversation_of, topic_of


@dataclass(frozen=True, slots=True)
class Viewing:
    rooms: RoomStore
    passing: Passing

    def view(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        """`{"action": "view", "conversation_id": id or null}`: what this socket shows from now on. The answer is who
        else does. Raises InvalidInput, NotPermitted, StoreUnavailable."""
        agent_only(socket)
        if frame.get("conversation_id", "") is None:
            self.closed(socket.connection_id, now)
            return {"type": "viewing", "conversation_id": None, "viewers": [], "lock": None}
        conversation_id = conversation_of(socket, frame)
        self.present(socket, conversation_id, now)
        room = self.rooms.room(conversation_id)
        return {"type": "viewing", "conversation_id": conversation_id, **room.wire(now)}

    def present(self, socket: Socket, conversation_id: str, now: datetime) -> Viewer:
        """This socket's viewer of a conversation, which it shows if it has not done so before."""
        known = self.rooms.viewer(conversation_id, socket.connection_id)
        if known is not None and known.until > now:
            return known
        before = self.rooms.viewed(socket.connection_id)
        if before is not None and before != conversation_id:
            self._left(before, socket.connection_id, now)
        viewer = Viewer(socket.connection_id, socket.principal.id, socket.principal.name, now, now)
        self.rooms.enter(conversation_id, viewer)
        self._tell(conversation_id, now, but=socket.connection_id)
        return viewer

    def alive(self, socket: Socket, now: datetime) -> None:
        """A ping: whoever looks goes on looking. A store that fails now is asked again by the next one."""
        if socket.principal.kind == "agent":
            with suppress(StoreUnavailable):
                self._look_on(socket, now)

    def _look_on(self, socket: Socket, now: datetime) -> None:
        conversation_id = self.rooms.viewed(socket.connection_id)
        if conversation_id is None:
            return
        viewer = self.present(socket, conversation_id, now)
        if now - viewer.seen_at >= REFRESH_AFTER:
            self.rooms.stay(conversation_id, replace(viewer, seen_at=now))

    def closed(self, connection_id: str, now: datetime) -> None:
        """The socket shows nothing any more. Raises StoreUnavailable; then what it showed ends by itself."""
        conversation_id = self.rooms.viewed(connection_id)
        if conversation_id is not None:
            self._left(conversation_id, connection_id, now)
            self.rooms.forget(connection_id)

    def _left(self, conversation_id: str, connection_id: str, now: datetime) -> None:
        viewer = self.rooms.viewer(conversation_id, connection_id)
        self.rooms.leave(conversation_id, connection_id)
        if viewer is not None:
            self.rooms.free(conversation_id, viewer.agent_id, connection_id)
            self._tell(conversation_id, now)

    def _tell(self, conversation_id: str, now: datetime, *, but: str = "") -> None:
        room = self.rooms.room(conversation_id)
        self.passing.tell(topic_of(conversation_id), viewers_frame(room, now), now, but=but)
