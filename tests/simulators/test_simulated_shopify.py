"""The simulated Shopify: orders, and the signed webhooks that tell of them."""

import json
from typing import Any

import pytest

from simulators import Simulators
from simulators.shopify import signature
from tests.simulators.desk import Client, Receiver, settled

DOMAIN, SECRET = "shoes.myshopify.com", "shop-secret"
SHOP = f"/sim/shopify/{DOMAIN}"


@pytest.fixture
def shop(sim: Simulators, receiver: Receiver) -> str:
    sim.shopify.register(DOMAIN, client_secret=SECRET, webhook_url=receiver.base_url + "/shop")
    return DOMAIN


def told(receiver: Receiver) -> list[tuple[str, dict[str, Any]]]:
    return [(each.headers["x-shopify-topic"], json.loads(each.body)) for each in receiver.received]


def test_an_order_is_told_signed(sim: Simulators, client: Client, receiver: Receiver, shop: str) -> None:
    made = client.call("POST", f"{SHOP}/orders", {"email": "bob@example.com", "total": "12.00", "currency": "USD"})
    assert (made.status, made.json) == (201, {"number": "1001"})
    settled(sim)
    (request,) = receiver.received
    assert request.headers["x-shopify-hmac-sha256"] == signature(SECRET, request.body)
    assert request.headers["x-shopify-shop-domain"] == DOMAIN
    ((topic, order),) = told(receiver)
    assert (topic, order["name"], order["total_price"], order["email"]) == (
        "orders/create",
        "#1001",
        "12.00",
        "bob@example.com",
    )


@pytest.mark.parametrize(
    ("action", "topic"),
    [
        ("pay", "orders/paid"),
        ("ship", "orders/fulfilled"),
        ("cancel", "orders/cancelled"),
        ("refund", "refunds/create"),
    ],
)
def test_an_action_is_told_with_the_updated_order(
    sim: Simulators, client: Client, receiver: Receiver, shop: str, action: str, topic: str
) -> None:
    client.call("POST", f"{SHOP}/orders", {})
    assert client.call("POST", f"{SHOP}/orders/1001/actions", {"type": action}).status == 202
    settled(sim)
    (_, placed), (first, body), (second, updated) = told(receiver)
    assert (first, second) == (topic, "orders/updated")
    assert updated["updated_at"] > placed["updated_at"]
    assert len({each.headers["x-shopify-event-id"] for each in receiver.received}) == 2
    if action == "refund":
        assert (body["order_id"], body["transactions"][0]["amount"]) == (placed["id"], "59.90")


def test_an_old_webhook_is_repeated_as_it_was(sim: Simulators, client: Client, receiver: Receiver, shop: str) -> None:
    client.call("POST", f"{SHOP}/orders", {})
    client.call("POST", f"{SHOP}/orders/1001/actions", {"type": "pay"})
    assert client.call("POST", f"{SHOP}/repeat", {"place": 0}).status == 202
    settled(sim)
    first, *_, last = receiver.received
    assert (first.body, first.headers["x-shopify-event-id"]) == (last.body, last.headers["x-shopify-event-id"])
    assert client.call("POST", f"{SHOP}/repeat", {"place": 99}).status == 404


def test_the_newer_headers_bad_signatures_and_copies(
    sim: Simulators, client: Client, receiver: Receiver, shop: str
) -> None:
    sim.shopify.register(DOMAIN, newer_headers=True)
    sim.knobs["shopify"].turn(duplicates=2, bad_signature_next=1)
    client.call("POST", f"{SHOP}/events", {"topic": "shop/redact", "body": {"shop_id": 1}})
    settled(sim)
    assert len(receiver.received) == 2
    request = receiver.received[0]
    assert request.headers["shopify-topic"] == "shop/redact"
    assert request.headers["shopify-hmac-sha256"] != signature(SECRET, request.body)


def test_shops_are_kept_and_their_secrets_not_shown(sim: Simulators, client: Client, shop: str) -> None:
    for path in ("/sim/shopify", SHOP):
        assert SECRET not in json.dumps(client.call("GET", path).json)
    assert sim.shopify.saved()[0]["client_secret"] == SECRET
    sim.shopify.restore(sim.shopify.saved())
    assert client.call("PUT", SHOP, {"orders": {}}).status == 400
    assert client.call("PUT", SHOP, {"webhook_url": 5}).status == 400
    assert client.call("POST", f"{SHOP}/orders/7/actions", {"type": "pay"}).status == 404
    assert client.call("POST", f"{SHOP}/events", {"topic": "x"}).status == 400
    client.call("POST", f"{SHOP}/orders", {})
    assert client.call("POST", f"{SHOP}/orders/1001/actions", {"type": "eat"}).status == 400
    sim.shopify.reset()
    assert client.call("GET", SHOP).json["orders"] == {}
    assert client.call("DELETE", SHOP).status == 200
    assert client.call("GET", SHOP).status == 404
