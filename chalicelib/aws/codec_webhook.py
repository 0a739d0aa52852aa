"""The items of outbound webhooks."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys_work
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.aws.keys import view_key
from chalicelib.domain.ids import body_of
from chalicelib.domain.webhook_delivery import KEPT_FOR, Attempt, Delivery, DeliveryKey, DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import EndpointHealth

_ENDPOINT_FIELDS = (
    "url",
    "types",
    "owner_id",
    "created_at",
    "description",
    "inbox_ids",
    "team_ids",
    "content",
    "enabled",
    "disabled_reason",
    "disabled_at",
    "secret_nth",
    "old_secret_until",
    "warned_for",
    "version",
)
_TIMES = frozenset({"created_at", "disabled_at", "old_secret_until", "warned_for"})
_LISTS = frozenset({"types", "inbox_ids", "team_ids"})


def endpoint_item(endpoint: Endpoint) -> Item:
    pk, sk = keys_work.webhook_endpoint(endpoint.id)
    return {"pk": pk, "sk": sk, **{name: getattr(endpoint, name) for name in _ENDPOINT_FIELDS}}


def endpoint_from(item: Item) -> Endpoint:
    values = {name: _field(name, item[name]) for name in _ENDPOINT_FIELDS if name in item}
    return Endpoint(id=item["sk"], **values)


def _field(name: str, value: Any) -> Any:
    if name in _TIMES:
        return moment(value)
    return tuple(value) if name in _LISTS else value


def delivery_item(delivery: Delivery) -> Item:
    key = delivery.key
    pk, sk = keys_work.webhook_delivery(key.owner, key.event_id, key.endpoint_id)
    return {
        "pk": pk,
        "sk": sk,
        "id": delivery.id,
        "type": delivery.event_type,
        "at": delivery.occurred_at,
        "created": delivery.created_at,
        "body": delivery.body.decode(),
        "kind_key": keys_work.webhook_deliveries(key.endpoint_id),
        "kind_sort": body_of(delivery.id),
        "expires_at": int((delivery.created_at + KEPT_FOR).timestamp()),
        **{name: value for name, value in delivery_state(delivery).items() if value is not None},
    }


def delivery_state(delivery: Delivery) -> Mapping[str, Any]:
    """What changes of a delivery; None: not there."""
    state, placed_at = delivery.state.value, delivery.due_at or delivery.ended_at
    is_listed = placed_at is not None and delivery.state is not DeliveryState.DELIVERED
    return {
        "state": state,
        "round": delivery.round,
        "turn": delivery.turn,
        "begun": delivery.begun_at,
        "due": delivery.due_at,
        "ended": delivery.ended_at,
        "reason": delivery.reason or None,
        "attempts": [_attempt(each) for each in delivery.attempts],
        "lease": delivery.leased_until,
        "status_key": keys_work.webhook_pending(delivery.key.endpoint_id, state) if is_listed else None,
        "view_key": view_key(placed_at) if placed_at and is_listed else None,
    }


def delivery_from(item: Item) -> Delivery:
    event_id, _, endpoint_id = item["sk"].partition("#")
    return Delivery(
        key=DeliveryKey(item["pk"].partition("#")[2], event_id, endpoint_id),
        id=item["id"],
        event_type=item["type"],
        occurred_at=moment(item["at"]),
        created_at=moment(item["created"]),
        begun_at=moment(item["begun"]),
        body=item["body"].encode(),
        state=DeliveryState(item["state"]),
        round=item["round"],
        turn=item["turn"],
        due_at=moment_or_none(item.get("due")),
        attempts=tuple(_attempt_from(each) for each in item.get("attempts", ())),
        reason=item.get("reason", ""),
        ended_at=moment_or_none(item.get("ended")),
        leased_until=moment_or_none(item.get("lease")),
    )


def _attempt(attempt: Attempt) -> Mapping[str, Any]:
    return {
        "a": attempt.at,
        "s": attempt.status,
        "t": attempt.took_ms,
        "x": attempt.excerpt or None,
        "e": attempt.error or None,
        "h": attempt.held or None,
    }


def _attempt_from(stored: Item) -> Attempt:
    return Attempt(
        moment(stored["a"]),
        stored.get("s"),
        stored["t"],
        stored.get("x", ""),
        stored.get("e", ""),
        stored.get("h", False),
    )


def health_from(item: Item) -> EndpointHealth:
    return EndpointHealth(
        failures=item.get("failures", 0),
        failing_since=moment_or_none(item.get("failing_since")),
        probe_at=moment_or_none(item.get("probe_at")),
        last_success_at=moment_or_none(item.get("last_success_at")),
        last_failure_at=moment_or_none(item.get("last_failure_at")),
        delivered=item.get("delivered", 0),
        failed=item.get("failed", 0),
        exhausted=item.get("exhausted", 0),
        took_ms=item.get("took_ms", 0),
    )
