"""What routing does when something has happened: a conversation that may wait is decided on, and an agent who may have
room is given what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.routing_offer import Ending
from chalicelib.domain.snapshots import conversation_told
from chalicelib.domain.trail import Line, Moved
from chalicelib.services.absence import Absence
from chalicelib.services.arrivals import Arrivals
from chalicelib.services.routing import Routing

CREATED = "conversation.created"
CONVERSATION = frozenset({"conversation.status_changed", "conversation.assigned"})
PRESSES = frozenset({"conversation.priority_changed", "conversation.labelled", "conversation.merged"})
OFFER_ENDED = "conversation.offer_ended"
AGENT = frozenset({"agent.presence_changed", "agent.capacity_changed"})
MOVES = frozenset({"conversation.status_changed", "conversation.assigned"})


class Trail(Protocol):
    def write(self, line: Line) -> None: ...


@dataclass(frozen=True, slots=True)
class RoutingReactions:
    """`trail`: where it is written down what became of conversations."""

    routing: Routing
    trail: Trail | None = None
    absence: Absence | None = None

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Events may come late, twice and in any order: each only says where to look. Raises StoreUnavailable."""
        if self.trail is not None and event["type"] in MOVES:
            self.trail.write(_moved(event))
        if event["type"] in AGENT:
            self.routing.pull(event["aggregate"]["id"], now)
            if self.absence is not None:
                self.absence.watch(event["aggregate"]["id"], now)
        elif event["type"] in PRESSES:
            self.routing.rescore(event["aggregate"]["id"], now)
        elif event["type"] == OFFER_ENDED:
            self._ask_others(event["aggregate"]["id"], event["data"], now)
        elif event["type"] == CREATED:
            told = conversation_told(event["snapshot"], event["aggregate"]["version"])
            Arrivals(self.routing).arrive(told, now)
        elif event["type"] in CONVERSATION:
            self.routing.route(event["aggregate"]["id"], now, event.get("snapshot", {}).get("contact_id"))
            for agent_id in _freed(event):
                self.routing.pull(agent_id, now)

    def _ask_others(self, conversation_id: str, ended: Mapping[str, Any], now: datetime) -> None:
        """Whoever was asked has room again, unless they have missed too much; what they did not take is anybody's."""
        if ended["outcome"] == Ending.ACCEPTED.value:
            return
        if ended["outcome"] == Ending.EXPIRED.value:
            self.routing.offers.stand_down(ended["agent_id"], now)
        self.routing.route(conversation_id, now)
        self.routing.pull(ended["agent_id"], now)


def _moved(event: Mapping[str, Any]) -> Moved:
    after = event["snapshot"]
    at = datetime.fromisoformat(event["occurred_at"])
    return Moved(at, event["type"], after["id"], after["status"], after.get("assignee_id"), event["actor"]["kind"])


def _freed(event: Mapping[str, Any]) -> list[str]:
    """Who may have room now: the owner before, and the owner of what was put aside."""
    if event["type"] == "conversation.assigned":
        before, after = event["data"].get("previous_assignee_id"), event["data"].get("assignee_id")
        return [before] if before and before != after else []
    if event["type"] == "conversation.status_changed" and event["data"]["status"] != "open":
        owner = event.get("snapshot", {}).get("assignee_id")
        return [owner] if owner else []
    return []
