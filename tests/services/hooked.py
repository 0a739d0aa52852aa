"""Outbound webhooks in simulated time: the real services and stores over tables in memory, queues and timers that keep
what they were given until it is done, and a receiver that checks signatures with the official library."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import webhooks as official

from chalicelib.aws.stores.webhook_deliveries import WebhookDeliveryStore
from chalicelib.aws.stores.webhook_endpoints import EndpointHealthStore, EndpointStore
from chalicelib.aws.transaction import Desk
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest
from chalicelib.domain.webhook_delivery import Delivery, DeliveryKey
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_turns import Sweep, Turn
from chalicelib.services.outbound_webhooks import OutboundWebhooks
from chalicelib.services.webhook_attempts import RETRY, SWEEP, Attempts, DeliveryIsHeld, WebhookCalls
from chalicelib.services.webhook_disabling import Disabling
from chalicelib.services.webhook_endpoints import Wanted, WebhookEndpoints
from chalicelib.services.webhook_replays import WebhookReplays
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ADMIN = Principal("agent", "agt_0adm", "Ada", Role.ADMIN)
URL = "https://crm.example/hooks"
# How long a record stays hidden whose handling failed.
HIDDEN = timedelta(seconds=180)
DEDUPLICATED = timedelta(minutes=5)
# What a call of the outside world takes.
TOOK = timedelta(milliseconds=40)
RESOURCES = load(PARTS / "tables.yaml")["Resources"]

Answer = HttpResponse | Exception
Record = tuple[str, Any]


class Power(BaseException):
    """The process ended."""


def message_event(nth: int, *, at: datetime = START, conversation: str = "cnv_0001", **more: Any) -> dict[str, Any]:
    """`message.created`, as the bus brings it."""
    leg = f"leg_0sh0p{digest('leg')}"
    snapshot = {"id": f"msg_{nth:029d}", "leg_id": leg, "conversation_id": conversation, "text": f"Hello {nth}"}
    return {
        "id": f"evt_{digest('message', str(nth))}",
        "type": "message.created",
        "version": 1,
        "occurred_at": at.isoformat(),
        "aggregate": {"kind": "message", "id": snapshot["id"], "version": 1},
        "actor": {"kind": "contact", "id": "con_0001"},
        "data": {"conversation_id": conversation, "leg_id": leg, "direction": "inbound", "kind": "text"},
        "snapshot": snapshot,
        **more,
    }


@dataclass
class Receiver:
    """An integrator's server: `answer` says how it fares; what it took is `taken`, by id."""

    answer: Callable[[HttpRequest, datetime], Answer] = lambda request, now: HttpResponse(200, {}, b"ok")
    secrets: Sequence[str] = ()
    asked: list[tuple[datetime, HttpRequest]] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)

    def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        self.asked.append((now, request))
        verified(request, self.secrets, now)
        name = request.headers["webhook-id"]
        self.bodies.setdefault(name, set()).add(request.body)
        answer = self.answer(request, now)
        if isinstance(answer, Exception):
            raise answer
        if 200 <= answer.status < 300:
            self.taken[name] += 1
        return answer


def verified(request: HttpRequest, secrets: Sequence[str], now: datetime) -> Any:
    """What the official library makes of it, at that time, with each secret. Raises WebhookVerificationError."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return now

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(official, "datetime", Now)
        told = [official.Webhook(secret).verify(request.body, dict(request.headers)) for secret in secrets]
    return told[0] if told else None


class Tapped:
    """Every call of something outside goes through `tap`."""

    def __init__(self, inner: Any, name: str, world: "Hooked") -> None:
        self._inner, self._name, self._world = inner, name, world

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)
        if not callable(real):
            return real
        return lambda *args, **more: self._world.tapped(f"{self._name}.{name}", lambda: real(*args, **more))


class Hooked:
    """`tap(name, call)` stands before every call to AWS: it can refuse it, lose its answer, or end the process."""

    def __init__(self) -> None:
        self.now = START
        self.tap: Callable[[str, Callable[[], Any]], Any] = lambda name, call: call()
        self.calls: list[str] = []
        self.records: list[tuple[datetime, int, Record]] = []
        self.numbers = 0
        self.queued: dict[tuple[DeliveryKey, int], datetime] = {}
        self.receivers: dict[str, Receiver] = {}
        self.kept: dict[str, Mapping[str, Sequence[str]]] = {}
        self.places: dict[str, tuple[str | None, str | None]] = {}
        self.client = MemoryDynamoDB(tables_from(RESOURCES, (("desk", "DeskTable"),)))
        desk = Desk(Tapped(self.client, "dynamodb", self), "desk")
        self.endpoints, self.deliveries = EndpointStore(desk), WebhookDeliveryStore(desk)
        self.health = EndpointHealthStore(desk)
        turns, sweeps, timers = (Tapped(each, "sqs", self) for each in (Turns(self), Sweeps(self), Timers(self)))
        calls = WebhookCalls(self, lambda endpoint: self.read(endpoint.secret_ref), self.seconds)
        self.outbound = OutboundWebhooks(self.endpoints.list, self.deliveries, turns, self.places.get)
        self.attempts = Attempts(
            endpoint=self.endpoints.get,
            health_of=self.health.get,
            health=self.health,
            disabling=Disabling(self.endpoints),
            deliveries=self.deliveries,
            queue=turns,
            sweeps=sweeps,
            timers=timers,
            calls=calls,
            clock=lambda: self.now,
        )
        self.replays = WebhookReplays(self.endpoints, self.deliveries, turns)
        self.managing = WebhookEndpoints(
            self.endpoints, self.health, self, calls, self, self.agent, lambda url: None, lambda count: b"k" * count
        )
        self.randoms = 0

    # What the services are given.

    def seconds(self) -> float:
        return self.now.timestamp()

    def tapped(self, name: str, call: Callable[[], Any]) -> Any:
        self.calls.append(name)
        return self.tap(name, call)

    def send(self, request: HttpRequest) -> HttpResponse:
        self.now += TOOK
        return self.receivers[request.url].receive(request, self.now)

    def read(self, ref: str) -> Mapping[str, Sequence[str]]:
        return self.kept.get(ref, {})

    def write(self, ref: str, credentials: Mapping[str, Sequence[str]]) -> None:
        self.kept[ref] = {name: tuple(values) for name, values in credentials.items()}

    def new(self, prefix: str) -> str:
        self.randoms += 1
        return f"{prefix}_{digest(prefix, str(self.randoms))}"

    def agent(self, agent_id: str) -> Agent | None:
        return Agent(agent_id, "Ada", "ada@example.com", Role.ADMIN, START) if agent_id == ADMIN.id else None

    # What tests do.

    def endpoint(self, url: str = URL, types: tuple[str, ...] = ("message.*",), **more: Any) -> Endpoint:
        made, secret = self.managing.create(Wanted(url, types, **more), ADMIN, self.now)
        self.receivers[url] = Receiver(secrets=(secret,))
        return made

    def happens(self, *events: Mapping[str, Any]) -> None:
        for event in events:
            self.keep(self.now, ("event", event))

    def keep(self, at: datetime, record: Record) -> None:
        self.numbers += 1
        self.records.append((at, self.numbers, record))

    def run(self, until: timedelta) -> None:
        """Let time pass until so long after the start: whatever is due is handled, and comes back where it failed."""
        end = START + until
        while self.records:
            self.records.sort(key=lambda each: each[:2])
            at, number, record = self.records[0]
            if at > end:
                break
            self.now = max(self.now, at)
            self.records.pop(0)
            try:
                self._handle(*record)
            except (StoreUnavailable, DeliveryIsHeld, Power):
                self.records.append((self.now + HIDDEN, number, record))
        self.now = max(self.now, end)

    def _handle(self, kind: str, body: Any) -> None:
        if kind == "event":
            self.outbound.react(body, self.now)
        elif kind == "turn":
            self.attempts.attempt(body)
        elif kind == "sweep":
            self.attempts.sweep(body)
        else:
            name, subject, epoch = body
            {RETRY: self.attempts.retry, SWEEP: self.attempts.due}[name](subject, epoch, self.now)

    def log(self, endpoint: Endpoint) -> Sequence[Delivery]:
        """All that an endpoint was told, newest first, with nothing in the way."""
        self.tap = lambda name, call: call()
        found: list[Delivery] = []
        start: Mapping[str, Any] | None = None
        while True:
            page = self.deliveries.of_endpoint(endpoint.id, None, 100, start)
            found, start = [*found, *page.items], page.next
            if start is None:
                return found

    def events(self) -> list[str]:
        """What the stream would publish of endpoints, in order."""
        found = [image["dynamodb"].get("NewImage", {}) for image in self.client.tables["desk"].stream]
        return [entry["type"] for item in found if "events" in item for entry in json.loads(item["events"]["S"])]


@dataclass
class Turns:
    world: Hooked

    def put(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            name, now = (turn.key, turn.turn), self.world.now
            if name in self.world.queued and now - self.world.queued[name] < DEDUPLICATED:
                continue
            self.world.queued[name] = now
            self.world.keep(now, ("turn", turn))


@dataclass
class Sweeps:
    world: Hooked

    def put(self, sweep: Sweep) -> None:
        self.world.keep(self.world.now, ("sweep", sweep))


@dataclass
class Timers:
    world: Hooked

    def set(self, kind: str, subject: str, epoch: int, due_at: datetime) -> None:
        self.world.keep(due_at, ("timer", (kind, subject, epoch)))


def down(since: timedelta, until: timedelta, status: int = 503) -> Callable[[HttpRequest, datetime], Answer]:
    """Fails between two times after the start, well otherwise."""

    def answer(request: HttpRequest, now: datetime) -> Answer:
        is_down = START + since <= now < START + until
        return HttpResponse(status if is_down else 204, {}, b"")

    return answer
