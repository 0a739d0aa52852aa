"""HTTP front of the simulated Shopify: the control API for people. The desk asks a shop for nothing."""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.fronts import AccountsFront, account_routes, made, queued
from simulators.shopify import Shop, Shopify
from simulators.wire import Json, Route, control_body

SHOP = "/sim/shopify/<account_id>"


class ShopifyHttp(AccountsFront[Shopify, Shop]):
    """Routes of the simulated Shopify."""

    LISTED = "shops"
    HIDDEN = frozenset({"client_secret"})

    def post_order(self, request: Request, account_id: str) -> Response:
        """A customer buys."""
        return made(request, "number", self._provider.buy, account_id)

    def post_action(self, request: Request, account_id: str, number: str) -> Response:
        """An order is paid, shipped, cancelled or refunded."""
        return queued(self._provider.change, account_id, number, str(control_body(request).get("type", "")))

    def post_event(self, request: Request, account_id: str) -> Response:
        """A webhook of the caller's making: `topic`, `body`, `event_id`."""
        return queued(self._post, account_id, control_body(request))

    def post_repeat(self, request: Request, account_id: str) -> Response:
        """Post a webhook once more: the last, or the one at `place`."""
        return queued(self._repeat, account_id, control_body(request))

    routes: ClassVar[tuple[Route, ...]] = (
        *account_routes("/sim/shopify"),
        ("POST", f"{SHOP}/orders", post_order),
        ("POST", f"{SHOP}/orders/<number>/actions", post_action),
        ("POST", f"{SHOP}/events", post_event),
        ("POST", f"{SHOP}/repeat", post_repeat),
    )

    def _accounts(self) -> dict[str, Shop]:
        return self._provider.shops

    def _details(self, account: Shop) -> Json:
        posted = [{"topic": topic, "event_id": event_id} for topic, _, event_id in account.posted]
        return {"orders": account.orders, "posted": posted}

    def _post(self, account_id: str, given: Json) -> None:
        body, topic = given.get("body"), given.get("topic")
        if not isinstance(body, dict) or not isinstance(topic, str):
            raise ValueError("topic is a text and body an object")
        self._provider.post(account_id, topic, body, str(given.get("event_id", "")))

    def _repeat(self, account_id: str, given: Json) -> None:
        self._provider.repeat(account_id, int(given.get("place", -1)))
