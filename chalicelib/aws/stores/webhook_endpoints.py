"""Integrators' endpoints, and how each fares."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws import keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, events_of, milliseconds
from chalicelib.aws.codec_webhook import endpoint_from, endpoint_item, health_from
from chalicelib.aws.transaction import ABSENT, Delete, Desk, Put, Update
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import DOWN_AFTER, PROBE_EVERY, EndpointHealth
from chalicelib.domain.writes import Recorded, Written

_WHATEVER = "attribute_exists(pk) OR attribute_not_exists(pk)"


class EndpointStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, endpoint_id: str) -> Endpoint | None:
        item = self._desk.get(keys_work.webhook_endpoint(endpoint_id))
        return endpoint_from(item) if item else None

    def list(self) -> Sequence[Endpoint]:
        """All of them, oldest first. One query."""
        rows, _next = self._desk.query("pk = :pk", {":pk": keys_work.webhook_endpoint()[0]}, consistent=True)
        return sorted(map(endpoint_from, rows), key=lambda endpoint: (endpoint.created_at, endpoint.id))

    def put(self, endpoint: Endpoint, read_version: int, recorded: Recorded | None = None) -> Written:
        item = endpoint_item(endpoint)
        if recorded is not None:
            item["events"] = events_of(recorded)
        condition = "version = :read" if read_version else ABSENT
        try:
            self._desk.write(Put(item, condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def delete(self, endpoint_id: str, read_version: int) -> Written:
        gone = Delete(keys_work.webhook_endpoint(endpoint_id), "version = :read", {":read": read_version})
        health = Delete(keys_work.webhook_health(endpoint_id), _WHATEVER)
        try:
            self._desk.transact([gone, health])
        except TransactionRefused as refused:
            if refused.only_contended:
                raise
            return Written.CONFLICT
        return Written.DONE


class EndpointHealthStore:
    """One item for each endpoint; every method is one call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, endpoint_id: str) -> EndpointHealth:
        return health_from(self._desk.get(keys_work.webhook_health(endpoint_id)) or {})

    def succeeded(self, endpoint_id: str, at: datetime, took_ms: int) -> EndpointHealth:
        values = {":at": at, ":took": took_ms, ":none": 0, ":one": 1}
        expression = (
            "SET last_success_at = :at, failures = :none REMOVE failing_since, probe_at "
            "ADD delivered :one, took_ms :took"
        )
        return health_from(self._write(endpoint_id, expression, values, "ALL_OLD"))

    def failed(self, endpoint_id: str, at: datetime, *, exhausted: bool) -> EndpointHealth:
        values = {":at": at, ":one": 1, ":over": int(exhausted)}
        expression = (
            "SET last_failure_at = :at, failing_since = if_not_exists(failing_since, :at) "
            "ADD failures :one, failed :one, exhausted :over"
        )
        return health_from(self._write(endpoint_id, expression, values, "ALL_NEW"))

    def take_probe(self, endpoint_id: str, now: datetime) -> bool:
        values = {":now": milliseconds(now), ":next": now + PROBE_EVERY, ":down": DOWN_AFTER}
        is_up = "attribute_not_exists(failures) OR failures < :down"
        free = f"{is_up} OR attribute_not_exists(probe_at) OR probe_at <= :now"
        taken = Update(keys_work.webhook_health(endpoint_id), "SET probe_at = :next", values, None, free)
        try:
            self._desk.write(taken)
        except ConditionFailed:
            return False
        return True

    def reset(self, endpoint_id: str) -> None:
        self._write(endpoint_id, "SET failures = :none REMOVE failing_since, probe_at", {":none": 0}, "NONE")

    def _write(self, endpoint_id: str, expression: str, values: Item, give: str) -> Item:
        return self._desk.write(Update(keys_work.webhook_health(endpoint_id), expression, values), give=give)
