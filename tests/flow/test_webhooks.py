"""Outbound webhooks through their function: records of the bus, of attempts, of timers and of walks, as queues bring
them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels.http import HttpRequest, HttpResponse
from chalicelib.domain.webhook_delivery import DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_signature import secret_of
from chalicelib.wiring import webhooks
from functions.webhooks import handler as function
from tests.flow.world import World, memory_world
from tests.services.hooked import message_event, verified

SECRET = secret_of(b"s" * 32)


class Crm:
    """Answers what it is told to, once each, then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.asked: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        return HttpResponse(self.answers.pop(0) if self.answers else 200)


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, crm: Crm) -> Iterator[World]:
    with memory_world() as made:
        made.tells_integrators = True
        # In the template, timers of webhooks come by the queue of events.
        monkeypatch.setenv("PARLEY_TIMERS_SQS_URL", made.queue_urls["webhooks"])
        monkeypatch.setattr(webhooks, "http", lambda: crm)
        endpoint = Endpoint("whk_0001", "https://crm.example", ("message.*",), "agt_1", datetime.now(UTC))
        webhooks.endpoints().put(endpoint, 0)
        webhooks.secrets().write(endpoint.secret_ref, {"v1": (SECRET,)})
        yield made


def bring(world: World, body: Any) -> None:
    world.clients("sqs").send_message(QueueUrl=world.queue_urls["webhooks"], MessageBody=json.dumps(body))


def states() -> list[DeliveryState]:
    return [each.state for each in webhooks.deliveries().of_endpoint("whk_0001", None, 100, None).items]


def later(monkeypatch: pytest.MonkeyPatch, **time: int) -> None:
    at = datetime.now(UTC) + timedelta(**time)
    webhooks.attempts.cache_clear()
    webhooks.timer_calls.cache_clear()
    monkeypatch.setattr(function, "now", lambda: at)


def test_a_delivery_that_failed_is_made_when_its_timer_is_due(
    world: World, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.answers = [503]
    bring(world, {"detail": message_event(1)})
    world.pump()
    assert states() == [DeliveryState.WAITING]

    later(monkeypatch, seconds=10)
    world.wake("webhooks")
    world.pump()

    assert states() == [DeliveryState.DELIVERED]
    assert len(crm.asked) == 2
    assert [verified(each, (SECRET,), datetime.now(UTC))["type"] for each in crm.asked] == ["message.created"] * 2


def test_what_waits_is_walked_through(world: World, crm: Crm) -> None:
    crm.answers = [500, 500, 500]
    for nth in range(3):
        bring(world, {"detail": message_event(nth, conversation=f"cnv_{nth}")})
    world.pump()
    assert states() == [DeliveryState.WAITING] * 3

    bring(world, {"sweep": {"endpoint_id": "whk_0001", "until": None, "start": None}})
    world.pump()

    assert states() == [DeliveryState.DELIVERED] * 3


def test_a_delivery_that_is_due_much_later_has_one_schedule_with_its_neighbours(
    world: World, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crm, "send", lambda request: HttpResponse(429, {"retry-after": "4000"}))
    for nth in range(5):
        bring(world, {"detail": message_event(nth, conversation=f"cnv_{nth}")})
    world.pump()

    assert world.cloud is not None
    schedules = world.cloud.raw["scheduler"].schedules
    (schedule,) = schedules.values()
    assert json.loads(schedule["Target"]["Input"])["kind"] == "webhook_sweep"


def test_a_record_nobody_knows_is_let_go(world: World) -> None:
    bring(world, {"kind": "gone_kind", "subject": "s", "epoch": 0, "due_at": datetime.now(UTC).isoformat()})
    assert world.pump()
