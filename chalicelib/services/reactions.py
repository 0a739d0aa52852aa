"""What routing does when something has happened: a conversation that may wait is decided on, and an agent who may have
room is given what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.services.routing import Routing

CONVERSATION = frozenset({"conversation.created", "conversation.status_changed", "conversation.assigned"})
PRIORITY = "conversation.priority_changed"
AGENT = frozenset({"agent.presence_changed", "agent.capacity_changed"})


@dataclass(frozen=True, slots=True)
class RoutingReactions:
    routing: Routing

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Events may come late, twice and in any order: each only says where to look. Raises StoreUnavailable."""
        if event["type"] in AGENT:
            self.routing.pull(event["aggregate"]["id"], now)
        elif event["type"] == PRIORITY:
            self.routing.rescore(event["aggregate"]["id"], now)
        elif event["type"] in CONVERSATION:
            self.routing.route(event["aggregate"]["id"], now)
            for agent_id in _freed(event):
                self.routing.pull(agent_id, now)


def _freed(event: Mapping[str, Any]) -> list[str]:
    """Who may have room now: the owner before, and the owner of what was put aside."""
    if event["type"] == "conversation.assigned":
        before, after = event["data"].get("previous_assignee_id"), event["data"].get("assignee_id")
        return [before] if before and before != after else []
    if event["type"] == "conversation.status_changed" and event["data"]["status"] != "open":
        owner = event.get("snapshot", {}).get("assignee_id")
        return [owner] if owner else []
    return []
