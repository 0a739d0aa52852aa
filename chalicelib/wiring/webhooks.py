"""Outbound webhooks: what plans, tries, repeats and shows deliveries, made on first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import EndpointHealth
from chalicelib.services.outbound_webhooks import OutboundWebhooks
from chalicelib.services.timers import TimerCalls
from chalicelib.services.webhook_attempts import RETRY, SWEEP, Attempts, WebhookCalls
from chalicelib.services.webhook_disabling import Disabling
from chalicelib.services.webhook_endpoints import WebhookEndpoints
from chalicelib.services.webhook_replays import WebhookReplays

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.secrets import SecretStore
    from chalicelib.aws.stores.webhook_deliveries import WebhookDeliveryStore
    from chalicelib.aws.stores.webhook_endpoints import EndpointHealthStore, EndpointStore
    from chalicelib.aws.webhook_queue import AttemptQueue
    from chalicelib.egress.http import HttpSender

# Endpoints change rarely; a change holds everywhere within this time. Without any, an event costs nothing.
ENDPOINTS_SECONDS = 15
HEALTH_SECONDS = 5


@cache
def endpoints() -> EndpointStore:
    from chalicelib.aws.stores.webhook_endpoints import EndpointStore
    from chalicelib.wiring.shared import desk

    return EndpointStore(desk())


@cache
def deliveries() -> WebhookDeliveryStore:
    from chalicelib.aws.stores.webhook_deliveries import WebhookDeliveryStore
    from chalicelib.wiring.shared import desk

    return WebhookDeliveryStore(desk())


@cache
def health() -> EndpointHealthStore:
    from chalicelib.aws.stores.webhook_endpoints import EndpointHealthStore
    from chalicelib.wiring.shared import desk

    return EndpointHealthStore(desk())


@cache
def attempt_queue() -> AttemptQueue:
    from chalicelib.aws.clients import client
    from chalicelib.aws.webhook_queue import AttemptQueue
    from chalicelib.wiring.shared import settings

    return AttemptQueue(client("sqs"), settings().webhook_attempts_sqs_url)


@cache
def memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(ENDPOINTS_SECONDS, unknown_seconds=ENDPOINTS_SECONDS)


@cache
def fares() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(HEALTH_SECONDS)


def known_endpoints() -> Sequence[Endpoint]:
    found: Sequence[Endpoint] = memory().recall(("endpoints",), lambda: endpoints().list())
    return found


def known_endpoint(endpoint_id: str) -> Endpoint | None:
    """As it is where it is not among those that are known: it may have been made a moment ago."""
    known = next((each for each in known_endpoints() if each.id == endpoint_id), None)
    return known or endpoints().get(endpoint_id)


def known_health(endpoint_id: str) -> EndpointHealth:
    found: EndpointHealth = fares().recall((endpoint_id,), lambda: health().get(endpoint_id))
    return found


def known_secrets(endpoint: Endpoint) -> Mapping[str, Sequence[str]]:
    """Read anew where the newest is missing: it is written after its endpoint."""
    key = ("secrets", endpoint.id, str(endpoint.secret_nth))
    found: Mapping[str, Sequence[str]] = memory().recall(key, lambda: secrets().read(endpoint.secret_ref))
    if f"v{endpoint.secret_nth}" not in found:
        memory().forget(key)
    return found


def secrets() -> SecretStore:
    from chalicelib.wiring import shared

    return shared.secrets()


@cache
def http() -> HttpSender:
    from chalicelib.egress.http import HttpSender
    from chalicelib.wiring.shared import settings

    return HttpSender(settings().trusted_hosts)


def check_url(url: str) -> None:
    """Raises NotSent."""
    from chalicelib.egress.guard import target
    from chalicelib.wiring.shared import settings

    target(url, settings().trusted_hosts)


def whereabouts(conversation_id: str) -> tuple[str | None, str | None] | None:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.wiring.shared import desk

    found = DeskStore(desk()).conversation(conversation_id)
    return (found.inbox_id, found.team_id) if found else None


@cache
def outbound() -> OutboundWebhooks:
    return OutboundWebhooks(known_endpoints, deliveries(), attempt_queue(), whereabouts)


@cache
def attempts() -> Attempts:
    from chalicelib.aws.clients import client
    from chalicelib.aws.webhook_queue import SweepQueue
    from chalicelib.wiring.shared import now, settings
    from chalicelib.wiring.timing import timers

    return Attempts(
        endpoint=known_endpoint,
        health_of=known_health,
        health=health(),
        disabling=Disabling(endpoints()),
        deliveries=deliveries(),
        queue=attempt_queue(),
        # Timers of webhooks come by the queue of events, and so do walks that are not done.
        sweeps=SweepQueue(client("sqs"), settings().timers_sqs_url),
        timers=timers(),
        calls=WebhookCalls(http(), known_secrets, monotonic),
        clock=now,
    )


@cache
def timer_calls() -> TimerCalls:
    from chalicelib.wiring.timing import timers

    return TimerCalls(timers(), {RETRY: attempts().retry, SWEEP: attempts().due})


@cache
def managing() -> WebhookEndpoints:
    import secrets as system

    from chalicelib.wiring import api

    calls = WebhookCalls(http(), lambda endpoint: secrets().read(endpoint.secret_ref), monotonic)
    return WebhookEndpoints(
        endpoints(), health(), secrets(), calls, api.random_ids(), api.agents().get, check_url, system.token_bytes
    )


@cache
def replays() -> WebhookReplays:
    return WebhookReplays(endpoints(), deliveries(), attempt_queue())
