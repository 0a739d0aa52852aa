"""Topics of Shopify's webhooks: what each becomes, whose it is, and by what it is known.

A webhook carries the whole resource as it was when the event happened, also when it is sent again hours later. So a
resource's `updated_at` tells which state is the newer one, and the order of arrival tells nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.channels import shopify_resources as resources
from chalicelib.channels.base import AccountNotice, Ignored, Inbound, Profile, TimelineEvent
from chalicelib.channels.untrusted import content_id, identifier, iso_time, items, known, mapping, optional, text

CHANNEL = "shopify"


@dataclass(frozen=True, slots=True)
class Told:
    """One webhook: its headers that matter, and the resource."""

    topic: str
    shop: str
    body: Mapping[str, Any]
    event_id: str
    triggered_at: datetime | None
    received_at: datetime

    @property
    def resource_id(self) -> str | None:
        return identifier(self.body.get("id"))

    @property
    def at(self) -> datetime:
        """When it happened: as the resource says, else as the webhook does."""
        named = (iso_time(self.body.get(name)) for name in ("updated_at", "processed_at", "created_at"))
        return next((found for found in named if found), None) or self.triggered_at or self.received_at

    @property
    def external_id(self) -> str:
        """Several subscriptions tell of one event under one Event-Id. It is kept with its topic: one act of a merchant
        may make events of several. Where there is none, the resource and its version tell a repeat."""
        if self.event_id:
            return f"{self.topic}:{self.event_id}"
        version = text(self.body.get("updated_at"))
        return content_id(self.topic, text(self.body.get("id")), version or dict(self.body))


Reading = Callable[[Told], Inbound]


def _whole(resource: str, word: str, told: Told) -> Inbound:
    """The state of an order, checkout, cart or customer."""
    reader = resources.READERS[resource]
    customer = told.body if resource == "customer" else mapping(told.body.get("customer"))
    return _event(told, f"{resource}.{word}", resource, told.resource_id, reader(told.body, word), customer)


def _gone(resource: str, word: str, told: Told) -> Inbound:
    """All that is told of something deleted is its id."""
    title = f"{resource.capitalize()} {told.resource_id}: {word}"
    shown = resources.Shown(title, {"deleted": True})
    customer = told.body if resource == "customer" else {}
    return _event(told, f"{resource}.{word}", resource, told.resource_id, shown, customer)


def _part(resource: str, word: str, told: Told) -> Inbound:
    """Something that happened to an order, which it names by its id alone."""
    body = mapping(told.body.get("order_edit")) or told.body
    shown = resources.READERS[resource](body, word)
    return _event(told, f"{resource}.{word}", "order", identifier(body.get("order_id")), shown, {}, partial=True)


def _cart(word: str, told: Told) -> Inbound:
    """A cart names nobody (a checkout does): without a customer nobody could ever be told by it."""
    if not (mapping(told.body.get("customer")) or told.body.get("email")):
        return Ignored("cart.anonymous", item_id=told.resource_id)
    return _whole("cart", word, told)


def _event(
    told: Told,
    kind: str,
    subject: str,
    subject_id: str | None,
    shown: resources.Shown,
    customer: Mapping[str, Any],
    *,
    partial: bool = False,
) -> Inbound:
    if subject_id is None:
        return Ignored(f"{kind}.without_id")
    return TimelineEvent(
        account_id=told.shop,
        external_id=told.external_id,
        kind=kind,
        title=shown.title,
        occurred_at=told.at,
        known_as=_known_as(told, customer),
        subject=f"{subject}:{subject_id}",
        profile=_profile(told.body, customer),
        data=shown.data,
        partial=partial,
        region=_region(told.body, customer),
    )


def _known_as(told: Told, customer: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The customer's id first: it is Shopify's own. The phones of addresses are left out: a gift goes to somebody
    else's."""
    customer_id = identifier(customer.get("id"))
    pairs = [(CHANNEL, f"{told.shop}:{customer_id}")] if customer_id else []
    for kind in ("email", "phone"):
        given = [text(told.body.get(kind)), text(customer.get(kind)), text(told.body.get(f"contact_{kind}"))]
        pairs += [(kind, found.strip()) for found in given if found.strip()]
    return tuple(dict.fromkeys(pairs))


def _profile(body: Mapping[str, Any], customer: Mapping[str, Any]) -> Profile:
    parts = [text(customer.get(name)).strip() for name in ("first_name", "last_name")]
    addresses = (mapping(body.get(name)) for name in ("billing_address", "shipping_address"))
    names = [" ".join(part for part in parts if part), *(text(each.get("name")).strip() for each in addresses)]
    return Profile(
        name=next((name for name in names if name), None),
        email=optional(body.get("email")) or optional(customer.get("email")),
        phone=optional(body.get("phone")) or optional(customer.get("phone")),
        locale=optional(body.get("customer_locale")) or optional(customer.get("locale")),
    )


def _region(body: Mapping[str, Any], customer: Mapping[str, Any]) -> str | None:
    """The country that a number without one is of."""
    named = [mapping(customer.get("default_address"))]
    named += [mapping(body.get(name)) for name in ("billing_address", "shipping_address")]
    codes = [text(each.get("country_code")).upper() for each in named]
    return next((code for code in codes if len(code) == 2 and code.isascii() and code.isalpha()), None)


def _notice(kind: str, told: Told) -> Inbound:
    """News of the app itself, and what the law asks of it: ids alone, so that they may be logged."""
    customer = identifier(mapping(told.body.get("customer")).get("id"))
    request = identifier(mapping(told.body.get("data_request")).get("id"))
    orders = items(told.body.get("orders_requested")) or items(told.body.get("orders_to_redact"))
    named = [order for order in map(identifier, orders) if order]
    detail = known(shop=told.shop, customer=customer, request=request, orders=named or None)
    at = told.triggered_at or told.received_at
    if not kind.startswith("privacy."):
        return AccountNotice(told.shop, kind, at, detail)
    # The same words may be told again in a year, and mean it: without an id they are one notice for a day only.
    external_id = told.event_id or content_id(told.topic, at.date().isoformat(), dict(told.body))
    known_as, subjects = _known_as(told, mapping(told.body.get("customer"))), tuple(f"order:{order}" for order in named)
    return AccountNotice(told.shop, kind, at, detail, external_id, known_as, subjects)


def _wholes(resource: str, words: Mapping[str, str]) -> dict[str, Reading]:
    return {f"{resource}s/{word}": partial(_whole, resource, ours) for word, ours in words.items()}


TOPICS: Mapping[str, Reading] = {
    **_wholes(
        "order",
        {
            "create": "created",
            "updated": "updated",
            "paid": "paid",
            "cancelled": "cancelled",
            "fulfilled": "fulfilled",
            "partially_fulfilled": "partially_fulfilled",
        },
    ),
    "orders/edited": partial(_part, "edit", "created"),
    "orders/delete": partial(_gone, "order", "deleted"),
    "refunds/create": partial(_part, "refund", "created"),
    "fulfillments/create": partial(_part, "fulfillment", "created"),
    "fulfillments/update": partial(_part, "fulfillment", "updated"),
    **_wholes("checkout", {"create": "created", "update": "updated"}),
    "checkouts/delete": partial(_gone, "checkout", "deleted"),
    "carts/create": partial(_cart, "created"),
    "carts/update": partial(_cart, "updated"),
    **_wholes("customer", {"create": "created", "update": "updated", "enable": "enabled", "disable": "disabled"}),
    "customers/delete": partial(_gone, "customer", "deleted"),
    "app/uninstalled": partial(_notice, "account.app_uninstalled"),
    "customers/data_request": partial(_notice, "privacy.data_request"),
    "customers/redact": partial(_notice, "privacy.customer_redact"),
    "shop/redact": partial(_notice, "privacy.shop_redact"),
}
