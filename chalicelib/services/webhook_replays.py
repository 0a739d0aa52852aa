"""Telling an endpoint again: one delivery, or all of a time, as long work."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import (
    InvalidInput,
    StoreUnavailable,
    WebhookDeliveryNotFound,
    WebhookEndpointDisabled,
    WebhookEndpointNotFound,
)
from chalicelib.domain.job import Job
from chalicelib.domain.webhook_delivery import KEPT_FOR, Delivery, DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.services.jobs import Jobs
from chalicelib.services.outbound_webhooks import turn_of
from chalicelib.services.webhook_ports import AttemptQueue, DeliveryStore, EndpointStore

REPLAY = "webhooks.replay"
PAGE = 25
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class WebhookReplays:
    endpoints: EndpointStore
    deliveries: DeliveryStore
    queue: AttemptQueue

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """Raises WebhookEndpointNotFound, WebhookEndpointDisabled."""
        endpoint = self.endpoints.get(endpoint_id)
        if endpoint is None:
            raise WebhookEndpointNotFound("There is no such endpoint.")
        if not endpoint.enabled:
            raise WebhookEndpointDisabled("It is disabled: enable it first.")
        return endpoint

    def get(self, endpoint_id: str, delivery_id: str) -> Delivery:
        """Raises WebhookDeliveryNotFound."""
        found = self.deliveries.find(endpoint_id, delivery_id)
        if found is None:
            raise WebhookDeliveryNotFound("There is no such delivery, or it is older than 30 days.")
        return found

    def replay(self, endpoint_id: str, delivery_id: str, now: datetime) -> Delivery:
        """Send one again, under the same id; one that waits goes now. Raises WebhookEndpointNotFound,
        WebhookEndpointDisabled, WebhookDeliveryNotFound, StoreUnavailable."""
        self.endpoint(endpoint_id)
        for _ in range(ATTEMPTS):
            after = self._begun(self.get(endpoint_id, delivery_id), now)
            if after is not None:
                self.queue.put([turn_of(after)])
                return after
        raise StoreUnavailable("too many writers at once")

    def ask(self, jobs: Jobs, endpoint_id: str, asked_by: str, params: dict[str, Any], now: datetime, seed: str) -> Job:
        """Begin to send again what `params` say: `state` (exhausted, delivered or all) and `since`, `until`, times of
        events. Raises InvalidInput, WebhookEndpointNotFound, WebhookEndpointDisabled, StoreUnavailable."""
        self.endpoint(endpoint_id)
        since, until = datetime.fromisoformat(params["since"]), datetime.fromisoformat(params["until"])
        if since >= until:
            raise InvalidInput("`since` comes before `until`.", field="since")
        if until < now - KEPT_FOR:
            raise InvalidInput("Nothing is kept for so long.", field="until")
        return jobs.ask(REPLAY, asked_by, {"endpoint_id": endpoint_id, **params}, now, seed)

    def step(self, job: Job, now: datetime) -> Job:
        """A page of a replay. A page that is done twice finds its deliveries set going, and queues them again: the
        queue and the receiver drop what they have."""
        params = job.params
        self.endpoint(params["endpoint_id"])
        since, until = datetime.fromisoformat(params["since"]), datetime.fromisoformat(params["until"])
        page = self.deliveries.between(params["endpoint_id"], since, until, PAGE, job.cursor.get("start"))
        wanted = [each for each in page.items if _is_wanted(each, params["state"], job.asked_at)]
        begun = [self._begun(each, now) for each in wanted]
        turns = [turn_of(each) for each in begun if each is not None]
        if turns:
            self.queue.put(turns)
        after = replace(job, done=job.done + len(turns), cursor={"start": dict(page.next) if page.next else None})
        return after if page.next else after.ended(now, {"queued": after.done})

    def _begun(self, delivery: Delivery, now: datetime) -> Delivery | None:
        """Set going anew; None where somebody else has changed it. What waits, waits no longer, and loses no time."""
        if delivery.state is DeliveryState.WAITING:
            return delivery
        after = delivery.again(now)
        return after if self.deliveries.settle(after, delivery) else None


def _is_wanted(delivery: Delivery, state: str, asked_at: datetime) -> bool:
    """Whether it is of the state that was asked for; what a portion that was not saved has set going still is."""
    if delivery.begun_at >= asked_at and delivery.round > 1:
        return delivery.state is DeliveryState.WAITING
    return state in ("all", delivery.state.value)
