"""Outbound webhooks in the table and in the queue: forms that come back as they went, lists that miss nothing."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_webhook import delivery_from, delivery_item, endpoint_from, endpoint_item
from chalicelib.aws.stores.webhook_deliveries import WebhookDeliveryStore
from chalicelib.aws.stores.webhook_endpoints import EndpointHealthStore, EndpointStore
from chalicelib.aws.transaction import Desk
from chalicelib.aws.webhook_queue import AttemptQueue, SweepQueue
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import digest, time_part
from chalicelib.domain.webhook_delivery import Attempt, Delivery, DeliveryKey, DeliveryState
from chalicelib.domain.webhook_endpoint import Endpoint
from chalicelib.domain.webhook_health import DOWN_AFTER, PROBE_EVERY
from chalicelib.domain.webhook_turns import Claim, Claimed, Sweep, Turn
from chalicelib.domain.writes import Written
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENDPOINT = "whk_0001"


@pytest.fixture
def desk() -> Desk:
    tables = tables_from(load(PARTS / "tables.yaml")["Resources"], (("desk", "DeskTable"),))
    return Desk(MemoryDynamoDB(tables), "desk")


@pytest.fixture
def store(desk: Desk) -> WebhookDeliveryStore:
    return WebhookDeliveryStore(desk)


def delivery(nth: int, **more: Any) -> Delivery:
    at = NOW + nth * MINUTE
    key = DeliveryKey(f"cnv_{nth % 3}", f"evt_{digest(str(nth))}", ENDPOINT)
    name = f"whd_{time_part(at)}{digest(str(nth))}"
    return replace(Delivery(key, name, "message.created", at, NOW, NOW, b"{}", due_at=at), **more)


def test_what_is_stored_comes_back_as_it_was() -> None:
    attempts = (Attempt(NOW, 503, 12, "no"), Attempt(NOW, None, 15000, error="ReadTimeoutError", held=True))
    whole = delivery(1, attempts=attempts, turn=2, round=2, leased_until=NOW, body="Grüße 👋".encode())
    ended = delivery(2).ended(DeliveryState.EXHAUSTED, "It was tried for three days.", NOW)
    for each in (delivery(3), whole, ended):
        assert delivery_from(from_attributes(to_attributes(delivery_item(each)))) == each
    plain = Endpoint(ENDPOINT, "https://crm.example", ("*",), "agt_1", NOW)
    more = replace(plain.rotated(NOW).disabled("gone", NOW), inbox_ids=("ibx_1",), team_ids=("team_1",), warned_for=NOW)
    for endpoint in (plain, more):
        assert endpoint_from(from_attributes(to_attributes(endpoint_item(endpoint)))) == endpoint


def test_one_has_it_at_a_time(store: WebhookDeliveryStore) -> None:
    (made,) = store.add([delivery(1)])
    first = store.claim(made.key, 0, NOW)
    assert isinstance(first, Claimed)
    assert not first.is_stale
    assert store.claim(made.key, 0, NOW) is Claim.HELD
    late = store.claim(made.key, 0, NOW + 2 * MINUTE)
    assert isinstance(late, Claimed)
    assert late.is_stale
    # Who lost it settles nothing any more.
    after = late.delivery.tried(Attempt(NOW, 200, 1)).ended(DeliveryState.DELIVERED, "", NOW)
    assert not store.settle(after, first.delivery)
    assert store.settle(after, late.delivery)
    assert store.claim(made.key, 0, NOW + 9 * MINUTE) is Claim.OVER
    assert store.claim(DeliveryKey("cnv_9", "evt_9", ENDPOINT), 0, NOW) is Claim.OVER


def test_a_repeat_adds_what_was_missing_and_changes_nothing(store: WebhookDeliveryStore) -> None:
    store.add([delivery(1)])
    claimed = store.claim(delivery(1).key, 0, NOW)
    assert isinstance(claimed, Claimed)
    delivered = claimed.delivery.tried(Attempt(NOW, 200, 1)).ended(DeliveryState.DELIVERED, "", NOW)
    store.settle(delivered, claimed.delivery)

    assert store.add([delivery(1), delivery(2)]) == [delivered, delivery(2)]
    assert [each.key for each in store.of_endpoint(ENDPOINT, None, 10, None).items] == [delivery(2).key, delivered.key]


def test_lists_are_in_their_order_and_miss_nothing(store: WebhookDeliveryStore) -> None:
    for nth in range(9):
        store.add([delivery(nth)])
    given_up = delivery(4).ended(DeliveryState.EXHAUSTED, "over", NOW)
    assert store.settle(given_up, delivery(4))

    def walked(pages: Any) -> list[int]:
        found, start = [], None
        while True:
            page = pages(start)
            found += [round((each.occurred_at - NOW) / MINUTE) for each in page.items]
            start = page.next
            if start is None:
                return found

    assert walked(lambda start: store.of_endpoint(ENDPOINT, None, 4, start)) == [*range(8, -1, -1)]
    assert walked(lambda start: store.waiting(ENDPOINT, NOW + 5 * MINUTE, 2, start)) == [0, 1, 2, 3, 5]
    assert walked(lambda start: store.of_endpoint(ENDPOINT, DeliveryState.EXHAUSTED, 4, start)) == [4]
    assert walked(lambda start: store.between(ENDPOINT, NOW + 2 * MINUTE, NOW + 5 * MINUTE, 2, start)) == [2, 3, 4]
    assert [each.key.event_id for each in store.of_owner("cnv_1")] == sorted(
        delivery(n).key.event_id for n in (1, 4, 7)
    )
    assert store.find(ENDPOINT, delivery(3).id) == delivery(3)
    for missing in (f"whd_{'0' * 29}", "whd_0", "whd_"):
        assert store.find(ENDPOINT, missing) is None
    assert store.find("whk_0002", delivery(3).id) is None


def test_a_body_is_rewritten_only_where_it_is(store: WebhookDeliveryStore) -> None:
    store.add([delivery(1)])
    store.rewrite(delivery(1).key, b'{"a":1}')
    store.rewrite(delivery(2).key, b"{}")
    assert store.find(ENDPOINT, delivery(1).id) == delivery(1, body=b'{"a":1}')
    assert store.find(ENDPOINT, delivery(2).id) is None


def test_an_endpoint_changes_at_the_version_that_was_read(desk: Desk) -> None:
    store, made = EndpointStore(desk), Endpoint(ENDPOINT, "https://crm.example", ("*",), "agt_1", NOW)
    assert store.put(made, 0) is Written.DONE
    assert store.put(made, 0) is Written.CONFLICT
    assert store.put(replace(made, version=2), 1) is Written.DONE
    assert store.put(replace(made, version=2), 1) is Written.CONFLICT
    assert store.delete(ENDPOINT, 1) is Written.CONFLICT
    assert store.delete(ENDPOINT, 2) is Written.DONE
    assert store.list() == []


def test_what_is_down_is_tried_by_one_at_a_time(desk: Desk) -> None:
    health = EndpointHealthStore(desk)
    assert all(health.take_probe(ENDPOINT, NOW) for _ in range(3))
    for _ in range(DOWN_AFTER):
        fares = health.failed(ENDPOINT, NOW, exhausted=False)
    assert (fares.is_down, fares.failing_since) == (True, NOW)
    assert not health.take_probe(ENDPOINT, NOW)
    assert [health.take_probe(ENDPOINT, NOW + PROBE_EVERY) for _ in range(2)] == [True, False]
    before = health.succeeded(ENDPOINT, NOW, 20)
    assert before.is_down
    after = health.get(ENDPOINT)
    assert (after.failures, after.failing_since, after.delivered, after.took_ms) == (0, None, 1, 20)
    assert (after.failed, after.last_failure_at) == (DOWN_AFTER, NOW)


class Sqs:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.refused: list[str] = []

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        self.sent += request["Entries"]
        return {"Failed": [{"Id": each} for each in self.refused]}

    def send_message(self, **request: Any) -> None:
        self.sent.append(request)


def test_attempts_go_by_lanes_of_their_endpoint() -> None:
    sqs = Sqs()
    queue = AttemptQueue(sqs, "url")
    turns = [Turn(DeliveryKey(f"cnv_{nth}", "evt_1", ENDPOINT), 2) for nth in range(23)]
    queue.put(turns)
    groups = {entry["MessageGroupId"] for entry in sqs.sent}
    assert groups == {f"{ENDPOINT}.{lane}" for lane in range(4)}
    assert len({entry["MessageDeduplicationId"] for entry in sqs.sent}) == 23
    assert json.loads(sqs.sent[0]["MessageBody"]) == {
        "owner": "cnv_0",
        "event_id": "evt_1",
        "endpoint_id": ENDPOINT,
        "turn": 2,
    }
    sqs.refused = ["0"]
    with pytest.raises(StoreUnavailable):
        queue.put(turns[:1])


def test_a_walk_that_is_not_done_goes_on_where_it_was() -> None:
    sqs = Sqs()
    SweepQueue(sqs, "url").put(Sweep(ENDPOINT, NOW, {"pk": "WHD#1", "sk": "a"}))
    assert json.loads(sqs.sent[0]["MessageBody"]) == {
        "sweep": {"endpoint_id": ENDPOINT, "until": NOW.isoformat(), "start": {"pk": "WHD#1", "sk": "a"}}
    }
