"""The soft lock on a composer: who began to write a reply first holds it, others are told, and nothing is hindered.

It ends by itself after a few seconds without typing, so nobody can keep it by being away; it is freed at once when its
holder sends, stops or closes the conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Role
from chalicelib.domain.errors import NotPermitted
from chalicelib.domain.live_sockets import Socket
from chalicelib.domain.viewing import LOCK_FOR, RENEW_BELOW, Lock, lock_frame
from chalicelib.services.live_passing import Passing
from chalicelib.services.viewing_ports import RoomStore, agent_only, conversation_of, topic_of


@dataclass(frozen=True, slots=True)
class ComposerLock:
    rooms: RoomStore
    passing: Passing

    def hold(self, socket: Socket, conversation_id: str, now: datetime) -> Lock:
        """Who holds it, now that this agent writes: they themselves where nobody else did. Raises StoreUnavailable."""
        known = self.rooms.lock(conversation_id)
        held = known if known is not None and known.holds(now) else None
        if held is not None and held.agent_id != socket.principal.id:
            return held
        if held is not None and held.until - now > RENEW_BELOW and held.connection_id == socket.connection_id:
            return held
        lock = _lock_of(socket, now)
        lock = replace(lock, since=held.since) if held is not None else lock
        if not self.rooms.take(conversation_id, lock, now):
            return self.rooms.lock(conversation_id) or lock
        self._tell(conversation_id, lock, now, but=socket.connection_id)
        return lock

    def take_over(self, socket: Socket, frame: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        """`{"action": "take", "conversation_id": id}`: a supervisor writes instead of whoever does. Raises
        InvalidInput, NotPermitted, StoreUnavailable."""
        agent_only(socket)
        if not socket.principal.may(Role.SUPERVISOR):
            raise NotPermitted("Only supervisors take a composer from somebody.", field="action")
        conversation_id, lock = conversation_of(socket, frame), _lock_of(socket, now)
        self.rooms.take(conversation_id, lock, now, by_force=True)
        self._tell(conversation_id, lock, now, but=socket.connection_id)
        return lock_frame(conversation_id, lock)

    def free(self, conversation_id: str, agent_id: str, now: datetime, *, but: str = "") -> bool:
        """Whether this agent held it, who has sent or stopped. Raises StoreUnavailable."""
        freed = self.rooms.free(conversation_id, agent_id)
        if freed:
            self._tell(conversation_id, None, now, but=but)
        return freed

    def _tell(self, conversation_id: str, lock: Lock | None, now: datetime, *, but: str) -> None:
        self.passing.tell(topic_of(conversation_id), lock_frame(conversation_id, lock), now, but=but)


def _lock_of(socket: Socket, now: datetime) -> Lock:
    return Lock(socket.principal.id, socket.principal.name, socket.connection_id, now, now + LOCK_FOR)
