"""The web chat visitor's live view: one topic, of their own leg, with messages as a visitor sees them.

A visitor is known to sockets by the leg, so every device of the same identity has the same topic and may go on where
another one stopped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live import VISITOR, Change, check_topic, cursor_from
from chalicelib.domain.live_topics import visitor_topic
from chalicelib.domain.message import Message
from chalicelib.services.live_following import Live, cursor
from chalicelib.services.visitor_words import present


@dataclass(frozen=True, slots=True)
class VisitorSockets:
    live: Live
    url: Callable[[], str]

    def ticket(self, leg_id: str, now: datetime) -> Mapping[str, Any]:
        """What opens one socket, and what to follow on it. Raises StoreUnavailable."""
        ticket, until = self.live.ticket(visitor(leg_id), now)
        topic = visitor_topic(leg_id)
        return {"ticket": ticket, "url": self.url(), "topic": topic, "expires_at": until.isoformat()}

    def missed(self, leg_id: str, after: str | None, now: datetime) -> Mapping[str, Any]:
        """What was said since a cursor; without one, where the topic is now. Raises InvalidInput, StoreUnavailable."""
        principal = visitor(leg_id)
        places = cursor_from(after) if after else {}
        for topic in places:
            check_topic(topic, principal, "after")
        wanted: dict[str, str | None] = {visitor_topic(leg_id): None}
        caught = self.live.missed(principal, wanted | {topic: str(place) for topic, place in places.items()}, now)
        told = [one.wire(principal) for one in caught]
        return {"as_of": now.isoformat(), "cursor": cursor(caught), "topics": told}


def visitor(leg_id: str) -> Principal:
    """Who a visitor is to sockets. The role opens nothing: a visitor's one topic is told by the kind."""
    return Principal(VISITOR, leg_id, "", Role.AGENT)


def told_to_visitor(message: Message, version: int, events: tuple[Mapping[str, Any], ...]) -> tuple[str, Change]:
    """The topic and the change of a message in a web chat: what it says, and of what happened the kind and the time,
    not by whom or in which conversation."""
    kept = ("id", "type", "occurred_at")
    happened = tuple({**{name: event[name] for name in kept}, "actor": {}, "data": {}} for event in events)
    return visitor_topic(message.leg_id), Change("message", message.id, version, present(message), happened)
