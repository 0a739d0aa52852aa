"""Outbound webhooks: which endpoints are told of an event, and what. The attempts are `webhook_attempts`.

A delivery is written down for each endpoint that wants the event, then queued; a second delivery of the same event
finds what the first has written. So an event that is on the bus reaches each endpoint's log once, and stays there
until it is delivered or its time is over.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain import ids, webhook_events
from chalicelib.domain.webhook_delivery import LEASE, Delivery, DeliveryKey, DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_turns import Turn
from chalicelib.services.webhook_ports import AttemptQueue, DeliveryStore

# Inbox and team of a conversation; None where it is gone.
Whereabouts = Callable[[str], tuple[str | None, str | None] | None]


@dataclass(frozen=True, slots=True)
class OutboundWebhooks:
    """`endpoints`: all there are, as they were within the last seconds. `whereabouts` is asked only for endpoints that
    have a filter, of events that do not say themselves which inbox and team they are of."""

    endpoints: Callable[[], Sequence[Endpoint]]
    deliveries: DeliveryStore
    queue: AttemptQueue
    whereabouts: Whereabouts

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Note and queue what follows from an event, in its wire form. Raises StoreUnavailable."""
        endpoints = self.endpoints()
        if endpoints and event["type"] in webhook_events.REDACTED:
            self._redact(event)
        if not webhook_events.is_public(event):
            return
        told = self._told([endpoint for endpoint in endpoints if endpoint.wants(event["type"])], event)
        if told:
            made = self.deliveries.add([delivery_of(event, endpoint, now) for endpoint in told])
            self.queue.put([turn_of(each) for each in made if _is_untried(each)])

    def _told(self, endpoints: Sequence[Endpoint], event: Mapping[str, Any]) -> Sequence[Endpoint]:
        if not any(endpoint.is_filtered for endpoint in endpoints):
            return endpoints
        inbox, team = webhook_events.inbox_in(event), event["snapshot"].get("team_id")
        wants_team = any(endpoint.team_ids for endpoint in endpoints)
        says_team = event["aggregate"]["kind"] == "conversation" and "team_id" in event["snapshot"]
        conversation = webhook_events.conversation_of(event)
        if conversation and (inbox is None or (wants_team and not says_team)):
            found = self.whereabouts(conversation)
            inbox, team = (inbox or found[0], found[1]) if found else (inbox, team)
        return [endpoint for endpoint in endpoints if endpoint.is_for(inbox, team)]

    def _redact(self, event: Mapping[str, Any]) -> None:
        """What was taken out of a message is not told later: the conversation's deliveries lose all words."""
        for delivery in self.deliveries.of_owner(str(webhook_events.conversation_of(event))):
            body = without_words(delivery.body)
            if body != delivery.body:
                self.deliveries.rewrite(delivery.key, body)


def delivery_of(event: Mapping[str, Any], endpoint: Endpoint, now: datetime) -> Delivery:
    """What this endpoint is told of this event: the same id however often it is made."""
    at = datetime.fromisoformat(event["occurred_at"])
    key = DeliveryKey(webhook_events.owner_of(event), event["id"], endpoint.id)
    return Delivery(
        key=key,
        id=f"whd_{ids.time_part(at)}{ids.digest(event['id'], endpoint.id)}",
        event_type=event["type"],
        occurred_at=at,
        created_at=now,
        begun_at=now,
        body=webhook_events.body_of(event, content=endpoint.content),
        due_at=now + LEASE,
    )


def turn_of(delivery: Delivery) -> Turn:
    return Turn(delivery.key, delivery.turn)


def without_words(body: bytes) -> bytes:
    """A delivery's body, as it would be for an endpoint that is told nobody's words."""
    told = json.loads(body)
    data = told["data"]
    event = {"id": data["id"], "type": told["type"], "occurred_at": told["timestamp"], "data": data["event"]}
    return webhook_events.body_of({**data, **event}, content=False)


def _is_untried(delivery: Delivery) -> bool:
    """Whoever wrote it down may have ended before it was queued; the queue drops what it has."""
    return delivery.state is DeliveryState.WAITING and delivery.turn == 0
