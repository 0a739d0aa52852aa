"""One attempt to deliver: claimed, made, recorded; then what follows of it for the delivery and for its endpoint.

The claim comes before the call, as with messages. Whoever ends between the two leaves a claim behind: it is not known
whether the receiver has the event, so it counts as a failure and is sent again later, under the same id.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from chalicelib.channels.http import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain import ids
from chalicelib.domain.webhook_delivery import (
    EXCERPT,
    Attempt,
    Delivery,
    DeliveryKey,
    DeliveryState,
    asked_wait,
    next_due,
)
from chalicelib.domain.webhook_endpoint import FAILING, GONE, Endpoint
from chalicelib.domain.webhook_health import PROBE_EVERY, EndpointHealth
from chalicelib.domain.webhook_signature import signed_headers
from chalicelib.domain.webhook_turns import Claim, Sweep, Turn
from chalicelib.services.outbound_webhooks import turn_of
from chalicelib.services.routing_ports import Timers
from chalicelib.services.webhook_disabling import Disabling
from chalicelib.services.webhook_ports import AttemptQueue, DeliveryStore, HealthStore, Http, SweepQueue

# Kinds of timers: one delivery is due; something of an endpoint is.
RETRY, SWEEP = "webhook_retry", "webhook_sweep"
TIMEOUT_SECONDS = 15.0
# Nearer than this, a timer names its delivery; beyond, one timer wakes all that an endpoint has due by then.
SOON = timedelta(minutes=15)
SWEEP_EVERY = timedelta(minutes=5)
PAGE, PAGES = 50, 20
HTTP_GONE = 410


class DeliveryIsHeld(Exception):
    """Somebody else is at it: the record comes back later."""


@dataclass(frozen=True, slots=True)
class WebhookCalls:
    """Carries out the call itself. `secrets`: what is kept for an endpoint, by name; `seconds`: a clock that grows."""

    http: Http
    secrets: Callable[[Endpoint], Mapping[str, Sequence[str]]]
    seconds: Callable[[], float]

    def call(
        self, endpoint: Endpoint, identifier: str, body: bytes, now: datetime, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> tuple[Attempt, HttpResponse | None]:
        """What became of it; None where there was no answer."""
        known = self.secrets(endpoint)
        valid = [secret for name in endpoint.secret_names(now) for secret in known.get(name, ())]
        # Between the writing of an endpoint and of its new secret, the one before signs.
        valid = valid or [secret for name in sorted(known, key=_nth)[-1:] for secret in known[name]]
        if not valid:
            return Attempt(now, None, 0, error="It has no secret: give it one by changing it."), None
        headers = {"content-type": "application/json", **signed_headers(identifier, now, body, valid)}
        request = HttpRequest("POST", endpoint.url, headers, body=body, timeout_seconds=timeout_seconds)
        begun = self.seconds()
        try:
            answer = self.http.send(request)
        except (NotSent, OutcomeUnknown) as error:
            return Attempt(now, None, self._took(begun), error=str(error)[:EXCERPT]), None
        said = answer.body[: EXCERPT * 4].decode("utf-8", "replace")[:EXCERPT]
        return Attempt(now, answer.status, self._took(begun), said), answer

    def _took(self, begun: float) -> int:
        return round((self.seconds() - begun) * 1000)


@dataclass(frozen=True, slots=True)
class Attempts:
    """`endpoint`: by its id, as it was within the last seconds; `health`: how it fares, likewise."""

    endpoint: Callable[[str], Endpoint | None]
    health_of: Callable[[str], EndpointHealth]
    health: HealthStore
    disabling: Disabling
    deliveries: DeliveryStore
    queue: AttemptQueue
    sweeps: SweepQueue
    timers: Timers
    calls: WebhookCalls
    clock: Callable[[], datetime]

    def attempt(self, turn: Turn) -> None:
        """Make one attempt, if it is still to be made. Raises DeliveryIsHeld, StoreUnavailable."""
        now = self.clock()
        claimed = self.deliveries.claim(turn.key, turn.turn, now)
        if claimed is Claim.HELD:
            raise DeliveryIsHeld(turn.key.event_id)
        if isinstance(claimed, Claim):
            return
        delivery, endpoint = claimed.delivery, self.endpoint(turn.key.endpoint_id)
        if endpoint is None or not endpoint.enabled:
            ended = delivery.ended(DeliveryState.EXHAUSTED, "The endpoint is disabled.", now)
            self.deliveries.settle(ended, delivery)
        elif claimed.is_stale:
            interrupted = Attempt(now, None, 0, error="It broke off: nobody knows whether the event arrived.")
            self._failed(endpoint, delivery, interrupted, timedelta())
        elif self._is_held(endpoint, now):
            self._postpone(delivery, Attempt(now, None, 0, error="The endpoint is down.", held=True))
        else:
            self._make(endpoint, delivery, now)

    def retry(self, subject: str, turn: int, now: datetime) -> None:
        """A delivery is due: it waits its turn behind the others of its endpoint."""
        endpoint_id, event_id, owner = subject.split(" ", 2)
        self.queue.put([Turn(DeliveryKey(owner, event_id, endpoint_id), turn)])

    def due(self, endpoint_id: str, _epoch: int, now: datetime) -> None:
        """Something of an endpoint's is due."""
        self.sweep(Sweep(endpoint_id, now))

    def sweep(self, sweep: Sweep) -> None:
        """Queue what waits; what is more than one run can do is left to the next."""
        start = sweep.start
        for _ in range(PAGES):
            page = self.deliveries.waiting(sweep.endpoint_id, sweep.until, PAGE, start)
            if page.items:
                self.queue.put([turn_of(each) for each in page.items])
            start = page.next
            if start is None:
                return
        self.sweeps.put(Sweep(sweep.endpoint_id, sweep.until, start))

    def _is_held(self, endpoint: Endpoint, now: datetime) -> bool:
        return self.health_of(endpoint.id).is_down and not self.health.take_probe(endpoint.id, now)

    def _make(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> None:
        attempt, answer = self.calls.call(endpoint, delivery.key.event_id, delivery.body, now)
        status = answer.status if answer else 0
        if 200 <= status < 300:
            self._succeeded(endpoint, delivery, attempt)
            return
        asked = asked_wait(answer.headers, now) if answer else None
        self._failed(endpoint, delivery, attempt, asked or timedelta())
        if status == HTTP_GONE:
            self.disabling.disable(endpoint.id, GONE, self.clock())

    def _succeeded(self, endpoint: Endpoint, delivery: Delivery, attempt: Attempt) -> None:
        now = self.clock()
        self.deliveries.settle(delivery.tried(attempt).ended(DeliveryState.DELIVERED, "", now), delivery)
        if self.health.succeeded(endpoint.id, now, attempt.took_ms).is_down:
            # It is back: nothing need wait for its next turn.
            self.sweeps.put(Sweep(endpoint.id))

    def _failed(self, endpoint: Endpoint, delivery: Delivery, attempt: Attempt, asked: timedelta) -> None:
        is_over = self._postpone(delivery, attempt, asked)
        now = self.clock()
        health = self.health.failed(endpoint.id, now, exhausted=is_over)
        if health.should_disable(now):
            self.disabling.disable(endpoint.id, FAILING, now)
        elif health.should_warn(now, endpoint.warned_for):
            self.disabling.warn(endpoint.id, health, now)

    def _postpone(self, delivery: Delivery, attempt: Attempt, asked: timedelta = timedelta()) -> bool:
        """Try again later, or give up: True."""
        now, tried = self.clock(), delivery.tried(attempt)
        due = next_due(delivery.begun_at, now, jitter_of(delivery.id))
        if due is None:
            reason = "It was tried for three days."
            self.deliveries.settle(tried.ended(DeliveryState.EXHAUSTED, reason, now), delivery)
            return True
        due = max(due, now + asked, now + PROBE_EVERY if attempt.held else now)
        # First the timer: one that finds nothing to do is no harm, a delivery that nobody wakes is.
        self._wake(tried, due, now)
        self.deliveries.settle(_due(tried, due), delivery)
        return False

    def _wake(self, delivery: Delivery, due: datetime, now: datetime) -> None:
        key = delivery.key
        if due - now < SOON:
            self.timers.set(RETRY, f"{key.endpoint_id} {key.event_id} {key.owner}", delivery.turn, due)
        else:
            self.timers.set(SWEEP, key.endpoint_id, 0, rounded_up(due))


def rounded_up(at: datetime) -> datetime:
    """To the next five minutes: all that is due by then has one timer."""
    step = int(SWEEP_EVERY.total_seconds())
    return datetime.fromtimestamp((int(at.timestamp()) // step + 1) * step, UTC)


def jitter_of(delivery_id: str) -> float:
    """Between 0 and 1, the same for all attempts of a delivery."""
    return ids.decode(delivery_id[-4:]) / 32**4


def _due(delivery: Delivery, due: datetime) -> Delivery:
    return replace(delivery, due_at=due)


def _nth(name: str) -> int:
    return int(name[1:])
