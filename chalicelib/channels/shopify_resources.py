"""Shopify's resources as an agent reads them: a title, and the few of their hundred fields that matter at a desk.

Money stays a text as Shopify wrote it ("59.90"), with its currency: no float ever holds an amount.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.channels.untrusted import identifier, items, known, mapping, objects, text, whole

MAX_LINES = 50
MAX_WORDS = 300
MAX_NOTE = 2000
MAX_URL = 2048


@dataclass(frozen=True, slots=True)
class Shown:
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)


def _order(body: Mapping[str, Any], word: str) -> Shown:
    name = _words(body.get("name")) or f"#{_words(body.get('order_number')) or _words(body.get('id'))}"
    currency = _currency(body)
    data = known(
        number=name,
        **_totals(body, currency),
        financial_status=_words(body.get("financial_status")),
        fulfillment_status=_words(body.get("fulfillment_status")),
        **_times(body, "created_at", "cancelled_at", "closed_at"),
        cancel_reason=_words(body.get("cancel_reason")),
        note=text(body.get("note"))[:MAX_NOTE],
        tags=_words(body.get("tags")),
        discount_codes=[_words(each.get("code")) for each in objects(body.get("discount_codes"))[:10]] or None,
        ships_to=_place(mapping(body.get("shipping_address"))),
        shipments=_told(map(_shipment, objects(body.get("fulfillments"))[:20])),
        refunds=_told(map(_refunded, objects(body.get("refunds"))[:20])),
        status_url=_url(body.get("order_status_url")),
        test=True if body.get("test") is True else None,
    )
    return Shown(_sentence(f"Order {name}", _order_state(body, word), _money(body, currency)), {**data, **_lines(body)})


_SAID = {"created": "placed", "partially_fulfilled": "partly fulfilled"}


def _order_state(body: Mapping[str, Any], word: str) -> str:
    if word == "updated":
        states = [_words(body.get(name)).replace("_", " ") for name in ("financial_status", "fulfillment_status")]
        return ", ".join(["updated", *(state for state in states if state)])
    reason = _words(body.get("cancel_reason")) if word == "cancelled" else ""
    return _SAID.get(word, word) + (f" ({reason})" if reason else "")


def _checkout(body: Mapping[str, Any], word: str) -> Shown:
    currency = _currency(body)
    done = bool(text(body.get("completed_at")))
    said = "completed" if done else {"created": "begun"}.get(word, word)
    data = known(
        **_totals(body, currency),
        **_times(body, "created_at", "completed_at", "closed_at"),
        recovery_url=_url(body.get("abandoned_checkout_url")),
    )
    return Shown(_sentence("Checkout", said, _money(body, currency)), {**data, **_lines(body)})


def _cart(body: Mapping[str, Any], word: str) -> Shown:
    lines = _lines(body)
    number = len(objects(body.get("line_items")))
    data = known(**_times(body, "created_at"), note=text(body.get("note"))[:MAX_NOTE])
    return Shown(f"Cart: {word}, {number} {'item' if number == 1 else 'items'}", {**data, **lines})


def _customer(body: Mapping[str, Any], word: str) -> Shown:
    """Tags and totals; who it is goes into the contact."""
    data = known(
        state=_words(body.get("state")),
        orders_count=whole(body.get("orders_count")),
        total_spent=_amount(body.get("total_spent")),
        currency=_currency(body),
        tags=_words(body.get("tags")),
        note=text(body.get("note"))[:MAX_NOTE],
        verified_email=body.get("verified_email") if isinstance(body.get("verified_email"), bool) else None,
        **_times(body, "created_at"),
    )
    return Shown(f"Customer account: {word}", data)


def _refund(body: Mapping[str, Any], word: str) -> Shown:
    refunded = _refunded(body)
    amount = f"{refunded.get('amount', '')} {refunded.get('currency', '')}".strip()
    title = f"Refund of {amount}" if amount else "Refund"
    lines = [
        {**_line(mapping(each.get("line_item"))), **known(quantity=whole(each.get("quantity")))}
        for each in objects(body.get("refund_line_items"))[:MAX_LINES]
    ]
    return Shown(title, {**refunded, **known(lines=lines or None)})


def _fulfillment(body: Mapping[str, Any], word: str) -> Shown:
    shipment = _shipment(body)
    status = str(shipment.get("shipment_status") or shipment.get("status") or word).replace("_", " ")
    said = "sent" if status == "success" else status
    tracking = " ".join(str(shipment[name]) for name in ("company", "number") if name in shipment)
    return Shown(
        _sentence(f"Shipment {_words(body.get('name'))}".strip(), said, tracking), {**shipment, **_lines(body)}
    )


def _edit(body: Mapping[str, Any], word: str) -> Shown:
    changed = mapping(body.get("line_items"))
    counts = {name: len(objects(changed.get(name))) for name in ("additions", "removals")}
    parts = [f"{number} {name}" for name, number in counts.items() if number]
    data = known(staff_note=text(body.get("staff_note"))[:MAX_NOTE], **counts)
    return Shown(_sentence("Order", "edited", ", ".join(parts)), data)


def _refunded(body: Mapping[str, Any]) -> dict[str, Any]:
    """What went back: the sum of the refund's transactions that did not fail."""
    done = [
        each
        for each in objects(body.get("transactions"))
        if text(each.get("kind")) == "refund" and text(each.get("status")) in ("success", "pending", "")
    ]
    amounts = [amount for amount in (_decimal(each.get("amount")) for each in done) if amount is not None]
    currency = next((found for found in (_currency(each) for each in done) if found), None)
    return known(
        refund=identifier(body.get("id")),
        amount=f"{sum(amounts, Decimal(0)):f}" if amounts else None,
        currency=currency,
        reason=text(body.get("note"))[:MAX_WORDS],
        **_times(body, "created_at"),
    )


def _shipment(body: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [found for found in map(_words, items(body.get("tracking_numbers"))[:10]) if found]
    return known(
        fulfillment=identifier(body.get("id")),
        status=_words(body.get("status")),
        shipment_status=_words(body.get("shipment_status")),
        company=_words(body.get("tracking_company")),
        number=_words(body.get("tracking_number")) or next(iter(numbers), ""),
        numbers=numbers if len(numbers) > 1 else None,
        url=_url(body.get("tracking_url")),
    )


def _told(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]] | None:
    return [part for part in parts if part] or None


def _lines(body: Mapping[str, Any]) -> dict[str, Any]:
    """The things themselves; of very many, the first, and how many are left out."""
    found = objects(body.get("line_items"))
    left_out = len(found) - MAX_LINES
    return known(
        lines=[_line(each) for each in found[:MAX_LINES]] or None, lines_left_out=left_out if left_out > 0 else None
    )


def _line(body: Mapping[str, Any]) -> dict[str, Any]:
    return known(
        title=_words(body.get("title")) or _words(body.get("name")),
        variant=_words(body.get("variant_title")),
        quantity=whole(body.get("quantity")),
        price=_amount(body.get("price")),
        sku=_words(body.get("sku")),
    )


def _totals(body: Mapping[str, Any], currency: str) -> dict[str, Any]:
    shown = mapping(mapping(body.get("total_price_set")).get("presentment_money"))
    theirs = known(amount=_amount(shown.get("amount")), currency=_words(shown.get("currency_code"))[:3])
    return known(
        total=_amount(body.get("total_price")),
        subtotal=_amount(body.get("subtotal_price")),
        tax=_amount(body.get("total_tax")),
        discounts=_amount(body.get("total_discounts")),
        currency=currency,
        customer_total=theirs if theirs.get("currency", currency) != currency else None,
    )


def _place(address: Mapping[str, Any]) -> dict[str, Any] | None:
    names = ("name", "company", "address1", "address2", "city", "province", "zip", "country")
    return known(**{name: _words(address.get(name)) for name in names}) or None


def _times(body: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: text(body.get(name))[:40] for name in names}


def _money(body: Mapping[str, Any], currency: str) -> str:
    amount = _amount(body.get("total_price"))
    return f"{amount} {currency}".strip() if amount else ""


def _amount(value: Any) -> str | None:
    """As it was written, where it is a number."""
    return text(value) if _decimal(value) is not None else None


def _decimal(value: Any) -> Decimal | None:
    given = text(value)
    try:
        found = Decimal(given) if 0 < len(given) <= 30 else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and abs(found.adjusted()) < 25 else None


def _currency(body: Mapping[str, Any]) -> str:
    code = text(body.get("currency")).upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else ""


def _url(value: Any) -> str | None:
    """For an agent to click on: nothing but a web address."""
    given = text(value)
    return given if given.startswith(("https://", "http://")) and len(given) <= MAX_URL else None


def _words(value: Any) -> str:
    return " ".join(text(value)[:MAX_WORDS].split())


def _sentence(what: str, state: str, *more: str) -> str:
    return ", ".join(part for part in (f"{what}: {state}", *more) if part)[:MAX_WORDS]


READERS: Mapping[str, Callable[[Mapping[str, Any], str], Shown]] = {
    "order": _order,
    "checkout": _checkout,
    "cart": _cart,
    "customer": _customer,
    "refund": _refund,
    "fulfillment": _fulfillment,
    "edit": _edit,
}
