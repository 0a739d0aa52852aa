"""An endpoint that takes nothing: its owner is warned, then it is disabled; both are told by events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import Event
from chalicelib.domain.events_webhooks import WebhookDisabled, WebhookFailing
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import EndpointHealth
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.webhook_ports import EndpointStore

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Disabling:
    store: EndpointStore

    def disable(self, endpoint_id: str, reason: str, now: datetime) -> None:
        """No event more for it. Raises StoreUnavailable."""

        def disabled(endpoint: Endpoint) -> tuple[Endpoint, Event] | None:
            if not endpoint.enabled:
                return None
            return endpoint.disabled(reason, now), WebhookDisabled(endpoint.host, reason, (endpoint.owner_id,))

        self._change(endpoint_id, disabled, now)

    def warn(self, endpoint_id: str, health: EndpointHealth, now: datetime) -> None:
        """Its owner is told, once for each time that it fails for long. Raises StoreUnavailable."""

        def warned(endpoint: Endpoint) -> tuple[Endpoint, Event] | None:
            since = health.failing_since
            if since is None or not endpoint.enabled or not health.should_warn(now, endpoint.warned_for):
                return None
            return replace(endpoint, warned_for=since), WebhookFailing(
                endpoint.host, since.isoformat(), (endpoint.owner_id,)
            )

        self._change(endpoint_id, warned, now)

    def _change(
        self, endpoint_id: str, make: Callable[[Endpoint], tuple[Endpoint, Event] | None], now: datetime
    ) -> None:
        for _ in range(ATTEMPTS):
            endpoint = self.store.get(endpoint_id)
            made = make(endpoint) if endpoint else None
            if endpoint is None or made is None:
                return
            after = replace(made[0], version=endpoint.version + 1)
            if self.store.put(after, endpoint.version, Recorded((made[1],), SYSTEM, now)) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")
