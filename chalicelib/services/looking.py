"""Whether an agent would see something by themselves: as their presence has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.presence import Intent, is_here
from chalicelib.domain.workload import Workload


class Workloads(Protocol):
    def workload(self, agent_id: str) -> Workload | None: ...


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """Who is connected, and chose to work, has the desk before them."""

    workloads: Workloads

    def at(self, agent_id: str, conversation_id: str | None, now: datetime) -> bool:
        """Raises StoreUnavailable."""
        known = self.workloads.workload(agent_id)
        return known is not None and is_here(known.presence, now)

    def is_off(self, agent_id: str, now: datetime) -> bool:
        """Who chose to be offline; who never chose anything is no such agent. Raises StoreUnavailable."""
        known = self.workloads.workload(agent_id)
        return known is not None and known.presence.chosen_at is not None and known.presence.intent is Intent.OFFLINE
