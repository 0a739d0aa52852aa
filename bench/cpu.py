"""What our code spends on a message beyond what any handler must: CPU over a floor measured in the same run.

The floor of the handler is what remains if everything of ours is taken away: one HMAC, one JSON decode, and the same
DynamoDB calls with the same parameters by a bare boto3 client (with our client's own settings, which spare it the
validation of parameters: a client with the defaults would be a slower floor). Both talk to the same stub, in turns.
"""

import contextlib
import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import boto3

from bench import events, servers
from bench.budgets import Figure, figure
from bench.counting import Call, canned
from bench.desk import BenchError, desk, environment, variables
from bench.events import Context, Customer

ANA = Customer(1)
BLOCKS, BLOCK = 25, 20
QUICK_BLOCKS, QUICK_BLOCK = 3, 5
PURE_BLOCK = 200


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians of one call's CPU, and how far the middle half of the blocks' ratios spreads."""

    ours_us: float
    floor_us: float
    value: float
    low: float
    high: float

    def described(self) -> str:
        return f"{self.ours_us:.0f} over {self.floor_us:.0f} us CPU; middle half {self.low:.2f} to {self.high:.2f}"


def compare(ours: Callable[[], object], floor: Callable[[], object], blocks: int, block: int) -> Ratio:
    """Blocks of both in turns, so that what disturbs the machine disturbs both."""
    _spent(ours, block), _spent(floor, block)
    pairs = [(_spent(ours, block), _spent(floor, block)) for _ in range(blocks)]
    ratios = [one / other for one, other in pairs]
    low, _, high = quantiles(ratios, n=4)
    return Ratio(median(one for one, _ in pairs), median(other for _, other in pairs), median(ratios), low, high)


def _spent(work: Callable[[], object], times: int) -> float:
    """CPU microseconds of this process for one call."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times * 1e6


def measure(*, quick: bool) -> Iterator[Figure]:
    blocks, block = (QUICK_BLOCKS, QUICK_BLOCK) if quick else (BLOCKS, BLOCK)
    warm, event, calls = _recorded()
    with servers.stub() as stub, environment(variables(stub, stub)), contextlib.redirect_stdout(io.StringIO()):
        servers.http_json("POST", f"{stub}/_load", canned([*warm, *calls]))
        whole = compare(_handler(event), _floor(event, calls), blocks, block)
    pure = compare(_normalise(event), _bare(event), blocks, PURE_BLOCK)
    yield figure("inbound.cpu_ratio", whole.value, whole.described())
    yield figure("inbound.normalise_us_ratio", pure.value, pure.described())


def _recorded() -> tuple[list[Call], dict[str, Any], list[Call]]:
    """The calls that fill a process's caches, a usual message, and the calls it makes."""
    with desk(capacity=False) as made:
        made.write(ANA)
        with environment(variables(made.aws, made.provider)):
            warm = made.write(ANA)
            event = made.message(ANA)
            return warm, event, made.receive(event)


def _handler(event: dict[str, Any]) -> Callable[[], object]:
    from functions.webhook_intake.handler import handler

    def work() -> None:
        if handler(event, Context())["statusCode"] != 200:
            raise BenchError("the handler refused its event")

    return work


def _floor(event: Mapping[str, Any], calls: Sequence[Call]) -> Callable[[], object]:
    from chalicelib.aws.clients import CONFIG

    client = boto3.client("dynamodb", config=CONFIG)
    known: dict[str, Any] = {
        "GetItem": client.get_item,
        "BatchGetItem": client.batch_get_item,
        "PutItem": client.put_item,
        "UpdateItem": client.update_item,
        "TransactWriteItems": client.transact_write_items,
        "Query": client.query,
    }
    made = [(known[call.operation], call.params) for call in calls]
    bare = _bare(event)

    def work() -> None:
        bare()
        for method, params in made:
            method(**params)

    return work


def _bare(event: Mapping[str, Any]) -> Callable[[], object]:
    """Proof and decoding, and no more."""
    body, secret = event["body"].encode(), events.APP_SECRET.encode()
    given = event["headers"]["x-hub-signature-256"]

    def work() -> Any:
        proven = hmac.compare_digest(given, "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest())
        return proven and json.loads(body)

    return work


def _normalise(event: Mapping[str, Any]) -> Callable[[], object]:
    from datetime import UTC, datetime

    from chalicelib.channels import registry
    from chalicelib.wiring.http_event import request_of

    channel = registry.load("whatsapp")
    request = request_of(event, datetime.now(UTC))
    credentials = {"app_secret": (events.APP_SECRET,)}

    def work() -> None:
        channel.verify(request, credentials)
        channel.normalise(request)

    return work
