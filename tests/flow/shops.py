"""A desk with a shop and a till, and what they tell it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import functions.webhook_intake.handler
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.domain.contact import Contact
from chalicelib.domain.timeline import Line, Subject, TimelineQuery
from chalicelib.services import contacts
from chalicelib.wiring import shared
from tests.flow import invariants
from tests.flow.http import http_event
from tests.flow.scene import ANA, Scene, scene, stored

SHOP, SHOP_INBOX, SHOP_SECRET = "shoes.myshopify.com", "ibx_sh0p", "shop-secret"
TILL_INBOX, TILL_SECRET = "ibx_t1", "till-secret"


def shop_scene() -> Any:
    made = scene()

    class Opened:
        def __enter__(self) -> Scene:
            opened = made.__enter__()
            opened.world.add_inbox(SHOP_INBOX, "shopify", SHOP, {"client_secret": [SHOP_SECRET, "older"]})
            opened.world.add_inbox(TILL_INBOX, "events", TILL_INBOX, {"secret": [TILL_SECRET]})
            return opened

        def __exit__(self, *error: Any) -> Any:
            return made.__exit__(*error)

    return Opened()


def order(number: int = 1001, minute: int = 0, status: str = "pending", **more: Any) -> dict[str, Any]:
    at = (datetime(2026, 3, 2, 8, 0, tzinfo=UTC) + timedelta(minutes=minute)).isoformat()
    body: dict[str, Any] = {"id": 5_000_000 + number, "name": f"#{number}", "email": "bob@example.com"}
    body |= {"updated_at": at, "created_at": "2026-03-02T08:00:00+00:00", "financial_status": status}
    return body | {"total_price": "59.90", "currency": "EUR", **more}


def shop(topic: str, body: Any, event_id: str = "", secret: str = SHOP_SECRET, shop: str = SHOP) -> int:
    """A webhook of the shop through the function; gives the answer's status."""
    raw = json.dumps(body).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    headers = {"X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": shop, "X-Shopify-Hmac-Sha256": signature}
    headers |= {"X-Shopify-Event-Id": event_id} if event_id else {}
    event = http_event("POST", f"/webhooks/shopify/{SHOP_INBOX}", raw, headers)
    return int(functions.webhook_intake.handler.handler(event, None)["statusCode"])


def till(here: Scene, *events: Any, path: str = f"/v1/events/{TILL_INBOX}") -> list[dict[str, Any]]:
    """A call of the generic contract; gives the results."""
    raw = json.dumps({"events": events}).encode()
    timestamp = str(int(here.now().timestamp()))
    mac = hmac.new(TILL_SECRET.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": timestamp, "X-Signature": f"sha256={mac}"}
    answer = functions.webhook_intake.handler.handler(http_event("POST", path, raw, headers), None)
    assert answer["statusCode"] == 202
    found: list[dict[str, Any]] = json.loads(answer["body"])["results"]
    return found


def sale(identifier: str, **more: Any) -> dict[str, Any]:
    fixed = {"id": identifier, "type": "sale.made", "occurred_at": "2026-03-02T08:30:00Z", "title": "Sale"}
    return {**fixed, "contact": {"external_id": "42", "email": "bob@example.com"}, **more}


def store() -> TimelineStore:
    return TimelineStore(shared.desk())


def lines(contact_id: str, **more: Any) -> list[Line]:
    return list(store().page(TimelineQuery(contact_id, 100, **more)).items)


def titles(contact_id: str, **more: Any) -> list[str]:
    return [line.title for line in lines(contact_id, **more)]


def orders(contact_id: str) -> list[Subject]:
    return list(store().subjects(contact_id, "order", 50, None).items)


def people() -> list[Contact]:
    return list(ContactStore(shared.desk()).list(50, None).items)


def give(contact_id: str, **changes: Any) -> Contact:
    """An agent types what he was told."""
    desk = ContactStore(shared.desk())
    current = contacts.get(desk, contact_id)
    return contacts.edit(desk, ANA, contact_id, current.version, changes, shared.now())


def check(here: Scene) -> None:
    here.world.pump()
    invariants.check(here.world, stored(here.world))


def refund(number: int = 1001) -> dict[str, Any]:
    transactions = [{"kind": "refund", "status": "success", "amount": "20.00", "currency": "EUR"}]
    return {"id": 9, "order_id": 5_000_000 + number, "created_at": "2026-03-02T08:20:00Z", "transactions": transactions}
