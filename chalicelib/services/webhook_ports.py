"""What outbound webhooks need of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.http import HttpRequest, HttpResponse
from chalicelib.domain.reads import Page
from chalicelib.domain.webhook_delivery import Delivery, DeliveryKey, DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import EndpointHealth
from chalicelib.domain.webhook_turns import Claim, Claimed, Sweep, Turn
from chalicelib.domain.writes import Recorded, Written


class EndpointStore(Protocol):
    def get(self, endpoint_id: str) -> Endpoint | None: ...

    def list(self) -> Sequence[Endpoint]:
        """All of them, oldest first."""

    def put(self, endpoint: Endpoint, read_version: int, recorded: Recorded | None = None) -> Written:
        """`read_version` 0: there is none yet. CONFLICT: somebody else has written."""

    def delete(self, endpoint_id: str, read_version: int) -> Written: ...


class DeliveryStore(Protocol):
    def add(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Write those that are not there yet, all in one transaction; gives all of them as they are."""

    def claim(self, key: DeliveryKey, turn: int, now: datetime) -> Claimed | Claim:
        """Take a waiting delivery at this turn: nobody else gets it for a while."""

    def settle(self, delivery: Delivery, read: Delivery) -> bool:
        """How it is after an attempt, where it is still as it was `read`."""

    def find(self, endpoint_id: str, delivery_id: str) -> Delivery | None: ...

    def of_endpoint(
        self, endpoint_id: str, state: DeliveryState | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        """Newest events first; in the order of their due or end where a state is asked for."""

    def between(
        self, endpoint_id: str, since: datetime, until: datetime, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        """Those of events of this time, oldest first."""

    def waiting(
        self, endpoint_id: str, until: datetime | None, limit: int, start: Mapping[str, Any] | None
    ) -> Page[Delivery]:
        """Those that are due by `until` (None: all that wait), the longest due first."""

    def of_owner(self, owner: str) -> Sequence[Delivery]: ...

    def rewrite(self, key: DeliveryKey, body: bytes) -> None:
        """Another body, where the delivery is still there."""


class HealthStore(Protocol):
    def get(self, endpoint_id: str) -> EndpointHealth: ...

    def succeeded(self, endpoint_id: str, at: datetime, took_ms: int) -> EndpointHealth:
        """Count it; gives how the endpoint fared before."""

    def failed(self, endpoint_id: str, at: datetime, *, exhausted: bool) -> EndpointHealth:
        """Count it; gives how it fares now."""

    def take_probe(self, endpoint_id: str, now: datetime) -> bool:
        """Whether this is the one attempt that may be made now."""

    def reset(self, endpoint_id: str) -> None: ...


class AttemptQueue(Protocol):
    def put(self, turns: Sequence[Turn]) -> None:
        """All of them. Raises StoreUnavailable where one was not taken."""


class SweepQueue(Protocol):
    def put(self, sweep: Sweep) -> None: ...


class Http(Protocol):
    def send(self, request: HttpRequest) -> HttpResponse:
        """Raises NotSent, OutcomeUnknown."""


class Secrets(Protocol):
    def read(self, ref: str) -> Mapping[str, Sequence[str]]: ...

    def write(self, ref: str, credentials: Mapping[str, Sequence[str]]) -> None: ...
