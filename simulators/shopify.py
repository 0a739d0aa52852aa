"""The simulated Shopify: shops whose customers buy, and the signed webhooks that tell of it.

Source: Shopify's pages "Deliver webhooks through HTTPS" and "Ignore duplicates". Times move by a second with each
change, so that a state can be told from the one before.
"""

import base64
import hashlib
import hmac
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from threading import RLock
from typing import Any

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.webhooks import WebhookPoster
from simulators.wire import Json, dump

PROVIDER = "shopify"
SETTINGS = frozenset({"client_secret", "webhook_url", "newer_headers"})
API_VERSION = "2026-07"
KEPT = 500


class UnknownShop(LookupError):
    """No such shop is registered."""


@dataclass(slots=True)
class Shop:
    """One shop: its app's secret, where webhooks go, its orders by number, and what was posted last."""

    domain: str
    client_secret: str = "sim-shopify-secret"
    webhook_url: str = ""
    newer_headers: bool = False
    orders: dict[str, Json] = field(default_factory=dict)
    posted: list[tuple[str, Json, str]] = field(default_factory=list)
    changes: int = 0

    def saved(self) -> Json:
        """What survives a restart."""
        return {name: getattr(self, name) for name in ("domain", *sorted(SETTINGS))}


class Shopify:
    """All shops, in memory. Every public method is safe to call from any thread."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster) -> None:
        self.clock = clock
        self.knobs = knobs
        self.shops: dict[str, Shop] = {}
        self.lock = RLock()
        self._poster = poster
        self._ids = itertools.count(1)

    def register(self, domain: str, **settings: Any) -> Shop:
        """Create or change a shop; ValueError says what is wrong with the settings."""
        if not settings.keys() <= SETTINGS:
            raise ValueError(f"a shop's settings are {', '.join(sorted(SETTINGS))}")
        with self.lock:
            shop = self.shops.setdefault(domain, Shop(domain))
            for name, value in settings.items():
                if not isinstance(value, type(getattr(shop, name))):
                    raise ValueError(f"{name} is of another type")
                setattr(shop, name, value)
        return shop

    def shop(self, domain: str) -> Shop:
        """A registered shop."""
        try:
            return self.shops[domain]
        except KeyError:
            raise UnknownShop(domain) from None

    def buy(self, domain: str, /, **spec: Any) -> str:
        """A customer places an order (`email`, `phone`, `customer`, `total`, `currency`, `lines`); gives its number."""
        shop = self.shop(domain)
        with self.lock:
            number = 1001 + len(shop.orders)
            lines = spec.get("lines") or [{"title": "Trail shoes", "quantity": 1, "price": "59.90", "sku": "TS-42"}]
            at = self._tick(shop)
            order: Json = {"id": 5_000_000_000_000 + next(self._ids), "name": f"#{number}", "order_number": number}
            order |= {"email": spec.get("email"), "phone": spec.get("phone"), "customer": spec.get("customer")}
            order |= {"created_at": at, "updated_at": at, "financial_status": "pending", "fulfillment_status": None}
            order |= {"total_price": str(spec.get("total", "59.90")), "currency": spec.get("currency", "EUR")}
            order |= {"line_items": lines, "fulfillments": [], "refunds": [], "cancelled_at": None}
            shop.orders[str(number)] = order
            self.post(domain, "orders/create", order)
        return str(number)

    def change(self, domain: str, number: str, action: str) -> None:
        """Pay, ship, cancel or refund an order; each also tells that the order was updated."""
        shop = self.shop(domain)
        if number not in shop.orders:
            raise LookupError(f"order {number}")
        if action not in ACTIONS:
            raise ValueError(f"action must be one of {', '.join(ACTIONS)}")
        with self.lock:
            topic, changes = ACTIONS[action]
            at = self._tick(shop)
            order = {**shop.orders[number], **changes, "updated_at": at}
            event_id = self._new_id()
            told = order
            if action == "refund":
                told = self._refund(order, at)
                order = {**order, "refunds": [*order["refunds"], told]}
            if action == "cancel":
                told = order = {**order, "cancelled_at": at, "cancel_reason": "customer"}
            shop.orders[number] = order
            bodies = {topic: told, "orders/updated": order}
            for each in self.knobs.in_order(list(bodies)):
                self.post(domain, each, bodies[each], event_id)

    def post(self, domain: str, topic: str, body: Json, event_id: str = "") -> None:
        """Post a webhook of any topic, signed."""
        shop = self.shop(domain)
        event_id = event_id or self._new_id()
        with self.lock:
            shop.posted.append((topic, body, event_id))
            del shop.posted[:-KEPT]
        secret = shop.client_secret
        if self.knobs.spend("bad_signature_next"):
            secret = hashlib.sha256(secret.encode()).hexdigest()
        raw = dump(body)
        prefix = "shopify-" if shop.newer_headers else "X-Shopify-"
        named: dict[str, str] = {
            "Topic": topic,
            "Shop-Domain": domain,
            "Event-Id": event_id,
            "Webhook-Id": self._new_id(),
        }
        named |= {"Triggered-At": self.clock.now().isoformat(), "Api-Version": API_VERSION}
        named["Hmac-Sha256"] = signature(secret, raw)
        headers = {f"{prefix}{name}": value for name, value in named.items()}
        self._poster.post(PROVIDER, domain, shop.webhook_url, raw, lambda _raw: headers, self.knobs.now.duplicates)

    def repeat(self, domain: str, place: int = -1) -> None:
        """Post a webhook once more, hours later: with the payload it had then."""
        posted = self.shop(domain).posted
        if not -len(posted) <= place < len(posted):
            raise LookupError(f"webhook {place}")
        self.post(domain, *posted[place])

    def reset(self, *, accounts: bool = False) -> None:
        """Forget orders and webhooks; the shops too if wanted."""
        with self.lock:
            if accounts:
                self.shops.clear()
            for shop in self.shops.values():
                shop.orders.clear()
                shop.posted.clear()

    def restore(self, saved: list[Json]) -> None:
        """Register the shops of an earlier run."""
        for entry in saved:
            self.register(entry["domain"], **{name: entry[name] for name in SETTINGS})

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [shop.saved() for shop in self.shops.values()]

    def _tick(self, shop: Shop) -> str:
        shop.changes += 1
        at = self.clock.now() - timedelta(hours=1) + timedelta(seconds=shop.changes)
        return at.isoformat()

    def _refund(self, order: Json, at: str) -> Json:
        paid = {"kind": "refund", "status": "success", "amount": order["total_price"], "currency": order["currency"]}
        lines = [{"quantity": line.get("quantity", 1), "line_item": line} for line in order["line_items"]]
        made: Json = {"id": next(self._ids), "order_id": order["id"], "created_at": at, "note": "Returned"}
        return made | {"transactions": [paid], "refund_line_items": lines}

    def _new_id(self) -> str:
        return f"{next(self._ids):08x}-sim"


ACTIONS: dict[str, tuple[str, Json]] = {
    "pay": ("orders/paid", {"financial_status": "paid"}),
    "ship": ("orders/fulfilled", {"fulfillment_status": "fulfilled"}),
    "cancel": ("orders/cancelled", {"financial_status": "voided"}),
    "refund": ("refunds/create", {"financial_status": "refunded"}),
}


def signature(secret: str, raw: bytes) -> str:
    """Value of X-Shopify-Hmac-Sha256."""
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
