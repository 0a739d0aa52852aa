"""Whether an agent would see something by themselves: as their presence has it, and what they have before them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.presence import Intent, is_here
from chalicelib.domain.workload import Workload


class Workloads(Protocol):
    def workload(self, agent_id: str) -> Workload | None: ...


class Viewing(Protocol):
    def at(self, agent_id: str, conversation_id: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """Who is connected, and chose to work, has the desk before them."""

    workloads: Workloads
    viewing: Viewing

    def at(self, agent_id: str, now: datetime) -> bool:
        """Raises StoreUnavailable."""
        known = self.workloads.workload(agent_id)
        return known is not None and is_here(known.presence, now)

    def watches(self, agent_id: str, conversation_id: str, now: datetime) -> bool:
        """Whether they look at this very conversation. Raises StoreUnavailable."""
        return self.viewing.at(agent_id, conversation_id, now)

    def is_off(self, agent_id: str, now: datetime) -> bool:
        """Who chose to be offline; who never chose anything is no such agent. Raises StoreUnavailable."""
        known = self.workloads.workload(agent_id)
        return known is not None and known.presence.chosen_at is not None and known.presence.intent is Intent.OFFLINE
