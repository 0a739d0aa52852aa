"""HTTP front of the simulated Shopify: the control API for people. The desk asks a shop for nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.shopify import Shop, Shopify
from simulators.wire import Json, Route, control_body, json_answer, problem

SHOP = "/sim/shopify/<domain>"


class ShopifyHttp:
    """Routes of the simulated Shopify."""

    def __init__(self, shopify: Shopify, changed: Callable[[], None] = lambda: None) -> None:
        self._shopify = shopify
        self._changed = changed

    def list_shops(self, request: Request) -> Response:
        """The registered shops, without their secrets."""
        return json_answer({"shops": [_shown(shop) for shop in self._shopify.shops.values()]})

    def put_shop(self, request: Request, domain: str) -> Response:
        """Register a shop, or change it."""
        with _explained():
            shop = self._shopify.register(domain, **control_body(request))
        self._changed()
        return json_answer(_shown(shop))

    def show_shop(self, request: Request, domain: str) -> Response:
        """One shop, its orders, and the topics of what was posted."""
        with _explained():
            shop = self._shopify.shop(domain)
        posted = [{"topic": topic, "event_id": event_id} for topic, _, event_id in shop.posted]
        return json_answer(_shown(shop) | {"orders": shop.orders, "posted": posted})

    def delete_shop(self, request: Request, domain: str) -> Response:
        """Forget a shop."""
        with _explained():
            self._shopify.shop(domain)
        self._shopify.shops.pop(domain, None)
        self._changed()
        return json_answer({"deleted": domain})

    def post_order(self, request: Request, domain: str) -> Response:
        """A customer buys."""
        with _explained():
            number = self._shopify.buy(domain, **control_body(request))
        return json_answer({"number": number}, 201)

    def post_action(self, request: Request, domain: str, number: str) -> Response:
        """An order is paid, shipped, cancelled or refunded."""
        with _explained():
            self._shopify.change(domain, number, str(control_body(request).get("type", "")))
        return json_answer({"queued": True}, 202)

    def post_event(self, request: Request, domain: str) -> Response:
        """A webhook of the caller's making: `topic`, `body`, `event_id`."""
        with _explained():
            given = control_body(request)
            body, topic = given.get("body"), given.get("topic")
            if not isinstance(body, dict) or not isinstance(topic, str):
                raise ValueError("topic is a text and body an object")
            self._shopify.post(domain, topic, body, str(given.get("event_id", "")))
        return json_answer({"queued": True}, 202)

    def post_repeat(self, request: Request, domain: str) -> Response:
        """Post a webhook once more: the last, or the one at `place`."""
        with _explained():
            self._shopify.repeat(domain, int(control_body(request).get("place", -1)))
        return json_answer({"queued": True}, 202)

    routes: ClassVar[tuple[Route, ...]] = (
        ("GET", "/sim/shopify", list_shops),
        ("PUT", SHOP, put_shop),
        ("GET", SHOP, show_shop),
        ("DELETE", SHOP, delete_shop),
        ("POST", f"{SHOP}/orders", post_order),
        ("POST", f"{SHOP}/orders/<number>/actions", post_action),
        ("POST", f"{SHOP}/events", post_event),
        ("POST", f"{SHOP}/repeat", post_repeat),
    )


def _shown(shop: Shop) -> Json:
    return {name: value for name, value in shop.saved().items() if name != "client_secret"}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown}") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
