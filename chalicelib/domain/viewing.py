"""Who looks at a conversation and who writes in it: what keeps two agents from answering the same customer at once.

All of it is passing: it is kept where things may be lost, each with the moment at which it ends by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# Clients ping every half minute; who stays away for two of them looks no more.
VIEWING_FOR = timedelta(seconds=75)
# A ping that comes sooner after the last one is not written.
REFRESH_AFTER = timedelta(seconds=20)
# Who composes holds the composer for so long; with less than `RENEW_BELOW` left, going on renews it.
LOCK_FOR = timedelta(seconds=15)
RENEW_BELOW = timedelta(seconds=10)
# A client that says so more often is not listened to.
TYPING_EVERY = timedelta(seconds=2)
# A customer's side shows it for five seconds or more.
CUSTOMER_EVERY = timedelta(seconds=5)
REPLY, NOTE = "reply", "note"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A socket that shows a conversation. `composing` (reply or note) holds until `composing_until`; `told_at`: when
    the customer was last told."""

    connection_id: str
    agent_id: str
    name: str
    since: datetime
    seen_at: datetime
    composing: str | None = None
    composing_until: datetime | None = None
    told_at: datetime | None = None

    @property
    def until(self) -> datetime:
        return self.seen_at + VIEWING_FOR

    def composes(self, now: datetime) -> str | None:
        """What is being written at the moment."""
        return self.composing if self.composing_until is not None and self.composing_until > now else None


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds the composer of a conversation. It hinders nobody: it is told."""

    agent_id: str
    name: str
    connection_id: str
    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        return self.until > now

    def wire(self) -> dict[str, Any]:
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {"id": self.agent_id, "name": self.name, **times}


@dataclass(frozen=True, slots=True)
class Room:
    """What is kept of a conversation, run out or not."""

    viewers: tuple[Viewer, ...] = ()
    lock: Lock | None = None

    def wire(self, now: datetime) -> dict[str, Any]:
        """`viewers`, each agent once, who came first first; `lock`, or null where the composer is free."""
        return {
            "viewers": list(_agents(sorted(self.viewers, key=lambda one: (one.since, one.agent_id)), now)),
            "lock": self.lock.wire() if self.lock is not None and self.lock.holds(now) else None,
        }

    def shows(self, agent_id: str, now: datetime) -> bool:
        """Whether one of this agent's sockets shows the conversation."""
        return any(one.agent_id == agent_id and one.until > now for one in self.viewers)


def _agents(viewers: list[Viewer], now: datetime) -> Iterator[Mapping[str, Any]]:
    here = [one for one in viewers if one.until > now]
    for agent_id in dict.fromkeys(one.agent_id for one in here):
        sockets = [one for one in here if one.agent_id == agent_id]
        yield {
            "id": agent_id,
            "name": sockets[0].name,
            "since": sockets[0].since.isoformat(),
            "until": max(one.until for one in sockets).isoformat(),
            "composing": next((what for one in sockets if (what := one.composes(now))), None),
        }


def viewers_frame(room: Room, now: datetime) -> dict[str, Any]:
    return {"type": "viewers", **room.wire(now)}


def lock_frame(conversation_id: str, lock: Lock | None) -> dict[str, Any]:
    return {"type": "lock", "topic": f"conversation:{conversation_id}", "lock": lock.wire() if lock else None}
