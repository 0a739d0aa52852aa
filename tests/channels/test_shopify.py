"""Shopify: topics, whose they are, by what they are known, and what an agent reads."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels import shopify
from chalicelib.channels.base import (
    AccountNotice,
    CannotSay,
    HttpRequest,
    HttpResponse,
    Ignored,
    Outgoing,
    Reply,
    TimelineEvent,
    WebhookRequest,
)
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW, event_of

KIT = KITS["shopify"]
CORPUS = Path(os.environ.get("CHANNEL_CORPUS") or "/nonexistent")
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="CHANNEL_CORPUS is not set")
ORDER = "5000000000000001001"


def topic_of(fixture: str) -> str:
    return event_of(fixture).replace("-", "/", 1)


def told(topic: str, body: Any, **headers: str) -> WebhookRequest:
    """A webhook of this topic, with more headers (`event_id`)."""
    made = KIT.signed(json.dumps(body).encode(), topic.replace("/", "-", 1))
    more = {f"x-shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
    return replace(made, headers={**made.headers, **more})


def event(topic: str, body: Any, **headers: str) -> TimelineEvent:
    (item,) = shopify.normalise(told(topic, body, **headers))
    assert isinstance(item, TimelineEvent)
    return item


class TestShopify(ChannelCases):
    name = "shopify"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("orders-create"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        return ()

    def accepting(self, request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is sent")

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield topic_of(name)

    def test_a_changed_request_is_refused(self) -> None:
        """Topic and shop are not signed: only the body's proof can be changed."""
        genuine = KIT.signed(b'{"a":1}', "messages")
        given = genuine.headers["x-shopify-hmac-sha256"]
        for changed in (f"{given}0", given[:-1], given.lower(), f"é\udc80{given}", f"{given},{given}"):
            self.refused(replace(genuine, headers={**genuine.headers, "x-shopify-hmac-sha256": changed}))
        self.refused(replace(genuine, body=b'{"a":2}'))
        self.refused(replace(genuine, body=b'{"a": 1}'))

    # Proof.

    def test_both_families_of_headers_are_read_and_the_newer_one_first(self) -> None:
        genuine = KIT.fixture("orders-paid")
        newer = {name.removeprefix("x-"): value for name, value in genuine.headers.items()}
        only_newer = replace(genuine, headers=newer)
        shopify.verify(only_newer, KIT.credentials)
        assert shopify.normalise(only_newer) == shopify.normalise(genuine)
        both = replace(genuine, headers={**genuine.headers, "shopify-topic": "customers/update"})
        assert isinstance(shopify.normalise(both)[0], TimelineEvent | Ignored)
        assert shopify.normalise(both) != shopify.normalise(genuine)
        self.refused(replace(genuine, headers={**genuine.headers, "shopify-hmac-sha256": "bm8="}))

    def test_a_signature_made_by_another_tool_is_accepted(self) -> None:
        """printf %s '{"id":1}' | openssl dgst -sha256 -hmac shop-secret -binary | base64"""
        signature = "plW8VGqq0nDMIEhDqaNNW99asdUCy7EIqLZVcQwtAZ0="
        assert signature == base64.b64encode(hmac.new(b"shop-secret", b'{"id":1}', hashlib.sha256).digest()).decode()
        headers = {"shopify-topic": "a", "shopify-shop-domain": "b", "shopify-hmac-sha256": signature}
        request = WebhookRequest("POST", "/", headers, {}, b'{"id":1}', NOW)
        shopify.verify(request, {"client_secret": ("shop-secret",)})

    # What is told.

    @pytest.mark.parametrize(
        ("fixture", "kind", "title"),
        [
            ("orders-create", "order.created", "Order #1001: placed, 59.90 EUR"),
            ("orders-paid", "order.paid", "Order #1001: paid, 59.90 EUR"),
            ("orders-updated", "order.updated", "Order #1001: updated, paid, 59.90 EUR"),
            ("orders-cancelled", "order.cancelled", "Order #1001: cancelled (customer), 59.90 EUR"),
            ("orders-fulfilled", "order.fulfilled", "Order #1001: fulfilled, 59.90 EUR"),
            ("orders-partially_fulfilled", "order.partially_fulfilled", "Order #1001: partly fulfilled, 59.90 EUR"),
            ("orders-edited", "edit.created", "Order: edited, 1 additions, 1 removals"),
            ("orders-delete", "order.deleted", f"Order {ORDER}: deleted"),
            ("refunds-create", "refund.created", "Refund of 49.90 EUR"),
            ("fulfillments-create", "fulfillment.created", "Shipment #1001.1: sent, CTT DA000000001PT"),
            ("fulfillments-update", "fulfillment.updated", "Shipment #1001.1: in transit, CTT DA000000001PT"),
            ("checkouts-create", "checkout.created", "Checkout: begun, 59.90 EUR"),
            ("checkouts-update", "checkout.updated", "Checkout: completed, 59.90 EUR"),
            ("checkouts-delete", "checkout.deleted", "Checkout 8000000000001: deleted"),
            ("carts-update", "cart.updated", "Cart: updated, 2 items"),
            ("customers-create", "customer.created", "Customer account: created"),
            ("customers-disable", "customer.disabled", "Customer account: disabled"),
            ("orders-create__bare", "order.created", "Order #1004: placed"),
        ],
    )
    def test_an_event_reads_well(self, fixture: str, kind: str, title: str) -> None:
        item = self.one(fixture)
        assert (item.kind, item.title, item.account_id) == (kind, title, "shoes.myshopify.com")

    def test_an_orders_data_keep_money_as_text_and_what_an_agent_needs(self) -> None:
        data = self.one("orders-partially_fulfilled").data
        assert (data["total"], data["currency"], data["subtotal"], data["discounts"]) == (
            "59.90",
            "EUR",
            "54.90",
            "5.00",
        )
        assert data["customer_total"] == {"amount": "65.10", "currency": "USD"}
        assert data["lines"][0] == {
            "title": "Trail shoes",
            "variant": "42 / green",
            "quantity": 1,
            "price": "49.90",
            "sku": "TS-42-G",
        }
        assert data["shipments"][0]["url"] == "https://track.example/DA000000001PT"
        assert data["shipments"][0]["numbers"] == ["DA000000001PT", "DA000000002PT"]
        assert data["ships_to"]["city"] == "Porto"
        assert data["status_url"] == "https://shop.example/orders/abc"

    def test_nothing_hostile_comes_through(self) -> None:
        item = self.one("orders-create__hostile")
        assert "javascript" not in json.dumps(dict(item.data))
        assert "data:x" not in json.dumps(dict(item.data))
        assert "total" not in item.data and "currency" not in item.data
        assert item.occurred_at == datetime(2026, 8, 1, 8, 55, tzinfo=UTC)
        assert not {"shipments", "refunds"} & set(item.data)

    def test_a_very_long_order_is_cut_and_says_so(self) -> None:
        body = {"id": 1, "line_items": [{"title": f"Thing {place}"} for place in range(120)]}
        data = event("orders/create", body).data
        assert (len(data["lines"]), data["lines_left_out"]) == (50, 70)

    def test_a_customer_is_known_by_id_then_email_then_phone(self) -> None:
        assert self.one("orders-create").known_as == (
            ("shopify", "shoes.myshopify.com:7000000000001"),
            ("email", "ana.silva@example.com"),
            ("phone", "+351912000001"),
        )
        guest = self.one("orders-create__guest")
        assert guest.known_as == (("email", "guest@example.com"), ("phone", "0151 23456789"))
        assert (guest.region, guest.profile.name) == ("DE", "Gast Haus")
        assert self.one("orders-create__nobody").known_as == ()

    def test_a_phone_of_an_address_leads_to_nobody(self) -> None:
        assert "220000000" not in str(self.one("orders-create").known_as)

    def test_what_names_an_order_only_is_a_part_of_it(self) -> None:
        for fixture in ("refunds-create", "orders-edited", "fulfillments-update"):
            item = self.one(fixture)
            assert (item.subject, item.partial) == (f"order:{ORDER}", True)
        assert (self.one("orders-paid").subject, self.one("orders-paid").partial) == (f"order:{ORDER}", False)

    @pytest.mark.parametrize("fixture", ["orders-create__without_id", "refunds-create__without_order", "carts-create"])
    def test_what_can_be_nobodys_is_ignored(self, fixture: str) -> None:
        assert isinstance(self.one(fixture), Ignored)

    # Time and repeats.

    def test_an_event_is_of_the_time_its_resource_was_changed(self) -> None:
        assert self.one("orders-paid").occurred_at == datetime(2026, 8, 1, 9, 56, tzinfo=UTC)
        triggered = event("orders/delete", {"id": 1}, triggered_at="2026-07-31T10:00:00.123456789Z")
        assert triggered.occurred_at == datetime(2026, 7, 31, 10, 0, 0, 123456, tzinfo=UTC)

    def test_several_subscriptions_tell_of_one_event_once(self) -> None:
        body = KIT.payload("orders-paid")
        first = event("orders/paid", body, event_id="e-1", webhook_id="w-1")
        second = event("orders/paid", {**body, "note": "another version of the API"}, event_id="e-1", webhook_id="w-2")
        assert first.external_id == second.external_id
        assert event("orders/updated", body, event_id="e-1").external_id != first.external_id
        assert event("orders/paid", body, event_id="e-2").external_id != first.external_id

    def test_without_an_event_id_the_resource_and_its_version_tell_a_repeat(self) -> None:
        body = KIT.payload("orders-paid")
        first = event("orders/paid", body)
        assert event("orders/paid", {**body, "note": "x"}).external_id == first.external_id
        assert event("orders/paid", {**body, "updated_at": "2026-08-01T10:57:00Z"}).external_id != first.external_id
        assert event("orders/updated", body).external_id != first.external_id
        assert event("orders/delete", {"id": 1}).external_id != event("orders/delete", {"id": 2}).external_id

    # News of the app, and the law's.

    @pytest.mark.parametrize(
        ("fixture", "kind", "detail"),
        [
            ("app-uninstalled", "account.app_uninstalled", {"shop": "shoes.myshopify.com"}),
            (
                "customers-data_request",
                "privacy.data_request",
                {"shop": "shoes.myshopify.com", "customer": "7000000000001", "request": "9999", "orders": [ORDER]},
            ),
            (
                "customers-redact",
                "privacy.customer_redact",
                {"shop": "shoes.myshopify.com", "customer": "7000000000001", "orders": [ORDER]},
            ),
            ("shop-redact", "privacy.shop_redact", {"shop": "shoes.myshopify.com"}),
        ],
    )
    def test_news_of_the_app_are_notices_without_personal_data(
        self, fixture: str, kind: str, detail: dict[str, Any]
    ) -> None:
        notice = self.one(fixture)
        assert isinstance(notice, AccountNotice)
        assert (notice.kind, dict(notice.detail)) == (kind, detail)
        assert "ana.silva" not in str(notice)

    @pytest.mark.parametrize("fixture", ["customers-data_request", "customers-redact"])
    def test_what_the_law_asks_says_whom_it_is_about(self, fixture: str) -> None:
        notice = self.one(fixture)
        assert isinstance(notice, AccountNotice)
        assert notice.known_as == (
            ("shopify", "shoes.myshopify.com:7000000000001"),
            ("email", "ana.silva@example.com"),
            ("phone", "+351912000001"),
        )
        assert notice.subjects == (f"order:{ORDER}",)
        assert notice.external_id

    def test_the_same_request_of_another_day_is_another_one(self) -> None:
        def named(at: str, **more: str) -> str:
            body = KIT.payload("customers-redact")
            (made,) = shopify.normalise(told("customers/redact", body, triggered_at=at, **more))
            assert isinstance(made, AccountNotice)
            return made.external_id

        assert named("2026-08-01T10:00:00Z") == named("2026-08-01T10:00:00Z") != named("2027-08-01T10:00:00Z")
        assert named("2026-08-01T10:00:00Z", event_id="e1") == named("2026-08-02T10:00:00Z", event_id="e1")

    @pytest.mark.parametrize("fixture", ["app-uninstalled", "shop-redact"])
    def test_news_of_the_app_name_nobody(self, fixture: str) -> None:
        notice = self.one(fixture)
        assert isinstance(notice, AccountNotice)
        assert (notice.known_as, notice.subjects) == ((), ())

    def test_nothing_is_sent(self) -> None:
        with pytest.raises(CannotSay):
            shopify.build_send(outgoing(text="x"), KIT.inbox, KIT.credentials)
        assert shopify.build_health(KIT.inbox, KIT.credentials) is None


# Real resources, in their REST wrapper: they are what webhooks carry.

REAL = [
    ("order", "orders/updated", "order.updated"),
    ("orders", "orders/create", "order.created"),
    ("checkouts", "checkouts/update", "checkout.updated"),
    ("customers_search", "customers/update", "customer.updated"),
    ("refund", "refunds/create", "refund.created"),
]


@needs_corpus
@pytest.mark.parametrize(("name", "topic", "kind"), REAL)
def test_a_real_resource_is_read(name: str, topic: str, kind: str) -> None:
    payload = json.loads((CORPUS / "shopify" / f"shopify_python_api__{name}.json").read_bytes())
    (wrapped,) = payload.values()
    for body in wrapped if isinstance(wrapped, list) else [wrapped]:
        item = event(topic, body)
        assert item.kind == kind
        assert item.subject
        if name in ("order", "orders"):
            assert item.title.startswith("Order #1001: ") and item.title.endswith(f"{body['total_price']} USD")
            assert ("email", "bob.norman@hostmail.com") in item.known_as
            assert len(item.data.get("lines", ())) == len(body.get("line_items", ()))
            assert len(item.data.get("shipments", ())) == len(body.get("fulfillments", ()))
        if name == "refund":
            assert item.title.startswith("Refund of ")


@needs_corpus
def test_a_signature_of_the_documented_rule_is_accepted() -> None:
    vector = json.loads((CORPUS / "signature_vectors.json").read_bytes())["shopify_hmac"]
    headers = {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": "shoes.myshopify.com"}
    headers["x-shopify-hmac-sha256"] = vector["value"]
    request = WebhookRequest("POST", "/", headers, {}, vector["raw_body"].encode(), NOW)
    for secrets in ((vector["client_secret"],), (NEW, vector["client_secret"])):
        shopify.verify(request, {"client_secret": secrets})
