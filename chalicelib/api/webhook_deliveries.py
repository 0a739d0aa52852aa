"""Outbound webhooks: what endpoints were told, every attempt, and telling them again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.jobs import JobView
from chalicelib.api.jobs import view as job_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, Moment, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import (
    CursorInvalid,
    WebhookDeliveryNotFound,
    WebhookEndpointDisabled,
    WebhookEndpointNotFound,
)
from chalicelib.domain.reads import Page
from chalicelib.domain.webhook_delivery import Delivery, DeliveryState
from chalicelib.wiring import api as wiring
from chalicelib.wiring import webhooks as made

ClientId = Annotated[
    str, Meta(min_length=1, max_length=100, description="The same one again is the same job, however often it is sent")
]

resource = Resource("webhook-deliveries")


class DeliveriesQuery(PageQuery, frozen=True, kw_only=True):
    state: DeliveryState | None = None


class AttemptView(View, frozen=True, kw_only=True):
    """`status` null: there was no answer; `error` says why. `excerpt`: how the answer began. `held`: it was not made,
    for the endpoint was known to be down."""

    at: datetime
    status: int | None
    took_ms: int
    excerpt: str
    error: str
    held: bool


class DeliveryRow(View, frozen=True, kw_only=True):
    """`event_id` is what the receiver gets as `webhook-id`. `tries`: attempts that were made or held, in all."""

    id: str
    event_id: str
    event_type: str
    occurred_at: datetime
    state: DeliveryState
    tries: int
    due_at: datetime | None
    ended_at: datetime | None
    reason: str
    last_attempt: AttemptView | None


class DeliveryPage(View, frozen=True, kw_only=True):
    items: list[DeliveryRow]
    next_cursor: str | None


class DeliveryView(View, frozen=True, kw_only=True):
    """`body`: what is sent, to the byte the same each time. `attempts`: the newest 15."""

    delivery: DeliveryRow
    attempts: list[AttemptView]
    body: Json


class ReplayBody(Body, frozen=True, kw_only=True):
    """Which to send again: those of a `state`, whose events happened from `since` until `until`. What waits goes at
    once."""

    since: Moment
    until: Moment
    state: Literal["exhausted", "delivered", "waiting", "all"] = "exhausted"
    client_id: ClientId | None = None


class EndpointStatisticsView(View, frozen=True, kw_only=True):
    """Since it was made. `failures`: attempts that failed one after the other, up to now; `is_down`: it is only tried
    once a minute. `waiting` stops at 100."""

    delivered: int
    failed_attempts: int
    exhausted: int
    average_ms: int
    failures: int
    is_down: bool
    failing_since: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    waiting: int


@resource.route(
    "GET",
    "/webhook-endpoints/{endpoint_id}/deliveries",
    role=Role.ADMIN,
    query=DeliveriesQuery,
    gives=DeliveryPage,
    refuses=(WebhookEndpointNotFound, CursorInvalid),
)
def list_webhook_deliveries(caller: Caller, endpoint_id: str, query: DeliveriesQuery) -> DeliveryPage:
    """What it was told in the last 30 days: newest events first; those that wait by when they are due, exhausted ones
    by when they were given up. A page of delivered ones may be short: go on while there is a cursor."""
    made.managing().get(endpoint_id)

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Delivery]:
        return made.deliveries().of_endpoint(endpoint_id, query.state, limit, start)

    page, cursor = cursors.page_of(f"webhooks:{endpoint_id}", pages, wiring.cursor_secret, caller, query)
    return DeliveryPage(items=[_row(each) for each in page], next_cursor=cursor)


@resource.route(
    "GET",
    "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}",
    role=Role.ADMIN,
    gives=DeliveryView,
    refuses=(WebhookEndpointNotFound, WebhookDeliveryNotFound),
)
def get_webhook_delivery(caller: Caller, endpoint_id: str, delivery_id: str) -> DeliveryView:
    """One of them, with what is sent and every attempt."""
    made.managing().get(endpoint_id)
    delivery = made.replays().get(endpoint_id, delivery_id)
    return DeliveryView(
        delivery=_row(delivery), attempts=_attempts(delivery), body=msgspec.json.decode(delivery.body, type=dict)
    )


@resource.route(
    "POST",
    "/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay",
    role=Role.ADMIN,
    gives=DeliveryRow,
    status=HTTPStatus.ACCEPTED,
    refuses=(WebhookEndpointNotFound, WebhookDeliveryNotFound, WebhookEndpointDisabled),
)
def replay_webhook_delivery(caller: Caller, endpoint_id: str, delivery_id: str) -> DeliveryRow:
    """Send it again, under the same `webhook-id`; one that waits goes now."""
    return _row(made.replays().replay(endpoint_id, delivery_id, caller.now))


@resource.route(
    "POST",
    "/webhook-endpoints/{endpoint_id}/replays",
    role=Role.ADMIN,
    body=ReplayBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(WebhookEndpointNotFound, WebhookEndpointDisabled),
    example={"since": "2026-11-02T00:00:00Z", "until": "2026-11-03T00:00:00Z", "state": "exhausted"},
)
def replay_webhook_deliveries(caller: Caller, endpoint_id: str, body: ReplayBody) -> JobView:
    """Send all of a time again, as long work (see `jobs`)."""
    params = {
        "state": body.state,
        "since": body.since.astimezone(UTC).isoformat(),
        "until": body.until.astimezone(UTC).isoformat(),
    }
    seed = body.client_id or ""
    job = made.replays().ask(wiring.jobs(), endpoint_id, caller.principal.id, params, caller.now, seed)
    return job_view(job)


@resource.route(
    "GET",
    "/webhook-endpoints/{endpoint_id}/statistics",
    role=Role.ADMIN,
    gives=EndpointStatisticsView,
    refuses=(WebhookEndpointNotFound,),
)
def get_webhook_statistics(caller: Caller, endpoint_id: str) -> EndpointStatisticsView:
    """How it fares."""
    made.managing().get(endpoint_id)
    health = made.health().get(endpoint_id)
    return EndpointStatisticsView(
        delivered=health.delivered,
        failed_attempts=health.failed,
        exhausted=health.exhausted,
        average_ms=health.took_ms // health.delivered if health.delivered else 0,
        failures=health.failures,
        is_down=health.is_down,
        failing_since=health.failing_since,
        last_success_at=health.last_success_at,
        last_failure_at=health.last_failure_at,
        waiting=len(made.deliveries().waiting(endpoint_id, None, 100, None).items),
    )


def _row(delivery: Delivery) -> DeliveryRow:
    attempts = _attempts(delivery)
    return DeliveryRow(
        id=delivery.id,
        event_id=delivery.key.event_id,
        event_type=delivery.event_type,
        occurred_at=delivery.occurred_at,
        state=delivery.state,
        tries=delivery.turn,
        due_at=delivery.due_at,
        ended_at=delivery.ended_at,
        reason=delivery.reason,
        last_attempt=attempts[-1] if attempts else None,
    )


def _attempts(delivery: Delivery) -> list[AttemptView]:
    names = AttemptView.__struct_fields__
    return [AttemptView(**{name: getattr(each, name) for name in names}) for each in delivery.attempts]
