"""Gauges of queues, pushed: at most one frame in five seconds for a queue that somebody watches, and always the last.

What happens to a queue sets a timer for the end of its five seconds; whoever is called then looks at what is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from chalicelib.domain.live import NO_TEAM, TEAM
from chalicelib.services.board import QueueState
from chalicelib.services.live_ports import Pusher, TopicStore
from chalicelib.services.routing_ports import Timers

GAUGES = "gauges"
SECONDS = 5


class Turns(Protocol):
    def first_use(self, key: str, until: datetime) -> bool:
        """Whether `key` was never used before."""


@dataclass(frozen=True, slots=True)
class LiveGauges:
    topics: TopicStore
    pusher: Pusher
    turns: Turns
    timers: Timers
    state: Callable[[str, datetime], QueueState]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Of what happened to a conversation. Raises StoreUnavailable."""
        if event["aggregate"]["kind"] != "conversation":
            return
        data = event["data"]
        moved = (data.get("previous_team_id") or NO_TEAM,) if "previous_team_id" in data else ()
        for team_id in dict.fromkeys((event["snapshot"]["team_id"] or NO_TEAM, *moved)):
            self._touched(team_id, now)

    def due(self, team_id: str, epoch: int, now: datetime) -> None:
        """Push how a queue is now. Raises StoreUnavailable."""
        topic = f"{TEAM}:{team_id}"
        listeners = self.topics.following(topic, now).listeners
        if listeners:
            told = {"type": "gauges", "topic": topic, "as_of": now.isoformat(), **gauges_of(self.state(team_id, now))}
            frame = json.dumps(told)
            self.pusher.push([(listener.connection_id, frame.encode()) for listener in listeners])

    def _touched(self, team_id: str, now: datetime) -> None:
        if not self.topics.following(f"{TEAM}:{team_id}", now).listeners:
            return
        window = int(now.timestamp()) // SECONDS
        end = datetime.fromtimestamp((window + 1) * SECONDS, UTC)
        if self.turns.first_use(f"{GAUGES}/{team_id}/{window}", end):
            self.timers.set(GAUGES, team_id, window, end)


def gauges_of(state: QueueState) -> dict[str, Any]:
    """As the REST API shows a queue, without its name. Waits are in seconds, arrivals a minute."""
    expected, arrivals = state.gauged.expected, state.gauged.arrivals
    return {
        "team_id": state.team_id,
        "depth": state.depth,
        "depth_is_more": state.is_longer,
        "oldest_waiting_since": state.oldest.isoformat() if state.oldest else None,
        "agents_available": state.agents_available,
        "free_units": state.free_units,
        "at_once": state.at_once,
        "arrivals_per_minute": {f"last_{span}": round(rate, 2) for span, rate in arrivals.items()},
        "expected_wait": {
            "low_seconds": expected.low_seconds,
            "high_seconds": expected.high_seconds,
            "samples": expected.samples,
        }
        if expected
        else None,
        "left_today": state.gauged.left_today,
    }
