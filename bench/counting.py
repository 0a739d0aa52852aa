"""Counting: every request that any boto3 client sends, what it asked and what it was billed.

The hooks are botocore's own events, put on each client as it is made; shipped code is not changed. `before-send` fires
once for each request on the wire, so a retry counts as what it is: one more call to wait for.
"""

import copy
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import botocore.session

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
KEY_READS = frozenset({"GetItem", "BatchGetItem"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


@dataclass(slots=True)
class Call:
    """One request: `params` as our code gave them, the bytes both ways, and the parsed answer."""

    service: str
    operation: str
    params: Mapping[str, Any]
    method: str
    path: str
    target: str
    body: bytes
    status: int = 0
    answer: bytes = b""
    parsed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def write_units(self) -> float:
        """What the service says it billed; 0 for reads."""
        if self.operation not in WRITES:
            return 0.0
        consumed = self.parsed.get("ConsumedCapacity", [])
        consumed = consumed if isinstance(consumed, list) else [consumed]
        return sum(part["CapacityUnits"] for part in consumed)


class Recorder:
    """The calls made since the last `take`. `capacity`: ask DynamoDB what each call consumed."""

    def __init__(self, *, capacity: bool = True) -> None:
        self._capacity = capacity
        self._calls: list[Call] = []
        self._here = threading.local()

    def attach(self, client: Any) -> None:
        events = client.meta.events
        events.register("provide-client-params", self._given)
        events.register("before-send", self._sent)
        events.register("response-received", self._answered)

    def take(self) -> list[Call]:
        """What was called since the last time."""
        taken, self._calls = self._calls, []
        return taken

    def _given(self, params: dict[str, Any], model: Any, **_: Any) -> dict[str, Any]:
        self._here.params = copy.deepcopy(params)
        shape = model.input_shape
        if self._capacity and shape is not None and "ReturnConsumedCapacity" in shape.members:
            return {**params, "ReturnConsumedCapacity": "INDEXES"}
        return params

    def _sent(self, request: Any, event_name: str, **_: Any) -> None:
        _event, service, operation = event_name.split(".", 2)
        target = request.headers.get("X-Amz-Target", b"")
        target = target.decode() if isinstance(target, bytes) else target
        path = "/" + request.url.split("://", 1)[1].partition("/")[2].partition("?")[0]
        body = request.body if isinstance(request.body, bytes) else b""
        call = Call(service, operation, getattr(self._here, "params", {}), request.method, path, target, body)
        self._here.call = call
        self._calls.append(call)

    def _answered(self, response_dict: Any, parsed_response: Any, **_: Any) -> None:
        call: Call = self._here.call
        if response_dict is not None:
            body = response_dict["body"]
            call.status = response_dict["status_code"]
            call.answer = body if isinstance(body, bytes) else b""
            call.parsed = parsed_response or {}


@contextmanager
def watching(recorder: Recorder) -> Iterator[Recorder]:
    """Every client made inside is counted (PynamoDB's too)."""
    make = botocore.session.Session.create_client

    def create_client(self: Any, *args: Any, **options: Any) -> Any:
        client = make(self, *args, **options)
        recorder.attach(client)
        return client

    with patch.object(botocore.session.Session, "create_client", create_client):
        yield recorder


def reads_before_write(calls: list[Call]) -> list[Call]:
    """What was read before the first write, if anything was written."""
    first = next((place for place, call in enumerate(calls) if call.operation in WRITES), 0)
    return [call for call in calls[:first] if call.operation in READS]


def described(calls: list[Call]) -> str:
    """For notes: what was called, in order."""
    return ", ".join(call.operation for call in calls) or "nothing"


def canned(calls: list[Call]) -> list[dict[str, Any]]:
    """What the stub server needs to answer the same calls again."""
    return [
        {
            "method": call.method,
            "place": call.target or call.path,
            "body": call.body.decode("utf-8", "replace"),
            "status": call.status,
            "answer": _without_units(call.answer),
        }
        for call in calls
    ]


def _without_units(answer: bytes) -> str:
    """As the service answers a client that did not ask for units."""
    try:
        value = json.loads(answer)
    except ValueError:
        return answer.decode("utf-8", "replace")
    if isinstance(value, dict):
        value.pop("ConsumedCapacity", None)
    return json.dumps(value)
