"""Whether an agent is looking at a conversation now: who does needs no notification of it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.services.viewing_ports import RoomStore


@dataclass(frozen=True, slots=True)
class Looking:
    rooms: RoomStore

    def at(self, agent_id: str, conversation_id: str, now: datetime) -> bool:
        """Raises StoreUnavailable."""
        return self.rooms.room(conversation_id).shows(agent_id, now)
